// Events from the plan to the minutes: who may, what cannot be, places and who waits at telecentres without a link, and who came.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anonymous, system, type Actor } from '#platform/permissions';
import { runJob } from '#platform/jobs';
import { openProgramme, verdict, type TestDesk, type TestProgramme } from '../../../../../tests/support/desk.ts';
import { attendedIndicator } from '../figures.ts';
import { eventsModule } from '../module.ts';
import { findEvent, listEvents } from '../queries.ts';
import { attendanceOf, countPlaces, findPlace, listPlaces, placesLeft } from '../registrations.ts';
import { unsettledOf } from '../settling.ts';
import { countAttendance, markAttendance } from './attend.ts';
import { importCalendar } from './import.ts';
import { cancelEvent, changeEvent, planEvent, publishEvent, writeMinutes } from './plan.ts';
import { giveUpPlace, register } from './register.ts';

const DISTRICT = '120608';
let programme: TestProgramme;
let ocopa: TestDesk;
let betania: TestDesk;
let mazamari: TestDesk;
beforeAll(async () => {
  programme = await openProgramme([DISTRICT, DISTRICT, '120604']);
  [ocopa, betania, mazamari] = programme.desks as [TestDesk, TestDesk, TestDesk];
});
afterAll(() => programme.close());

/** It is Tuesday the 24th at ten in the morning in Lima. */
const plan = (changes: Record<string, unknown> = {}) => ({
  ...{ kind: 'workshop', title: 'Taller de correo', what: 'Abrir y usar un correo.', day: '2026-11-26' },
  ...{ from: '9:00', to: '12:00', venue: 'Telecentro', organiser: 'Telecentro', district: DISTRICT, publish: 'on' },
  ...changes,
});
const staff = () => programme.hub.actor('municipal-staff', { district: DISTRICT });
const settle = async () => {
  for (const job of eventsModule.jobs) await runJob(programme.hub.app, job);
};

describe('planning', () => {
  it('is for who may in that place', async () => {
    const { hub } = programme;
    expect(verdict(await hub.run(planEvent, anonymous(), plan()))).toBe('permissions.sign-in');
    expect(verdict(await hub.run(planEvent, staff(), plan({ district: '120604' })))).toBe('permissions.denied');
    expect(verdict(await hub.run(planEvent, staff(), plan({ wide: 'on' })))).toBe('permissions.denied');
    expect(verdict(await ocopa.run(planEvent, ocopa.stranger, plan()))).toBe('permissions.denied');
    expect(verdict(await hub.run(planEvent, staff(), plan()))).toBe('ok');
    expect(verdict(await ocopa.run(planEvent, ocopa.operator, plan()))).toBe('ok');
  });

  it.each([
    [{ to: '8:00' }, 'events.ends-before'],
    [{ lastDay: '2026-11-25' }, 'events.ends-before'],
    [{ from: '' }, 'events.begin-needed'],
    [{ day: '2026-02-30' }, 'day: field.not-a-date'],
    [{ day: '2026-11-23' }, 'events.past'],
    [{ capacity: '0' }, 'capacity: field.too-small'],
    [{ closes: '2026-12-24' }, 'events.closes-after'],
    [{ kept: '3' }, 'events.kept-more'],
    [{ kept: '3', capacity: '2' }, 'events.kept-more'],
    [{ title: '' }, 'title: field.required'],
    [{ kind: 'party' }, 'kind: field.choose'],
    [{ weeks: '60' }, 'weeks: field.too-large'],
  ])('refuses what cannot be: %o', async (changes, code) => {
    expect(verdict(await programme.hub.run(planEvent, staff(), plan(changes)))).toBe(code);
  });

  it('sent twice is one event, and week by week a row of them', async () => {
    const { hub } = programme;
    const all = async () => listEvents(hub.app.db.read, { from: '2026-01-01', to: '2027-12-31', limit: 500 });
    const before = (await all()).length;
    const once = await hub.must(planEvent, staff(), plan({ weeks: '3' }), 'the same form');
    const again = await hub.must(planEvent, staff(), plan({ weeks: '3' }), 'the same form');
    expect(again).toEqual(once);
    const row = (await all()).filter(({ series }) => series === once.id);
    expect(row.map(({ day }) => day)).toEqual(['2026-11-26', '2026-12-03', '2026-12-10']);
    expect((await all()).length).toBe(before + 3);
  });

  it('shows a draft to nobody, and a change that matters by its sequence', async () => {
    const { hub } = programme;
    const { id } = await hub.must(planEvent, staff(), plan({ publish: '' }));
    expect(verdict(await hub.run(register, anonymous(), { event: id, name: 'Ana' }))).toBe('events.not-found');
    await hub.must(changeEvent, staff(), { event: id, ...plan({ venue: 'Plaza' }) });
    await hub.must(publishEvent, staff(), { event: id });
    expect(await findEvent(hub.app.db.read, id)).toMatchObject({ state: 'published', sequence: 0 });
    await hub.must(changeEvent, staff(), { event: id, ...plan({ venue: 'Plaza', what: 'Otra cosa.' }) });
    expect((await findEvent(hub.app.db.read, id))?.sequence).toBe(0);
    await hub.must(changeEvent, staff(), { event: id, ...plan({ venue: 'Coliseo' }) });
    await hub.must(cancelEvent, staff(), { event: id, reason: 'Llueve.' });
    await hub.must(cancelEvent, staff(), { event: id, reason: 'Llueve.' });
    expect(await findEvent(hub.app.db.read, id)).toMatchObject({ state: 'cancelled', sequence: 2, reason: 'Llueve.' });
    expect(verdict(await hub.run(register, anonymous(), { event: id, name: 'Ana' }))).toBe('events.cancelled-already');
  });

  it('of a telecentre is changed there and nowhere else', async () => {
    const { id } = await ocopa.must(planEvent, ocopa.operator, plan());
    await programme.sync();
    const change = { event: id, ...plan({ title: 'Otro' }) };
    expect(verdict(await programme.hub.run(changeEvent, system, change))).toBe('events.planned-elsewhere');
    expect(await findEvent(betania.app.db.read, id)).toBeUndefined();
    expect((await findEvent(programme.hub.app.db.read, id))?.title).toBe('Taller de correo');
  });
});

