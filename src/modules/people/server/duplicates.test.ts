// The queue of probable duplicates: filled by what is written here and what arrives, worked by those who may correct, undone by a later word.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schemaOf } from '#platform/db';
import { migrate } from '#platform/migrate';
import { system, type Actor } from '#platform/permissions';
import { openDesk, openProgramme, verdict, type TestDesk, type TestProgramme } from '../../../../tests/support/desk.ts';
import type { TestProgram } from '../../../../tests/support/program.ts';
import { correctPerson } from './commands/correct-person.ts';
import { decideDuplicate } from './commands/decide-duplicate.ts';
import { openCard } from './commands/open-card.ts';
import { openPair } from './commands/open-pair.ts';
import { withdrawConsent } from './commands/withdraw-consent.ts';
import { countWaitingPairs, listDecidedPairs, listWaitingPairs } from './duplicates.ts';
import { countsAs } from './links.ts';
import { comparePeople } from './migrations/20261127-compare-people.ts';

const queue = async ({ app }: TestProgram, actor: Actor) =>
  (await listWaitingPairs(app.db.read, actor)).map(({ person, other }) => `${person} ${other}`);
const pairOf = (a: { id: string }, b: { id: string }) => [a.id, b.id].toSorted().join(' ');

describe('at one telecentre', () => {
  let desk: TestDesk;
  beforeAll(async () => {
    desk = await openDesk();
  });
  afterAll(() => desk.close());

  async function rename(id: string, given: string, surnames: string): Promise<void> {
    const { version } = await desk.must(openCard, desk.operator, { person: id });
    await desk.must(correctPerson, desk.operator, {
      ...{ person: id, seen: version, given, surnames },
      ...{ birthYear: '1988', sex: 'female' },
    });
  }

  it('follows corrections, later, undone and withdrawn', async () => {
    const [a, b] = [await desk.register({ given: 'Zoila' }), await desk.register({ given: 'Norma' })];
    expect(await queue(desk, desk.operator)).toEqual([]);
    await rename(b.id, 'Soyla', 'Kispe Guamán');
    expect(await queue(desk, desk.operator)).toEqual([pairOf(a, b)]);
    expect(await countWaitingPairs(desk.app.db.read, desk.operator)).toBe(1);
    const c = await desk.register({ given: 'Zoilo Jesús', birthYear: '1960' });
    await rename(c.id, 'Zoila', 'Quispe');
    expect(await queue(desk, desk.operator)).toHaveLength(3);

    const decide = async (one: { id: string }, two: { id: string }, word: string) => {
      desk.clock.forward(1_000);
      await desk.must(decideDuplicate, desk.operator, { person: one.id, other: two.id, verdict: word });
    };
    const [first] = await queue(desk, desk.operator);
    expect(first).toBe(pairOf(a, b));
    await decide(a, b, 'open');
    expect((await queue(desk, desk.operator)).at(-1)).toBe(pairOf(a, b));
    await decide(b, a, 'same');
    expect((await queue(desk, desk.operator)).includes(pairOf(a, b))).toBe(false);
    expect(await listDecidedPairs(desk.app.db.read, desk.operator)).toMatchObject([{ verdict: 'same' }]);
    await decide(a, c, 'same'); // so b and c are one as well, and nobody is asked
    expect(await queue(desk, desk.operator)).toEqual([]);
    expect(await countsAs(desk.app.db.read, c.id)).toBe([a.id, b.id, c.id].toSorted()[0]);
    await decide(a, b, 'open');
    expect(await countsAs(desk.app.db.read, b.id)).toBe(b.id);
    expect((await queue(desk, desk.operator)).toSorted()).toEqual([pairOf(a, b), pairOf(b, c)].toSorted());
    await desk.must(withdrawConsent, desk.operator, { person: b.id, purpose: 'card' });
    expect(await queue(desk, desk.operator)).toEqual([]);
  });

  it('shows both cards to those who may correct, writes both views down, and nothing to others', async () => {
    const [a, b] = [await desk.register({ given: 'Hermelinda' }), await desk.register({ given: 'Ermelinda' })];
    const input = { person: b.id, other: a.id };
    expect(verdict(await desk.run(openPair, desk.visitor, input))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(openPair, desk.actor('facilitator', desk.site), input))).toBe('permissions.denied');
    expect(verdict(await desk.run(openPair, desk.stranger, input))).toBe('permissions.denied');
    expect(verdict(await desk.run(openPair, desk.operator, { ...input, other: b.id }))).toBe('people.with-herself');
    expect(verdict(await desk.run(openPair, desk.operator, { ...input, other: desk.site.id }))).toBe(
      'people.not-found',
    );
    const opened = await desk.must(openPair, desk.operator, input);
    expect(opened.sides.map(({ person }) => person.id)).toEqual([a.id, b.id].toSorted());
    expect(opened.likeness.score).toBeGreaterThan(80);
    expect(opened.decision?.verdict).toBe('different'); // said when registering all the same
    expect(await queue(desk, desk.visitor)).toEqual([]);
    expect(await queue(desk, desk.stranger)).toEqual([]);
    const views = await desk.app.db.read
      .selectFrom('audit_entry')
      .select('subject')
      .where('event', '=', 'people.viewed')
      .where('subject', 'in', [a.id, b.id])
      .execute();
    expect(views).toHaveLength(2);
  });

  it('is the same when the migration makes everything from the cards and links that are there', async () => {
    for (const surnames of ['Quispe Flores', 'Kispe Flores', 'Flores Quispe', 'Quispe'])
      await desk.register({ given: 'Gerardo', surnames, birthYear: '1971' });
    const { db } = desk.app;
    const all = async () => ({
      keys: await db.read.selectFrom('person_block').selectAll().orderBy('person').orderBy('key').execute(),
      pairs: await db.read.selectFrom('person_pair').selectAll().orderBy('person').orderBy('other').execute(),
      decisions: await db.read.selectFrom('person_decision').selectAll().orderBy('link').execute(),
    });
    const before = await all();
    expect(before.pairs.length).toBeGreaterThanOrEqual(6);
    // as the database was before there was a likeness
    await db.transaction(async (tx) => {
      const { schema } = schemaOf(tx);
      for (const table of ['person_block', 'person_pair', 'person_decision', 'person_compare'])
        await schema.dropTable(table).execute();
      await schema.createTable('person_duplicate').addColumn('key', 'varchar').execute();
      await tx.local.deleteFrom('schema_migration').where('id', '=', comparePeople.id).execute();
    });
    expect(await migrate(db, desk.app.modules)).toEqual([comparePeople.id]);
    expect(await all()).toEqual(before);
  });
});

