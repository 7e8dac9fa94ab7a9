// From least to most people: what probable duplicates leave open, whatever the order in which they were counted.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinPairs } from './links.ts';
import { intervals } from './pairs.ts';

const person = fc.integer({ min: 0, max: 6 }).map((n) => `P${n}`);
const counted = fc.uniqueArray(fc.record({ cell: fc.constantFrom('a', 'b', 'c'), person }), {
  selector: (one) => one.person,
  maxLength: 7,
});
const pairs = fc.array(fc.record({ person, other: person }), { maxLength: 4 });

describe('intervals of people', () => {
  it('hold every number that a decision could lead to', () => {
    fc.assert(
      fc.property(counted, pairs, fc.infiniteStream(fc.nat()), (rows, probable, choices) => {
        const sets = joinPairs(probable);
        const known = intervals(rows, sets);
        // decide: every probable set is one person, who lies in the cell of any one of its cards
        const cellOf = new Map<string, string>();
        for (const { cell, person: id } of rows) {
          const set = sets.get(id) ?? id;
          if (!cellOf.has(set) || Number(choices.next().value) % 2 === 0) cellOf.set(set, cell);
        }
        for (const [cell, { min, max }] of known) {
          const decided = [...cellOf.values()].filter((one) => one === cell).length;
          expect(decided).toBeGreaterThanOrEqual(min);
          expect(decided).toBeLessThanOrEqual(max);
        }
      }),
    );
  });

  it('are exact where nothing is in doubt, and the same in every order', () => {
    fc.assert(
      fc.property(counted, pairs, (rows, probable) => {
        for (const { min, max } of intervals(rows, new Map()).values()) expect(min).toBe(max);
        const sorted = (known: Map<string, { min: number; max: number }>) =>
          [...known].toSorted(([a], [b]) => (a < b ? -1 : 1));
        expect(sorted(intervals(rows.toReversed(), joinPairs(probable.toReversed())))).toEqual(
          sorted(intervals(rows, joinPairs(probable))),
        );
      }),
    );
  });
});
