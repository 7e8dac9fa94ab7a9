import { createPrivateKey, createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { record, recordIds, texts } from './arbitrary.fixtures.ts';
import { Malformed } from './bytes.ts';
import { encodeFrame, MAX_FRAME_BYTES, SessionReader, type Frame } from './frames.ts';
import {
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRequest,
  headSignatureHolds,
  STATUS,
  VERSIONS,
  type AnswerHead,
  type RequestHead,
} from './session.ts';
import type { SiteNote } from './site-note.ts';

const KEY = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 3)]),
  format: 'der',
  type: 'pkcs8',
});
const PUBLIC = createPublicKey(KEY);
const NUMBER = fc.nat({ max: 2 ** 31 - 1 });
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const position = record({ epoch: NUMBER, seq: NUMBER });

const names = fc.oneof(
  texts,
  fc.constantFrom('public', 'public/control', 'd/120608', 'd/120608/control', 't/0001/private', 't/0001/control'),
);

const said: fc.Arbitrary<RequestHead> = record({
  protocol: fc.constantFrom(...VERSIONS.keys()),
  site: fc.integer({ min: 1, max: 32_767 }),
  schema: fc.nat({ max: 1_000 }),
  token: bytes(8),
  parts: fc.array(record({ partition: names, feedName: texts, cursor: NUMBER, own: position, digest: bytes(16) }), {
    maxLength: 5,
  }),
});
const NOTE: SiteNote = { version: [0, 1, 300], clock: 1, clockOff: -90, alarms: ['fork', 'refused'] };
const requests = fc
  .tuple(said, fc.boolean())
  .map(([head, noted]): RequestHead => (noted ? { ...head, note: NOTE } : head));

const answered: fc.Arbitrary<AnswerHead> = record({
  protocol: fc.constantFrom(...VERSIONS.keys()),
  status: fc.constantFrom(...Object.values(STATUS)),
  token: bytes(8),
  time: fc.nat(),
  parts: fc.array(record({ feedName: texts, acked: position, digest: fc.nat({ max: 2 }) }), {
    maxLength: 5,
  }),
});

/** Of whoever speaks other versions only the refusal is understood. */
const answers = fc
  .tuple(answered, fc.integer({ min: 0, max: 255 }))
  .map(([head, other]): AnswerHead =>
    head.status === STATUS.protocol ? { ...head, protocol: other, parts: [] } : head,
  );

const frames: fc.Arbitrary<Frame> = fc.oneof(
  record({
    kind: fc.constant('keys' as const),
    part: fc.nat({ max: 9 }),
    keys: fc.array(record({ subject: fc.oneof(texts, recordIds), key: bytes(32) }), { maxLength: 4 }),
  }),
  record({ kind: fc.constant('digest' as const), part: fc.nat({ max: 9 }), digest: bytes(16) }),
  record({
    kind: fc.constant('segment' as const),
    part: fc.nat({ max: 9 }),
    cursor: NUMBER,
    bytes: fc.uint8Array({ maxLength: 300 }),
  }),
  record({ kind: fc.constant('cursor' as const), part: fc.nat({ max: 9 }), cursor: NUMBER }),
  fc.constant({ kind: 'end' as const }),
);

test('a session’s head and frames come back whole, however the link cuts them into pieces', () => {
  fc.assert(
    fc.property(
      requests,
      fc.array(frames, { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1 }),
      (head, list, sizes) => {
        const wire = Buffer.concat([encodeRequest(head, KEY), ...list.map(encodeFrame)]);
        const reader = new SessionReader();
        const got: Frame[] = [];
        let first: RequestHead | undefined;
        for (let at = 0, i = 0; at < wire.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          const part = reader.push(wire.subarray(at, at + size));
          at += size;
          if (part.head) {
            expect(first).toBeUndefined();
            expect(headSignatureHolds(part.head.head, part.head.signature, [PUBLIC])).toBe(true);
            first = decodeRequest(part.head.head);
          }
          got.push(...part.frames);
        }
        expect(first).toStrictEqual(head);
        expect(got).toStrictEqual(list);
      },
    ),
  );
});

test('an answer comes back whole; one changed bit and the hub did not sign it', () => {
  fc.assert(
    fc.property(answers, fc.nat(), fc.nat({ max: 7 }), (head, at, bit) => {
      const wire = encodeAnswer(head, KEY);
      const whole = new SessionReader().push(wire).head;
      expect(whole && decodeAnswer(whole.head)).toStrictEqual(head);
      const bent = Uint8Array.from(wire);
      bent[at % bent.length] = (bent[at % bent.length] ?? 0) ^ (1 << bit);
      try {
        const read = new SessionReader().push(bent).head;
        expect(read ? headSignatureHolds(read.head, read.signature, [PUBLIC]) : false).toBe(false);
      } catch (error) {
        expect(error).toBeInstanceOf(Malformed);
      }
    }),
    { numRuns: 500 },
  );
});

test('a part that claims to be longer than allowed is refused before memory is taken', () => {
  const reader = new SessionReader();
  reader.push(encodeRequest({ protocol: 1, site: 1, schema: 1, token: new Uint8Array(8), parts: [] }, KEY));
  let rest = MAX_FRAME_BYTES + 1;
  const claim: number[] = [];
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) claim.push((rest % 0x80) | 0x80);
  expect(() => reader.push(Uint8Array.from([...claim, rest]))).toThrow(Malformed);
});

test('noise instead of a session is refused or waits for more; it never breaks the reader', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
      try {
        const { head } = new SessionReader().push(noise);
        if (head) decodeRequest(head.head);
      } catch (error) {
        expect(error).toBeInstanceOf(Malformed);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('of a request in another version only the number is read', () => {
  const other = Uint8Array.of(0xc7, 9, 1, 2, 3);
  expect(decodeRequest(other)).toMatchObject({ protocol: 9, parts: [] });
});