describe('places', () => {
  it('are given once, to one person once, and who comes later waits in turn', async () => {
    const { hub } = programme;
    const { id } = await hub.must(planEvent, staff(), plan({ capacity: '2' }));
    const take = (name: string) => hub.must(register, anonymous(), { event: id, name, contact: '964000000' });
    expect(verdict(await hub.run(register, anonymous(), { event: id, name: '' }))).toBe('field.required');
    const [ana, , carla, diego] = [await take('Ana'), await take('Beto'), await take('Carla'), await take('Diego')];
    expect([ana.state, carla.state, diego.state]).toEqual(['taken', 'waiting', 'waiting']);
    expect(await countPlaces(hub.app.db.read, { id, district: DISTRICT })).toEqual({
      taken: 2,
      provisional: 0,
      waiting: 2,
    });
    // somebody else's link opens nothing
    expect(verdict(await hub.run(giveUpPlace, anonymous(), { place: ana.id, token: carla.token }))).toBe(
      'permissions.denied',
    );
    await hub.must(giveUpPlace, anonymous(), { place: ana.id, token: ana.token });
    await hub.must(giveUpPlace, anonymous(), { place: ana.id, token: ana.token });
    expect(await findPlace(hub.app.db.read, carla.id)).toMatchObject({ state: 'taken' });
    expect(await findPlace(hub.app.db.read, diego.id)).toMatchObject({ state: 'waiting', before: 0 });
    expect(await findPlace(hub.app.db.read, ana.id)).toMatchObject({ state: 'ended' });
    await hub.must(changeEvent, staff(), { event: id, ...plan({ capacity: '3' }) });
    expect(await findPlace(hub.app.db.read, diego.id)).toMatchObject({ state: 'taken' });
    // who comes first to a place that somebody waits for does not get it
    const names = (await listPlaces(hub.app.db.read, { id, district: DISTRICT })).map(({ name }) => name);
    expect(names.toSorted()).toEqual(['Beto', 'Carla', 'Diego']);
  });

  it('asked for at two telecentres without a link are provisional, and the hub decides', async () => {
    const { hub } = programme;
    const rosa = await ocopa.register({ given: 'Rosa' });
    const luis = await betania.register({ given: 'Luis', sex: 'male' });
    const { id } = await hub.must(planEvent, staff(), plan({ capacity: '1' }));
    await programme.sync();
    const first = await ocopa.must(register, ocopa.resident(rosa.id), { event: id });
    const second = await betania.must(register, betania.operator, { event: id, person: luis.id });
    expect([first.state, second.state]).toEqual(['provisional', 'provisional']);
    expect((await ocopa.must(register, ocopa.operator, { event: id, person: rosa.id })).id).toBe(first.id);
    expect(verdict(await mazamari.run(register, mazamari.operator, { event: id, name: 'Eva' }))).toBe(
      'events.not-found',
    );
    await programme.sync();
    const states = async (at: TestDesk) =>
      Promise.all([first, second].map(async (one) => (await findPlace(at.app.db.read, one.id))?.state));
    expect((await states(ocopa)).toSorted()).toEqual(['taken', 'waiting']);
    expect(await states(betania)).toEqual(await states(ocopa));
    // who has it gives it up offline; who waited has it after the exchange, everywhere
    const [winner, desk] = (await states(ocopa))[0] === 'taken' ? [first, ocopa] : [second, betania];
    const loser = winner === first ? second : first;
    await desk.must(giveUpPlace, desk.operator, { place: winner.id });
    expect((await findPlace(desk.app.db.read, winner.id))?.state).toBe('ended');
    await programme.sync();
    await settle();
    await programme.sync();
    for (const at of [ocopa, betania]) {
      expect((await findPlace(at.app.db.read, loser.id))?.state).toBe('taken');
      expect((await findPlace(at.app.db.read, winner.id))?.state).toBe('ended');
    }
    expect(await countPlaces(hub.app.db.read, { id, district: DISTRICT })).toEqual({
      taken: 1,
      provisional: 0,
      waiting: 0,
    });
  });

  it('of one person at two telecentres without a link become one, and who has a place waits for none', async () => {
    const { hub } = programme;
    const rosa = await ocopa.register({ given: 'Rosa' });
    await programme.sync();
    const { id } = await hub.must(planEvent, staff(), plan({ capacity: '5' }));
    const { id: small } = await hub.must(planEvent, staff(), plan({ capacity: '1' }));
    await programme.sync();
    for (const event of [id, small])
      for (const desk of [ocopa, betania]) await desk.must(register, desk.operator, { event, person: rosa.id });
    await programme.sync();
    await settle();
    await programme.sync();
    for (const at of [hub, ocopa, betania])
      for (const event of [id, small])
        expect(await countPlaces(at.app.db.read, { id: event, district: DISTRICT })).toEqual({
          taken: 1,
          provisional: 0,
          waiting: 0,
        });
  });

  it('that many wait for are given in turn, in as many acts as it takes', async () => {
    const { hub } = programme;
    const { id } = await hub.must(planEvent, staff(), plan({ capacity: '1' }));
    const turn: string[] = [];
    for (let at = 0; at < 70; at++) {
      const name = `${at} ${'ñ'.repeat(70)}`;
      turn.push((await hub.must(register, anonymous(), { event: id, name })).id);
    }
    await hub.must(changeEvent, staff(), { event: id, ...plan({ capacity: '66' }) });
    expect((await countPlaces(hub.app.db.read, { id, district: DISTRICT })).taken).toBeLessThan(66);
    await settle();
    const states = await Promise.all(turn.map(async (one) => (await findPlace(hub.app.db.read, one))?.state));
    expect(states).toEqual(turn.map((_, at) => (at < 66 ? 'taken' : 'waiting')));
    // nothing is left to say: the job writes no more
    const event = await findEvent(hub.app.db.read, id);
    expect(event && (await unsettledOf(hub.app.db.read, [event]))).toEqual([id]);
    await hub.must(changeEvent, staff(), { event: id, ...plan({ capacity: '80' }) });
    expect(event && (await unsettledOf(hub.app.db.read, [{ ...event, capacity: 80 }]))).toEqual([]);
  });

  it("of a telecentre's own event get their number at the hub", async () => {
    const { id } = await ocopa.must(planEvent, ocopa.operator, plan({ capacity: '1' }));
    const here = await ocopa.must(register, ocopa.operator, { event: id, name: 'Flor' });
    expect(here.state).toBe('provisional');
    await programme.sync();
    await settle();
    await programme.sync();
    expect((await findPlace(ocopa.app.db.read, here.id))?.state).toBe('taken');
    const online = await programme.hub.must(register, anonymous(), { event: id, name: 'Gina' });
    expect(online.state).toBe('waiting');
  });

  it('that are lent to who plans are given there at once without a link, and never twice', async () => {
    const { hub } = programme;
    const { id } = await ocopa.must(planEvent, ocopa.operator, plan({ capacity: '3', kept: '1' }));
    await programme.sync();
    await settle();
    await settle();
    await programme.sync();
    const here = (name: string) => ocopa.must(register, ocopa.operator, { event: id, name });
    const [ana, beto, carla] = [await here('Ana'), await here('Beto'), await here('Carla')];
    expect([ana.state, beto.state, carla.state]).toEqual(['taken', 'taken', 'provisional']);
    const of = await findEvent(hub.app.db.read, id);
    const left = async () => of && placesLeft(hub.app.db.read, of, { role: 'hub', taken: 0 });
    expect(await left()).toBe(1);
    const online = async (name: string) => (await hub.must(register, anonymous(), { event: id, name })).state;
    expect([await online('Diego'), await online('Eva')]).toEqual(['taken', 'waiting']);
    expect(await left()).toBe(0);
    await programme.sync();
    await settle();
    expect((await findPlace(hub.app.db.read, carla.id))?.state).toBe('waiting');
    await programme.sync();
    // what is free in the share goes to who waits there, at once
    await ocopa.must(giveUpPlace, ocopa.operator, { place: ana.id });
    expect((await findPlace(ocopa.app.db.read, carla.id))?.state).toBe('taken');
    await programme.sync();
    await settle();
    await programme.sync();
    for (const at of [hub, ocopa])
      expect(await countPlaces(at.app.db.read, { id, district: DISTRICT })).toEqual({
        ...{ taken: 3, provisional: 0, waiting: 1 },
      });
  });

  it('are closed after the last day, and for what needs none', async () => {
    const { hub } = programme;
    const { id } = await hub.must(planEvent, staff(), plan({ day: '2026-11-28', closes: '2026-11-23' }));
    expect(verdict(await hub.run(register, anonymous(), { event: id, name: 'Ana' }))).toBe('events.closed');
    const deadline = await hub.must(planEvent, staff(), plan({ kind: 'deadline' }));
    expect(verdict(await hub.run(register, anonymous(), { event: deadline.id, name: 'Ana' }))).toBe(
      'events.no-registration',
    );
  });
});

