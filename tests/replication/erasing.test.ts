// A person is erased: by one order of the hub nothing personal of hers can be read any more, wherever the order arrives, whatever comes late.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { correctPerson, openCard } from '#modules/people';
import { system } from '#platform/permissions';
import { inspectLog, LinkError, listErasures, syncOnce, type Transport } from '#replication';
import { openProgramme, verdict, type TestDesk, type TestProgramme } from '../support/desk.ts';
import { directLink } from '../support/link.ts';
import type { TestProgram } from '../support/program.ts';
import { outcomes, pack, unpack } from '../support/sticks.ts';

const WHERE = 'd/120608';
let programme: TestProgramme;
let hub: TestProgram;
let ocopa: TestDesk;
let betania: TestDesk;
let person: string;
let kept: string;

beforeEach(async () => {
  programme = await openProgramme(['120608', '120608', '120604']);
  ({ hub } = programme);
  [ocopa, betania] = programme.desks as [TestDesk, TestDesk]; // reason: three were opened
  person = (await ocopa.register({ given: 'Rosaura', surnames: 'Inolvidable' })).id;
  kept = (await ocopa.register({ given: 'Kemari' })).id;
  await programme.sync();
});
afterEach(() => programme.close());

const order = (subject = person) => hub.run(hub.replica.erasures.order, system, { partition: WHERE, subject });
const nameOf = async ({ app }: TestProgram, id = person) =>
  (
    await app.db.read
      .selectFrom('person')
      .select(['given_names', 'surnames'])
      .where('partition', '=', WHERE)
      .where('id', '=', id)
      .executeTakeFirst()
  )?.given_names;
const stateAt = ({ replica }: TestProgram) => replica.keys.state(WHERE, person);
const found = async ({ app }: TestProgram) =>
  (await app.db.read.selectFrom('person_search').select('token').where('person', '=', person).execute()).filter(
    ({ token }) => /[a-z]/i.test(token),
  ).length;

/** The form of a card, as its page fills it in. */
async function cardOf(desk: TestDesk): Promise<Record<string, unknown>> {
  const { person: card, detail, version } = await desk.must(openCard, desk.operator, { person });
  const { given, surnames, birthYear, sex } = card;
  const typed = { given, surnames, birthYear: String(birthYear), birthDate: '', sex, place: card.place ?? '' };
  const { ethnicity, language, documentKind, document, phone } = detail;
  const asked = Object.entries({ ethnicity, language, documentKind, document, phone });
  return { person, seen: version, ...typed, ...Object.fromEntries(asked.map(([name, value]) => [name, value ?? ''])) };
}

async function isErased(at: TestProgram): Promise<void> {
  expect(await nameOf(at)).toBeNull();
  expect(await found(at)).toBe(0);
  expect(await stateAt(at)).toBe('destroyed');
  expect(await nameOf(at, kept)).toBe('Kemari');
  expect(await inspectLog(at.app.db.read, at.replica)).toMatchObject({ findings: [] });
}

it('is carried out at the hub at once and at each holder when it hears of it, who says so', async () => {
  for (const at of [hub, ocopa, betania]) expect(await nameOf(at)).toBe('Rosaura');
  const { id } = await hub.must(hub.replica.erasures.order, system, { partition: WHERE, subject: person });
  await isErased(hub);
  expect(await nameOf(betania)).toBe('Rosaura');
  expect(await listErasures(hub.app.db.read)).toMatchObject([
    { id, partition: WHERE, subject: person, confirmed: [], awaited: ['Telecentro 1', 'Telecentro 2'] },
  ]);
  await programme.syncOne(betania);
  await isErased(betania);
  await programme.sync();
  for (const at of [hub, ocopa, betania]) await isErased(at);
  expect(await listErasures(hub.app.db.read)).toMatchObject([
    { confirmed: ['Telecentro 1', 'Telecentro 2'], awaited: [] },
  ]);
  // asked once more it is the same order
  expect(await order()).toMatchObject({ value: { id } });
});

it('holds against what was written before anybody heard of it, and against keys that come late', async () => {
  const [key] = [...(await betania.replica.keys.getMany(WHERE, [person])).values()].flat();
  await betania.must(correctPerson, betania.operator, {
    ...(await cardOf(betania)),
    person,
    given: 'Rosaura Tardía',
  });
  expect(verdict(await order())).toBe('ok');
  await programme.sync();
  for (const at of [hub, ocopa, betania]) {
    await isErased(at);
    await at.replica.keys.put([{ partition: WHERE, subject: person, key: key ?? new Uint8Array(32) }]);
    expect(await stateAt(at)).toBe('destroyed');
  }
  expect(await syncOnce(betania.replica, { transport: directLink(hub.replica) })).toMatchObject({
    differ: [],
    roundTrips: 1,
  });
});

it('goes by stick too, and its word comes home', async () => {
  expect(verdict(await order())).toBe('ok');
  expect(outcomes(await unpack(ocopa, await pack(hub, ocopa.app.site.number ?? 0)))).toEqual(['taken']);
  await isErased(ocopa);
  expect(outcomes(await unpack(hub, await pack(ocopa, 'hub')))).toEqual(['taken']);
  expect((await listErasures(hub.app.db.read))[0]?.confirmed).toEqual(['Telecentro 1']);
});

it('that a power cut interrupts is gone on with, also where no link is', async () => {
  const { destroy } = ocopa.replica.keys;
  ocopa.replica.keys.destroy = () => Promise.reject(new Error('the power failed'));
  expect(verdict(await order())).toBe('ok');
  expect(await syncOnce(ocopa.replica, { transport: directLink(hub.replica) })).toMatchObject({ ok: false });
  expect(await nameOf(ocopa)).toBe('Rosaura');
  ocopa.replica.keys.destroy = destroy;
  const away: Transport = { ...directLink(hub.replica), send: () => Promise.reject(new LinkError('no link')) };
  expect(await syncOnce(ocopa.replica, { transport: away })).toMatchObject({ ok: false });
  await isErased(ocopa);
  expect(await syncOnce(ocopa.replica, { transport: directLink(hub.replica) })).toMatchObject({ ok: true, differ: [] });
});

it('is ordered at the hub, by who may, and of somebody who is there', async () => {
  expect(verdict(await order(ocopa.site.id))).toBe('erasures.nobody');
  expect(verdict(await ocopa.run(ocopa.replica.erasures.order, system, { partition: WHERE, subject: person }))).toBe(
    'replication.hub-only',
  );
  const staff = hub.actor('programme-staff');
  expect(verdict(await hub.run(hub.replica.erasures.order, staff, { partition: WHERE, subject: person }))).toBe(
    'permissions.denied',
  );
  expect(
    verdict(await hub.run(hub.replica.erasures.order, system, { partition: 'd/120608/control', subject: person })),
  ).toContain('partition');
  expect(await nameOf(hub)).toBe('Rosaura');
});
