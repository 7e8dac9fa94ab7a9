// What wants a person is kept until it is over or was read, and both ends see it: one test per alarm, and the hub's board.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { defineCommand } from '#platform/command';
import { registerVisit } from '#modules/visits';
import { countReceipted, openAlarms, siteBoard, syncOnce, workSafety, LinkError, type Transport } from '#replication';
import { raiseAlarm } from '../../src/replication/server/alarms.ts';
import { closeOpenActs } from '../../src/replication/server/close.ts';
import { keepSaid } from '../../src/replication/server/site-report.ts';
import { lookAround } from '../../src/replication/server/watch.ts';
import { oneSession } from '../../src/replication/server/background.ts';
import { openProgramme, type TestDesk, type TestProgramme } from '../support/desk.ts';
import { engine } from '../support/engine.ts';
import { directLink } from '../support/link.ts';
import { testProgram, type TestProgram } from '../support/program.ts';

let programme: TestProgramme;
let hub: TestProgram;
let desk: TestDesk;
let person: string;

beforeEach(async () => {
  programme = await openProgramme(['120608']);
  hub = programme.hub;
  [desk] = programme.desks as [TestDesk]; // reason: one was opened
  person = (await desk.register()).id;
});
afterEach(() => programme.close());

const visit = () => desk.must(registerVisit, desk.operator, { person, purposes: ['homework'] });
const codes = async ({ app }: Pick<TestProgram, 'app'>) => (await openAlarms(app.db.read)).map(({ code }) => code);
const sync = (at: TestProgram = desk) => syncOnce(at.replica, { transport: directLink(hub.replica) });
const boardRow = async () => (await siteBoard(hub.replica)).rows[0];
const read = (code: string, about = '') => desk.run(desk.replica.alarms.read, desk.operator, { code, about });

