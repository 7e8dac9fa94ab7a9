// Computers: who may give them, two operators at once, limits, power cuts, a kiosk that was unplugged, passes and messages.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { book, setBookable } from '#modules/bookings';
import { beat, setWeek } from '#modules/hours';
import { callNumber, readQueue, takeNumber } from '#modules/queue';
import { system, type Actor } from '#platform/permissions';
import { openDesk, verdict, type TestDesk } from '../../../../../tests/support/desk.ts';
import { listMessages, listRules, listSessions, listStations, runningAt } from '../queries.ts';
import { floorOf } from '../floor.ts';
import { answers, hear } from '../presence.ts';
import { claimKiosk, endHere, extendHere, inviteKiosk, startHere, stationBack, stationOfKey } from './kiosk.ts';
import { makePasses } from './passes.ts';
import { addRule, endRule } from './rules.ts';
import { startSession } from './start-session.ts';
import { sendMessage, setService, setStation } from './stations.ts';
import { endSession, extendSession, moveSession } from './step-session.ts';

const TODAY = '2026-11-24';
let desk: TestDesk;
let one: string;
let two: string;
let rosa: string;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());
let made = 0;
const add = async () => {
  made += 1;
  return (await desk.must(setStation, desk.operator, { name: `PC ${made}`, kind: 'desktop' })).id;
};
beforeEach(async () => {
  one = await add();
  two = await add();
  rosa = (await desk.register()).id;
});
const now = () => ({ wall: desk.clock.now(), stamp: Number.POSITIVE_INFINITY });
const running = (station: string) => runningAt(desk.app.db.read, desk.site.id, station, now());
const left = async (station: string) => Math.round(((await running(station))?.time.left ?? 0) / 60_000);
const start = (changes: Record<string, unknown> = {}, actor: Actor = desk.operator) =>
  desk.run(startSession, actor, { station: one, person: rosa, ...changes });

describe('computers', () => {
  it('are kept by those who manage them; bad input changes nothing', async () => {
    const row = { name: 'Nueva', kind: 'laptop' };
    expect(verdict(await desk.run(setStation, desk.visitor, row))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(setStation, desk.actor('municipal-staff'), row))).toBe('permissions.denied');
    expect(verdict(await desk.run(setStation, desk.stranger, row))).toBe('permissions.denied');
    expect(verdict(await desk.run(setStation, desk.operator, { ...row, kind: 'abacus' }))).toBe('kind: field.choose');
    expect(verdict(await desk.run(setStation, desk.operator, { ...row, name: 'PC 1' }))).toBe('stations.name-taken');
    expect(verdict(await desk.run(setStation, desk.operator, { ...row, station: rosa }))).toBe('stations.not-found');
    const { id } = await desk.must(setStation, desk.operator, row, 'k');
    expect(await desk.must(setStation, desk.operator, row, 'k')).toEqual({ id });
    await desk.must(setStation, desk.operator, { ...row, station: id, name: 'Otra', retired: 'on' });
    expect((await listStations(desk.app.db.read, desk.site.id)).some((each) => each.id === id)).toBe(false);
  });
  it('out of service with a reason, and then given to nobody', async () => {
    const out = { station: one, state: 'out-of-service' };
    expect(verdict(await desk.run(setService, desk.visitor, out))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(setService, desk.operator, out))).toBe('stations.why-needed');
    await desk.must(setService, desk.operator, { ...out, why: 'teclado' });
    expect(verdict(await start())).toBe('stations.out-of-service');
    await desk.must(setService, desk.operator, { station: one, state: 'in-service' });
    expect(verdict(await start())).toBe('ok');
  });
});

