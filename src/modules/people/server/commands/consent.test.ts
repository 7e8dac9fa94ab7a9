// Consent: given and taken back one purpose at a time, and obeyed below the screens from that moment.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk, verdict, type TestDesk } from '../../../../../tests/support/desk.ts';
import { consenting, personFigures } from '../figures.ts';
import { hasConsent } from '../private.ts';
import { findPersonByCard, searchPeople } from '../queries.ts';
import { openCard } from './open-card.ts';
import { recordConsent } from './record-consent.ts';
import { withdrawConsent } from './withdraw-consent.ts';

const TODAY = '2026-11-24';
let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

async function peopleInFigures(person: string, day = TODAY): Promise<string | undefined> {
  const { read } = desk.app.db;
  const row = await read
    .selectFrom(personFigures(read, day).as('figures'))
    .select('figures.people')
    .where('figures.person', '=', person)
    .executeTakeFirst();
  return row?.people;
}

describe('people.record-consent', () => {
  it('refuses who is signed out, has another role or works elsewhere, and people of other districts', async () => {
    const { id } = await desk.register({ given: 'Uno' });
    const input = { person: id, purpose: 'photo-voice', answer: 'yes' };
    expect(verdict(await desk.run(recordConsent, desk.visitor, input))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(recordConsent, desk.actor('municipal-staff'), input))).toBe('permissions.denied');
    expect(verdict(await desk.run(recordConsent, desk.stranger, input))).toBe('permissions.denied');
    expect(verdict(await desk.run(recordConsent, desk.operator, { ...input, person: desk.site.id }))).toBe(
      'people.not-found',
    );
  });

  it('refuses bad input', async () => {
    const { id } = await desk.register({ given: 'Dos' });
    const bad = async (changes: Record<string, unknown>) =>
      verdict(
        await desk.run(recordConsent, desk.operator, { person: id, purpose: 'income', answer: 'yes', ...changes }),
      );
    expect(await bad({ person: 'nobody' })).toBe('person: field.not-an-id');
    expect(await bad({ purpose: 'anything' })).toBe('purpose: field.choose');
    expect(await bad({ answer: '' })).toBe('answer: field.choose');
    expect(await bad({ witness: 'x'.repeat(161) })).toBe('witness: field.too-long');
    expect(await bad({ expires: '2020-01-01' })).toBe('people.expired-already');
  });

  it('counts from then on, until its last day', async () => {
    const { id } = await desk.register({ given: 'Tres' });
    const { read } = desk.app.db;
    expect(await hasConsent(read, id, 'income', TODAY)).toBe(false);
    await desk.must(recordConsent, desk.operator, {
      person: id,
      purpose: 'income',
      answer: 'yes',
      expires: '2026-12-31',
    });
    expect(await hasConsent(read, id, 'income', TODAY)).toBe(true);
    expect(await hasConsent(read, id, 'income', '2027-01-01')).toBe(false);
    const later = await desk.must(recordConsent, desk.operator, {
      person: id,
      purpose: 'income',
      answer: 'yes',
      expires: '2026-12-31',
    });
    const facts = await read
      .selectFrom('consent')
      .select(['id', 'replaces'])
      .where('person', '=', id)
      .where('purpose', '=', 'income')
      .execute();
    const first = facts.find((fact) => fact.id !== later.id);
    expect(facts.find((fact) => fact.id === later.id)?.replaces).toBe(first?.id);
    expect(await consenting(read, 'income', TODAY).where('person', '=', id).execute()).toHaveLength(1);
    expect(await consenting(read, 'income', '2027-01-01').where('person', '=', id).execute()).toHaveLength(0);
  });

  it('lets a declared people into figures, and the same key twice once', async () => {
    const { id } = await desk.register({ given: 'Cuatro' });
    expect(await peopleInFigures(id)).toBe('unknown');
    const input = { person: id, purpose: 'ethnicity', answer: 'yes', ethnicity: 'nomatsigenga' };
    const first = await desk.run(recordConsent, desk.operator, input, 'k');
    expect(await desk.run(recordConsent, desk.operator, input, 'k')).toMatchObject({
      repeated: true,
      value: first.ok ? first.value : null,
    });
    expect(await peopleInFigures(id)).toBe('nomatsigenga');
  });

  it('of a minor is the guardian’s', async () => {
    const { id } = await desk.register({
      given: 'Menor',
      birthYear: '2014',
      givenBy: 'guardian',
      guardianName: 'Rosa',
      childYes: 'on',
    });
    const input = { person: id, purpose: 'photo-voice', answer: 'yes' };
    expect(verdict(await desk.run(recordConsent, desk.operator, input))).toBe('people.guardian-needed');
    expect(verdict(await desk.run(recordConsent, desk.operator, { ...input, answer: 'no' }))).toBe('ok');
  });
});

