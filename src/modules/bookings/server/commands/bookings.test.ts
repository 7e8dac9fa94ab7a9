// Bookings at the telecentre and from elsewhere: rules, clashes, holidays, the past, recurring weeks, and answers that arrive.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addException, setWeek } from '#modules/hours';
import { seedTerritory } from '#modules/territory';
import { system } from '#platform/permissions';
import { openProgramme, verdict, type TestDesk, type TestProgramme } from '../../../../../tests/support/desk.ts';
import { momentOf } from '../here.ts';
import { listBookings, listRequests } from '../queries.ts';
import { book } from './book.ts';
import { setBookable } from './bookables.ts';
import { answerRequest, requestBooking } from './requests.ts';
import { stepBooking } from './step-booking.ts';

const THURSDAY = '2026-11-26';
let programme: TestProgramme;
let desk: TestDesk;
let other: TestDesk;
let bookable: string;
let rosa: string;
let luis: string;
beforeAll(async () => {
  programme = await openProgramme(['120608', '120608']);
  [desk, other] = programme.desks as [TestDesk, TestDesk];
  await programme.hub.must(seedTerritory, system, {});
  await programme.sync();
  const all = Object.fromEntries([1, 2, 3, 4, 5].map((day) => [`day${day}`, '8:00-12:00, 14:00-18:00']));
  await desk.must(setWeek, desk.operator, all);
  bookable = (await desk.must(setBookable, desk.operator, { kind: 'room', name: 'Sala', most: '240' })).id;
  rosa = (await desk.register()).id;
  luis = (await desk.register({ given: 'Luis', sex: 'male' })).id;
});
afterAll(() => programme.close());

const wish = (changes: Record<string, unknown> = {}) => ({
  ...{ bookable, person: rosa, day: THURSDAY, from: '9:00', to: '10:00' },
  ...changes,
});
const tried = async (changes: Record<string, unknown>, actor = desk.operator) =>
  verdict(await desk.run(book, actor, wish(changes)));
const all = (at: TestDesk = desk) =>
  listBookings(
    at.app.db.read,
    desk.site.id,
    { from: '2026-01-01', to: '2027-12-31' },
    momentOf(desk.clock.now(), 'America/Lima'),
  );
const standing = async () => (await all()).filter(({ state }) => state === 'ahead');

describe('bookings.book', () => {
  it('refuses who may not, bad input, the past, holidays and closed hours, and writes nothing', async () => {
    expect(await tried({}, desk.visitor)).toBe('permissions.sign-in');
    expect(await tried({}, desk.actor('municipal-staff'))).toBe('permissions.denied');
    expect(await tried({}, desk.stranger)).toBe('permissions.denied');
    expect(await tried({ person: '' })).toBe('bookings.who-needed');
    expect(await tried({ person: desk.site.id })).toBe('people.not-found');
    expect(await tried({ bookable: rosa })).toBe('bookings.not-bookable');
    expect(await tried({ from: 'nueve' })).toBe('from: field.not-an-hour');
    expect(await tried({ day: '26/11/2026' })).toBe('day: field.not-a-date');
    expect(await tried({ day: '2026-11-23' })).toBe('bookings.past');
    expect(await tried({ day: '2026-12-08' })).toBe('bookings.holiday'); // Inmaculada Concepción
    expect(await tried({ day: '2026-11-29' })).toBe('bookings.closed'); // Sunday
    expect(await tried({ from: '11:30', to: '14:30' })).toBe('bookings.outside-hours');
    expect(await all()).toEqual([]);
  });
  it('gives a time once: also when two ask at the same moment, and to the same request the same answer', async () => {
    const both = await Promise.all([
      desk.run(book, desk.operator, wish()),
      desk.run(book, desk.operator, wish({ person: luis })),
    ]);
    expect(both.map(verdict).toSorted()).toEqual(['bookings.taken', 'ok']);
    const later = wish({ person: luis, from: '10:00', to: '11:00' });
    const first = await desk.must(book, desk.operator, later, 'k');
    expect(await desk.must(book, desk.operator, later, 'k')).toEqual(first);
    expect(await standing()).toHaveLength(2);
  });
  it('a resident books for herself and takes back only her own', async () => {
    const { id } = await desk.must(book, desk.resident(luis), wish({ from: '15:00', to: '16:00' }));
    expect((await all()).find((one) => one.id === id)?.person).toBe(luis);
    const cancel = { booking: id, kind: 'cancelled' };
    expect(verdict(await desk.run(stepBooking, desk.resident(rosa), cancel))).toBe('bookings.not-found');
    await desk.must(stepBooking, desk.resident(luis), cancel);
    expect(verdict(await desk.run(stepBooking, desk.resident(luis), cancel))).toBe('bookings.over-already');
    expect(verdict(await desk.run(stepBooking, desk.visitor, cancel))).toBe('permissions.sign-in');
  });
  it('week by week: all or, where asked, without the days that cannot be had', async () => {
    await desk.must(addException, desk.operator, { day: '2026-12-04', reason: 'assembly' });
    const weeks = { person: '', group: 'Taller de costura', day: '2026-11-27', from: '8:00', to: '9:00', weeks: '3' };
    expect(await tried(weeks)).toBe('bookings.closed');
    const made = await desk.must(book, desk.operator, wish({ ...weeks, skip: 'on' }));
    expect(made).toMatchObject({ made: 2, left: ['2026-12-04'] });
    const own = (await all()).filter(({ group }) => group === 'Taller de costura');
    expect(own.map(({ day, series }) => [day, series])).toEqual([
      ['2026-11-27', null],
      ['2026-12-11', made.id],
    ]);
    await desk.must(stepBooking, desk.operator, { booking: made.id, kind: 'cancelled', series: 'on' });
    expect((await standing()).some(({ group }) => group !== null)).toBe(false);
  });
  it('who comes is held, who does not loses the time to the next', async () => {
    desk.clock.set(Date.UTC(2026, 10, 26, 14, 5), 'synced'); // 9:05 in Lima
    const [nine] = await all();
    expect(verdict(await desk.run(stepBooking, desk.stranger, { booking: nine?.id, kind: 'arrived' }))).toBe(
      'permissions.denied',
    );
    desk.clock.set(Date.UTC(2026, 10, 26, 14, 16), 'synced');
    expect((await all())[0]?.state).toBe('released');
    await desk.must(book, desk.operator, wish({ person: '', group: 'Comité', from: '9:20', to: '10:00' }));
    const [, ten] = (await all()).filter(({ from }) => from >= 600);
    expect(ten).toBeDefined();
  });
});

