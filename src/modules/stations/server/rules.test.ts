// Time at a computer: what is left is what was given less what really went by while everything worked, whatever happened to power and clock.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Gap } from '#modules/hours';
import { ageSeen, allowanceOf, ruleFor, timeOf, USUAL, type Rule, type Session } from './rules.ts';

const START = 1_795_000_000_000;
const minutes = (count: number) => count * 60_000;
const session = (changes: Partial<Session> = {}): Session => ({
  ...{ id: 'S', station: 'A', startedAt: START, minutes: 45, stamp: START, steps: [] },
  ...changes,
});
const gap = (from: number, to: number, station: string | null = null): Gap => ({
  ...{ cause: 'stopped', from: START + minutes(from), to: START + minutes(to), station },
  stamp: START + minutes(Math.max(from, to)),
});
const at = (minute: number) => ({ wall: START + minutes(minute), stamp: START + minutes(minute) });
const left = (one: Session, gaps: Gap[], minute: number) => timeOf(one, gaps, at(minute)).left / 60_000;

describe('time left', () => {
  it('is computed from facts, and a cut is given back', () => {
    expect(left(session(), [], 20)).toBe(25);
    expect(left(session(), [], 60)).toBe(0);
    expect(left(session(), [gap(10, 40)], 50)).toBe(25);
    expect(timeOf(session(), [gap(10, 40)], at(50))).toMatchObject({
      ...{ credited: minutes(30), running: true, endsAt: START + minutes(75) },
    });
  });
  it('a gap of another computer, or from before it began, is nobody’s', () => {
    expect(left(session(), [gap(10, 40, 'B')], 20)).toBe(25);
    expect(left(session(), [gap(10, 20, 'A')], 30)).toBe(25);
    expect(left(session(), [{ ...gap(-40, -10), stamp: START - 1 }], 20)).toBe(25);
  });
  it('a clock that is set forth or back changes nothing', () => {
    expect(left(session(), [{ ...gap(10, 10), cause: 'clock', from: START, to: START + minutes(600) }], 620)).toBe(25);
    const back = { ...gap(10, 10), from: START + minutes(10), to: START - minutes(600), stamp: START + minutes(10) };
    const now = { wall: START - minutes(590), stamp: START + minutes(11) };
    expect(timeOf(session(), [back], now).left).toBe(minutes(25));
  });
  it('ends where it was ended; where somebody left at the cut, there', () => {
    const end = { kind: 'ended', at: START + minutes(30), minutes: 0, reason: 'desk', stamp: START + minutes(30) };
    const ended = timeOf(session({ steps: [end] }), [], at(300));
    expect(ended).toMatchObject({ used: minutes(30), running: false, endsAt: START + minutes(30) });
    const cut = { ...end, at: START + minutes(40), reason: 'left-at-cut', stamp: START + minutes(60) };
    expect(timeOf(session({ steps: [cut] }), [gap(10, 40)], at(300)).used).toBe(minutes(10));
  });
  it('a cut of more than two hours ends it where the cut began', () => {
    expect(timeOf(session(), [gap(10, 130)], at(140))).toMatchObject({ used: minutes(20), running: true });
    expect(timeOf(session(), [gap(10, 131)], at(140))).toMatchObject({ used: minutes(10), running: false });
  });
  it('an extension counts once it is there, and not after the end', () => {
    const longer = { kind: 'extended', at: START, minutes: 15, reason: null, stamp: START + 1 };
    expect(left(session({ steps: [longer] }), [], 50)).toBe(10);
    const end = { kind: 'ended', at: START + minutes(5), minutes: 0, reason: 'desk', stamp: START };
    expect(timeOf(session({ steps: [longer, end] }), [], at(50)).given).toBe(minutes(45));
  });

  it('never exceeds what was given, never falls below nothing, and nothing used is lost by the order of facts', () => {
    const minute = fc.integer({ min: -100, max: 400 });
    const gaps = fc.array(
      fc.record({ from: minute, to: minute, stamp: minute, mine: fc.boolean() }).map(({ from, to, stamp, mine }) => ({
        ...gap(from, to, mine ? 'A' : null),
        stamp: START + minutes(stamp),
      })),
      { maxLength: 6 },
    );
    const steps = fc.array(
      fc.record({ kind: fc.constantFrom('extended', 'ended'), at: minute, minutes: fc.integer({ min: 1, max: 60 }) }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(gaps, steps, minute, (all, drawn, now) => {
        const own = drawn.map((one, index) => ({
          ...{ kind: one.kind, at: START + minutes(one.at), minutes: one.minutes, reason: null },
          stamp: START + minutes(one.at) + index,
        }));
        const time = timeOf(session({ steps: own }), all, at(now));
        expect(time.left).toBeGreaterThanOrEqual(0);
        expect(time.used).toBeGreaterThanOrEqual(0);
        expect(time.used + time.left).toBe(time.given);
        const turned = timeOf(session({ steps: own.toReversed() }), all.toReversed(), at(now));
        expect(turned).toEqual(time);
      }),
    );
  });
});

describe('limits', () => {
  const rule = (changes: Partial<Rule>): Rule => ({ ...USUAL, ...changes });
  const rules = [
    rule({ name: 'all', sessionMinutes: 60 }),
    rule({ name: 'children', ageTo: 17, sessionMinutes: 30 }),
    rule({ name: 'school hours', ageTo: 17, fromMinute: 480, toMinute: 780, sessionMinutes: 15 }),
  ];
  it('are of whoever is meant at that hour, and the strictest', () => {
    expect(ruleFor(rules, 30, 600).name).toBe('all');
    expect(ruleFor(rules, 12, 900).name).toBe('children');
    expect(ruleFor(rules, 12, 600).name).toBe('school hours');
    expect(ruleFor(rules, null, 600).name).toBe('all');
    expect(ruleFor([], 30, 600)).toEqual(USUAL);
    expect([ageSeen('girl'), ageSeen('man'), ageSeen('not-said')]).toEqual([12, 30, null]);
  });
  it('and by what is left of the day, the next booking and the closing', () => {
    expect(allowanceOf(USUAL, 0, null, null)).toEqual({ minutes: 45, why: 'rule' });
    expect(allowanceOf(USUAL, minutes(100), null, null)).toEqual({ minutes: 20, why: 'day' });
    expect(allowanceOf(USUAL, 0, 10, 30)).toEqual({ minutes: 10, why: 'booking' });
    expect(allowanceOf(USUAL, 0, null, -5)).toEqual({ minutes: 0, why: 'closing' });
  });
});
