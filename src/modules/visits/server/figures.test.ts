// From visits at two telecentres to figures at the hub: the three counts, their breakdowns, and the records behind each cell.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProgramme, type TestDesk, type TestProgramme } from '../../../../tests/support/desk.ts';
import type { BreakdownName, FigureRequest, Indicator } from '#platform/indicators';
import type { Scope } from '#platform/permissions';
import {
  correctPerson,
  decideDuplicate,
  findPersonByCard,
  openCard,
  searchPeople,
  withdrawConsent,
} from '#modules/people';
import { correctVisit, voidVisit } from './commands/correct-visit.ts';
import { registerVisit } from './commands/register-visit.ts';
import { attentionsIndicator, peopleServedIndicator } from './figures.ts';

const TODAY = '2026-11-24';
let programme: TestProgramme;
let ocopa: TestDesk;
let mazamari: TestDesk;
let betania: TestDesk;

beforeAll(async () => {
  programme = await openProgramme(['120608', '120604', '120608']);
  [ocopa, mazamari, betania] = programme.desks as [TestDesk, TestDesk, TestDesk];
});
afterAll(() => programme.close());

const request = (changes: Partial<FigureRequest> = {}): FigureRequest => ({
  period: { from: '2026-11-01', to: '2026-11-30' },
  breakdown: null,
  scope: { programme: true },
  today: TODAY,
  ...changes,
});

async function figure(
  indicator: Indicator,
  breakdown: BreakdownName | null = null,
  scope: Scope = { programme: true },
) {
  const cells = await indicator.figures(programme.hub.app.db.read, request({ breakdown, scope }));
  return Object.fromEntries(cells.map((cell) => [cell.key, cell.value]));
}

/** What the records of a cell say by themselves. */
async function walkBack(indicator: Indicator, breakdown: BreakdownName | null, cell: string): Promise<number> {
  const units = new Set<string>();
  for (let page = 0; ; page++) {
    const found = await indicator.records(programme.hub.app.db.read, { ...request({ breakdown }), cell, page });
    for (const row of found.rows) units.add((indicator.unit === 'person' ? row.subject : undefined) ?? row.id);
    if (!found.more) return units.size;
  }
}

