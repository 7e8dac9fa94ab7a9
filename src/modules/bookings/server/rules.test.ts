// Bookings: what one is at a moment, and whether a wish keeps the rules.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds, overlaps, stateOf, USUAL_RULES, weeksFrom, wishRefusal } from './rules.ts';

const DAY = '2026-11-26';
const slot = { day: DAY, from: 600, to: 660 };
const at = (minute: number, day = DAY) => ({ day, minute });

describe('a booking', () => {
  it.each([
    [at(599), [], 'ahead'],
    [at(600), [], 'running'],
    [at(614), [], 'running'],
    [at(615), [], 'released'],
    [at(640), ['arrived'], 'arrived'],
    [at(660), ['arrived'], 'over'],
    [at(0, '2026-11-27'), [], 'over'],
    [at(599, '2026-11-25'), [], 'ahead'],
    [at(610), ['arrived', 'cancelled'], 'cancelled'],
  ])('at %o after %o is %s', (now, kinds, state) => {
    expect(stateOf(slot, kinds, USUAL_RULES, now)).toBe(state);
  });
  it('holds its time until it is released, cancelled or over', () => {
    expect((['ahead', 'running', 'arrived', 'released', 'over', 'cancelled'] as const).filter(holds)).toEqual([
      ...['ahead', 'running', 'arrived'],
    ]);
  });
  it('overlaps another exactly where they share a minute', () => {
    const minute = fc.integer({ min: 0, max: 50 });
    const drawn = fc
      .tuple(minute, minute)
      .map(([a, b]) => ({ day: DAY, from: Math.min(a, b), to: Math.max(a, b) + 1 }));
    fc.assert(
      fc.property(drawn, drawn, (a, b) => {
        const shared = Array.from({ length: 60 }, (_, m) => m).some(
          (m) => a.from <= m && m < a.to && b.from <= m && m < b.to,
        );
        expect(overlaps(a, b)).toBe(shared);
      }),
    );
  });
});

describe('a wish', () => {
  const wish = { ...slot, open: 0 };
  it('keeps the rules', () => {
    const asked = (changes: object, now = at(500), known = true) =>
      wishRefusal({ ...wish, ...changes }, USUAL_RULES, now, known);
    expect(asked({})).toBeNull();
    expect(asked({ to: 600 })).toBe('bookings.not-a-time');
    expect(asked({ to: 610 })).toBe('bookings.too-short');
    expect(asked({ to: 721 })).toBe('bookings.too-long');
    expect(asked({}, at(601))).toBe('bookings.past');
    expect(asked({}, at(601), false)).toBeNull();
    expect(asked({ day: '2026-12-27' })).toBe('bookings.too-far');
    expect(asked({ open: 2 })).toBe('bookings.too-many');
  });
  it('week by week goes over the end of a month and a year', () => {
    expect(weeksFrom('2026-12-24', 3)).toEqual(['2026-12-24', '2026-12-31', '2027-01-07']);
  });
});
