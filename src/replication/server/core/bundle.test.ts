import { createPrivateKey, createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { record, texts } from './arbitrary.fixtures.ts';
import {
  BUNDLE_HEAD_BYTES,
  bundleHolds,
  closeBundle,
  decodeBundleBody,
  encodeBundleBody,
  MAX_BUNDLE_BYTES,
  openBundle,
  readBundleHead,
  type BundleBody,
  type BundlePart,
} from './bundle.ts';
import { ByteWriter, Malformed } from './bytes.ts';

const keyFrom = (byte: number) =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, byte)]),
    format: 'der',
    type: 'pkcs8',
  });
const KEY = keyFrom(5);
const PUBLIC = createPublicKey(KEY);
const STRANGER = createPublicKey(keyFrom(6));
const NUMBER = fc.nat({ max: 2 ** 31 - 1 });
const SITE = fc.integer({ min: 0, max: 32_767 });
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const position = record({ epoch: NUMBER, seq: NUMBER });

const parts: fc.Arbitrary<BundlePart> = record({
  partition: texts,
  feedName: texts,
  cursor: NUMBER,
  own: position,
  acked: position,
  digest: bytes(16),
  range: record({ feedName: texts, from: NUMBER, length: NUMBER }).map(({ feedName, from, length }) => ({
    feedName,
    from,
    to: from + length,
  })),
  keys: fc.array(record({ subject: texts, key: bytes(32) }), { maxLength: 3 }),
  segments: fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 4 }),
});
const bodies: fc.Arbitrary<BundleBody> = record({
  to: SITE,
  from: SITE,
  number: fc.integer({ min: 1, max: 1_000_000 }),
  schema: fc.nat({ max: 1_000 }),
  parts: fc.uniqueArray(parts, { maxLength: 4, selector: (part) => part.partition }),
});
const heads = record({ to: SITE, from: SITE, number: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }) });

const flipped = (whole: Uint8Array, at: number, bit: number) => {
  const bent = Uint8Array.from(whole);
  bent[at % bent.length] = (bent[at % bent.length] ?? 0) ^ (1 << bit);
  return bent;
};
/** What `read` makes of it; undefined when it is refused. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

test('a body comes back exactly as written; what was changed is refused or is another whole body', () => {
  fc.assert(
    fc.property(bodies, fc.nat(), fc.nat({ max: 7 }), (body, at, bit) => {
      const wire = encodeBundleBody(body);
      const back = decodeBundleBody(wire);
      expect(bodyOf(back)).toEqual(body);
      // keys have more forms than one; the file is signed, so nobody but its sender can choose among them
      const bent = flipped(wire, at, bit);
      const other = attempt(() => decodeBundleBody(bent));
      if (other) expect(bodyOf(decodeBundleBody(encodeBundleBody(other)))).toEqual(bodyOf(other));
    }),
    { numRuns: 500 },
  );
});
/** Views of a file as bytes of their own, so that they can be compared. */
const bodyOf = (body: BundleBody): BundleBody => ({
  ...body,
  parts: body.parts.map((part) => ({
    ...part,
    digest: Uint8Array.from(part.digest),
    segments: part.segments.map((view) => Uint8Array.from(view)),
  })),
});

test('a body that is cut anywhere, or goes on after its end, is refused', () => {
  fc.assert(
    fc.property(bodies, fc.nat(), fc.nat({ max: 255 }), (body, at, more) => {
      const wire = encodeBundleBody(body);
      expect(() => decodeBundleBody(wire.subarray(0, at % wire.length))).toThrow(Malformed);
      expect(() => decodeBundleBody(Buffer.concat([wire, Uint8Array.of(more)]))).toThrow(Malformed);
    }),
  );
});

test('a file opens to its head and sealed body; its start alone says whose it is; only the sender’s key fits', () => {
  fc.assert(
    fc.property(heads, fc.uint8Array({ maxLength: 300 }), (head, sealed) => {
      const file = closeBundle(head, sealed, KEY);
      const bundle = openBundle(file);
      expect(bundle.head).toStrictEqual({ version: 1, ...head, size: sealed.length });
      expect(readBundleHead(file.subarray(0, BUNDLE_HEAD_BYTES))).toStrictEqual(bundle.head);
      expect(Uint8Array.from(bundle.sealed)).toStrictEqual(sealed);
      expect(bundleHolds(bundle, [STRANGER, PUBLIC])).toBe(true);
      expect(bundleHolds(bundle, [STRANGER])).toBe(false);
    }),
  );
});

test('a file cut anywhere is refused, and so is one that goes on; with any bit flipped it is refused or nobody signed it', () => {
  fc.assert(
    fc.property(heads, fc.uint8Array({ maxLength: 120 }), fc.nat(), fc.nat({ max: 7 }), (head, sealed, at, bit) => {
      const file = closeBundle(head, sealed, KEY);
      expect(() => openBundle(file.subarray(0, at % file.length))).toThrow(Malformed);
      expect(() => openBundle(Buffer.concat([file, file]))).toThrow(Malformed);
      const bent = attempt(() => openBundle(flipped(file, at, bit)));
      expect(bent ? bundleHolds(bent, [PUBLIC]) : false).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});

test('noise is refused as file, head and body', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
      attempt(() => decodeBundleBody(noise));
      expect(attempt(() => openBundle(noise))).toBeUndefined();
      expect(attempt(() => openBundle(Buffer.concat([Buffer.from('cdig\x01'), noise])))).toBeUndefined();
    }),
    { numRuns: 1_000 },
  );
});

test('what claims to be larger than allowed is refused before memory is taken', () => {
  const claim = new ByteWriter().raw(Buffer.from('cdig')).u8(1).varint(0).varint(7).varint(1);
  expect(() => readBundleHead(claim.varint(MAX_BUNDLE_BYTES + 1).done())).toThrow(Malformed);
  const body = new ByteWriter().varint(0).varint(7).varint(1).varint(4).varint(1_000_000);
  expect(() => decodeBundleBody(body.done())).toThrow(Malformed);
});

test('a head of a later version is still read, a body of it is not', () => {
  const file = closeBundle({ to: 0, from: 7, number: 1 }, Uint8Array.of(1), KEY);
  file[4] = 2;
  expect(readBundleHead(file)).toMatchObject({ version: 2, from: 7 });
  expect(() => openBundle(file)).toThrow(Malformed);
});
