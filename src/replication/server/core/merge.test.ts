import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDigests, lessDigest, rowHash, sameDigest, ZERO_DIGEST } from './digest.ts';
import {
  applySet,
  compareDots,
  conflicts,
  createdRow,
  liveValues,
  metaText,
  seenDots,
  stateOf,
  type RowState,
} from './merge.ts';
import type { Dot, Stamped, Value } from './types.ts';

interface Edit {
  stamp: Stamped;
  column: number;
  value: Value;
  replaces: Dot[];
}

const MADE: Stamped = { site: 1, device: 0, run: 9, n: 1, at: 1_000, clock: 2 };
const START: [number, Value][] = [
  [1, 'first'],
  [2, 10],
];
const COLUMNS = [1, 2, 3];

/**
 * Edits as several sites write them: each site sees its own earlier ones and, now and then, everything; clocks are free to lie.
 * `sync` says before which edits a site has seen all that was written so far.
 */
const histories = fc
  .array(
    fc.record({
      site: fc.integer({ min: 1, max: 4 }),
      column: fc.constantFrom(...COLUMNS),
      value: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom<Value>(null, 'x', 'y')),
      at: fc.integer({ min: 0, max: 4 }),
      clock: fc.constantFrom(0, 1, 2),
      sync: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((steps) => {
    const all: Edit[] = [];
    const seen = new Map<number, Set<Edit>>();
    steps.forEach((step, i) => {
      const known = seen.get(step.site) ?? new Set<Edit>();
      if (step.sync) for (const edit of all) known.add(edit);
      const here = [...known].reduce((state, edit) => write(state, edit), fresh());
      const stamp = { site: step.site, device: 0, run: 1, n: i + 2, at: step.at, clock: step.clock };
      const edit = { stamp, column: step.column, value: step.value, replaces: seenDots(here, step.column) };
      known.add(edit);
      seen.set(step.site, known);
      all.push(edit);
    });
    return all;
  });

const fresh = () => createdRow(MADE, START);

/** One edit through the stored form, as every apply does it. */
function write(
  state: RowState,
  { stamp, column, value, replaces }: Edit,
  kind: 'shared' | 'owned' = 'shared',
): RowState {
  applySet(kind, state, stamp, [[column, value]], kind === 'shared' ? [[column, replaces]] : undefined);
  return stateOf(state.made, state.values, metaText(state));
}

const shown = (state: RowState) => COLUMNS.map((column) => state.values.get(column) ?? null);
const everything = (state: RowState) => [shown(state), metaText(state)];

for (const kind of ['shared', 'owned'] as const) {
  test(`${kind}: the same set of operations gives the same row in any order`, () => {
    fc.assert(
      fc.property(
        histories.chain((history) =>
          fc.tuple(fc.constant(history), fc.shuffledSubarray(history, { minLength: history.length })),
        ),
        ([history, shuffled]) => {
          const a = history.reduce((state, edit) => write(state, edit, kind), fresh());
          const b = shuffled.reduce((state, edit) => write(state, edit, kind), fresh());
          expect(everything(b)).toEqual(everything(a));
        },
      ),
      { numRuns: 1_000 },
    );
  });
}

test('shared: exactly the values that nobody replaced are kept, whatever the clocks say', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const state = history.reduce((row, edit) => write(row, edit), fresh());
      for (const column of COLUMNS) {
        const edits = history.filter((edit) => edit.column === column);
        if (edits.length === 0) continue;
        const replaced = edits.flatMap((edit) => edit.replaces);
        const all: Dot[] = [MADE, ...edits.map((edit) => edit.stamp)];
        const kept = all.filter((dot) => !replaced.some((one) => compareDots(one, dot) === 0));
        expect(seenDots(state, column).sort(compareDots)).toEqual(
          kept.map(({ site, device, run, n }) => ({ site, device, run, n })).sort(compareDots),
        );
      }
    }),
    { numRuns: 1_000 },
  );
});

test('shared: a person who saw all values settles them, though their clock woke in 1970', () => {
  fc.assert(
    fc.property(histories, (history) => {
      let state = history.reduce((row, edit) => write(row, edit), fresh());
      for (const column of COLUMNS) {
        const stamp = { site: 5, device: 0, run: 1, n: 100 + column, at: 0, clock: 0 };
        state = write(state, { stamp, column, value: 'settled', replaces: seenDots(state, column) });
      }
      expect(conflicts(state)).toEqual([]);
      expect(shown(state)).toEqual(['settled', 'settled', 'settled']);
    }),
  );
});

test('shared: of several values the best clock is shown before the latest stamp', () => {
  const edit = (site: number, at: number, clock: number): Edit => ({
    stamp: { site, device: 0, run: 1, n: 2, at, clock },
    column: 1,
    value: `of ${site}`,
    replaces: [MADE],
  });
  const state = [edit(2, 9_000, 0), edit(3, 2_000, 2)].reduce((row, one) => write(row, one), fresh());
  expect(state.values.get(1)).toBe('of 3');
  expect(liveValues(state, 1).map((one) => one.value)).toEqual(['of 3', 'of 2']);
});

const digests = fc.uint8Array({ minLength: 16, maxLength: 16 });

test('digests add in any order, and what was added can be taken away', () => {
  fc.assert(
    fc.property(digests, digests, digests, (a, b, c) => {
      expect(sameDigest(addDigests(a, b), addDigests(b, a))).toBe(true);
      expect(sameDigest(addDigests(addDigests(a, b), c), addDigests(a, addDigests(b, c)))).toBe(true);
      expect(sameDigest(lessDigest(addDigests(a, b), b), a)).toBe(true);
      expect(sameDigest(lessDigest(a, a), ZERO_DIGEST)).toBe(true);
    }),
  );
});

test('a row’s hash does not depend on the order of its fields or on empty ones, and on everything else', () => {
  const row = rowHash(3, 'a', [
    [1, 'x'],
    [2, null],
  ]);
  expect(sameDigest(row, rowHash(3, 'a', [[1, 'x']]))).toBe(true);
  for (const other of [
    rowHash(4, 'a', [[1, 'x']]),
    rowHash(3, 'b', [[1, 'x']]),
    rowHash(3, 'a', [[2, 'x']]),
    rowHash(3, 'a', [[1, 'X']]),
  ])
    expect(sameDigest(row, other)).toBe(false);
});
