// Periods follow the calendar of the programme's zone: no day is lost between them and none lies in two.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cutsDue,
  instantsOf,
  isCut,
  lastEnded,
  nextPeriod,
  PERIOD_TYPES,
  periodOf,
  periodsBetween,
} from './periods.ts';

const days = fc
  .date({ min: new Date('2014-01-01'), max: new Date('2060-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const types = fc.constantFrom(...PERIOD_TYPES);

describe('periods', () => {
  it('have the days of the calendar', () => {
    expect(periodOf('month', '2028-02-10')).toEqual({ from: '2028-02-01', to: '2028-02-29' });
    expect(periodOf('quarter', '2026-11-24')).toEqual({ from: '2026-10-01', to: '2026-12-31' });
    expect(periodOf('year', '2026-11-24')).toEqual({ from: '2026-01-01', to: '2026-12-31' });
    expect(() => periodOf('month', '2026-02-30x')).toThrow(RangeError);
  });

  it('follow one another without gap or overlap', () => {
    fc.assert(
      fc.property(types, days, (type, day) => {
        const period = periodOf(type, day);
        expect(period.from <= day && day <= period.to).toBe(true);
        const next = nextPeriod(type, period);
        expect(Date.parse(next.from) - Date.parse(period.to)).toBe(86_400_000);
        expect(lastEnded(type, next.from)).toEqual(period);
        expect(isCut(type, period.to)).toBe(true);
        expect(isCut(type, next.from)).toBe(false);
      }),
    );
  });

  it('of a year are its twelve months and four quarters', () => {
    const months = periodsBetween('month', '2026-01-15', '2026-12-01');
    expect(months.map((period) => period.from.slice(5, 7))).toHaveLength(12);
    expect([months[0]?.from, months.at(-1)?.to]).toEqual(['2026-01-01', '2026-12-31']);
    expect(periodsBetween('quarter', '2026-01-15', '2026-12-01')).toHaveLength(4);
  });

  it('begin at midnight of the zone, not of UTC', () => {
    expect(instantsOf({ from: '2026-11-24', to: '2026-11-24' }, 'America/Lima')).toEqual({
      from: Date.UTC(2026, 10, 24, 5),
      to: Date.UTC(2026, 10, 25, 5) - 1,
    });
    expect(instantsOf({ from: null, to: '2026-11-24' }, 'America/Lima').from).toBe(0);
  });
});

describe('cuts', () => {
  it('are due when a period is over, and missed ones are caught up with in order', () => {
    expect(cutsDue('month', undefined, '2026-11-24')).toEqual(['2026-10-31']);
    expect(cutsDue('month', '2026-10-31', '2026-11-30')).toEqual([]);
    expect(cutsDue('month', '2026-10-31', '2026-12-01')).toEqual(['2026-11-30']);
    expect(cutsDue('month', '2026-07-31', '2026-11-24')).toEqual(['2026-08-31', '2026-09-30', '2026-10-31']);
    expect(cutsDue('quarter', '2025-12-31', '2026-11-24')).toEqual(['2026-03-31', '2026-06-30', '2026-09-30']);
  });

  it('a clock that went back makes none', () => {
    expect(cutsDue('month', '2026-10-31', '1970-01-01')).toEqual([]);
  });
});
