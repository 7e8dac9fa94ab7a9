// The clock: stamps never run backwards, the state says how far the wall can be trusted.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { civilDate, createClock, PROGRAM_EPOCH, type ClockState } from './clock.ts';

const NOW = Date.UTC(2026, 10, 24, 15);
const DAY = 86_400_000;

function settable(disciplined = true, last?: number) {
  let wall = NOW;
  const clock = createClock({ now: () => wall, disciplined: () => disciplined, last });
  return { clock, set: (value: number) => void (wall = value) };
}

describe('stamps', () => {
  test('grow with every act, whatever the wall does and whatever arrives', () => {
    const move = fc.oneof(
      fc.record({ set: fc.integer({ min: 0, max: 4_000_000_000_000 }) }),
      fc.record({
        observe: fc.integer({ min: 0, max: 4_000_000_000_000 }),
        state: fc.constantFrom<ClockState>('synced', 'estimated', 'unknown'),
      }),
      fc.constant('stamp' as const),
    );
    fc.assert(
      fc.property(fc.array(move, { maxLength: 50 }), (moves) => {
        const { clock, set } = settable();
        let last = 0;
        for (const one of moves) {
          if (one === 'stamp') {
            const stamp = clock.stamp();
            expect(stamp).toBeGreaterThan(last);
            expect(stamp).toBeGreaterThanOrEqual(clock.now());
            last = stamp;
          } else if ('set' in one) set(one.set);
          else clock.observe(one.observe, one.state);
        }
      }),
    );
  });

  test('are the wall’s time while it runs forward', () => {
    const { clock, set } = settable();
    expect(clock.stamp()).toBe(NOW);
    expect(clock.stamp()).toBe(NOW + 1);
    set(NOW + 5_000);
    expect(clock.stamp()).toBe(NOW + 5_000);
  });

  test('a board that woke in 2079 does not drag us along; one that knows the time does', () => {
    const { clock } = settable();
    const far = Date.UTC(2079, 0, 1);
    clock.observe(far, 'estimated');
    clock.observe(far, 'unknown');
    expect(clock.stamp()).toBe(NOW);
    clock.observe(NOW + 60_000, 'synced');
    expect(clock.stamp()).toBe(NOW + 60_001);
  });

  test('go on after the highest that the log holds', () => {
    expect(settable(true, NOW + 9_000).clock.stamp()).toBe(NOW + 9_001);
  });
});

describe('state', () => {
  test.each<[string, number, boolean, number | undefined, ClockState]>([
    ['set from a time source', NOW, true, undefined, 'synced'],
    ['plausible, unchecked', NOW, false, undefined, 'estimated'],
    ['before this program was written', PROGRAM_EPOCH - 1, true, undefined, 'unknown'],
    ['1970', 0, true, undefined, 'unknown'],
    ['more than a day behind the log', NOW - DAY - 1, true, NOW, 'unknown'],
    ['some hours behind the log', NOW - DAY / 2, true, NOW, 'synced'],
  ])('%s', (_name, wall, disciplined, last, expected) => {
    const { clock, set } = settable(disciplined, last);
    set(wall);
    expect(clock.state()).toBe(expected);
  });
});

describe('civil dates', () => {
  test.each([
    ['2026-11-25T04:59:59.999Z', 'America/Lima', '2026-11-24'],
    ['2026-11-25T05:00:00.000Z', 'America/Lima', '2026-11-25'],
    ['2026-11-25T04:59:59.999Z', 'UTC', '2026-11-25'],
    ['2024-02-29T23:00:00.000Z', 'America/Lima', '2024-02-29'],
    ['1970-01-01T00:00:00.000Z', 'America/Lima', '1969-12-31'],
  ])('%s in %s is %s', (instant, zone, expected) => {
    expect(civilDate(Date.parse(instant), zone)).toBe(expected);
  });
});

describe('the hub’s word', () => {
  function board(wall: number) {
    let steady = 5;
    let at = wall;
    let disciplined = false;
    const clock = createClock({ now: () => at, disciplined: () => disciplined, steady: () => steady });
    return {
      clock,
      pass(milliseconds: number) {
        steady += milliseconds;
        at += milliseconds;
      },
      set: (value: number) => void (at = value),
      discipline: () => void (disciplined = true),
    };
  }

  test('replaces a clock that is lost, and goes on however that one is set', () => {
    const { clock, pass, set } = board(0);
    expect(clock.state()).toBe('unknown');
    clock.told(NOW, 1_000);
    expect([clock.now(), clock.state(), clock.isCorrected()]).toEqual([NOW, 'synced', true]);
    pass(10_000);
    expect(clock.now()).toBe(NOW + 10_000);
    set(NOW - 40 * DAY);
    expect(clock.now()).toBe(NOW + 10_000);
    expect(clock.stamp()).toBe(NOW + 10_000);
  });

  test('leaves a clock alone that is as right as the word, and calls it checked for a day', () => {
    const { clock, pass } = board(NOW);
    clock.told(NOW + 20_000, 1_000);
    expect([clock.now(), clock.state(), clock.isCorrected()]).toEqual([NOW, 'synced', false]);
    pass(DAY + 1);
    expect(clock.state()).toBe('estimated');
  });

  test('that took minutes is an estimate', () => {
    const { clock } = board(0);
    clock.told(NOW, 90_000);
    expect([clock.now(), clock.state()]).toEqual([NOW, 'estimated']);
  });

  test('counts for nothing beside a time source of the machine', () => {
    const { clock, discipline } = board(NOW);
    clock.told(NOW + 90 * DAY, 10);
    discipline();
    expect([clock.now(), clock.state(), clock.isCorrected()]).toEqual([NOW, 'synced', false]);
  });

  test('of a time before this program was made changes nothing', () => {
    const { clock } = board(0);
    clock.told(PROGRAM_EPOCH - 1, 10);
    expect([clock.now(), clock.state()]).toEqual([0, 'unknown']);
  });
});
