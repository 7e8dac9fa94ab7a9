import fc from 'fast-check';
import { expect, test } from 'vitest';
import { record } from './arbitrary.fixtures.ts';
import { ByteReader, ByteWriter, Malformed } from './bytes.ts';
import {
  ALARMS,
  clockOffset,
  readNote,
  versionNumbers,
  writeNote,
  type AlarmCode,
  type SiteNote,
} from './site-note.ts';

const CODES = Object.keys(ALARMS) as AlarmCode[];
const WORD = fc.nat({ max: 999_999 });
const plain: fc.Arbitrary<SiteNote> = record({
  version: fc.tuple(WORD, WORD, WORD),
  clock: fc.nat({ max: 2 }),
  clockOff: fc.option(fc.integer({ min: -(2 ** 31), max: 2 ** 31 }), { nil: undefined }),
  alarms: fc.subarray(CODES),
});
const notes = fc.oneof(
  plain,
  fc.tuple(plain, fc.nat({ max: 262_144 })).map(([note, most]): SiteNote => ({ ...note, most })),
);
const written = (note: SiteNote) => {
  const out = new ByteWriter(32);
  writeNote(out, note);
  return out.done();
};

test('comes back as written; cut anywhere it is refused', () => {
  fc.assert(
    fc.property(notes, (note) => {
      const bytes = written(note);
      expect(readNote(new ByteReader(bytes))).toStrictEqual(note);
      for (let at = 0; at < bytes.length; at++)
        expect(() => readNote(new ByteReader(bytes.subarray(0, at)))).toThrow(Malformed);
    }),
  );
});

test('takes ten bytes at most while nothing is far off, and five when all is well', () => {
  const well: SiteNote = { version: [1, 20, 3], clock: 2, clockOff: 0, alarms: [] };
  expect(written(well)).toHaveLength(5);
  expect(written({ ...well, clockOff: -86_400, alarms: CODES }).length).toBeLessThanOrEqual(10);
});

test('numbers of alarms stand once', () => {
  expect(new Set(Object.values(ALARMS)).size).toBe(CODES.length);
});

test('of a version its three numbers count', () => {
  expect(versionNumbers('1.20.3-rc.1')).toEqual([1, 20, 3]);
  expect(versionNumbers('?')).toEqual([0, 0, 0]);
});

test('a clock is never called further off than it is, however slow the link', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.nat({ max: 900_000 }),
      fc.nat({ max: 900_000 }),
      (ahead, up, down) => {
        const sent = 1_795_000_000_000;
        const said = clockOffset(sent, sent + up + down, sent + up + ahead);
        expect(Math.abs(said)).toBeLessThanOrEqual(Math.abs(ahead));
        expect(Math.abs(said - ahead)).toBeLessThanOrEqual(up + down);
      },
    ),
  );
});
