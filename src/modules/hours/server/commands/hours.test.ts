// Opening hours: who may write them, what is refused, and what a cut leaves behind.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { system } from '#platform/permissions';
import { openDesk, verdict, type TestDesk } from '../../../../../tests/support/desk.ts';
import { listExceptions, listGaps, listHours, openState } from '../queries.ts';
import { showIntervals } from '../rules.ts';
import { beat, beatIfNeeded } from './beat.ts';
import { addException, dropException } from './exceptions.ts';
import { closeDay, openDay } from './open-close.ts';
import { setWeek } from './set-week.ts';

const TODAY = '2026-11-24';
let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());
const read = () => desk.app.db.read;
const shown = async (weekday: number) =>
  showIntervals((await listHours(read(), desk.site.id, TODAY)).filter((one) => one.weekday === weekday));

describe('hours.set-week', () => {
  it('refuses who may not and what is not hours, and then changes nothing', async () => {
    expect(verdict(await desk.run(setWeek, desk.visitor, { day1: '8-12' }))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(setWeek, desk.actor('municipal-staff'), { day1: '8-12' }))).toBe(
      'permissions.denied',
    );
    expect(verdict(await desk.run(setWeek, desk.stranger, { day1: '8-12' }))).toBe('permissions.denied');
    expect(verdict(await desk.run(setWeek, desk.operator, { day1: '8-12', day2: 'tarde' }))).toBe(
      'day2: hours.not-hours',
    );
    expect(await listHours(read(), desk.site.id, TODAY)).toEqual([]);
  });
  it('keeps the week; what did not change is not written again, what did holds from today', async () => {
    await desk.must(setWeek, desk.operator, { day1: '8:00-12:00, 14:00-18:00', day2: '8-12', solar: 'on' });
    const before = await listHours(read(), desk.site.id, '2000-01-01');
    await desk.must(setWeek, desk.operator, { day1: '8:00-12:00,14:00-18:00', day2: '8-12', solar: 'on' });
    expect(await listHours(read(), desk.site.id, '2000-01-01')).toEqual(before);
    await desk.must(setWeek, desk.operator, { day1: '8:00-12:00, 14:00-18:00', day2: '', solar: 'on' });
    expect([await shown(1), await shown(2)]).toEqual(['8:00-12:00, 14:00-18:00', '']);
  });
});

describe('exceptions', () => {
  it('refuse who may not, the past and several intervals; the last one of a day holds and may be taken back', async () => {
    const input = { day: '2026-12-24', hours: '8-11', reason: 'holiday' };
    expect(verdict(await desk.run(addException, desk.visitor, input))).toBe('permissions.sign-in');
    expect(
      verdict(await desk.run(addException, desk.actor('facilitator', desk.operator.grants[0]?.scope), input)),
    ).toBe('permissions.denied');
    expect(verdict(await desk.run(addException, desk.operator, { ...input, day: '2026-11-23' }))).toBe(
      'hours.day-past',
    );
    expect(verdict(await desk.run(addException, desk.operator, { ...input, hours: '8-9, 10-11' }))).toBe(
      'hours: hours.not-one-interval',
    );
    expect(verdict(await desk.run(addException, desk.operator, { ...input, reason: 'x' }))).toBe(
      'reason: field.choose',
    );
    await desk.must(addException, desk.operator, input);
    const { id } = await desk.must(addException, desk.operator, { ...input, hours: '' }, 'k');
    await desk.must(addException, desk.operator, { ...input, hours: '' }, 'k');
    expect(await listExceptions(read(), desk.site.id, TODAY, '2026-12-31')).toMatchObject([{ id, closed: true }]);
    await desk.must(dropException, desk.operator, { exception: id });
    await desk.must(dropException, desk.operator, { exception: id });
    expect(await listExceptions(read(), desk.site.id, TODAY, '2026-12-31')).toEqual([]);
    expect(verdict(await desk.run(dropException, desk.operator, { exception: desk.site.id }))).toBe(
      'hours.exception-unknown',
    );
  });
  it('a clock that woke in 1970 refuses no day', async () => {
    const now = desk.clock.now();
    desk.clock.set(Date.UTC(1970, 0, 1), 'unknown');
    expect(verdict(await desk.run(addException, desk.operator, { day: '1969-01-01', reason: 'other' }))).toBe('ok');
    desk.clock.set(now, 'synced');
  });
});

describe('opening and closing', () => {
  it('are said once each, by those who keep the place', async () => {
    expect(verdict(await desk.run(openDay, desk.visitor, {}))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(openDay, desk.stranger, {}))).toBe('permissions.denied');
    expect(verdict(await desk.run(closeDay, desk.operator, {}))).toBe('hours.not-open');
    await desk.must(openDay, desk.operator, {}, 'k');
    await desk.must(openDay, desk.operator, {}, 'k');
    expect((await openState(read(), desk.site, TODAY)).since).not.toBeNull();
    expect(verdict(await desk.run(openDay, desk.operator, {}))).toBe('hours.open-already');
    expect(verdict(await desk.run(closeDay, desk.operator, { reason: 'sueño' }))).toBe('reason: field.choose');
    await desk.must(closeDay, desk.operator, { reason: 'no-power' });
    expect((await openState(read(), desk.site, TODAY)).since).toBeNull();
  });
});

describe('the beat', () => {
  it('notices a cut and a clock that was set, and nothing else', async () => {
    const say = () => desk.must(beat, system, {});
    expect(verdict(await desk.run(beat, desk.visitor, {}))).toBe('permissions.sign-in');
    expect((await say()).gap).toBe(null);
    desk.clock.forward(15_000);
    expect((await say()).gap).toBe(null);
    desk.clock.cut(1_800_000);
    desk.clock.forward(20_000); // of start
    await beatIfNeeded(desk.app);
    await beatIfNeeded(desk.app);
    desk.clock.forward(15_000);
    desk.clock.set(desk.clock.now() - 7_200_000, 'synced');
    expect((await say()).gap).toBe('clock');
    const gaps = await listGaps(read(), desk.site.id, 0);
    expect(gaps.map(({ cause, from, to }) => [cause, to - from])).toEqual([
      ['stopped', 1_800_000],
      ['clock', -7_200_000],
    ]);
  });
});