describe('giving a computer', () => {
  it('refuses who may not, nobody, and what is not there', async () => {
    expect(verdict(await start({}, desk.visitor))).toBe('permissions.sign-in');
    expect(verdict(await start({}, desk.stranger))).toBe('permissions.denied');
    expect(verdict(await start({ person: '', category: '' }))).toBe('visits.who-needed');
    expect(verdict(await start({ station: rosa }))).toBe('stations.not-found');
    expect(verdict(await start({ minutes: 'mucho' }))).toBe('minutes: field.not-a-number');
    expect(await running(one)).toBeUndefined();
  });
  it('two operators at the same moment: one gives it, the other is told', async () => {
    const luis = (await desk.register({ given: 'Luis', sex: 'male' })).id;
    const both = await Promise.all([start(), start({ person: luis })]);
    expect(both.map(verdict).toSorted()).toEqual(['ok', 'stations.taken']);
  });
  it('is a visit too, once a day; the same request twice is one session; the number of the queue is over', async () => {
    const { id: ticket } = await desk.must(takeNumber, desk.visitor, {});
    await desk.must(callNumber, desk.operator, { ticket });
    const input = { station: one, person: rosa, ticket, purposes: ['homework'] };
    const given = await desk.must(startSession, desk.operator, input, 'k');
    expect(await desk.must(startSession, desk.operator, input, 'k')).toEqual(given);
    const visits = () => desk.app.db.read.selectFrom('visit').select('id').where('person', '=', rosa).execute();
    expect(await visits()).toHaveLength(1);
    expect((await readQueue(desk.app.db.read, desk.site.id, TODAY, desk.clock.now())).called).toEqual([]);
    expect(verdict(await start({ station: two }))).toBe('stations.has-one');
    await desk.must(endSession, desk.operator, { session: given.session });
    expect(verdict(await start({ station: two }))).toBe('ok');
    expect(await visits()).toHaveLength(1);
  });
  it('a computer whose time is up blocks nobody, though nothing was written of its end', async () => {
    await desk.must(startSession, desk.operator, { station: one, person: rosa, minutes: 10 });
    desk.clock.forward(11 * 60_000);
    expect(verdict(await start({ category: 'man', person: '' }))).toBe('ok');
  });
  it('keeps to the day’s time, the rule of the age, the booking and the closing', async () => {
    const child = await desk.register({
      ...{ given: 'Ana', birthYear: '2016', givenBy: 'guardian', guardianName: 'Eva Ríos', childYes: 'on' },
    });
    const { id: rule } = await desk.must(addRule, desk.operator, { name: 'Niñas', ageTo: '17', sessionMinutes: '20' });
    expect((await desk.must(startSession, desk.operator, { station: one, person: child.id })).minutes).toBe(20);
    expect(verdict(await desk.run(endRule, desk.stranger, { rule }))).toBe('permissions.denied');
    await desk.must(endRule, desk.operator, { rule });
    expect(await listRules(desk.app.db.read, desk.site.id)).toEqual([]);
    expect(verdict(await desk.run(endRule, desk.operator, { rule }))).toBe('stations.rule-not-found');
    const turned = { name: 'x', ageFrom: '30', ageTo: '20' };
    expect(verdict(await desk.run(addRule, desk.operator, turned))).toBe('stations.ages-turned');
    const hours = { name: 'x', from: '10:00', to: '9:00' };
    expect(verdict(await desk.run(addRule, desk.operator, hours))).toBe('stations.hours-turned');

    for (const minutes of [45, 45, 30]) {
      const { session } = await desk.must(startSession, desk.operator, { station: two, person: rosa });
      desk.clock.forward(minutes * 60_000);
      const { time } = (await listSessions(desk.app.db.read, desk.site.id, { ids: [session] }, now()))[0] ?? {};
      expect((time?.given ?? 0) / 60_000).toBe(minutes);
    }
    expect(verdict(await start({ station: two }))).toBe('stations.no-time-day');
  });
});

