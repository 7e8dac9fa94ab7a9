// What can be found out from sums: never a value that is not the only one possible, and always what follows from them linearly.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addEquation, addVariable, newSystem, solve } from './linear.fixtures.ts';

describe('known sums', () => {
  it('give a single hidden part', () => {
    const system = newSystem();
    const [a, b, c] = [addVariable(system, 0, Infinity), addVariable(system, 7, 7), addVariable(system, 9, 9)];
    addEquation(system, [
      [a, 1],
      [b, 1],
      [c, -1],
    ]);
    solve(system);
    expect([system.low[a], system.high[a]]).toEqual([2, 2]);
  });

  it('give what only follows from several of them', () => {
    const system = newSystem();
    const [a, b, c, d] = [1, 2, 3, 4].map(() => addVariable(system, -Infinity, Infinity)) as [
      number,
      number,
      number,
      number,
    ];
    // a+b+c = 10, b+c+d = 12, a+d = 8: so b+c = 7, a = 3, d = 5
    addEquation(
      system,
      [a, b, c].map((v) => [v, 1] as const),
      10,
    );
    addEquation(
      system,
      [b, c, d].map((v) => [v, 1] as const),
      12,
    );
    addEquation(
      system,
      [a, d].map((v) => [v, 1] as const),
      8,
    );
    solve(system);
    expect([system.low[a], system.high[a], system.low[d], system.high[d]]).toEqual([3, 3, 5, 5]);
    expect([system.low[b], system.high[b]]).toEqual([-Infinity, Infinity]);
  });

  it('give a value where bounds leave only one', () => {
    const system = newSystem();
    const [a, b] = [addVariable(system, 1, Infinity), addVariable(system, 1, Infinity)];
    addEquation(
      system,
      [
        [a, 1],
        [b, 1],
      ],
      2,
    );
    solve(system);
    expect([system.low, system.high]).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('never exclude the truth', () => {
    const factors = fc.constantFrom(-2, -1, 0, 0, 1, 1, 2);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 7 }),
        fc.array(fc.array(factors, { minLength: 7, maxLength: 7 }), { maxLength: 7 }),
        (truth, rows) => {
          const system = newSystem();
          truth.forEach(() => addVariable(system, 0, Infinity));
          for (const row of rows) {
            const terms = truth.map((_, i) => [i, row[i] ?? 0] as const);
            addEquation(
              system,
              terms,
              truth.reduce((sum, value, i) => sum + value * (row[i] ?? 0), 0),
            );
          }
          solve(system);
          truth.forEach((value, i) => {
            expect(system.low[i]).toBeLessThanOrEqual(value);
            expect(system.high[i]).toBeGreaterThanOrEqual(value);
          });
        },
      ),
    );
  });
});