describe('figures of visits', () => {
  let rosa: { id: string; card: string };

  it('count attentions and people apart, once they reached the hub', async () => {
    rosa = await ocopa.register({ given: 'Rosa', 'consent-ethnicity': 'yes', ethnicity: 'ashaninka' });
    const luz = await ocopa.register({
      given: 'Luz',
      birthYear: '2014',
      givenBy: 'guardian',
      guardianName: 'Ana',
      childYes: 'on',
    });
    const juan = await mazamari.register({
      given: 'Juan',
      sex: 'male',
      birthYear: '1950',
      'consent-ethnicity': 'prefers-not',
    });
    await ocopa.must(registerVisit, ocopa.operator, { person: rosa.id, purposes: ['homework', 'office'] });
    await ocopa.must(registerVisit, ocopa.operator, { person: rosa.id, purposes: ['homework'], day: '2026-11-03' });
    await ocopa.must(registerVisit, ocopa.operator, { person: luz.id, purposes: ['information'] });
    await ocopa.must(registerVisit, ocopa.operator, { category: 'man', purposes: ['equipment'] });
    await ocopa.must(registerVisit, ocopa.operator, { person: luz.id, purposes: ['information'], day: '2026-10-31' });
    await mazamari.must(registerVisit, mazamari.operator, { person: juan.id, purposes: ['training'] });
    expect(await figure(attentionsIndicator)).toEqual({ total: 0 });
    await programme.sync();
    await programme.sync();
    expect(await figure(attentionsIndicator)).toEqual({ total: 6 });
    expect(await figure(peopleServedIndicator)).toEqual({ total: 3 });
  });

  it('break down by district, sex, age band and people', async () => {
    expect(await figure(attentionsIndicator, 'district')).toEqual({ '120604': 1, '120608': 5 });
    expect(await figure(attentionsIndicator, 'sex')).toEqual({ female: 4, male: 2 });
    expect(await figure(peopleServedIndicator, 'sex')).toEqual({ female: 2, male: 1 });
    expect(await figure(peopleServedIndicator, 'ageBand')).toEqual({ '12-17': 1, '30-59': 1, '60+': 1 });
    expect(await figure(peopleServedIndicator, 'people')).toEqual({
      ashaninka: 1,
      'prefers-not-to-say': 1,
      unknown: 1,
    });
    expect(await figure(attentionsIndicator, 'people')).toEqual({ ashaninka: 3, 'prefers-not-to-say': 1, unknown: 2 });
  });

  it('keep to the scope that is asked for', async () => {
    expect(await figure(attentionsIndicator, null, { district: '120604' })).toEqual({ total: 1 });
    expect(await figure(attentionsIndicator, null, { province: '1206' })).toEqual({ total: 6 });
    expect(await figure(attentionsIndicator, null, { province: '1501' })).toEqual({ total: 0 });
    expect(await figure(peopleServedIndicator, null, { site: ocopa.site.id, district: '120608' })).toEqual({
      total: 2,
    });
    expect(await figure(attentionsIndicator, 'district', { site: betania.site.id, district: '120608' })).toEqual({
      '120608': 0,
    });
  });

  it('can be walked back: the records of every cell make its number', async () => {
    for (const indicator of [attentionsIndicator, peopleServedIndicator])
      for (const breakdown of [null, 'district', 'sex', 'ageBand', 'people'] as const)
        for (const [cell, value] of Object.entries(await figure(indicator, breakdown)))
          expect([indicator.code, breakdown, cell, await walkBack(indicator, breakdown, cell)]).toEqual([
            indicator.code,
            breakdown,
            cell,
            value,
          ]);
  });

  it('add up: the cells of an additive breakdown make the total', async () => {
    for (const indicator of [attentionsIndicator, peopleServedIndicator]) {
      const { total } = await figure(indicator);
      for (const breakdown of indicator.breakdowns.filter((one) => one.additive)) {
        const cells = Object.values(await figure(indicator, breakdown.name));
        expect([breakdown.name, cells.reduce<number>((sum, value) => sum + (value ?? 0), 0)]).toEqual([
          breakdown.name,
          total,
        ]);
        if (breakdown.keys)
          for (const key of Object.keys(await figure(indicator, breakdown.name))) expect(breakdown.keys).toContain(key);
      }
    }
  });

  it('lose what is voided and follow what is corrected', async () => {
    const wrong = await mazamari.must(registerVisit, mazamari.operator, {
      category: 'boy',
      purposes: ['office', 'homework'],
    });
    const twice = await mazamari.must(registerVisit, mazamari.operator, { category: 'boy', purposes: ['office'] });
    await mazamari.must(correctVisit, mazamari.operator, {
      visit: wrong.id,
      reason: 'wrong-purpose',
      category: 'girl',
      purposes: ['office'],
    });
    await mazamari.must(voidVisit, mazamari.operator, { visit: twice.id, reason: 'twice', sure: 'on' });
    await programme.sync();
    expect(await figure(attentionsIndicator, 'sex')).toEqual({ female: 5, male: 2 });
  });

  it('find and count at the other telecentre of the district who was registered at the first', async () => {
    const found = await searchPeople(betania.app.db.read, betania.operator, { text: 'roza kispe' });
    expect(found.people.map((person) => person.id)).toEqual([rosa.id]);
    expect((await findPersonByCard(betania.app.db.read, rosa.card))?.id).toBe(rosa.id);
    expect((await searchPeople(mazamari.app.db.read, mazamari.operator, { text: 'rosa' })).people).toEqual([]);
    await betania.must(registerVisit, betania.operator, { person: rosa.id, purposes: ['training'] });
    await programme.sync();
    expect(await figure(peopleServedIndicator)).toEqual({ total: 3 });
  });

  it('count two cards of one person once, as soon as somebody says so', async () => {
    const again = await betania.register({ given: 'Otra' });
    const { version } = await betania.must(openCard, betania.operator, { person: again.id });
    const names = { given: 'Roza', surnames: 'Huamán', birthYear: '1989', sex: 'female' };
    await betania.must(correctPerson, betania.operator, { person: again.id, seen: version, ...names });
    await betania.must(registerVisit, betania.operator, { person: again.id, purposes: ['training'] });
    await programme.sync();
    const cells = async (breakdown: BreakdownName | null) =>
      peopleServedIndicator.figures(programme.hub.app.db.read, request({ breakdown }));
    // until then the number says from how many to how many: one of the two cards is of another people than the other
    expect(await cells(null)).toEqual([{ key: 'total', value: 4, interval: { min: 3, max: 4 } }]);
    expect(await cells('people')).toEqual([
      { key: 'ashaninka', value: 1, interval: { min: 0, max: 1 } },
      { key: 'prefers-not-to-say', value: 1 },
      { key: 'unknown', value: 2, interval: { min: 1, max: 2 } },
    ]);
    await betania.must(decideDuplicate, betania.operator, { person: again.id, other: rosa.id, verdict: 'same' });
    await programme.sync();
    expect(await cells(null)).toEqual([{ key: 'total', value: 3 }]);
  });

  it('obey a withdrawn consent from the moment it reaches the hub', async () => {
    expect((await figure(peopleServedIndicator, 'people')).ashaninka).toBe(1);
    await ocopa.must(withdrawConsent, ocopa.operator, { person: rosa.id, purpose: 'ethnicity' });
    await programme.sync();
    expect((await figure(peopleServedIndicator, 'people')).ashaninka).toBeUndefined();
    expect(await figure(peopleServedIndicator)).toEqual({ total: 3 });
  });
});