describe('a session', () => {
  it('is longer, moves and ends by those who may', async () => {
    const { session } = await desk.must(startSession, desk.operator, { station: one, person: rosa, minutes: 20 });
    for (const command of [endSession, extendSession]) {
      expect(verdict(await desk.run(command as typeof endSession, desk.visitor, { session }))).toBe(
        'permissions.sign-in',
      );
      expect(verdict(await desk.run(command as typeof endSession, desk.stranger, { session }))).toBe(
        'permissions.denied',
      );
    }
    await desk.must(extendSession, desk.operator, { session, minutes: '10' }, 'k');
    await desk.must(extendSession, desk.operator, { session, minutes: '10' }, 'k');
    expect(await left(one)).toBe(30);
    desk.clock.forward(12 * 60_000);
    const moved = await desk.must(moveSession, desk.operator, { session, station: two });
    expect([await left(one), await left(two), moved.minutes]).toEqual([0, 18, 18]);
    expect(verdict(await desk.run(endSession, desk.operator, { session }))).toBe('stations.over-already');
    expect(verdict(await desk.run(endSession, desk.operator, { session: rosa }))).toBe('stations.session-not-found');
    await desk.must(endSession, desk.operator, { session: moved.session });
    expect(await running(two)).toBeUndefined();
  });
  it('moved time is what was left, whatever the rules say since; a pass is not given twice by moving', async () => {
    const { session } = await desk.must(startSession, desk.operator, { station: one, person: rosa });
    await desk.must(extendSession, desk.operator, { session, minutes: '100' });
    desk.clock.forward(5 * 60_000);
    const moved = await desk.must(moveSession, desk.operator, { session, station: two });
    expect(moved.minutes).toBe(140);
    await desk.must(endSession, desk.operator, { session: moved.session });
    const { code: number } = await desk.must(inviteKiosk, desk.operator, { station: one });
    const { key } = await desk.must(claimKiosk, desk.visitor, { number });
    const { codes } = await desk.must(makePasses, desk.operator, { count: '1', minutes: '30', validTo: TODAY });
    const pass = codes[0] ?? '';
    const { session: first } = await desk.must(startHere, desk.visitor, { key, pass });
    desk.clock.forward(10 * 60_000);
    await desk.must(moveSession, desk.operator, { session: first, station: two });
    desk.clock.forward(21 * 60_000);
    expect(verdict(await desk.run(startHere, desk.visitor, { key, pass }))).toBe('stations.no-time-day');
  });
  it('a power cut takes nobody’s time; who left at the cut has used what went before it', async () => {
    await desk.must(startSession, desk.operator, { station: one, person: rosa, minutes: 40 });
    const { session } = await desk.must(startSession, desk.operator, { station: two, category: 'man', minutes: 40 });
    desk.clock.forward(10 * 60_000);
    await desk.must(beat, system, {});
    desk.clock.cut(90 * 60_000);
    await desk.must(beat, system, {});
    expect(await left(one)).toBe(30);
    expect((await running(one))?.time.credited).toBe(90 * 60_000);
    await desk.must(endSession, desk.operator, { session, reason: 'left-at-cut' });
    const [ended] = await listSessions(desk.app.db.read, desk.site.id, { ids: [session] }, now());
    expect(ended?.time).toMatchObject({ used: 600_000, running: false });
  });
  it('who was not there at any cut did not leave at one', async () => {
    const { session } = await desk.must(startSession, desk.operator, { station: one, person: rosa });
    expect(verdict(await desk.run(endSession, desk.operator, { session, reason: 'left-at-cut' }))).toBe(
      'stations.no-cut',
    );
  });
});

describe('a cut from before', () => {
  it('gives nothing to who came after it, though nobody had written it down', async () => {
    await desk.must(beat, system, {});
    desk.clock.cut(3_600_000);
    await desk.must(startSession, desk.operator, { station: one, person: rosa, minutes: 30 });
    desk.clock.forward(10 * 60_000);
    await desk.must(beat, system, {});
    expect([await left(one), (await running(one))?.time.credited]).toEqual([20, 0]);
  });
  it('a clock that is set while somebody sits there takes nothing and gives nothing', async () => {
    const { session } = await desk.must(startSession, desk.operator, { station: one, person: rosa, minutes: 30 });
    desk.clock.forward(10 * 60_000);
    desk.clock.set(desk.clock.now() + 5 * 3_600_000, 'synced');
    await desk.must(endSession, desk.operator, { session });
    const [ended] = await listSessions(desk.app.db.read, desk.site.id, { ids: [session] }, now());
    expect(ended?.time.used).toBe(600_000);
  });
});

