// Keys of persons as they travel: subjects by column, because their ids follow each other; each key is 32 bytes that nothing makes shorter.
import { BodyReader, BodyWriter, type Body } from './body.ts';
import { ByteReader, ByteWriter, Malformed } from './bytes.ts';
import { codeColumn } from './column.ts';
import { NEWEST_DICTIONARY } from './dictionaries.ts';
import type { PersonKey } from './person-keys.ts';

const KEY = 32;

function codeKeys(body: Body, given: readonly PersonKey[] | undefined): PersonKey[] {
  const count = body.count(given?.length);
  const subjects = codeColumn(
    body,
    count,
    [],
    given?.map(({ subject }) => subject),
  );
  return subjects.map((subject, i) => {
    if (typeof subject !== 'string') throw new Malformed('subject of a key');
    return { subject, key: body.noise(KEY, given?.[i]?.key) };
  });
}

/** Shape: number of the dictionary, as a segment has it, then the list: whoever reads may know newer ones. */
export function encodeKeys(keys: readonly PersonKey[]): Uint8Array {
  const body = new BodyWriter();
  codeKeys(body, keys);
  return new ByteWriter(1024).varint(NEWEST_DICTIONARY).raw(body.done()).done();
}

/** Errors: Malformed. */
export function decodeKeys(bytes: Uint8Array): PersonKey[] {
  const input = new ByteReader(bytes);
  const dictionary = input.varint();
  const body = new BodyReader(input.raw(input.left), dictionary);
  const keys = codeKeys(body, undefined);
  body.end();
  return keys;
}
