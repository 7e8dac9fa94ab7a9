// Compression of a segment's payload; a bomb is refused before it opens.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { Malformed } from './bytes.ts';
import { MAX_OPEN_BYTES } from './types.ts';

/** Dictionaries by version, all kept for ever; 0 = none. */
export type Dictionaries = ReadonlyMap<number, Buffer>;

const LEVEL = 12;

export function compress(bytes: Uint8Array, dictionary?: Buffer): Uint8Array {
  return zstdCompressSync(bytes, {
    params: {
      [constants.ZSTD_c_compressionLevel]: LEVEL,
      [constants.ZSTD_c_checksumFlag]: 0,
      [constants.ZSTD_c_contentSizeFlag]: 1,
    },
    ...(dictionary ? { dictionary } : {}),
  });
}

/** Errors: Malformed when it is not zstd, is cut, or opens to more than one megabyte. */
export function decompress(bytes: Uint8Array, dictionary?: Buffer): Uint8Array {
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: MAX_OPEN_BYTES, ...(dictionary ? { dictionary } : {}) });
  } catch (error) {
    throw new Malformed(`payload does not open (${(error as { code?: string }).code ?? 'unknown'})`);
  }
}
