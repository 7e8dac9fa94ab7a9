// Files that a courier carries: the same work as a session, whatever happens to the stick on its way.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerVisit } from '#modules/visits';
import { courierStatus, packBundle, peerNamed, syncOnce, unpackBundles } from '#replication';
import type { BundleSource, UnpackReport } from '#replication';
import { openProgramme, type TestDesk, type TestProgramme } from '../support/desk.ts';
import { directLink } from '../support/link.ts';
import type { TestProgram } from '../support/program.ts';

let programme: TestProgramme;
let hub: TestProgram;
let desk: TestDesk;
let other: TestDesk;
let person: string;

beforeEach(async () => {
  programme = await openProgramme(['120608', '120608']);
  hub = programme.hub;
  [desk, other] = programme.desks as [TestDesk, TestDesk]; // reason: two were opened
  person = (await desk.register()).id;
});
afterEach(() => programme.close());

interface Stick extends BundleSource {
  bytes: Uint8Array;
}
const stick = (name: string, bytes: Uint8Array): Stick => ({
  name,
  bytes,
  start: () => Promise.resolve(bytes.subarray(0, 48)),
  read: () => Promise.resolve(bytes),
});
async function pack(from: TestProgram, to: string, budget?: number): Promise<Stick> {
  const { report, bytes } = await packBundle(from.replica, await peerNamed(from.replica, to), budget ? { budget } : {});
  expect(report.size).toBe(bytes.length);
  return stick(report.name, bytes);
}
const toHub = (from: TestDesk = desk) => pack(from, 'hub');
const toSite = (to: TestDesk = desk) => pack(hub, String(to.app.site.number));
const unpack = (into: TestProgram, ...files: Stick[]): Promise<UnpackReport> => unpackBundles(into.replica, files);
const visit = (at = desk, who = person) => at.must(registerVisit, at.operator, { person: who, purposes: ['homework'] });

const ids = async ({ app }: TestProgram, table: 'visit' | 'person') =>
  (await app.db.read.selectFrom(table).select('id').orderBy('id').execute()).map(({ id }) => id);
const waiting = async (at: TestProgram) =>
  (await courierStatus(at.replica)).peers.reduce((sum, peer) => sum + peer.waiting, 0);
const digest = async ({ app }: TestProgram, partition: string) =>
  Buffer.from(
    (
      await app.db.read
        .selectFrom('log_partition')
        .select('digest')
        .where('partition', '=', partition)
        .executeTakeFirst()
    )?.digest ?? new Uint8Array(16),
  ).toString('hex');
async function equal(a: TestDesk): Promise<void> {
  expect(await ids(hub, 'visit')).toEqual(await ids(a, 'visit'));
  for (const partition of ['public', 'd/120608', `t/${a.site.id}`, `t/${a.site.id}/private`])
    expect(await digest(a, partition), partition).toBe(await digest(hub, partition));
}

describe('a stick that goes there and back', () => {
  it('brings the work, carries the receipts home, and is then empty', async () => {
    await visit();
    const up = await toHub();
    const there = await unpack(hub, up);
    expect(there).toMatchObject({ ok: true, foreign: 0, files: [{ outcome: 'taken', quarantined: 0, differ: [] }] });
    expect(await ids(hub, 'visit')).toEqual(await ids(desk, 'visit'));
    expect(await waiting(desk)).toBeGreaterThan(0);
    const back = await unpack(desk, await toSite());
    expect(back).toMatchObject({ ok: true, files: [{ differ: [] }] });
    expect(back.files[0]?.receipted).toBeGreaterThan(0);
    expect(await waiting(desk)).toBe(0);
    expect((await courierStatus(desk.replica)).made[0]).toMatchObject({ state: 'receipted' });
    const empty = await packBundle(desk.replica, await peerNamed(desk.replica, 'hub'));
    expect(empty.report).toMatchObject({ segments: 0, operations: 0, more: false });
    await equal(desk);
  });

  it('brings home what another telecentre did in the district, and never the own work', async () => {
    await visit();
    const far = await other.register({ given: 'Kemari' });
    await unpack(hub, await toHub(), await toHub(other));
    const back = await unpack(desk, await toSite());
    expect(back.files).toMatchObject([{ outcome: 'taken', differ: [] }]);
    expect(await ids(desk, 'person')).toContain(far.id);
    const own = await desk.app.db.read
      .selectFrom('log_segment')
      .select('site')
      .where('partition', '=', `t/${desk.site.id}`)
      .execute();
    expect(own.length).toBeGreaterThan(0);
    await unpack(hub, await toHub());
    const report = (await packBundle(hub.replica, await peerNamed(hub.replica, String(desk.app.site.number)))).report;
    expect(report.segments).toBe(0);
    // and a session over the internet agrees that nothing is left
    expect(await syncOnce(desk.replica, { transport: directLink(hub.replica) })).toMatchObject({
      ok: true,
      segments: { up: 0, down: 0 },
      differ: [],
    });
  });
});
