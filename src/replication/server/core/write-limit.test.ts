import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LEAST_UP_BYTES, MOST_UP_BYTES, nextLimit } from './write-limit.ts';

/** Sessions over a path that loses what is larger than `hole`: an empty request first after a loss, then what the limit allows. */
function sessions(hole: number, waiting: number, start = MOST_UP_BYTES): { limit: number; waiting: number } {
  let limit = start;
  let left = waiting;
  for (let round = 0; round < 3_000 && left > 0; round++) {
    const carried = Math.min(limit, left);
    const answered = carried <= hole;
    if (answered) left -= carried;
    limit = nextLimit(limit, { passed: true, carried, answered });
  }
  return { limit, waiting: left };
}

test('where large requests are lost and small ones pass, all arrives in smaller ones', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: LEAST_UP_BYTES, max: 200_000 }),
      fc.integer({ min: 1, max: 600_000 }),
      (hole, waiting) => {
        expect(sessions(hole, waiting).waiting).toBe(0);
      },
    ),
  );
});

test('the limit stays between one segment and the most, whatever happens', () => {
  const tries = fc.record({ passed: fc.boolean(), carried: fc.nat({ max: 300_000 }), answered: fc.boolean() });
  fc.assert(
    fc.property(fc.array(tries, { maxLength: 60 }), (list) => {
      let limit = MOST_UP_BYTES;
      for (const one of list) {
        limit = nextLimit(limit, one);
        expect(limit).toBeGreaterThanOrEqual(LEAST_UP_BYTES);
        expect(limit).toBeLessThanOrEqual(MOST_UP_BYTES);
      }
    }),
  );
});

test('a link that is down, or a request that carries nothing, says nothing about sizes', () => {
  expect(nextLimit(65_536, { passed: false, carried: 60_000, answered: false })).toBe(65_536);
  expect(nextLimit(65_536, { passed: true, carried: 0, answered: false })).toBe(65_536);
});

test('a lost request halves what it carried, and requests that pass full bring the limit back', () => {
  expect(nextLimit(MOST_UP_BYTES, { passed: true, carried: 100_000, answered: false })).toBe(50_000);
  expect(nextLimit(50_000, { passed: true, carried: 49_000, answered: true })).toBe(100_000);
  expect(nextLimit(50_000, { passed: true, carried: 3_000, answered: true })).toBe(50_000);
  expect(nextLimit(100_000, { passed: true, carried: 99_000, answered: true })).toBe(MOST_UP_BYTES);
});