describe('another day', () => {
  it('by midnight or by a clock that is set, hides nobody from the desk and gives nobody a second computer', async () => {
    const night = await openDesk();
    const { id: station } = await night.must(setStation, night.operator, { name: 'A', kind: 'desktop' });
    const { id: other } = await night.must(setStation, night.operator, { name: 'B', kind: 'desktop' });
    const { id: person } = await night.register();
    await night.must(beat, system, {});
    const { session } = await night.must(startSession, night.operator, { station, person, minutes: 30 });
    for (const ahead of [24, 3 * 24, -4 * 24]) {
      night.clock.set(night.clock.now() + ahead * 3_600_000, 'synced');
      await night.must(beat, system, {});
      const [seen] = (await floorOf(night.app, night.site.id)).filter(({ id }) => id === station);
      expect([seen?.state, seen?.minutesLeft, seen?.session?.id]).toEqual(['in-use', 30, session]);
      const second = { station: other, person };
      expect(verdict(await night.run(startSession, night.operator, second))).toBe('stations.has-one');
    }
    await night.must(endSession, night.operator, { session });
    expect((await floorOf(night.app, night.site.id)).map(({ state }) => state)).toEqual(['free', 'free']);
    await night.close();
  });
});

describe('the kiosk', () => {
  const kiosk = async (station: string) => {
    const { code } = await desk.must(inviteKiosk, desk.operator, { station });
    return (await desk.must(claimKiosk, desk.visitor, { number: code })).key;
  };
  it('is connected by a number that works once, and only at the desk’s word', async () => {
    expect(verdict(await desk.run(inviteKiosk, desk.visitor, { station: one }))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(inviteKiosk, desk.stranger, { station: one }))).toBe('permissions.denied');
    const { code } = await desk.must(inviteKiosk, desk.operator, { station: one });
    expect(verdict(await desk.run(claimKiosk, desk.visitor, { number: '00000000' }))).toBe('stations.invite-wrong');
    const { key } = await desk.must(claimKiosk, desk.visitor, { number: `${code.slice(0, 4)} ${code.slice(4)}` });
    expect(await stationOfKey(desk.app.db.read, key)).toBe(one);
    expect(verdict(await desk.run(claimKiosk, desk.visitor, { number: code }))).toBe('stations.invite-wrong');
    const late = await desk.must(inviteKiosk, desk.operator, { station: one });
    desk.clock.forward(16 * 60_000);
    expect(verdict(await desk.run(claimKiosk, desk.visitor, { number: late.code }))).toBe('stations.invite-wrong');
    await kiosk(one);
    expect(await stationOfKey(desk.app.db.read, key)).toBeUndefined();
  });
  it('begins for a card or a pass, once longer near the end, and ends', async () => {
    const key = await kiosk(one);
    const here = (actor: Actor, changes = {}) => desk.run(startHere, actor, { key, ...changes });
    expect(verdict(await here(desk.visitor))).toBe('stations.sign-in-first');
    expect(verdict(await desk.run(startHere, desk.resident(rosa), { key: 'x' }))).toBe('stations.no-kiosk');
    expect(verdict(await here(desk.resident(rosa), { purposes: ['information'] }))).toBe('ok');
    expect((await running(one))?.openedBy).toBe('kiosk');
    expect(verdict(await desk.run(extendHere, desk.visitor, { key }))).toBe('stations.too-early');
    desk.clock.forward(40 * 60_000);
    expect(verdict(await desk.run(extendHere, desk.visitor, { key }))).toBe('ok');
    expect(await left(one)).toBe(20);
    desk.clock.forward(15 * 60_000);
    expect(verdict(await desk.run(extendHere, desk.visitor, { key }))).toBe('stations.extended-already');
    await desk.must(endHere, desk.visitor, { key });
    await desk.must(endHere, desk.visitor, { key });
    expect(await running(one)).toBeUndefined();
  });
  it('a pass gives its minutes in all, and not after its last day', async () => {
    const key = await kiosk(one);
    const wanted = { count: '3', minutes: '30', validTo: TODAY };
    expect(verdict(await desk.run(makePasses, desk.visitor, wanted))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(makePasses, desk.operator, { ...wanted, validTo: '2026-11-01' }))).toBe(
      'stations.pass-past',
    );
    const { codes } = await desk.must(makePasses, desk.operator, wanted);
    const [pass = '', other = ''] = codes;
    expect(verdict(await desk.run(startHere, desk.visitor, { key, pass: 'AAA-AAA' }))).toBe('stations.pass-unknown');
    await desk.must(startHere, desk.visitor, { key, pass: pass.toLowerCase().replace('-', ' ') });
    desk.clock.forward(20 * 60_000);
    await desk.must(endHere, desk.visitor, { key });
    expect((await desk.must(startHere, desk.visitor, { key, pass })).minutes).toBe(10);
    desk.clock.forward(11 * 60_000);
    expect(verdict(await desk.run(startHere, desk.visitor, { key, pass }))).toBe('stations.no-time-day');
    const stored = await desk.app.db.read.selectFrom('guest_pass').select('code').execute();
    expect(JSON.stringify(stored)).not.toContain(other.replace('-', ''));
    desk.clock.forward(86_400_000);
    expect(verdict(await desk.run(startHere, desk.visitor, { key, pass: other }))).toBe('stations.pass-over');
    desk.clock.forward(-86_400_000);
  });
  it('unplugged for ten minutes, its person gets them back, and only once beside a cut of the whole telecentre', async () => {
    const key = await kiosk(one);
    await desk.must(startSession, desk.operator, { station: one, person: rosa, minutes: 40 });
    const since = { wall: desk.clock.now(), stamp: desk.clock.stamp() };
    desk.clock.forward(30_000);
    expect((await desk.must(stationBack, desk.visitor, { key, ...since })).given).toBe(0);
    desk.clock.forward(5 * 60_000 - 30_000);
    await desk.must(beat, system, {});
    desk.clock.cut(20 * 60_000); // of it were dark everywhere
    desk.clock.forward(5 * 60_000);
    expect((await desk.must(stationBack, desk.visitor, { key, ...since })).given).toBe(10 * 60_000);
    expect(await left(one)).toBe(40);
    expect(answers(desk.app, one)).toBeUndefined();
    await hear(desk.app, key, one);
    expect(answers(desk.app, one)).toBe(true);
  });
  it('words go to one screen or to all', async () => {
    expect(verdict(await desk.run(sendMessage, desk.visitor, { text: 'x' }))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(sendMessage, desk.operator, { text: ' ' }))).toBe('text: field.required');
    const since = desk.clock.now();
    await desk.must(sendMessage, desk.operator, { text: 'Cerramos a las 6' });
    await desk.must(sendMessage, desk.operator, { station: two, text: 'Su turno' });
    const words = async (station: string) =>
      (await listMessages(desk.app.db.read, desk.site.id, station, since)).map(({ text }) => text).toSorted();
    expect([await words(one), await words(two)]).toEqual([['Cerramos a las 6'], ['Cerramos a las 6', 'Su turno']]);
  });
});

