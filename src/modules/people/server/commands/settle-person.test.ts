// Two telecentres of a district correct one card while apart: both versions are kept, seen at both, and a person chooses.
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  openProgramme,
  registration,
  verdict,
  type TestDesk,
  type TestProgramme,
} from '../../../../../tests/support/desk.ts';
import type { Actor } from '#platform/permissions';
import { countConflicts, findConflicts, listConflicts, valueName } from '../conflicts.ts';
import { correctPerson } from './correct-person.ts';
import { openCard } from './open-card.ts';
import { settlePerson } from './settle-person.ts';

let programme: TestProgramme;
let ocopa: TestDesk;
let betania: TestDesk;
let other: TestDesk;
beforeAll(async () => {
  programme = await openProgramme(['120608', '120608', '120604']);
  [ocopa, betania, other] = programme.desks as [TestDesk, TestDesk, TestDesk]; // reason: three were opened
});
afterAll(() => programme.close());

async function correct(desk: TestDesk, person: string, changes: Record<string, unknown>): Promise<void> {
  const { version } = await desk.must(openCard, desk.operator, { person });
  await desk.must(correctPerson, desk.operator, { ...registration(changes), person, seen: version });
}

/** Registered at one, known at both, corrected at both. */
async function twoVersions(mine: Record<string, unknown>, yours: Record<string, unknown>): Promise<string> {
  const { id } = await ocopa.register();
  await programme.sync();
  await correct(ocopa, id, mine);
  betania.clock.forward(60_000);
  await correct(betania, id, yours);
  await programme.sync();
  return id;
}

const open = (desk: TestDesk, id: string, actor: Actor = desk.operator) => findConflicts(desk.app.db.read, actor, id);
const only = async (desk: TestDesk, id: string) => {
  const [field] = await open(desk, id);
  if (!field) throw new Error('nothing to choose');
  const seen = field.values.map(valueName).join(',');
  const named = (value: unknown) => {
    const found = field.values.find((one) => one.value === value);
    return found ? valueName(found) : '';
  };
  return { ...field, seen, named };
};
const count = (desk: TestDesk, actor: Actor = desk.operator) => countConflicts(desk.app.db.read, actor);
const surnames = async (desk: Pick<TestDesk, 'app'>, id: string) =>
  (await desk.app.db.read.selectFrom('person').select('surnames').where('id', '=', id).executeTakeFirstOrThrow())
    .surnames;