describe('an alarm', () => {
  it('of different rows here and at the hub is kept, told to the hub, and goes when they agree', async () => {
    await sync();
    const digest = await hub.app.db.read
      .selectFrom('log_partition')
      .select('digest')
      .where('partition', '=', 'd/120608')
      .executeTakeFirstOrThrow();
    const put = (bytes: Uint8Array) =>
      hub.app.db.transaction((tx) =>
        tx.local.updateTable('log_partition').set({ digest: bytes }).where('partition', '=', 'd/120608').execute(),
      );
    await put(new Uint8Array(16).fill(9));
    expect((await sync()).differ).toEqual(['d/120608']);
    expect(await openAlarms(desk.app.db.read)).toMatchObject([
      { code: 'digests-differ', about: 'd/120608', count: 1, goesByItself: true },
    ]);
    await sync(); // what was kept is told in the next request
    expect(await boardRow()).toMatchObject({ need: 'alarm', alarms: ['digests-differ'] });
    expect(await read('digests-differ', 'd/120608')).toMatchObject({
      refusal: { code: 'replication.alarm-stays' },
    });
    await put(digest.digest);
    await sync();
    expect(await codes(desk)).toEqual([]);
    await sync();
    expect(await boardRow()).toMatchObject({ need: 'good', alarms: [] });
  });

  it('of quarantined work goes when somebody decided', async () => {
    const aside = {
      ...{ partition: 'd/120608', site: 1, device: 0, run: 5, n: 1, table_number: 20, row: 'ROW' },
      ...{ reason: 'site-ended', act: new Uint8Array(1), at: 1, state: 'waiting' },
    };
    await desk.app.db.transaction((tx) => tx.local.insertInto('log_quarantine').values(aside).execute());
    await lookAround(desk.replica);
    expect(await codes(desk)).toEqual(['quarantined']);
    await desk.app.db.transaction((tx) => tx.local.deleteFrom('log_quarantine').execute());
    await lookAround(desk.replica);
    expect(await codes(desk)).toEqual([]);
  });

  it('of little room on the disk goes when there is room again', async () => {
    await lookAround(desk.replica, 90_000_000);
    await lookAround(desk.replica, 80_000_000);
    expect(await openAlarms(desk.app.db.read)).toMatchObject([{ code: 'disk-low', count: 1 }]);
    await lookAround(desk.replica, 9_000_000_000);
    expect(await codes(desk)).toEqual([]);
  });

  it('of a wrong clock tells how far off it is, here and at the hub, and goes when it was set', async () => {
    desk.clock.forward(-3 * 86_400_000);
    await sync();
    expect(await codes(desk)).toEqual(['clock-wrong']);
    expect((await workSafety(desk.replica)).clock).toMatchObject({ wrong: true, off: 3 * 86_400_000 });
    await sync();
    expect(await boardRow()).toMatchObject({ need: 'alarm', alarms: ['clock-wrong'], clockOff: 3 * 86_400 });
    desk.clock.forward(3 * 86_400_000);
    await sync();
    expect(await codes(desk)).toEqual([]);
  });

  it('of what was not accepted names the telecentre at the hub', async () => {
    await visit();
    // somebody else's key under this telecentre's number: the head holds, the segments do not
    const stranger = await testProgram({ role: 'telecentre', enrolled: false });
    const { publicKey, privateKey } = desk.replica.identity;
    await closeOpenActs({ ...desk.replica, identity: { ...stranger.replica.identity, number: 1 } });
    await desk.replica.saveIdentity({ publicKey, privateKey });
    const report = await sync();
    expect(report).toMatchObject({ ok: false, problem: 'bad-signature' });
    expect(await openAlarms(hub.app.db.read)).toMatchObject([{ code: 'refused', about: 'site/1' }]);
    expect(await boardRow()).toMatchObject({ need: 'alarm', alarms: ['refused'] });
    expect(
      await hub.run(hub.replica.alarms.read, hub.actor('coordinator'), { code: 'refused', about: 'site/1' }),
    ).toMatchObject({
      ok: true,
    });
    expect(await boardRow()).toMatchObject({ need: 'behind', alarms: [] }); // its work is still to come
    await stranger.close();
  });

  it('that happened once stays until somebody has read it, and comes back when it happens again', async () => {
    for (let at = 0; at < 3; at++) await raiseAlarm(desk.replica, 'fork');
    expect(await openAlarms(desk.app.db.read)).toMatchObject([{ code: 'fork', count: 3, goesByItself: false }]);
    expect(await desk.run(desk.replica.alarms.read, desk.visitor, { code: 'fork', about: '' })).toMatchObject({
      refusal: { code: 'permissions.sign-in' },
    });
    expect(await desk.run(desk.replica.alarms.read, desk.stranger, { code: 'fork', about: '' })).toMatchObject({
      refusal: { code: 'permissions.denied' },
    });
    expect(await read('nonsense')).toMatchObject({ refusal: { code: 'input.invalid' } });
    expect(await read('two-copies')).toMatchObject({ refusal: { code: 'replication.no-alarm' } });
    expect(await read('fork')).toMatchObject({ ok: true });
    expect(await read('fork')).toMatchObject({ ok: true });
    expect(await codes(desk)).toEqual([]);
    await raiseAlarm(desk.replica, 'fork');
    expect(await openAlarms(desk.app.db.read)).toMatchObject([{ code: 'fork', count: 1 }]);
  });
});