describe('people.withdraw-consent', () => {
  it('refuses who may not, and what was never given', async () => {
    const { id } = await desk.register({ given: 'Cinco' });
    const input = { person: id, purpose: 'ethnicity' };
    expect(verdict(await desk.run(withdrawConsent, desk.visitor, input))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(withdrawConsent, desk.actor('municipal-staff'), input))).toBe('permissions.denied');
    expect(verdict(await desk.run(withdrawConsent, desk.stranger, input))).toBe('permissions.denied');
    expect(verdict(await desk.run(withdrawConsent, desk.operator, { ...input, purpose: 'x' }))).toBe(
      'purpose: field.choose',
    );
    expect(verdict(await desk.run(withdrawConsent, desk.operator, input))).toBe('people.nothing-to-withdraw');
  });

  it('takes the people out of figures at once, forgets what was declared, and leaves the rest', async () => {
    const { id } = await desk.register({
      given: 'Seis',
      'consent-ethnicity': 'yes',
      ethnicity: 'ashaninka',
      'consent-photo-voice': 'yes',
    });
    expect(await peopleInFigures(id)).toBe('ashaninka');
    await desk.must(withdrawConsent, desk.operator, { person: id, purpose: 'ethnicity' });
    expect(await peopleInFigures(id)).toBe('unknown');
    expect(await hasConsent(desk.app.db.read, id, 'photo-voice', TODAY)).toBe(true);
    const card = await desk.must(openCard, desk.operator, { person: id });
    expect(card.detail.ethnicity).toBeNull();
    expect(card.consents.filter((one) => one.purpose === 'ethnicity').map((one) => [one.answer, one.current])).toEqual([
      ['no', true],
      ['yes', false],
    ]);
    expect(verdict(await desk.run(withdrawConsent, desk.operator, { person: id, purpose: 'ethnicity' }))).toBe(
      'people.nothing-to-withdraw',
    );
  });

  it('holds also when the clock went back before it', async () => {
    const { id } = await desk.register({ given: 'Siete', 'consent-income': 'yes' });
    const now = desk.clock.now();
    desk.clock.set(now - 400 * 86_400_000, 'estimated');
    try {
      await desk.must(withdrawConsent, desk.operator, { person: id, purpose: 'income' });
      expect(await hasConsent(desk.app.db.read, id, 'income', TODAY)).toBe(false);
    } finally {
      desk.clock.set(now, 'synced');
    }
  });

  it('of the card itself takes the person off every list', async () => {
    const { id, card } = await desk.register({ given: 'Olvidada', surnames: 'Tsirotsi' });
    await desk.must(withdrawConsent, desk.operator, { person: id, purpose: 'card' });
    expect((await searchPeople(desk.app.db.read, desk.operator, { text: 'olvidada' })).people).toEqual([]);
    expect(await findPersonByCard(desk.app.db.read, card)).toBeUndefined();
    expect(verdict(await desk.run(recordConsent, desk.operator, { person: id, purpose: 'card', answer: 'yes' }))).toBe(
      'people.gone',
    );
  });
});
