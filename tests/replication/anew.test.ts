// Rows made anew from the log: what is stored must be what the log says, and what was damaged behind the program's back is repaired.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeOpenActs, syncOnce } from '#replication';
import { engineOf } from '#platform/db';
import { correctPerson, openCard } from '#modules/people';
import { makeAllAnew, makeAnew } from '../../src/replication/server/anew.ts';
import { openProgramme, type TestDesk, type TestProgramme } from '../support/desk.ts';
import { directLink } from '../support/link.ts';
import type { TestProgram } from '../support/program.ts';

const DISTRICT = 'd/120608';
let programme: TestProgramme;
let desk: TestDesk;
let other: TestDesk;
let people: string[];

beforeEach(async () => {
  programme = await openProgramme(['120608', '120608']);
  [desk, other] = programme.desks as [TestDesk, TestDesk];
  people = [];
  for (let i = 0; i < 4; i++) people.push((await desk.register()).id);
  await programme.sync();
  // two versions of one card, and one that is corrected twice
  await Promise.all([rename(desk, people[0] ?? '', 'Uno Ejemplo'), rename(other, people[0] ?? '', 'Dos Ejemplo')]);
  for (const surnames of ['Tres Ejemplo', 'Cuatro Ejemplo']) await rename(desk, people[1] ?? '', surnames);
  await programme.sync();
  await programme.sync();
});
afterEach(() => programme.close());

async function rename(at: TestDesk, person: string, surnames: string): Promise<void> {
  const { person: card, version } = await at.must(openCard, at.operator, { person });
  const { given, sex } = card;
  const kept = { person, seen: version, given, birthYear: String(card.birthYear), birthDate: '', sex, place: '' };
  await at.must(correctPerson, at.operator, { ...kept, surnames });
}

const meet = () => syncOnce(desk.replica, { transport: directLink(programme.hub.replica) });
const cards = ({ app }: TestProgram) =>
  app.db.read.selectFrom('person').selectAll().where('partition', '=', DISTRICT).orderBy('id').execute();
const damage = (at: TestProgram, how: (tx: ReturnType<typeof engineOf>) => Promise<unknown>) =>
  at.app.db.transaction((tx) => how(engineOf(tx)));
const wrongIn = async (at: TestProgram, options = {}) =>
  (await makeAnew(at.replica, DISTRICT, options)).first.map(({ table, id, how }) => `${how} ${table} ${id}`).sort();

describe('rows made anew', () => {
  it('are those that are stored, at the hub and at every telecentre, however few operations fit into memory', async () => {
    await rename(desk, people[2] ?? '', 'Todavía Abierta'); // an act that no segment holds yet
    for (const at of [programme.hub, desk, other])
      for (const most of [3, 100_000])
        for (const report of await makeAllAnew(at.replica, { most }))
          expect(report, report.partition).toMatchObject({ wrong: 0, first: [], digestHolds: true, repaired: 0 });
    const { rows, operations } = await makeAnew(programme.hub.replica, DISTRICT);
    expect(rows).toBeGreaterThan(4);
    expect(operations).toBeGreaterThan(rows);
  });

  it('name what is lost, changed or made by no act, and change nothing unless asked to', async () => {
    const [first = '', second = '', third = ''] = people;
    await damage(desk, async (tx) => {
      await tx.updateTable('person').set({ surnames: 'Dañado Ejemplo' }).where('id', '=', first).execute();
      await tx.deleteFrom('person').where('id', '=', second).execute();
      const [row] = await tx.selectFrom('person').selectAll().where('id', '=', third).execute();
      if (row)
        await tx
          .insertInto('person')
          .values({ ...row, id: '00700000000019' })
          .execute();
    });
    const before = await cards(desk);
    const wrong = [`changed person ${first}`, `lost person ${second}`, 'unexplained person 00700000000019'].sort();
    expect(await wrongIn(desk)).toEqual(wrong);
    expect(await wrongIn(desk, { most: 2 })).toEqual(wrong);
    expect(await cards(desk)).toEqual(before);
  });

  it('are written where they are wrong; what is derived from them follows, and the hub agrees', async () => {
    const good = await cards(desk);
    const [first = '', second = ''] = people;
    await damage(desk, async (tx) => {
      await tx.updateTable('person').set({ surnames: 'Dañado Ejemplo', meta: null }).where('id', '=', first).execute();
      await tx.deleteFrom('person').where('id', '=', second).execute();
      await tx
        .updateTable('log_partition')
        .set({ digest: Buffer.alloc(16, 7) })
        .where('partition', '=', DISTRICT)
        .execute();
    });
    const report = await makeAnew(desk.replica, DISTRICT, { repair: true });
    expect(report).toMatchObject({ wrong: 2, digestHolds: true });
    expect(await cards(desk)).toEqual(good);
    expect(await wrongIn(desk)).toEqual([]);
    expect(await meet()).toMatchObject({ ok: true, differ: [] });
  });
});

describe('when hub and telecentre differ with nothing left to send', () => {
  it('a telecentre whose row is damaged makes its rows anew, and the next session agrees', async () => {
    const good = await cards(desk);
    await damage(desk, async (tx) => {
      await tx
        .deleteFrom('person')
        .where('id', '=', people[3] ?? '')
        .execute();
      // as a lost page takes the sum with it
      await tx
        .updateTable('log_partition')
        .set({ digest: Buffer.alloc(16, 9) })
        .where('partition', '=', DISTRICT)
        .execute();
    });
    await closeOpenActs(desk.replica);
    expect((await meet()).differ).toEqual([DISTRICT]);
    expect(await cards(desk)).toEqual(good);
    expect(await meet()).toMatchObject({ ok: true, differ: [] });
  });

  it('it is tried once a day: a hub that is wrong itself is not answered by making everything anew again and again', async () => {
    await damage(programme.hub, (tx) =>
      tx
        .updateTable('log_partition')
        .set({ digest: Buffer.alloc(16, 5) })
        .where('partition', '=', DISTRICT)
        .execute(),
    );
    const tried = async () =>
      (await desk.app.db.read.selectFrom('replica_state').select('value').where('key', '=', 'made_anew').execute())[0]
        ?.value;
    expect((await meet()).differ).toEqual([DISTRICT]);
    const once = await tried();
    expect(once).toContain(DISTRICT);
    desk.clock.forward(3_600_000);
    expect((await meet()).differ).toEqual([DISTRICT]);
    expect(await tried()).toBe(once);
    await makeAnew(programme.hub.replica, DISTRICT, { repair: true });
    expect((await meet()).differ).toEqual([]);
  });
});
