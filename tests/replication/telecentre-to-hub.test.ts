// A telecentre's work arrives at the hub once, however often the transfer is cut or repeated.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { enrolWithHub, syncOnce, syncSummary, explainRow } from '#replication';
import { defineCommand } from '#platform/command';
import { defineModule, replicated, type EngineColumns } from '#platform/manifest';
import { partition } from '#platform/partitions';
import { system } from '#platform/permissions';
import { directLink, type TestLink } from '../support/link.ts';
import { testProgram, type TestProgram } from '../support/program.ts';

interface NoteRow extends EngineColumns {
  partition: string;
  id: string;
  text: string | null;
  secret: string | null;
}
declare module '#platform/db' {
  interface Tables {
    test_note: NoteRow;
    test_card: NoteRow & { meta: string | null };
  }
}

const columns = { text: { n: 1, type: 'text' }, secret: { n: 2, type: 'text', sealed: true } } as const;
const noteTable = replicated({
  number: 240,
  name: 'test_note',
  class: 'fact',
  partitions: ['site', 'site-private'],
  subject: 'id',
  columns,
});
const cardTable = replicated({
  number: 241,
  name: 'test_card',
  class: 'shared',
  partitions: ['district'],
  subject: 'id',
  columns,
});
const notes = defineModule({
  name: 'test-notes',
  permissions: ['notes.write'],
  roles: [{ role: 'operator', permissions: ['notes.write'] }],
  tables: [noteTable, cardTable],
  migrations: [
    {
      id: '20261124-create-test-notes',
      async up({ createReplicated }) {
        await createReplicated(noteTable);
        await createReplicated(cardTable);
      },
    },
  ],
});

const write = defineCommand({
  name: 'notes.write',
  permission: 'notes.write',
  input: v.object({ text: v.string(), secret: v.string() }),
  async run(ctx, input) {
    const id = await ctx.tx.append('test_note', { partition: partition.site(ctx.site.id ?? ''), ...input });
    await ctx.tx.append('test_card', { partition: partition.district(ctx.site.district ?? ''), ...input });
    return id;
  },
});
const rename = defineCommand({
  name: 'notes.rename',
  permission: 'notes.write',
  input: v.object({ id: v.string(), text: v.string() }),
  async run(ctx, input) {
    await ctx.tx.update('test_card', { partition: 'd/120608', id: input.id }, { text: input.text });
    return null;
  },
});

let hub: TestProgram;
let centre: TestProgram;
let link: TestLink;

async function enrolled(name: string, district = '120608'): Promise<TestProgram> {
  const { code } = await hub.must(hub.replica.sites.add, system, { name, district });
  const program = await testProgram({ role: 'telecentre', enrolled: false, program: { modules: [notes] } });
  await enrolWithHub(program.replica, { hubUrl: 'http://127.0.0.1', code, transport: directLink(hub.replica) });
  return program;
}

const sync = (program: TestProgram, over: TestLink = link) => syncOnce(program.replica, { transport: over });
const operator = (program: TestProgram) =>
  program.actor('operator', { site: program.app.site.id ?? '', district: '120608' });
const cards = (program: TestProgram) =>
  program.app.db.read.selectFrom('test_card').select(['id', 'text', 'secret']).orderBy('id').execute();

beforeEach(async () => {
  hub = await testProgram({ program: { modules: [notes] } });
  centre = await enrolled('Puerto Ocopa');
  link = directLink(hub.replica);
});
afterEach(async () => {
  await centre.close();
  await hub.close();
});