describe('beside bookings and hours', () => {
  it('a computer is given until somebody else’s booking, and not beyond', async () => {
    desk.clock.set(Date.UTC(2026, 10, 26, 14, 0), 'synced'); // 9:00 in Lima, a Thursday
    await desk.must(setWeek, desk.operator, { day4: '8:00-12:00' });
    const { id: bookable } = await desk.must(setBookable, desk.operator, { kind: 'station', ref: one, name: 'PC' });
    const luis = (await desk.register({ given: 'Luis', sex: 'male' })).id;
    const slot = { bookable, day: '2026-11-26', from: '9:20', to: '10:00', person: luis };
    await desk.must(book, desk.operator, slot);
    const { session, minutes } = await desk.must(startSession, desk.operator, { station: one, person: rosa });
    expect(minutes).toBe(20);
    expect(verdict(await desk.run(extendSession, desk.operator, { session }))).toBe('stations.no-time-booking');
    desk.clock.forward(21 * 60_000);
    expect(verdict(await start({ person: '', category: 'man' }))).toBe('stations.no-time-booking');
    expect((await desk.must(startSession, desk.operator, { station: one, person: luis })).minutes).toBe(45);
    desk.clock.set(Date.UTC(2026, 10, 26, 16, 50), 'synced'); // ten minutes before the end
    expect((await desk.must(startSession, desk.operator, { station: two, person: rosa })).minutes).toBe(10);
  });
});
