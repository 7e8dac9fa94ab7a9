// Compression of a segment's texts; a bomb is refused before it opens.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { Malformed } from './bytes.ts';
import { DICTIONARIES, NEWEST_DICTIONARY } from './dictionaries.ts';
import { MAX_OPEN_BYTES } from './types.ts';

const LEVEL = 19;

export function compress(bytes: Uint8Array): Uint8Array {
  const dictionary = DICTIONARIES.get(NEWEST_DICTIONARY);
  return zstdCompressSync(bytes, {
    params: {
      [constants.ZSTD_c_compressionLevel]: LEVEL,
      [constants.ZSTD_c_checksumFlag]: 0,
      [constants.ZSTD_c_contentSizeFlag]: 1,
      [constants.ZSTD_c_dictIDFlag]: 0,
    },
    ...(dictionary ? { dictionary } : {}),
  });
}

/** Errors: Malformed when the dictionary is not known, when it is not zstd, is cut, or opens to more than one megabyte. */
export function decompress(bytes: Uint8Array, number: number): Uint8Array {
  const dictionary = DICTIONARIES.get(number);
  if (!dictionary && number !== 0) throw new Malformed(`dictionary ${number} is not known here`);
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: MAX_OPEN_BYTES, ...(dictionary ? { dictionary } : {}) });
  } catch (error) {
    throw new Malformed(`payload does not open (${(error as { code?: string }).code ?? 'unknown'})`);
  }
}
