// Whose turn it is: the same whatever the order of arrival, nobody passed over for ever, boats by their hour.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  estimate,
  orderOf,
  PRIORITIES,
  recentCalls,
  standingOf,
  type Standing,
  type Step,
  type Ticket,
} from './rules.ts';

const NOW = 1_795_000_000_000;
const minutes = (count: number) => count * 60_000;
const ticket = (number: number, changes: Partial<Ticket> = {}): Ticket => ({
  ...{ id: `T${number}`, number, priority: 'none', need: 'help', leavesAt: null, cameAt: NOW - minutes(30) + number },
  ...changes,
});
const step = (of: string, kind: string, stamp: number): Step => ({
  ...{ ticket: of, kind, at: NOW + stamp, station: null, stamp },
});
const numbers = (order: readonly Standing[]) => order.map(({ number }) => number);
const order = (tickets: Ticket[], steps: Step[] = []) => {
  const all = standingOf(tickets, steps);
  return numbers(orderOf(all, recentCalls(all), NOW));
};

const drawn = fc
  .array(
    fc.record({
      priority: fc.constantFrom(...PRIORITIES),
      waited: fc.integer({ min: 0, max: 180 }),
      leaves: fc.option(fc.integer({ min: -30, max: 300 }), { nil: null }),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((all) =>
    all.map(({ priority, waited, leaves }, at) =>
      ticket(at + 1, {
        ...{ priority, cameAt: NOW - minutes(waited), leavesAt: leaves === null ? null : NOW + minutes(leaves) },
      }),
    ),
  );

describe('the order', () => {
  it('first come, first served; two who go first, then one of the others', () => {
    expect(order([ticket(2), ticket(1), ticket(3)])).toEqual([1, 2, 3]);
    const elderly = [4, 5, 6, 7].map((number) => ticket(number, { priority: 'elderly' }));
    expect(order([ticket(1), ticket(2), ...elderly])).toEqual([4, 5, 1, 6, 7, 2]);
    expect(order([ticket(1), ...elderly], [step('T4', 'called', 1), step('T5', 'called', 2)])).toEqual([1, 6, 7]);
  });
  it('a boat that leaves within the hour goes by its hour, a later one does not hurry', () => {
    const boats = [
      ticket(1, { priority: 'transport', leavesAt: NOW + minutes(50) }),
      ticket(2, { priority: 'transport', leavesAt: NOW + minutes(20) }),
      ticket(3, { priority: 'transport', leavesAt: NOW + minutes(200) }),
    ];
    expect(order([ticket(4, { cameAt: NOW - minutes(40) }), ...boats])).toEqual([2, 1, 4, 3]);
  });
  it('who waited an hour goes with those who go first; who comes back too', () => {
    const late = ticket(9, { cameAt: NOW - minutes(61) });
    expect(order([ticket(1), ticket(2), late])[0]).toBe(9);
    const steps = [step('T2', 'called', 1), step('T2', 'absent', 2), step('T2', 'back', 3)];
    expect(order([ticket(1), ticket(2), ticket(3)], steps)[0]).toBe(2);
  });
  it('has everybody who waits exactly once, whatever order the rows came in', () => {
    fc.assert(
      fc.property(drawn, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (tickets, random) => {
        const draws = tickets.map(() => random.next().value as number);
        const mixed = tickets.map((one, at) => [draws[at] ?? 0, one] as const).toSorted((a, b) => a[0] - b[0]);
        const one = order(tickets);
        expect(order(mixed.map(([, each]) => each))).toEqual(one);
        expect(one.toSorted((a, b) => a - b)).toEqual(tickets.map(({ number }) => number));
      }),
    );
  });
  it('never calls more than two who go first while one of the others waits', () => {
    fc.assert(
      fc.property(drawn, (tickets) => {
        const all = standingOf(tickets, []);
        const called = orderOf(all, [], NOW);
        const common = (one: Standing) =>
          (one.priority === 'none' || (one.priority === 'transport' && (one.leavesAt ?? NOW) - NOW > minutes(60))) &&
          NOW - one.cameAt < minutes(60);
        let row = 0;
        for (const [at, one] of called.entries()) {
          const left = called.slice(at).some(common);
          row = common(one) ? 0 : row + 1;
          if (left) expect(row).toBeLessThanOrEqual(2);
        }
      }),
    );
  });
});

describe('where a number stands', () => {
  it('is what its last step says, in the order of stamps; a kind from a newer program changes nothing', () => {
    const steps = [
      step('T1', 'finished', 3),
      step('T1', 'called', 1),
      step('T1', 'teleported', 4),
      step('T2', 'left', 2),
    ];
    expect(standingOf([ticket(1), ticket(2), ticket(3)], steps).map(({ state }) => state)).toEqual([
      ...['finished', 'left', 'waiting'],
    ]);
  });
  it('and how long it may take is the median of the last ones, over those who serve', () => {
    const served = [4, 6, 90].flatMap((long, at) => [
      { ...step(`T${at + 1}`, 'called', at * 2 + 1), at: NOW },
      { ...step(`T${at + 1}`, 'finished', at * 2 + 2), at: NOW + minutes(long) },
    ]);
    const all = standingOf(
      [1, 2, 3, 4].map((number) => ticket(number)),
      served,
    );
    expect(estimate(0, all)).toBe(6);
    expect(estimate(2, all)).toBe(18);
    expect(estimate(0, [])).toBe(10);
  });
});