describe('from elsewhere', () => {
  it('another telecentre and the hub ask; the home answers once, and the answer arrives', async () => {
    const input = { site: desk.site.id, group: 'Federación', day: '2026-11-30', from: '9:00', to: '11:00' };
    const staff = programme.hub.actor('municipal-staff', { district: '120608' });
    expect(verdict(await programme.hub.run(requestBooking, { ...staff, kind: 'anonymous', grants: [] }, input))).toBe(
      'permissions.sign-in',
    );
    const elsewhere = programme.hub.actor('municipal-staff', { district: '120604' });
    expect(verdict(await programme.hub.run(requestBooking, elsewhere, input))).toBe('permissions.denied');
    const { id } = await programme.hub.must(requestBooking, staff, input);
    const near = other.actor('operator', { district: '120608' });
    const second = await other.must(requestBooking, near, { ...input, from: '10:00', to: '12:00', bookable });
    await programme.sync();
    const asked = await listRequests(desk.app.db.read, desk.site.id, true);
    expect(asked.map((one) => one.id).toSorted()).toEqual([id, second.id].toSorted());
    const answer = { request: id, decision: 'confirmed', bookable };
    expect(verdict(await desk.run(answerRequest, desk.visitor, answer))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(answerRequest, desk.operator, { request: id, decision: 'confirmed' }))).toBe(
      'bookings.not-bookable',
    );
    await desk.must(answerRequest, desk.operator, answer, 'k');
    await desk.must(answerRequest, desk.operator, answer, 'k');
    expect(verdict(await desk.run(answerRequest, desk.operator, answer))).toBe('bookings.answered-already');
    const clash = { request: second.id, decision: 'confirmed' };
    expect(verdict(await desk.run(answerRequest, desk.operator, clash))).toBe('bookings.taken');
    const no = { request: second.id, decision: 'refused' };
    expect(verdict(await desk.run(answerRequest, desk.operator, no))).toBe('bookings.reason-needed');
    await desk.must(answerRequest, desk.operator, { ...no, reason: 'Hay una asamblea' });
    await programme.sync();
    const told = await listRequests(other.app.db.read);
    expect(told.map((one) => [one.id, one.decision, one.reason])).toEqual(
      expect.arrayContaining([
        [id, 'confirmed', null],
        [second.id, 'refused', 'Hay una asamblea'],
      ]),
    );
    expect(
      (
        await listBookings(
          programme.hub.app.db.read,
          desk.site.id,
          { from: '2026-11-30', to: '2026-11-30' },
          { day: THURSDAY, minute: 0 },
        )
      ).map(({ group }) => group),
    ).toEqual(['Federación']);
  });
});
