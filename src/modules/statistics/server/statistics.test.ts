// Totals kept step by step are what a count from the raw facts gives, whatever happened in which order and wherever it arrived.
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { addException, closeDay, openDay, setWeek } from '#modules/hours';
import { decideDuplicate, recordConsent, searchPeople } from '#modules/people';
import { assistProcedure, correctVisit, registerVisit, voidVisit } from '#modules/visits';
import type { TestProgram } from '../../../../tests/support/program.ts';
import { openProgramme, verdict, type TestDesk, type TestProgramme } from '../../../../tests/support/desk.ts';
import { openExact, recountAll } from './commands/commands.ts';
import { countSite } from './counting.ts';
import { dueMonths, monthsOf, refresh, toolsOf, totalOf } from './keeping.ts';
import { sumCells, type MonthCount } from './tally.ts';

let programme: TestProgramme;
let desk: TestDesk;
let far: TestDesk;
beforeAll(async () => {
  programme = await openProgramme(['120608', '120604']);
  [desk, far] = programme.desks as [TestDesk, TestDesk];
});
afterAll(() => programme.close());

const PROGRAMME = { programme: true } as const;
const at = (one: TestDesk) => ({ site: one.site.id, district: one.site.district });

async function total(
  program: TestProgram,
  scope: Parameters<typeof totalOf>[1],
  month = '2026-11',
): Promise<MonthCount> {
  await refresh(program.app);
  const found = await totalOf(program.app, scope, month);
  if (!found) throw new Error('nothing was counted');
  expect(found.behind).toBe(false);
  return found.count;
}

/** From the raw rows, by another way than the program's. */
async function byHand(program: TestProgram, partitions: string[], month: string) {
  const { read } = program.app.db;
  const voided = new Set((await read.selectFrom('visit_void').select('visit').execute()).map(({ visit }) => visit));
  const visits = (await read.selectFrom('visit').selectAll().execute()).filter(
    (one) => partitions.includes(one.partition) && one.day?.startsWith(month) && !voided.has(one.id),
  );
  const ids = new Map(visits.map((one) => [one.id, one]));
  const acts = (await read.selectFrom('attention').selectAll().execute()).filter((one) => ids.has(one.visit ?? ''));
  const aliases = new Map(
    (await read.selectFrom('person_alias').selectAll().execute()).map((one) => [one.person, one.counts_as]),
  );
  const served = new Set(acts.map((one) => ids.get(one.visit ?? '')?.id));
  const people = new Set(
    visits.flatMap((one) => (one.person && served.has(one.id) ? [aliases.get(one.person) ?? one.person] : [])),
  );
  return {
    attentions: acts.filter((one) => one.purpose !== 'training').length,
    procedures: acts.filter((one) => one.purpose === 'online-procedure').length,
    trainings: acts.filter((one) => one.purpose === 'training').length,
    visits: visits.length,
    people: people.size,
    assisted: acts.filter((one) => one.consent !== null).length,
  };
}

const short = (count: MonthCount) => ({
  attentions: count.attentions,
  procedures: sumCells(count.procedures),
  trainings: sumCells(count.trainings),
  visits: count.visits,
  people: count.people,
  assisted: count.assisted,
});

/** What was counted step by step, beside a count of everything anew. */
async function agrees(program: TestProgram): Promise<void> {
  await refresh(program.app);
  const { read } = program.app.db;
  expect(await dueMonths(read, '2026-11-24')).toEqual([]);
  const sites = await read.selectFrom('site').select(['id', 'district']).execute();
  const tools = toolsOf(program.app.config.zone, '2026-11-24');
  for (const row of await read.selectFrom('month_total').selectAll().where('scope', 'like', 't/%').execute()) {
    const id = row.scope.slice(2);
    const district = sites.find((one) => one.id === id)?.district ?? '';
    const { count } = await countSite(read, { id, district }, row.month, tools);
    expect(JSON.parse(row.counted), `${row.scope} ${row.month}`).toEqual(JSON.parse(JSON.stringify(count)));
  }
}

afterEach(async () => {
  for (const program of [...programme.desks, programme.hub]) await agrees(program);
});

