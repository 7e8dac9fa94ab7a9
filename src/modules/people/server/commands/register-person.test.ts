// Registering: who may, what is refused, what is written where, and that a probable duplicate is only a warning.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk, registration, verdict, type TestDesk } from '../../../../../tests/support/desk.ts';
import { readCard } from '../card.ts';
import { openCard } from './open-card.ts';
import { registerPerson } from './register-person.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

const someone = (changes: Record<string, unknown> = {}) => registration({ notADuplicate: 'on', ...changes });
const count = async (table: 'person' | 'consent' | 'person_profile' | 'person_detail') =>
  (await desk.app.db.read.selectFrom(table).select('id').execute()).length;

describe('people.register', () => {
  it('refuses who is signed out, has another role or works elsewhere', async () => {
    expect(verdict(await desk.run(registerPerson, desk.visitor, someone()))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(registerPerson, desk.actor('municipal-staff'), someone()))).toBe(
      'permissions.denied',
    );
    expect(verdict(await desk.run(registerPerson, desk.stranger, someone()))).toBe('permissions.denied');
    expect(await count('person')).toBe(0);
  });

  it('refuses bad input, field by field, and writes nothing', async () => {
    const bad = async (changes: Record<string, unknown>) =>
      verdict(await desk.run(registerPerson, desk.operator, someone(changes)));
    expect(await bad({ given: '  ' })).toBe('given: field.required');
    expect(await bad({ surnames: 'x'.repeat(81) })).toBe('surnames: field.too-long');
    expect(await bad({ sex: 'f' })).toBe('sex: field.choose');
    expect(await bad({ birthYear: 'old' })).toBe('birthYear: field.not-a-number');
    expect(await bad({ birthYear: '' })).toBe('people.birth-needed');
    expect(await bad({ birthYear: '2031' })).toBe('people.born-in-the-future');
    expect(await bad({ birthDate: '2001-02-30' })).toBe('birthDate: field.not-a-date');
    expect(await bad({ place: 'nowhere' })).toBe('place: field.not-an-id');
    expect(await bad({ place: desk.site.id })).toBe('people.place-unknown');
    expect(await bad({ 'consent-card': '' })).toBe('people.card-consent-needed');
    expect(await bad({ 'consent-card': 'no' })).toBe('people.card-consent-needed');
    expect(await bad({ 'consent-ethnicity': 'maybe' })).toBe('consent-ethnicity: field.choose');
    expect(await bad({ ethnicity: 'ashaninka' })).toBe('people.ethnicity-consent-needed');
    expect(await count('person')).toBe(0);
    expect(await count('consent')).toBe(0);
  });

  it('writes the card to the district, and what is private to the telecentre alone', async () => {
    const markup = '<script>alert(1)</script>';
    const input = someone({
      given: markup,
      'consent-ethnicity': 'yes',
      ethnicity: 'ashaninka',
      language: 'cni',
      phone: '999 000 111',
      'consent-photo-voice': 'prefers-not',
    });
    const { id, card } = await desk.must(registerPerson, desk.operator, input);
    expect(readCard(card)).toBe(card);
    const { read } = desk.app.db;
    const person = await read.selectFrom('person').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(person).toMatchObject({
      partition: 'd/120608',
      given_names: markup,
      birth_year: 1988,
      birth_basis: 'year',
      card,
    });
    const there = `t/${desk.site.id}/private`;
    expect(await read.selectFrom('person_detail').selectAll().where('id', '=', id).executeTakeFirst()).toMatchObject({
      partition: there,
      ethnicity: 'ashaninka',
      language: 'cni',
    });
    expect(
      await read.selectFrom('person_profile').selectAll().where('person', '=', id).executeTakeFirst(),
    ).toMatchObject({ partition: there, sex: 'female', birth_year: 1988, district: '120608', people: 'ashaninka' });
    const consents = await read
      .selectFrom('consent')
      .select(['purpose', 'answer', 'version'])
      .where('person', '=', id)
      .orderBy('purpose')
      .execute();
    expect(consents).toEqual([
      { purpose: 'card', answer: 'yes', version: 1 },
      { purpose: 'ethnicity', answer: 'yes', version: 1 },
      { purpose: 'photo-voice', answer: 'prefers-not', version: 1 },
    ]);
  });

  it('keeps nothing sensitive of who does not consent', async () => {
    const { id } = await desk.register({ given: 'Kemari', 'consent-ethnicity': 'no' });
    const profile = await desk.app.db.read
      .selectFrom('profile_state')
      .selectAll()
      .where('person', '=', id)
      .executeTakeFirst();
    expect(profile?.people).toBe('unknown');
  });

  it('asks the guardian of a minor, and the child', async () => {
    const child = { given: 'Luz', birthYear: '2015' };
    const ask = async (changes: Record<string, unknown>) =>
      verdict(await desk.run(registerPerson, desk.operator, someone({ ...child, ...changes })));
    expect(await ask({})).toBe('people.guardian-needed');
    expect(await ask({ givenBy: 'guardian' })).toBe('people.guardian-needed');
    expect(await ask({ givenBy: 'guardian', guardianName: 'Rosa Quispe' })).toBe('people.child-yes-needed');
    expect(await ask({ givenBy: 'guardian', guardianName: 'Rosa Quispe', childYes: 'on' })).toBe('ok');
    expect(await ask({ given: 'Iris', birthYear: '2008' })).toBe('people.guardian-needed');
    expect(await ask({ given: 'Iris', birthYear: '', birthDate: '2008-01-05' })).toBe('ok');
  });

  it('refuses nothing for a clock that is not known', async () => {
    const now = desk.clock.now();
    desk.clock.set(Date.UTC(1970, 0, 1), 'unknown');
    try {
      expect(verdict(await desk.run(registerPerson, desk.operator, someone({ given: 'Sin reloj' })))).toBe('ok');
    } finally {
      desk.clock.set(now, 'synced');
    }
  });

  it('warns of a probable duplicate in another spelling, and registers when the operator says so', async () => {
    await desk.register({ given: 'Víctor', surnames: 'Chávez Villegas', birthYear: '1970' });
    const again = registration({ given: 'Bictor', surnames: 'Viyegas Chabes', birthYear: '1971' });
    const before = await count('person');
    const warned = await desk.run(registerPerson, desk.operator, again);
    expect(warned).toMatchObject({ ok: false, refusal: { code: 'people.probable-duplicate', params: { count: 1 } } });
    expect(await count('person')).toBe(before);
    const { id } = await desk.must(registerPerson, desk.operator, { ...again, notADuplicate: 'on' });
    expect(await count('person')).toBe(before + 1);
    expect((await desk.must(openCard, desk.operator, { person: id })).probableDuplicates).toEqual([]);
  });

  it('with the same key once more is the same registration', async () => {
    const input = someone({ given: 'Zoila' });
    const first = await desk.run(registerPerson, desk.operator, input, 'key-1');
    const before = await count('person');
    const again = await desk.run(registerPerson, desk.operator, input, 'key-1');
    expect(again).toMatchObject({ ok: true, repeated: true, value: first.ok ? first.value : null });
    expect(await count('person')).toBe(before);
  });
});
