// Correcting a card: only what changed, never over somebody else's change, and figures follow.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk, verdict, type TestDesk } from '../../../../../tests/support/desk.ts';
import { findPersonWithNames, searchPeople } from '../queries.ts';
import { correctPerson } from './correct-person.ts';
import { joinHousehold, leaveHousehold } from './household.ts';
import { openCard } from './open-card.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

/** The form as the page filled it in. */
async function form(id: string): Promise<Record<string, unknown>> {
  const { person, detail, version } = await desk.must(openCard, desk.operator, { person: id });
  return {
    person: id,
    seen: version,
    given: person.given,
    surnames: person.surnames,
    birthYear: String(person.birthYear),
    birthDate: person.birthDate ?? '',
    sex: person.sex,
    place: person.place ?? '',
    ethnicity: detail.ethnicity ?? '',
    language: detail.language ?? '',
    documentKind: detail.documentKind ?? '',
    document: detail.document ?? '',
    phone: detail.phone ?? '',
  };
}

describe('people.correct', () => {
  it('refuses who is signed out, has another role or works elsewhere, and bad input', async () => {
    const { id } = await desk.register({ given: 'Ana' });
    const input = await form(id);
    expect(verdict(await desk.run(correctPerson, desk.visitor, input))).toBe('permissions.sign-in');
    expect(
      verdict(
        await desk.run(correctPerson, desk.actor('facilitator', { site: desk.site.id, district: '120608' }), input),
      ),
    ).toBe('permissions.denied');
    expect(verdict(await desk.run(correctPerson, desk.stranger, input))).toBe('permissions.denied');
    expect(verdict(await desk.run(correctPerson, desk.operator, { ...input, given: '' }))).toBe(
      'given: field.required',
    );
    expect(verdict(await desk.run(correctPerson, desk.operator, { ...input, person: desk.site.id }))).toBe(
      'people.not-found',
    );
    expect(verdict(await desk.run(correctPerson, desk.operator, { ...input, ethnicity: 'ashaninka' }))).toBe(
      'people.ethnicity-consent-needed',
    );
  });

  it('writes what changed, finds the person under the new name only, and tells figures', async () => {
    const { id } = await desk.register({ given: 'Equivocada', surnames: 'Primero' });
    const changed = await desk.must(correctPerson, desk.operator, {
      ...(await form(id)),
      given: 'Acertada',
      birthYear: '1990',
      phone: '999',
    });
    expect(changed).toEqual({ changed: 3 });
    const { read } = desk.app.db;
    expect(await findPersonWithNames(read, desk.operator, id)).toMatchObject({
      given: 'Acertada',
      surnames: 'Primero',
      birthYear: 1990,
    });
    expect((await searchPeople(read, desk.operator, { text: 'equivocada' })).people).toEqual([]);
    expect((await searchPeople(read, desk.operator, { text: 'acertada' })).people).toHaveLength(1);
    const profile = await read.selectFrom('profile_state').selectAll().where('person', '=', id).executeTakeFirst();
    expect(profile).toMatchObject({ birth_year: 1990, sex: 'female' });
    expect(await desk.must(correctPerson, desk.operator, await form(id))).toEqual({ changed: 0 });
  });

  it('refuses a page that is stale', async () => {
    const { id } = await desk.register({ given: 'Dos veces' });
    const stale = await form(id);
    await desk.must(correctPerson, desk.operator, { ...stale, given: 'Primera' });
    expect(verdict(await desk.run(correctPerson, desk.operator, { ...stale, given: 'Segunda' }))).toBe(
      'people.changed-meanwhile',
    );
    expect((await findPersonWithNames(desk.app.db.read, desk.operator, id))?.given).toBe('Primera');
  });

  it('with the same key once more changes nothing', async () => {
    const { id } = await desk.register({ given: 'Igual' });
    const input = { ...(await form(id)), given: 'Otra' };
    await desk.must(correctPerson, desk.operator, input, 'k');
    expect(await desk.run(correctPerson, desk.operator, input, 'k')).toMatchObject({ ok: true, repeated: true });
  });
});

describe('people.open-card', () => {
  it('is for those who may read people here, and every view is written to the audit', async () => {
    const { id } = await desk.register({ given: 'Vista' });
    expect(verdict(await desk.run(openCard, desk.visitor, { person: id }))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(openCard, desk.actor('municipal-staff'), { person: id }))).toBe('permissions.denied');
    expect(verdict(await desk.run(openCard, desk.stranger, { person: id }))).toBe('permissions.denied');
    expect(verdict(await desk.run(openCard, desk.operator, { person: 'x' }))).toBe('person: field.not-an-id');
    await desk.must(openCard, desk.operator, { person: id });
    const views = await desk.app.db.read
      .selectFrom('audit_entry')
      .select(['event', 'subject'])
      .where('subject', '=', id)
      .execute();
    expect(views).toEqual([{ event: 'people.viewed', subject: id }]);
  });

  it('shows the probable duplicates that were written elsewhere', async () => {
    const first = await desk.register({ given: 'Hermelinda', surnames: 'Samaniego Ríos' });
    const second = await desk.register({ given: 'Otra' });
    const other = { ...(await form(second.id)), given: 'Ermelinda', surnames: 'Rios Zamaniego' };
    await desk.must(correctPerson, desk.operator, other);
    const card = await desk.must(openCard, desk.operator, { person: first.id });
    expect(card.probableDuplicates.map((person) => person.id)).toEqual([second.id]);
  });
});

describe('households', () => {
  it('are joined and left, by those who may', async () => {
    const mother = await desk.register({ given: 'Madre' });
    const son = await desk.register({ given: 'Hijo' });
    const join = { person: son.id, with: mother.id, role: 'child' };
    expect(verdict(await desk.run(joinHousehold, desk.visitor, join))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(joinHousehold, desk.stranger, join))).toBe('permissions.denied');
    expect(verdict(await desk.run(joinHousehold, desk.operator, { ...join, with: son.id }))).toBe(
      'people.with-herself',
    );
    expect(verdict(await desk.run(joinHousehold, desk.operator, { ...join, role: 'king' }))).toBe('role: field.choose');
    const { household } = await desk.must(joinHousehold, desk.operator, join);
    expect(await desk.must(joinHousehold, desk.operator, join)).toEqual({ household });
    const card = await desk.must(openCard, desk.operator, { person: mother.id });
    expect(card.household).toMatchObject([{ id: son.id, given: 'Hijo', role: 'child' }]);
    expect(verdict(await desk.run(leaveHousehold, desk.stranger, { person: son.id }))).toBe('permissions.denied');
    await desk.must(leaveHousehold, desk.operator, { person: son.id });
    await desk.must(leaveHousehold, desk.operator, { person: son.id });
    expect((await desk.must(openCard, desk.operator, { person: mother.id })).household).toEqual([]);
  });
});