describe('a month', () => {
  it('counts attentions, procedures, trainings, visits and people apart, and equals a count by hand', async () => {
    const rosa = await desk.register({ given: 'Rosa', birthYear: '1990' });
    const luis = await desk.register({ given: 'Luis', sex: 'male', birthYear: '1970' });
    await desk.must(registerVisit, desk.operator, { person: rosa.id, purposes: ['homework', 'office', 'training'] });
    await desk.must(registerVisit, desk.operator, { person: rosa.id, purposes: ['homework'], day: '2026-11-03' });
    await desk.must(registerVisit, desk.operator, { person: luis.id, purposes: ['training'], trainer: 'partner' });
    const help = { institution: 'sis', consent: 'mark', outcome: 'done', minutes: '20' };
    await desk.must(assistProcedure, desk.operator, { ...help, person: luis.id });
    await desk.must(assistProcedure, desk.operator, { ...help, category: 'woman', ageBand: '60+', language: 'cni' });
    const count = await total(desk, at(desk));
    expect(short(count)).toEqual(await byHand(desk, [`t/${desk.site.id}`], '2026-11'));
    expect(count).toMatchObject({
      ...{ attentions: 5, visits: 4, people: 2, unnamed: 1, assisted: 2, assistedMinutes: 40 },
      ...{ internet: { homework: 2, office: 1 }, procedures: { sis: 2 }, trainings: { leader: 1, partner: 1 } },
      ...{ sex: { female: 5, male: 2 }, ageBand: { '30-59': 6, '60+': 1 } },
    });
    expect(count.language['cni']).toBe(1);
    expect([count.ageSum, count.ageKnown]).toEqual([4 * 36 + 2 * 56, 6]);
  });

  it('follows corrections, voids, joined cards and consents, also in months long past', async () => {
    const ana = await desk.register({
      given: 'Ana',
      birthYear: '1985',
      ethnicity: 'ashaninka',
      'consent-ethnicity': 'yes',
    });
    const visit = await desk.must(registerVisit, desk.operator, {
      person: ana.id,
      purposes: ['office'],
      day: '2026-08-03',
    });
    expect((await total(desk, at(desk), '2026-08')).peoples).toEqual({ ashaninka: 1 });
    await desk.must(recordConsent, desk.operator, {
      ...{ person: ana.id, purpose: 'ethnicity', answer: 'no', givenBy: 'self' },
    });
    expect((await total(desk, at(desk), '2026-08')).peoples).toEqual({ unknown: 1 });
    const other = { visit: visit.id, reason: 'wrong-day', person: ana.id, purposes: ['homework'], day: '2026-09-01' };
    const moved = await desk.must(correctVisit, desk.operator, other);
    expect((await total(desk, at(desk), '2026-08')).visits).toBe(0);
    expect((await total(desk, at(desk), '2026-09')).internet).toEqual({ homework: 1 });
    const twin = await desk.register({ given: 'Hana', birthYear: '1985' });
    await desk.must(registerVisit, desk.operator, { person: twin.id, purposes: ['office'], day: '2026-09-02' });
    expect((await total(desk, at(desk), '2026-09')).people).toBe(2);
    const input = { person: ana.id, other: twin.id, verdict: 'same' };
    await desk.must(decideDuplicate, desk.operator, input);
    expect((await total(desk, at(desk), '2026-09')).people).toBe(1);
    await desk.must(voidVisit, desk.operator, { visit: moved.id, reason: 'twice', sure: 'on' });
    expect((await total(desk, at(desk), '2026-09')).visits).toBe(1);
  });

  it('has hours planned, served and lost, of the days that are over', async () => {
    await desk.must(setWeek, desk.operator, { day2: '8:00-12:00', day3: '8:00-12:00' });
    await desk.must(openDay, desk.operator, {});
    await desk.must(closeDay, desk.operator, { reason: 'no-power' });
    await desk.must(addException, desk.operator, { day: '2026-11-25', reason: 'weather' });
    const now = desk.clock.now();
    expect((await total(desk, at(desk))).hours).toEqual({ planned: 0, served: 0, lost: {} });
    desk.clock.forward(2 * 86_400_000);
    const { hours } = await total(desk, at(desk));
    expect(hours.planned).toBe(480);
    expect(hours.lost['weather']).toBe(240);
    expect(sumCells(hours.lost) + hours.served).toBeGreaterThanOrEqual(480);
    desk.clock.set(now);
    await desk.must(recountAll, { ...desk.operator, kind: 'system' }, {});
  });
});