describe('on the day', () => {
  it('people are marked once, counted on paper only where it adds up, and become a figure', async () => {
    const { hub } = programme;
    const { id } = await ocopa.must(planEvent, ocopa.operator, plan({ day: '2026-11-24', from: '9:00', to: '11:00' }));
    const { id: tomorrow } = await ocopa.must(planEvent, ocopa.operator, plan({ day: '2026-11-25' }));
    const marta = await ocopa.register({ given: 'Marta' });
    const place = await ocopa.must(register, ocopa.operator, { event: id, person: marta.id });
    const attend = (input: Record<string, unknown>) => ocopa.run(markAttendance, ocopa.operator, input);
    expect(verdict(await attend({ event: tomorrow, person: marta.id }))).toBe('events.not-begun');
    expect(verdict(await ocopa.run(markAttendance, ocopa.stranger, { event: id, person: marta.id }))).toBe(
      'permissions.denied',
    );
    expect(verdict(await attend({ event: id }))).toBe('field.required');
    for (const input of [{ place: place.id }, { place: place.id }, { person: marta.id }])
      expect(verdict(await attend({ event: id, ...input }))).toBe('ok');
    const paper = { event: id, total: '5', 'female.15-29': '3' };
    expect(verdict(await ocopa.run(countAttendance, ocopa.operator, paper))).toBe('events.total-differs');
    await ocopa.must(countAttendance, ocopa.operator, { ...paper, 'male.30-64': '2' });
    expect(await attendanceOf(ocopa.app.db.read, id)).toMatchObject({ total: 6, persons: [marta.id] });
    expect(verdict(await ocopa.run(writeMinutes, ocopa.operator, { event: tomorrow, minutes: 'x' }))).toBe(
      'events.not-begun',
    );
    await ocopa.must(writeMinutes, ocopa.operator, { event: id, minutes: 'Se acordó repetir el taller.' });
    await programme.sync();
    const period = { from: '2026-11-01', to: '2026-11-30' };
    const request = {
      period,
      breakdown: 'district' as const,
      scope: { programme: true as const },
      today: '2026-11-24',
    };
    expect(await attendedIndicator.figures(hub.app.db.read, request)).toEqual([{ key: DISTRICT, value: 1 }]);
    const records = await attendedIndicator.records(hub.app.db.read, { ...request, cell: DISTRICT, page: 0 });
    expect(records.rows).toHaveLength(1);
    expect((await findEvent(hub.app.db.read, id))?.minutes).toContain('repetir');
  });
});