describe('between telecentres and the hub', () => {
  let programme: TestProgramme;
  let desks: [TestDesk, TestDesk, TestDesk];
  beforeAll(async () => {
    programme = await openProgramme(['120608', '120608', '120604']);
    desks = programme.desks as typeof desks; // reason: three were opened
  });
  afterAll(() => programme.close());

  it('a pair that meets by replication waits everywhere, and one decision settles it everywhere', async () => {
    const { hub } = programme;
    const [here, there] = desks;
    const a = await here.register({ given: 'Víctor', surnames: 'Chávez Villegas', birthYear: '1970', sex: 'male' });
    const b = await there.register({ given: 'Bictor', surnames: 'Viyegas Chabes', birthYear: '1971', sex: 'male' });
    expect(await queue(here, here.operator)).toEqual([]);
    await programme.sync();
    const coordinator = hub.actor('coordinator', { district: '120608' });
    for (const [where, who] of [
      [here, here.operator],
      [there, there.operator],
      [hub, coordinator],
    ] as const)
      expect(await queue(where, who)).toEqual([pairOf(a, b)]);
    await there.must(decideDuplicate, there.operator, { person: a.id, other: b.id, verdict: 'same' });
    await programme.sync();
    for (const { app } of [here, there, hub]) {
      expect(await countWaitingPairs(app.db.read, system)).toBe(0);
      expect(await countsAs(app.db.read, b.id)).toBe(await countsAs(app.db.read, a.id));
    }
    hub.clock.forward(60_000);
    await hub.must(decideDuplicate, coordinator, { person: a.id, other: b.id, verdict: 'open' });
    await programme.sync();
    for (const { app } of [here, there, hub]) {
      expect(await countWaitingPairs(app.db.read, system)).toBe(1);
      expect(await countsAs(app.db.read, b.id)).toBe(b.id);
    }
  });

  it('cards of two districts meet at the hub only, for those who answer for both', async () => {
    const { hub } = programme;
    const [here, , far] = desks;
    const a = await here.register({ given: 'Quintina', surnames: 'Ñaco Poma' });
    const b = await far.register({ given: 'Kintina', surnames: 'Naco Poma' });
    await programme.sync();
    const pair = pairOf(a, b);
    const input = { person: a.id, other: b.id, verdict: 'same' };
    const one = hub.actor('coordinator', { district: '120608' });
    const both = hub.actor('coordinator', { province: '1206' });
    expect(await queue(hub, one)).not.toContain(pair);
    expect(verdict(await hub.run(decideDuplicate, one, input))).toBe('permissions.denied');
    expect(verdict(await hub.run(openPair, one, input))).toBe('permissions.denied');
    expect(verdict(await here.run(decideDuplicate, here.operator, input))).toBe('people.not-found');
    expect(await queue(hub, both)).toContain(pair);
    await hub.must(decideDuplicate, both, input);
    expect(await queue(hub, both)).not.toContain(pair);
    expect(await countsAs(hub.app.db.read, b.id)).toBe(await countsAs(hub.app.db.read, a.id));
    await programme.sync();
    expect(await here.app.db.read.selectFrom('person_link').select('id').where('person', '=', a.id).execute()).toEqual(
      [],
    );
  });
});