describe('at the hub', () => {
  it('telecentres add up, and a person who came to two of them is one', async () => {
    const eva = await far.register({ given: 'Eva' });
    for (const day of ['2026-11-10', '2026-11-11'])
      await far.must(registerVisit, far.operator, { person: eva.id, purposes: ['prices'], day });
    await programme.sync();
    const { hub } = programme;
    const all = await total(hub, PROGRAMME);
    const here = await total(hub, at(desk));
    const there = await total(hub, at(far));
    expect(short(all)).toEqual(await byHand(hub, [`t/${desk.site.id}`, `t/${far.site.id}`], '2026-11'));
    expect(all.attentions).toBe(here.attentions + there.attentions);
    expect(short(here)).toEqual(short(await total(desk, at(desk))));
    expect(short(await total(hub, { district: '120604' }))).toEqual(short(there));
    expect(await monthsOf(hub.app.db.read, PROGRAMME)).toContain('2026-11');
    await far.must(registerVisit, far.operator, { person: eva.id, purposes: ['office'], day: '2026-11-11' });
    await programme.sync();
    expect((await total(hub, PROGRAMME)).attentions).toBe(all.attentions + 1);
  });

  it('what is written while a month is being counted is counted again', async () => {
    const { app } = desk;
    const before = (await total(desk, at(desk))).visits;
    await desk.must(registerVisit, desk.operator, { category: 'man', purposes: ['office'] });
    const [looked] = await dueMonths(app.db.read, '2026-11-24');
    await desk.must(registerVisit, desk.operator, { category: 'man', purposes: ['office'] });
    const [now] = await dueMonths(app.db.read, '2026-11-24');
    expect([looked?.month, now?.month]).toEqual(['2026-11', '2026-11']);
    expect(now?.marked).not.toBe(looked?.marked);
    expect((await total(desk, at(desk))).visits).toBe(before + 2);
  });

  it('a recount of everything, in a worker, gives the same', async () => {
    const { hub } = programme;
    const { read } = hub.app.db;
    for (let month = 1; month <= 24; month++) {
      const day = `${month > 12 ? 2025 : 2024}-${String(((month - 1) % 12) + 1).padStart(2, '0')}-05`;
      await far.must(registerVisit, far.operator, { category: 'man', purposes: ['office'], day });
    }
    await programme.sync();
    await refresh(hub.app); // more than are counted at once
    const rows = () =>
      read
        .selectFrom('month_total')
        .select(['scope', 'month', 'counted'])
        .where('scope', 'like', 't/%')
        .orderBy('month')
        .orderBy('scope')
        .execute();
    const before = await rows();
    expect(before.length).toBeGreaterThan(24);
    const { months } = await hub.must(recountAll, { ...hub.actor('administrator'), kind: 'system' }, {});
    expect(months).toBe(before.length);
    await refresh(hub.app);
    expect(await rows()).toEqual(before);
  });

  it('any history, in any order of exchange, gives what a count from the facts gives', async () => {
    const people = (await searchPeople(desk.app.db.read, desk.operator, { text: 'Quispe' })).people.map(({ id }) => id);
    const visit = fc.record({
      ...{ who: fc.integer({ min: 0, max: people.length }), day: fc.integer({ min: 1, max: 24 }) },
      purposes: fc.uniqueArray(fc.constantFrom('homework', 'office', 'training', 'prices'), {
        minLength: 1,
        maxLength: 3,
      }),
      ...{ voided: fc.boolean(), sync: fc.boolean() },
    });
    await fc.assert(
      fc.asyncProperty(fc.array(visit, { minLength: 1, maxLength: 6 }), async (all) => {
        for (const { who, day, purposes, voided, sync } of all) {
          const input = { purposes, day: `2026-11-${String(day).padStart(2, '0')}` };
          const of = people[who] ? { person: people[who] } : { category: 'woman' };
          const { id } = await desk.must(registerVisit, desk.operator, { ...input, ...of });
          if (sync) await programme.syncOne(desk);
          if (voided) await desk.must(voidVisit, desk.operator, { visit: id, reason: 'twice', sure: 'on' });
          if (sync) await refresh(programme.hub.app);
        }
        await programme.sync();
        const parts = [`t/${desk.site.id}`, `t/${far.site.id}`];
        expect(short(await total(programme.hub, PROGRAMME))).toEqual(await byHand(programme.hub, parts, '2026-11'));
        expect(short(await total(desk, at(desk)))).toEqual(await byHand(desk, parts, '2026-11'));
      }),
      { numRuns: 8 },
    );
  });
});

describe('numbers as they are', () => {
  it('are opened by those who may, where they may, and it is written down', async () => {
    const { hub } = programme;
    const input = { month: '2026-11', site: desk.site.id };
    expect(verdict(await hub.run(openExact, { kind: 'anonymous', grants: [], language: 'es' }, input))).toBe(
      'permissions.sign-in',
    );
    expect(verdict(await hub.run(openExact, hub.actor('donor'), input))).toBe('permissions.denied');
    const elsewhere = hub.actor('coordinator', { district: '120604' });
    expect(verdict(await hub.run(openExact, elsewhere, input))).toBe('permissions.denied');
    expect(verdict(await hub.run(openExact, elsewhere, { ...input, site: null }))).toBe('permissions.denied');
    expect(verdict(await hub.run(openExact, hub.actor('coordinator'), { ...input, month: 'x' }))).toBe(
      'month: field.invalid',
    );
    await hub.must(openExact, hub.actor('coordinator'), input);
    const rows = await hub.app.db.read.selectFrom('audit_entry').selectAll().execute();
    expect(JSON.stringify(rows)).toContain('statistics.exact-opened');
    expect(verdict(await hub.run(recountAll, hub.actor('coordinator'), {}))).toBe('permissions.denied');
  });
});
