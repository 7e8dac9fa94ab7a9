// Hours planned, served and lost; and the time that a cut or a clock would have eaten.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  gapBetween,
  openedNow,
  planOf,
  readIntervals,
  serviceOf,
  shiftBetween,
  showIntervals,
  weekdayOf,
  type Beat,
  type WeekHours,
} from './rules.ts';

const week: WeekHours[] = [
  { id: 'a', weekday: 2, opens: 840, closes: 1080, solar: true, from: null, to: null },
  { id: 'b', weekday: 2, opens: 480, closes: 720, solar: false, from: null, to: null },
  { id: 'c', weekday: 3, opens: 480, closes: 720, solar: false, from: '2026-12-01', to: null },
];
const TUESDAY = '2026-11-24';
const exception = { id: 'e', day: TUESDAY, closed: false, opens: 540, closes: 660, reason: 'assembly', note: null };

describe('typed hours', () => {
  it.each([
    ['8:00-12:30, 14-18', '8:00-12:30, 14:00-18:00'],
    ['14:00 a 18:00; 8.00 – 12.00', '8:00-12:00, 14:00-18:00'],
    ['', ''],
    ['0:00-24:00', '0:00-24:00'],
  ])('%s', (typed, shown) => expect(showIntervals(readIntervals(typed) ?? [])).toBe(shown));
  it.each(['8', '12-8', '8:00-8:00', '8:70-9:00', '8-25', '8-12, 11-13', 'mañana'])('%s is not hours', (typed) =>
    expect(readIntervals(typed)).toBeNull(),
  );
});

describe('the plan of a day', () => {
  it('is the week’s, in order, from the day on which it holds', () => {
    expect(weekdayOf(TUESDAY)).toBe(2);
    expect(showIntervals(planOf(TUESDAY, week, [], null).planned)).toBe('8:00-12:00, 14:00-18:00');
    expect(planOf('2026-11-25', week, [], null).planned).toEqual([]);
    expect(planOf('2026-12-02', week, [], null).planned).toHaveLength(1);
  });
  it('a holiday closes, and a dated exception goes before both', () => {
    expect(planOf(TUESDAY, week, [], 'Navidad').planned).toEqual([]);
    expect(showIntervals(planOf(TUESDAY, week, [exception], 'Navidad').planned)).toBe('9:00-11:00');
    expect(planOf(TUESDAY, week, [{ ...exception, closed: true }], null).planned).toEqual([]);
  });
});

const at = (minute: number) => minute * 60_000;
const step = (kind: string, minute: number, reason: string | null = null) => ({
  ...{ step: kind, day: TUESDAY, at: at(minute), reason, stamp: at(minute) },
});
const minuteOf = (instant: number) => instant / 60_000;
const plan = planOf(TUESDAY, week, [], null);

describe('hours served and lost', () => {
  it('add up to what was planned, each loss with its cause', () => {
    const steps = [step('opened', 500), step('closed', 720), step('opened', 840), step('closed', 1000, 'no-power')];
    const gaps = [{ cause: 'stopped', from: at(600), to: at(630), station: null, stamp: at(630) }];
    expect(serviceOf(plan, steps, gaps, minuteOf)).toEqual({
      planned: 480,
      served: 220 - 30 + 160,
      lost: { unknown: 20, stopped: 30, 'no-power': 80 },
    });
  });
  it('a closing that nobody wrote is the planned end; a day nobody opened is lost', () => {
    expect(serviceOf(plan, [step('opened', 480)], [], minuteOf)).toEqual({ planned: 480, served: 600, lost: {} });
    expect(serviceOf(plan, [], [], minuteOf)).toEqual({ planned: 480, served: 0, lost: { unknown: 480 } });
    const closed = planOf(TUESDAY, week, [{ ...exception, closed: true }], null);
    expect(serviceOf(closed, [], [], minuteOf).lost).toEqual({ assembly: 480 });
    expect(serviceOf(planOf(TUESDAY, week, [], 'Navidad'), [], [], minuteOf)).toEqual({
      ...{ planned: 0, served: 0, lost: {} },
    });
  });
  it('never lose more than was planned, whatever was written', () => {
    const kinds = fc.constantFrom('opened', 'closed');
    const minute = fc.integer({ min: 0, max: 1439 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(kinds, minute), { maxLength: 8 }),
        fc.array(fc.tuple(minute, minute), { maxLength: 4 }),
        (steps, cuts) => {
          const gaps = cuts.map(([from, to]) => ({
            ...{
              cause: 'stopped',
              from: at(Math.min(from, to)),
              to: at(Math.max(from, to)),
              station: null,
              stamp: at(to),
            },
          }));
          const { planned, lost } = serviceOf(
            plan,
            steps.map(([kind, m]) => step(kind, m)),
            gaps,
            minuteOf,
          );
          const sum = Object.values(lost).reduce((all, one) => all + one, 0);
          expect(planned).toBe(480);
          expect(sum).toBeLessThanOrEqual(planned);
          expect(Object.values(lost).every((one) => one > 0)).toBe(true);
        },
      ),
    );
  });
  it('is open by what was said last today', () => {
    expect(openedNow([step('opened', 480), step('closed', 500)], TUESDAY)).toBeNull();
    expect(openedNow([step('closed', 500), step('opened', 510), step('opened', 480)], TUESDAY)?.at).toBe(at(510));
    expect(openedNow([step('opened', 480)], '2026-11-25')).toBeNull();
  });
});

/** A machine that runs, is cut off and has its clock set; beats now and then. */
const doings = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('run' as const), ms: fc.integer({ min: 1, max: 3_600_000 }) }),
    fc.record({ kind: fc.constant('cut' as const), ms: fc.integer({ min: 120_000, max: 86_400_000 }) }),
    fc.record({ kind: fc.constant('clock' as const), ms: fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }) }),
  ),
  { maxLength: 30 },
);

describe('gaps', () => {
  it('take out exactly what was no service: what is left is the time that really went by while it worked', () => {
    fc.assert(
      fc.property(doings, (all) => {
        let wall = 1_795_000_000_000;
        let steady = 5_000;
        let boot = 0;
        let worked = 0;
        const gaps: { cause: string; from: number; to: number; station: null; stamp: number }[] = [];
        let before: Beat = { wall, steady, boot: '0' };
        const start = wall;
        const beat = () => {
          const now = { wall, steady, boot: String(boot) };
          const gap = gapBetween(before, now);
          if (gap) gaps.push({ ...gap, station: null, stamp: gaps.length + 1 });
          before = now;
        };
        for (const { kind, ms } of all) {
          if (kind === 'run') {
            wall += ms;
            steady += ms;
            worked += ms;
          } else if (kind === 'cut') {
            beat();
            wall += ms;
            steady = 0;
            boot++;
          } else if (Math.abs(ms) >= 60_000) {
            beat();
            wall += ms;
          }
          beat();
        }
        expect(wall - start - shiftBetween(gaps, 0)).toBe(worked);
      }),
    );
  });
});