describe("somebody else's calendar", () => {
  const into = { district: DISTRICT, organiser: 'Municipalidad', venue: 'Local comunal' };
  const vevent = (lines: string[]) => ['BEGIN:VEVENT', 'DTSTAMP:20261101T000000Z', ...lines, 'END:VEVENT'];
  const file = (...events: string[][]) =>
    ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//y//ES', ...events.flat(), 'END:VCALENDAR'].join('\r\n');

  it('comes as drafts, once, and changes what it brought before', async () => {
    const { hub } = programme;
    const one = (hour: string) =>
      vevent([
        'UID:a@x',
        'SUMMARY:Sesión\\, abierta',
        `DTSTART;TZID=America/Lima:20261201T${hour}0000`,
        'DURATION:PT2H',
      ]);
    const weekly = vevent(['UID:w@x', 'SUMMARY:Cabildo', 'DTSTART:20261202T140000Z', 'RRULE:FREQ=WEEKLY;COUNT=3']);
    const bad = vevent(['UID:b@x', 'SUMMARY:Al revés', 'DTSTART:20261202T140000Z', 'DTEND:20261201T140000Z']);
    const bring = (text: string) => importCalendar(hub.app, staff(), text, into);
    const brought = await bring(file(one('09'), weekly, bad));
    expect(brought).toMatchObject({ ok: true, value: { made: 4, changed: 0 } });
    expect(brought.ok && brought.value.problems).toEqual([{ what: 'Al revés', code: 'events.ends-before' }]);
    expect(await bring(file(one('09'), weekly))).toMatchObject({ value: { made: 0, changed: 0 } });
    expect(await bring(file(one('10'), weekly))).toMatchObject({ value: { made: 0, changed: 1 } });
    const drafts = await listEvents(hub.app.db.read, { from: '2026-12-01', to: '2026-12-31', limit: 50, drafts: true });
    expect(drafts.filter(({ title }) => title === 'Cabildo').map(({ day, from }) => [day, from])).toEqual([
      ['2026-12-02', 540],
      ['2026-12-09', 540],
      ['2026-12-16', 540],
    ]);
    expect(drafts.find(({ title }) => title === 'Sesión, abierta')).toMatchObject({
      from: 600,
      to: 720,
      state: 'draft',
    });
  });

  it('is read for who may plan here, and for nobody else', async () => {
    const { hub } = programme;
    const text = file(vevent(['UID:n@x', 'SUMMARY:x', 'DTSTART:20261201T090000']));
    const bring = async (actor: Actor) => verdict(await importCalendar(hub.app, actor, text, into));
    expect(await bring(anonymous())).toBe('permissions.sign-in');
    expect(await bring(hub.actor('municipal-staff', { district: '120604' }))).toBe('permissions.denied');
  });

  it('publishes nothing by itself, not even that something was called off', async () => {
    const off = vevent(['UID:off@x', 'SUMMARY:Nunca', 'DTSTART:20261201T090000', 'STATUS:CANCELLED']);
    expect(await importCalendar(programme.hub.app, staff(), file(off), into)).toMatchObject({ value: { made: 0 } });
  });

  it.each([
    ['no calendar', 'esto no es un calendario', 'events.calendar-unreadable'],
    ['cut in the middle', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a', 'events.calendar-unreadable'],
    ['empty', 'BEGIN:VCALENDAR\r\nEND:VCALENDAR', 'events.calendar-empty'],
    ['endless', file(...Array.from({ length: 10_000 }, (_, at) => vevent([`UID:${at}`]))), 'events.calendar-too-many'],
  ])('%s is refused with a sentence and changes nothing', async (_, text, code) => {
    const before = await listEvents(programme.hub.app.db.read, {
      from: '2000-01-01',
      to: '2100-01-01',
      limit: 999,
      drafts: true,
    });
    expect(await importCalendar(programme.hub.app, staff(), text, into)).toMatchObject({
      ok: false,
      refusal: { code },
    });
    const after = await listEvents(programme.hub.app.db.read, {
      from: '2000-01-01',
      to: '2100-01-01',
      limit: 999,
      drafts: true,
    });
    expect(after.length).toBe(before.length);
  });
});