it('tells who wrote each, where and when, at both ends; an equal word of two is nothing to choose', async () => {
  const before = await count(ocopa);
  const id = await twoVersions({ surnames: 'Quispe', birthYear: '1990' }, { surnames: 'Quispi', birthYear: '1990' });
  for (const desk of [ocopa, betania]) {
    const { column, values } = await only(desk, id);
    expect(await open(desk, id)).toHaveLength(1);
    expect(column).toBe('surnames');
    expect(values.map(({ value, siteName, role, clock }) => [value, siteName, role, clock])).toEqual([
      ['Quispi', 'Telecentro 2', 'operator', 'synced'],
      ['Quispe', 'Telecentro 1', 'operator', 'synced'],
    ]);
    expect(await surnames(desk, id)).toBe('Quispi');
    expect(await count(desk)).toBe(before + 1);
    expect((await listConflicts(desk.app.db.read, desk.operator)).map((one) => one.id)).toContain(id);
  }
  expect(await open(ocopa, id, ocopa.stranger)).toEqual([]);
  expect(await count(ocopa, ocopa.stranger)).toBe(0);
  expect(await open(ocopa, id, ocopa.visitor)).toEqual([]);
  const { seen, named } = await only(ocopa, id);
  const input = { person: id, field: 'surnames', seen, keep: named('Quispe') };

  // who may not, and bad input
  expect(verdict(await ocopa.run(settlePerson, ocopa.visitor, input))).toBe('permissions.sign-in');
  expect(verdict(await ocopa.run(settlePerson, ocopa.stranger, input))).toBe('permissions.denied');
  const facilitator = ocopa.actor('facilitator', { site: ocopa.site.id, district: '120608' });
  expect(verdict(await ocopa.run(settlePerson, facilitator, input))).toBe('permissions.denied');
  expect(verdict(await other.run(settlePerson, other.operator, input))).toBe('people.not-found');
  const hub = programme.hub.actor('coordinator');
  expect(verdict(await programme.hub.run(settlePerson, hub, input))).toBe('people.at-a-telecentre');
  const bad = async (changes: Record<string, unknown>) =>
    verdict(await ocopa.run(settlePerson, ocopa.operator, { ...input, ...changes }));
  expect(await bad({ keep: undefined })).toBe('keep: field.choose');
  expect(await bad({ keep: '1.2.3.4' })).toBe('field.choose');
  expect(await bad({ seen: 'x' })).toBe('field.invalid');
  expect(await bad({ seen: '1.2.3.4' })).toBe('conflicts.settled');
  expect(await bad({ field: 'toString' })).toBe('field: field.choose');
  expect(await bad({ field: 'card' })).toBe('conflicts.settled');
  expect(await bad({ keep: 'other' })).toBe('field.required');
  expect(await bad({ keep: 'other', other: 'x'.repeat(81) })).toBe('other: field.too-long');
  expect(await open(ocopa, id)).toHaveLength(1);

  // good, the same again, and everywhere
  expect(await ocopa.must(settlePerson, ocopa.operator, input, 'k')).toEqual({ left: 0 });
  expect(await ocopa.must(settlePerson, ocopa.operator, input, 'k')).toEqual({ left: 0 });
  expect(verdict(await ocopa.run(settlePerson, ocopa.operator, input))).toBe('conflicts.settled');
  await programme.sync();
  for (const desk of [ocopa, betania]) {
    expect(await surnames(desk, id)).toBe('Quispe');
    expect(await open(desk, id)).toEqual([]);
    expect(await count(desk)).toBe(before);
  }
  expect(await surnames(programme.hub, id)).toBe('Quispe');
});

it('a third value is written instead of both, and figures know it', async () => {
  const id = await twoVersions({ birthYear: '1950' }, { birthYear: '1960' });
  const { seen } = await only(betania, id);
  const input = { person: id, field: 'birth_year', seen, keep: 'other' };
  expect(verdict(await betania.run(settlePerson, betania.operator, { ...input, other: '2150' }))).toBe(
    'people.born-in-the-future',
  );
  expect(verdict(await betania.run(settlePerson, betania.operator, { ...input, other: 'mil' }))).toMatch(/^field\./);
  await betania.must(settlePerson, betania.operator, { ...input, other: '1955' });
  const { read } = betania.app.db;
  const person = await read.selectFrom('person').select('birth_year').where('id', '=', id).executeTakeFirstOrThrow();
  expect(person.birth_year).toBe(1955);
  const profile = await read
    .selectFrom('profile_state')
    .select('birth_year')
    .where('person', '=', id)
    .executeTakeFirstOrThrow();
  expect(profile.birth_year).toBe(1955);
});

it('a value that came after the page was shown stays to be chosen from', async () => {
  const id = await twoVersions({ surnames: 'Uno' }, { surnames: 'Dos' });
  const shown = await only(ocopa, id);
  // meanwhile the other desk settles it its own way, without knowing of this page
  const theirs = await only(betania, id);
  await betania.must(settlePerson, betania.operator, {
    ...{ person: id, field: 'surnames', seen: theirs.seen, keep: 'other', other: 'Tres' },
  });
  await ocopa.must(settlePerson, ocopa.operator, {
    ...{ person: id, field: 'surnames', seen: shown.seen, keep: shown.named('Uno') },
  });
  await programme.sync();
  for (const desk of [ocopa, betania]) {
    const { values } = await only(desk, id);
    expect(values.map(({ value }) => value).toSorted()).toEqual(['Tres', 'Uno']);
  }
  // a page from before, sent now, replaces nothing that it did not show
  const now = await only(ocopa, id);
  const one = now.named('Uno');
  await ocopa.must(settlePerson, ocopa.operator, { person: id, field: 'surnames', seen: one, keep: one });
  expect((await only(ocopa, id)).values.map(({ value }) => value).toSorted()).toEqual(['Tres', 'Uno']);
});
