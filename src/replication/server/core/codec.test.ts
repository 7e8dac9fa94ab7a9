import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeAct, encodeAct, operationHash } from './act-codec.ts';
import { actsOf, dots, record, recordIds, texts, values } from './arbitrary.fixtures.ts';
import { ByteReader, Malformed } from './bytes.ts';
import { BodyReader, BodyWriter } from './body.ts';
import { codeColumn } from './column.ts';
import { dateText, dayOf } from './day.ts';
import { NEWEST_DICTIONARY } from './dictionaries.ts';
import { seal, unseal } from './seal.ts';

const PARTITION = 'd/120606';

/** What happened: the value, or that it was refused. Anything but Malformed is a defect. */
function refusedOr<T>(run: () => T): T | 'refused' {
  try {
    return run();
  } catch (error) {
    if (error instanceof Malformed) return 'refused';
    throw error;
  }
}

test('an act comes back exactly as it was written', () => {
  fc.assert(
    fc.property(actsOf(PARTITION, 7), (acts) => {
      for (const act of acts) expect(decodeAct(encodeAct(act))).toStrictEqual(act);
    }),
  );
});

test('an act cut anywhere is refused', () => {
  fc.assert(
    fc.property(actsOf(PARTITION, 7), fc.nat(), ([act], at) => {
      if (!act) return;
      const bytes = encodeAct(act);
      expect(refusedOr(() => decodeAct(bytes.subarray(0, at % bytes.length)))).toBe('refused');
    }),
  );
});

test('an act has one form only: whatever else is read is refused, so no two byte strings mean one act', () => {
  fc.assert(
    fc.property(actsOf(PARTITION, 7), fc.nat(), fc.integer({ min: 0, max: 7 }), ([act], at, bit) => {
      if (!act) return;
      const bytes = Uint8Array.from(encodeAct(act));
      const where = at % bytes.length;
      bytes[where] = (bytes[where] ?? 0) ^ (1 << bit);
      const read = refusedOr(() => decodeAct(bytes));
      if (read !== 'refused') expect(Buffer.from(encodeAct(read)).equals(bytes)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('any change of an operation, its identity or its act’s header changes its hash', () => {
  fc.assert(
    fc.property(actsOf(PARTITION, 7), fc.nat(), fc.integer({ min: 0, max: 7 }), ([act], at, bit) => {
      const [operation] = act?.operations ?? [];
      if (!act || !operation) return;
      const bytes = Uint8Array.from(encodeAct(act));
      bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << bit);
      const read = refusedOr(() => decodeAct(bytes));
      if (read === 'refused' || read.operations.length !== act.operations.length) return;
      const hashes = (one: typeof act) =>
        one.operations.map((each) => Buffer.from(operationHash(one, each)).toString('hex'));
      expect(hashes(read)).not.toEqual(hashes(act));
    }),
    { numRuns: 1_000 },
  );
});

const columns = fc.oneof(
  fc.array(values),
  fc.array(texts),
  fc.array(fc.maxSafeInteger()),
  fc.array(fc.constantFrom(0, 1, 60_000, -60_000, 1_790_000_000_000)),
  fc.array(fc.boolean()),
  fc.array(recordIds),
  fc.array(recordIds, { minLength: 1, maxLength: 4 }).chain((few) => fc.array(fc.constantFrom(...few))),
  fc.array(fc.constantFrom('2026-11-26', '2026-11-27', '1970-01-01', '9999-12-31')),
  fc.array(fc.stringMatching(/^[a-zé ]{0,30}[0-9]{0,18}[ .,-]{0,3}[A-Z0-9]{0,9}$/)),
);
const stamps = fc.array(fc.oneof(fc.maxSafeInteger(), fc.constantFrom(0, 60_000, 1_790_000_000_000)));

test('a column of any values comes back exactly, whatever the instants beside it', () => {
  fc.assert(
    fc.property(columns, stamps, (list, beside) => {
      const out = new BodyWriter();
      codeColumn(out, list.length, beside, list);
      const input = new BodyReader(out.done(), NEWEST_DICTIONARY);
      expect(codeColumn(input, list.length, beside)).toStrictEqual(list);
      input.end();
    }),
    { numRuns: 3_000 },
  );
});

test('days of the calendar are numbers, as Temporal counts them', () => {
  const epoch = Temporal.PlainDate.from('1970-01-01');
  fc.assert(
    fc.property(fc.integer({ min: -719_528, max: 2_932_896 }), (day) => {
      const text = epoch.add({ days: day }).toString();
      expect([dateText(day), dayOf(text)]).toEqual([text, day]);
    }),
    { numRuns: 5_000 },
  );
  for (const text of ['2026-02-29', '2026-13-01', '2026-00-10', '2026-04-31', '26-04-01', '-000001-01-01'])
    expect(dayOf(text)).toBeNull();
  for (const day of [-719_529, 2_932_897]) expect(() => dateText(day)).toThrow(Malformed);
});

test('text that a database cannot hold is refused on the wire', () => {
  expect(refusedOr(() => new ByteReader(Uint8Array.of(3, 0x61, 0, 0x62)).text())).toBe('refused');
  expect(refusedOr(() => new ByteReader(Uint8Array.of(1, 0xff)).text())).toBe('refused');
});

test('sealed fields open with their key at their place, and nowhere else', () => {
  const place = record({
    ...{ partition: texts, table: fc.nat({ max: 100 }), row: texts },
    dot: dots,
  });
  const fields = fc
    .array(values, { minLength: 1, maxLength: 4 })
    .map((list) => list.map((value, i) => [i + 1, value] as const));
  fc.assert(
    fc.property(
      place,
      place,
      fields,
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.nat(),
      (one, other, list, key, at) => {
        const here = { partition: one.partition, table: one.table, row: one.row, ...one.dot };
        const there = { partition: other.partition, table: other.table, row: other.row, ...other.dot };
        const sealed = seal(key, here, list);
        expect(unseal(key, here, sealed)).toStrictEqual(list);
        if (JSON.stringify(here) !== JSON.stringify(there)) expect(unseal(key, there, sealed)).toBeNull();
        const bent = Uint8Array.from(sealed.bytes);
        bent[at % bent.length] = (bent[at % bent.length] ?? 0) ^ 1;
        expect(unseal(key, here, { ...sealed, bytes: bent })).toBeNull();
      },
    ),
  );
});