describe.runIf(engine === 'sqlite')('disks that were copied', () => {
  let folder: string;
  const opened: TestProgram[] = [];
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'ciudadania-image-'));
  });
  afterEach(async () => {
    for (const program of opened.splice(0)) await program.app.close();
    rmSync(folder, { recursive: true, force: true });
  });
  async function copy(): Promise<string> {
    const to = mkdtempSync(path.join(folder, 'copy-'));
    await desk.app.db.read.selectFrom('replica_state').select('key').execute();
    cpSync(desk.dataDir, to, { recursive: true });
    return to;
  }
  async function open(dataDir: string): Promise<TestProgram> {
    const program = await testProgram({ role: 'telecentre', dataDir });
    opened.push(program);
    return program;
  }
  const visitAt = (at: TestProgram) =>
    at.must(registerVisit, at.actor('operator', desk.site), { person, purposes: ['homework'] });

  it('a hub whose disk died: who holds what it lost is told, and gives it back', async () => {
    await sync();
    const image = mkdtempSync(path.join(folder, 'hub-'));
    await hub.app.db.read.selectFrom('replica_state').select('key').execute();
    cpSync(hub.dataDir, image, { recursive: true });
    await visit();
    await sync();
    await hub.app.close();
    hub = await testProgram({ dataDir: image });
    opened.push(hub);
    expect(await sync()).toMatchObject({ ok: true });
    expect(await codes(desk)).toEqual(['hub-lost-disk']);
    expect((await workSafety(desk.replica)).summary.waiting).toBe(0);
    expect(await hub.app.db.read.selectFrom('visit').select('id').execute()).toHaveLength(1);
    programme = { ...programme, close: () => desk.close() };
  });

  it.each([0, 1])('an old image put back whole, with %i visits: the data went back in time', async (before) => {
    for (let at = 0; at < before; at++) await visit();
    await sync();
    const image = await copy();
    await visit();
    await sync();
    const restored = await open(image);
    expect(await sync(restored)).toMatchObject({ ok: true });
    expect(await codes(restored)).toEqual(['database-older']);
  });

  it('a database that is older than its marker: the data went back in time', async () => {
    await sync();
    const image = await copy();
    rmSync(path.join(image, 'marker.json'));
    expect(await codes(await open(image))).toEqual(['database-older']);
  });

  it('an old image with other work at the same places: two histories', async () => {
    await visit();
    await sync();
    const image = await copy();
    await visit();
    await sync();
    const restored = await open(image);
    for (let at = 0; at < 3; at++) await visitAt(restored);
    expect(await sync(restored)).toMatchObject({ ok: true });
    expect(await codes(restored)).toContain('fork');
    expect(await codes(restored)).not.toContain('two-copies');
  });

  it('two copies that both work: each is told of the other', async () => {
    await sync();
    const clone = await open(await copy());
    for (const one of [desk, clone]) one.clock.forward(3_600_000);
    await visit();
    await visitAt(clone);
    for (const one of [desk, clone, desk, clone]) await sync(one);
    expect(await codes(desk)).toContain('two-copies');
    expect(await codes(clone)).toContain('two-copies');
    await sync();
    expect((await boardRow())?.alarms).toContain('two-copies');
  });
});

describe('the board of telecentres', () => {
  it('tells what a telecentre still holds, also when a session was cut, and what has come since', async () => {
    await sync();
    expect(await boardRow()).toMatchObject({
      need: 'good',
      waiting: 0,
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    });
    for (let at = 0; at < 5; at++) await visit();
    const cut = directLink(hub.replica);
    cut.cutUpAfter = 400;
    await syncOnce(desk.replica, { transport: cut });
    let asked = 0;
    const inner = directLink(hub.replica);
    await syncOnce(desk.replica, {
      transport: {
        ...inner,
        send(where, body) {
          asked += 1;
          if (asked > 1) throw new LinkError('down again');
          return inner.send(where, body);
        },
      },
    });
    const row = await boardRow();
    expect(row?.need).toBe('behind');
    expect(row?.waiting).toBe((await workSafety(desk.replica)).summary.waiting);
    await sync();
    expect(await boardRow()).toMatchObject({ need: 'good', waiting: 0 });
  });

  it('hears of a telecentre by stick too, and says so', async () => {
    await sync();
    const at = hub.clock.now() + 1;
    const taken = { peer: desk.replica.identity.number ?? 0, number: 1, print: 'x', segments: 1, operations: 1 };
    await hub.app.db.transaction((tx) =>
      tx.local
        .insertInto('courier_taken')
        .values({ ...taken, taken_at: at, outcome: 'taken' })
        .execute(),
    );
    expect(await boardRow()).toMatchObject({ need: 'good', seen: at, byStick: true });
    hub.clock.forward(8 * 86_400_000);
    expect(await boardRow()).toMatchObject({ need: 'silent' });
  });

  it('keeps one row per telecentre, and a request that was overheard says nothing', async () => {
    for (let at = 0; at < 4; at++) await sync();
    const rows = await hub.app.db.read.selectFrom('site_report').selectAll().execute();
    expect(rows).toHaveLength(1);
    const sent: Buffer[] = [];
    const inner = directLink(hub.replica);
    await syncOnce(desk.replica, {
      transport: {
        ...inner,
        send(where, body) {
          sent.push(Buffer.concat(body));
          return inner.send(where, body);
        },
      },
    });
    hub.clock.forward(60_000);
    const before = await hub.app.db.read.selectFrom('site_report').select('seen_at').executeTakeFirst();
    await directLink(hub.replica).send('/', sent);
    expect(await hub.app.db.read.selectFrom('site_report').select('seen_at').executeTakeFirst()).toEqual(before);
  });

  it('shows many in pages, those that need help first, and finds by name, district and need', async () => {
    const now = hub.clock.now();
    const admin = hub.actor('administrator');
    const add = defineCommand({
      name: 'test.many-sites',
      permission: null,
      input: v.object({}),
      async run({ tx }) {
        for (let number = 2; number <= 101; number++)
          await tx.append('site', {
            ...{ partition: 'public/control', number, name: `Anexo ${number}`, place: null },
            ...{ district: number % 2 === 0 ? '120608' : '120604', state: 'enrolled' },
          });
        return null;
      },
    });
    await hub.must(add, admin, {});
    const fork = 37;
    await hub.app.db.transaction(async (tx) => {
      for (let site = 2; site <= 90; site++)
        await keepSaid(tx, now - (site > 80 ? 30 * 86_400_000 : 0), {
          ...{ protocol: 1, site, schema: hub.replica.schema, token: new Uint8Array(8), parts: [] },
          note: { version: [0, 1, 0], clock: 2, clockOff: 0, alarms: site === fork ? ['fork'] : [] },
        });
    });
    await sync();
    const first = await siteBoard(hub.replica);
    expect(first.rows).toHaveLength(50);
    expect(first.more).toBe(true);
    // of 101: one has an alarm, ten were not heard of for a month and eleven never
    expect(first.counts).toEqual({ alarm: 1, silent: 21, behind: 0, good: 79, off: 0 });
    expect(first.rows.map(({ need }) => need).slice(0, 23)).toEqual([
      'alarm',
      ...Array.from({ length: 21 }, () => 'silent'),
      'good',
    ]);
    expect(first.rows[0]?.name).toBe(`Anexo ${fork}`);
    const last = await siteBoard(hub.replica, { page: 99 });
    expect(last).toMatchObject({ page: 2, more: false });
    expect(last.rows).toHaveLength(1);
    expect((await siteBoard(hub.replica, { name: 'anexo 10' })).rows.map(({ number }) => number).sort()).toEqual([
      10, 100, 101,
    ]);
    const there = await siteBoard(hub.replica, { district: '120604', need: 'alarm' });
    expect(there.rows.map(({ number }) => number)).toEqual([fork]);
    expect((await siteBoard(hub.replica, { district: '120608', need: 'alarm' })).rows).toEqual([]);
  });
});

