import { createPrivateKey, createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeAct } from './act-codec.ts';
import { actsOf } from './arbitrary.fixtures.ts';
import { Malformed } from './bytes.ts';
import { chainOver, closeSegment, openSegment, segmentHolds, type OpenedSegment } from './segment.ts';
import type { Act } from './types.ts';

const PARTITION = 't/00700000000019';
const keyFrom = (byte: number) =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, byte)]),
    format: 'der',
    type: 'pkcs8',
  });
const KEY = keyFrom(1);
const PUBLIC = createPublicKey(KEY);
const STRANGER = createPublicKey(keyFrom(2));

const close = (acts: Act[], seqFrom = 1, chainBefore: Uint8Array = new Uint8Array(32)) =>
  closeSegment({ partition: PARTITION, site: 7, epoch: 5, seqFrom, chainBefore, acts }, KEY);

const sameActs = (a: readonly Act[], b: readonly Act[]) =>
  a.length === b.length && a.every((act, i) => Buffer.from(encodeAct(act)).equals(encodeAct(b[i] ?? act)));

/** Undefined when it does not open or no key of the site signed it. */
function accepted(bytes: Uint8Array): OpenedSegment | undefined {
  try {
    const segment = openSegment(bytes);
    return segmentHolds(segment, [PUBLIC]) ? segment : undefined;
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

test('a segment opens to the acts that were closed, and only its site’s key fits', () => {
  fc.assert(
    fc.property(actsOf(PARTITION, 7), (acts) => {
      const { bytes, chainAfter, seqTo } = close(acts);
      const segment = openSegment(bytes);
      expect(segment.acts).toStrictEqual(acts);
      expect(segment.seqFrom + segment.count - 1).toBe(seqTo);
      expect(Buffer.from(segment.chainAfter).equals(chainAfter)).toBe(true);
      expect(segmentHolds(segment, [PUBLIC])).toBe(true);
      expect(segmentHolds(segment, [STRANGER])).toBe(false);
    }),
  );
});

test('a segment cut anywhere is refused', () => {
  fc.assert(
    fc.property(actsOf(PARTITION, 7), (acts) => {
      const { bytes } = close(acts);
      for (let length = 0; length < bytes.length; length += 1 + (length % 7))
        expect(accepted(bytes.subarray(0, length))).toBeUndefined();
    }),
    { numRuns: 20 },
  );
});

test('a segment with any bit flipped is refused, or is still the signed content at the signed positions', () => {
  fc.assert(
    fc.property(actsOf(PARTITION, 7), fc.nat({ max: 7 }), (acts, bit) => {
      const { bytes } = close(acts, 11);
      for (let at = 0; at < bytes.length; at++) {
        const bent = Uint8Array.from(bytes);
        bent[at] = (bent[at] ?? 0) ^ (1 << bit);
        const read = accepted(bent);
        if (!read) continue;
        // the signature covers the operations, not their packing: a holder may pack them anew
        expect(sameActs(read.acts, acts)).toBe(true);
        expect([read.partition, read.site, read.epoch, read.seqFrom]).toEqual([PARTITION, 7, 5, 11]);
      }
    }),
    { numRuns: 3 },
  );
});

test('the chain depends on the operations and their order, not on how segments were cut', () => {
  fc.assert(
    fc.property(actsOf(PARTITION, 7), fc.nat(), (acts, cut) => {
      const zero = new Uint8Array(32);
      const at = cut % (acts.length + 1);
      const whole = chainOver(zero, acts);
      expect(Buffer.from(chainOver(chainOver(zero, acts.slice(0, at)), acts.slice(at))).equals(whole)).toBe(true);
      if (acts.length > 1) expect(Buffer.from(chainOver(zero, acts.toReversed())).equals(whole)).toBe(false);
    }),
  );
});

test('an empty segment and an act of another log cannot be closed', () => {
  expect(() => close([])).toThrow(RangeError);
  fc.assert(
    fc.property(actsOf('public', 7), (acts) => void expect(() => close(acts)).toThrow(RangeError)),
    { numRuns: 5 },
  );
});