describe('a telecentre and its hub', () => {
  it('carries what was written offline, sealed fields opened at the hub, and then has nothing to say', async () => {
    for (let i = 0; i < 20; i++)
      await centre.must(write, operator(centre), { text: `nota ${i}`, secret: `secreto ${i}` });
    expect((await syncSummary(centre.replica)).waiting).toBeGreaterThan(0);
    const report = await sync(centre);
    expect(report).toMatchObject({ ok: true, left: false, differ: [] });
    expect(await cards(hub)).toEqual(await cards(centre));
    expect(
      await hub.app.db.read.selectFrom('test_note').select('secret').where('text', '=', 'nota 7').execute(),
    ).toEqual([{ secret: 'secreto 7' }]);
    expect((await syncSummary(centre.replica)).waiting).toBe(0);
    const before = link.bytes();
    const again = await sync(centre);
    expect(again).toMatchObject({ ok: true, operations: { up: 0, down: 0 }, segments: { up: 0, down: 0 } });
    const after = link.bytes();
    expect(after.up - before.up + after.down - before.down).toBeLessThan(900);
  });

  it('leaves nothing readable of a sealed field in the log', async () => {
    await centre.must(write, operator(centre), { text: 'abierto', secret: 'Rosaura Quinchori' });
    await sync(centre);
    for (const program of [centre, hub]) {
      const open = await program.app.db.read.selectFrom('log_open').select('act').execute();
      const closed = await program.app.db.read.selectFrom('log_segment').select('bytes').execute();
      const { openSegment, encodeAct } = await import('../../src/replication/server/core/index.ts');
      const acts = closed.flatMap((row) => openSegment(row.bytes).acts.map((act) => encodeAct(act)));
      const all = Buffer.concat([...open.map((row) => row.act), ...acts]);
      expect(all.includes('Rosaura')).toBe(false);
    }
  });

  it('loses and doubles nothing when every transfer is cut at another byte', async () => {
    for (let i = 0; i < 120; i++)
      await centre.must(write, operator(centre), { text: `nota ${i} ${'x'.repeat(i * 7)}`, secret: `secreto ${i}` });
    for (let cut = 100; cut < 12_000; cut += 731) {
      link.cutUpAfter = cut;
      link.cutDownAfter = cut % 3 === 0 ? 40 : undefined;
      await sync(centre);
    }
    link.cutUpAfter = undefined;
    link.cutDownAfter = undefined;
    expect(await sync(centre)).toMatchObject({ ok: true, left: false, differ: [] });
    expect(await cards(hub)).toEqual(await cards(centre));
    expect((await cards(hub)).length).toBe(120);
    expect(await hub.app.db.read.selectFrom('log_quarantine').selectAll().execute()).toEqual([]);
  });

  it('brings the district’s cards to another telecentre, and concurrent edits of both are kept', async () => {
    await centre.must(write, operator(centre), { text: 'antes', secret: 'Ana' });
    await sync(centre);
    const other = await enrolled('Betania');
    try {
      expect(await sync(other)).toMatchObject({ ok: true });
      const [card] = await cards(other);
      expect(card).toMatchObject({ text: 'antes', secret: 'Ana' });
      const id = card?.id ?? '';
      await other.must(rename, operator(other), { id, text: 'de Betania' });
      centre.clock.forward(60_000);
      await centre.must(rename, operator(centre), { id, text: 'de Puerto Ocopa' });
      for (const one of [other, centre, other, centre]) expect(await sync(one)).toMatchObject({ ok: true });
      const shown = await Promise.all([hub, centre, other].map(cards));
      expect(shown[1]).toEqual(shown[0]);
      expect(shown[2]).toEqual(shown[0]);
      expect(shown[0]?.[0]?.text).toBe('de Puerto Ocopa');
      const meta = await hub.app.db.read.selectFrom('test_card').select('meta').executeTakeFirstOrThrow();
      expect(meta.meta).toContain('de Betania');
    } finally {
      await other.close();
    }
  });

  it('never gives a telecentre a partition it may not hold', async () => {
    const far = await enrolled('Mazamari', '120604');
    try {
      await centre.must(write, operator(centre), { text: 'de Río Tambo', secret: 'x' });
      await sync(centre);
      await sync(far);
      expect(await cards(far)).toEqual([]);
      await far.replica.saveIdentity({ district: '120608' }); // a site that asks for more than its own
      expect(await sync(far)).toMatchObject({ ok: false, problem: 'not-allowed' });
    } finally {
      await far.close();
    }
  });

  it('refuses a site whose key is not the enrolled one, and one whose membership ended', async () => {
    const { makeKeyPair } = await import('../../src/replication/server/identity.ts');
    const good = { publicKey: centre.replica.identity.publicKey, privateKey: centre.replica.identity.privateKey };
    await centre.replica.saveIdentity(makeKeyPair());
    expect(await sync(centre)).toMatchObject({ ok: false, problem: 'bad-signature' });
    await centre.replica.saveIdentity(good);
    expect(await sync(centre)).toMatchObject({ ok: true });
    await hub.must(hub.replica.sites.end, system, { site: centre.app.site.id ?? '', how: 'ended' });
    expect(await sync(centre)).toMatchObject({ ok: false, problem: 'ended' });
  });

  it('walks from a row back to the act, its author and its signature', async () => {
    const id = await centre.must(write, operator(centre), { text: 'quién', secret: 'x' });
    await sync(centre);
    const row = await hub.app.db.read
      .selectFrom('test_note')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    expect(await explainRow(hub.app.db.read, row)).toMatchObject({
      command: 'notes.write',
      actor: 'ACCOUNT-operator',
      role: 'operator',
      signed: true,
    });
    const [card] = await hub.app.db.read.selectFrom('test_card').selectAll().execute();
    expect(card && (await explainRow(hub.app.db.read, card))).toMatchObject({
      command: 'notes.write',
      actor: 'ACCOUNT-operator',
    });
  });
});