describe('one session', () => {
  it('is forecast before, and told item by item after', async () => {
    await sync();
    for (let at = 0; at < 3; at++) await visit();
    const before = await workSafety(desk.replica);
    expect(before.hub.items).toMatchObject({ visit: 3 });
    expect(before.hub.forecast.bytes).toBeGreaterThan(0);
    expect(before.hub.receipted + before.summary.waiting).toBe(before.here.operations);
    expect(before.here.last).toBeGreaterThanOrEqual(desk.clock.now());
    const items = async () => countReceipted(desk.replica, (await sync()).receipted ?? []);
    const arrived = await items();
    expect(arrived).toMatchObject({ visit: 3 });
    expect(arrived?.person).toBeUndefined(); // she was there before
    const after = await workSafety(desk.replica);
    expect(after.hub).toMatchObject({ receipted: after.here.operations, items: {} });
    expect(await items()).toEqual({});
  });

  it('that moved nothing is forgotten after a while; the last good one is not', async () => {
    await sync();
    const good = desk.clock.now();
    await sync();
    for (let at = 0; at < 230; at++) {
      desk.clock.forward(600_000);
      await syncOnce(desk.replica, { hubUrl: 'http://127.0.0.1:9' });
    }
    const rows = await desk.app.db.read.selectFrom('session_log').select('ok').execute();
    expect(rows.length).toBeLessThan(215);
    expect((await workSafety(desk.replica)).summary.lastGood).toBe(good);
  });

  it('that starts by itself keeps within the day’s data; one that a person starts does not', async () => {
    const limit = (megabytes: unknown, actor = desk.operator) =>
      desk.run(desk.replica.link.limitDay, actor, { megabytes });
    expect(await limit('1', desk.visitor)).toMatchObject({ refusal: { code: 'permissions.sign-in' } });
    expect(await limit('1', desk.stranger)).toMatchObject({ refusal: { code: 'permissions.denied' } });
    expect(await limit('lots')).toMatchObject({ refusal: { code: 'input.invalid' } });
    expect(await limit('1')).toMatchObject({ ok: true });
    const waiting = async () => (await workSafety(desk.replica)).summary.waiting;
    await visit();
    const link = { transport: directLink(hub.replica) };
    expect(await oneSession(desk.replica, link)).toBe(true);
    expect(await waiting()).toBe(0);
    await desk.app.db.transaction((tx) => tx.local.updateTable('link_day').set({ down: 1_000_000 }).execute());
    await visit();
    expect(await oneSession(desk.replica, link)).toBe(true);
    expect(await waiting()).toBeGreaterThan(0);
    expect((await workSafety(desk.replica)).today).toMatchObject({ most: 1_000_000 });
    await sync();
    expect(await waiting()).toBe(0);
    await visit();
    desk.clock.forward(86_400_000);
    await oneSession(desk.replica, link);
    expect(await waiting()).toBe(0);
    expect(await limit('')).toMatchObject({ ok: true });
    expect((await workSafety(desk.replica)).today.most).toBeUndefined();
  });

  it('over a path that loses large requests sends smaller ones until all is there', async () => {
    await sync();
    const text = () => Array.from({ length: 60 }, () => Math.random().toString(36)).join(' ');
    for (let at = 0; at < 80; at++) await desk.register({ given: `P${at}`, surnames: text().slice(0, 70) });
    const inner = directLink(hub.replica);
    const sizes: number[] = [];
    const hole: Transport = {
      ...inner,
      send(where, body) {
        const size = body.reduce((sum, part) => sum + part.length, 0);
        sizes.push(size);
        if (size > 14_000) throw new LinkError('the link fell silent');
        return inner.send(where, body);
      },
    };
    let ok = false;
    for (let at = 0; at < 12 && !ok; at++) ({ ok } = await syncOnce(desk.replica, { transport: hole }));
    expect(ok, sizes.join(' ')).toBe(true);
    expect(Math.max(...sizes)).toBeGreaterThan(14_000);
    expect((await workSafety(desk.replica)).summary.waiting).toBe(0);
  });

  it('over a path that loses large answers asks for smaller ones until all is there, and for larger ones again', async () => {
    const two = await openProgramme(['120608', '120608']);
    const [one, other] = two.desks as [TestDesk, TestDesk]; // reason: two were opened
    const counted = async ({ app }: TestProgram) =>
      (await app.db.read.selectFrom('person').select('id').execute()).length;
    const text = () => Array.from({ length: 60 }, () => Math.random().toString(36)).join(' ');
    for (let segment = 0; segment < 3; segment++) {
      for (let at = 0; at < 40; at++)
        await other.register({ given: `P${segment} ${at}`, surnames: text().slice(0, 70) });
      await two.syncOne(other);
    }
    const sizes: number[] = [];
    let most = 8_000;
    const hole = (): Transport => {
      const inner = directLink(two.hub.replica);
      return {
        ...inner,
        async send(where, body) {
          const { status, answer } = await inner.send(where, body);
          const pieces: Uint8Array[] = [];
          for await (const piece of answer) pieces.push(piece);
          const whole = Buffer.concat(pieces);
          sizes.push(whole.length);
          if (whole.length > most) throw new LinkError('the link fell silent');
          return {
            status,
            answer: (async function* () {
              yield await Promise.resolve(whole);
            })(),
          };
        },
      };
    };
    let ok = false;
    for (let at = 0; at < 12 && !ok; at++) ({ ok } = await syncOnce(one.replica, { transport: hole() }));
    expect(ok, sizes.join(' ')).toBe(true);
    expect(Math.max(...sizes)).toBeGreaterThan(8_000);
    expect(await counted(one)).toBe(await counted(two.hub));
    // the path is good again
    const limit = async () => {
      const { read } = one.app.db;
      const kept = read.selectFrom('replica_state').select('value').where('key', '=', 'answer-limit');
      return Number((await kept.executeTakeFirstOrThrow()).value);
    };
    most = Infinity;
    const before = await limit();
    expect(before).toBeLessThan(32_768);
    for (let session = 0; session < 1; session++) {
      for (let at = 0; at < 55; at++)
        await other.register({ given: `Q${session} ${at}`, surnames: text().slice(0, 70) });
      await two.syncOne(other);
      expect(await syncOnce(one.replica, { transport: hole() })).toMatchObject({ ok: true });
    }
    expect(await limit()).toBeGreaterThan(before);
    await two.close();
  }, 60_000);
});
