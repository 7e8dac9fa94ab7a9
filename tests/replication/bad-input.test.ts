// What arrives damaged, forged or too much is refused with its reason; what was acknowledged stays, and the next session makes good.
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerVisit } from '#modules/visits';
import { closeOpenActs, syncOnce, type Transport } from '#replication';
import { NewerDatabase } from '#platform/migrate';
import { receiveSegment } from '../../src/replication/server/receive.ts';
import { openProgramme, type TestDesk, type TestProgramme } from '../support/desk.ts';
import { engine } from '../support/engine.ts';
import { directLink } from '../support/link.ts';
import { testProgram, type TestProgram } from '../support/program.ts';

let programme: TestProgramme;
let desk: TestDesk;
let person: string;

beforeEach(async () => {
  programme = await openProgramme(['120608']);
  [desk] = programme.desks as [TestDesk]; // reason: one was opened
  person = (await desk.register()).id;
});
afterEach(() => programme.close());

const visit = () => desk.must(registerVisit, desk.operator, { person, purposes: ['homework'] });
const visitsOf = async ({ app }: Pick<TestProgram, 'app'>) =>
  (await app.db.read.selectFrom('visit').select('id').orderBy('id').execute()).map(({ id }) => id);

/** Changes one byte on the way: `share` of the length, up or down. */
function flipping(inner: Transport, way: 'up' | 'down', share: number): Transport {
  const flip = (bytes: Buffer) => {
    const at = Math.min(bytes.length - 1, Math.floor(bytes.length * share));
    bytes[at] = (bytes[at] ?? 0) ^ 0x40;
    return bytes;
  };
  return {
    ...inner,
    async send(where, body) {
      const exchange = await inner.send(where, way === 'up' ? [flip(Buffer.concat(body))] : body);
      if (way === 'up') return exchange;
      const pieces: Uint8Array[] = [];
      for await (const piece of exchange.answer) pieces.push(piece);
      const whole = flip(Buffer.concat(pieces));
      return {
        ...exchange,
        answer: (async function* () {
          yield await Promise.resolve(whole);
        })(),
      };
    },
  };
}

const SHARES = Array.from({ length: 24 }, (_, at) => at / 24);

describe.each(['up', 'down'] as const)('a byte that changes on the way %s', (way) => {
  it('is noticed wherever it is, nothing wrong is kept, and the next session brings everything', async () => {
    let noticed = 0;
    for (const share of SHARES) {
      await visit();
      const report = await syncOnce(desk.replica, {
        transport: flipping(directLink(programme.hub.replica), way, share),
      });
      if (!report.ok) {
        noticed += 1;
        expect(report.problem).toBeTruthy();
        expect(report.problem).not.toBe('fault');
      }
      const here = await visitsOf(desk);
      expect((await visitsOf(programme.hub)).filter((id) => !here.includes(id))).toEqual([]);
    }
    expect(noticed).toBeGreaterThan(SHARES.length / 2);
    await programme.sync();
    const report = await syncOnce(desk.replica, { transport: directLink(programme.hub.replica) });
    expect(report).toMatchObject({ ok: true, left: false, differ: [] });
    expect(await visitsOf(programme.hub)).toEqual(await visitsOf(desk));
  });
});

describe('who answers or asks', () => {
  it('as a hub that is not the programme’s gets nothing', async () => {
    const impostor = await testProgram();
    await visit();
    const report = await syncOnce(desk.replica, { transport: directLink(impostor.replica) });
    expect(report).toMatchObject({ ok: false, operations: { up: 0, down: 0 } });
    expect(report.problem).toMatch(/wrong-hub|unknown-site/);
    expect(await visitsOf(impostor)).toEqual([]);
    await impostor.close();
  });

  it('with another key is refused, and what it sends is not kept', async () => {
    await visit();
    const stranger = await testProgram({ role: 'telecentre', enrolled: false });
    await stranger.replica.saveIdentity({
      ...desk.replica.identity,
      publicKey: stranger.replica.identity.publicKey,
      privateKey: stranger.replica.identity.privateKey,
    });
    const report = await syncOnce(stranger.replica, { transport: directLink(programme.hub.replica) });
    expect(report).toMatchObject({ ok: false, problem: 'bad-signature' });
    await stranger.close();
  });

  it('is told in the operator’s list of exchanges', async () => {
    const impostor = await testProgram();
    await syncOnce(desk.replica, { transport: directLink(impostor.replica) });
    const [last] = await desk.app.db.read
      .selectFrom('session_log')
      .selectAll()
      .orderBy('at', 'desc')
      .limit(1)
      .execute();
    expect(last?.ok).toBe(false);
    expect(last?.report).toMatch(/wrong-hub|unknown-site/);
    await impostor.close();
  });
});

describe.runIf(engine === 'sqlite')('a disk that is full', () => {
  it('at the hub stops the exchange with its reason, keeps everything, and lets it go on when there is room', async () => {
    const { hub } = programme;
    const dataDir = hub.dataDir;
    for (let at = 0; at < 120; at++) await visit();
    await hub.app.close();
    const pages = () => {
      const db = new DatabaseSync(path.join(dataDir, 'programme.db'));
      const { page_count: count } = db.prepare('PRAGMA page_count').get() as { page_count: number };
      db.close();
      return count;
    };
    const full = await testProgram({ dataDir, maxPages: pages() + 1 });
    const report = await syncOnce(desk.replica, { transport: directLink(full.replica) });
    expect(report.ok).toBe(false);
    expect(report.problem).toMatch(/hub-disk-full|link|malformed/);
    expect(await visitsOf(desk)).toHaveLength(120);
    await full.app.close();
    const roomy = await testProgram({ dataDir });
    for (let again = 0; again < 2; again++) await syncOnce(desk.replica, { transport: directLink(roomy.replica) });
    expect(await visitsOf(roomy)).toEqual(await visitsOf(desk));
    await roomy.app.close();
    programme = { ...programme, close: () => desk.close() };
  });

  it('and a database of a newer version is not touched, with a sentence that says what to do', async () => {
    const { dataDir } = desk;
    await desk.app.close();
    const db = new DatabaseSync(path.join(dataDir, 'programme.db'));
    db.exec("INSERT INTO schema_migration (id, applied_at) VALUES ('29990101-from-the-future', 1)");
    const before = db.prepare('SELECT count(*) AS n FROM visit').get();
    db.close();
    const opening = testProgram({ role: 'telecentre', dataDir });
    await expect(opening).rejects.toThrow(NewerDatabase);
    await expect(opening).rejects.toThrow(/newer version.*nothing was changed/s);
    const after = new DatabaseSync(path.join(dataDir, 'programme.db'), { readOnly: true });
    expect(after.prepare('SELECT count(*) AS n FROM visit').get()).toEqual(before);
    after.close();
    programme = { ...programme, close: () => programme.hub.close() };
  });
});

describe('a key of a person beside a segment', () => {
  it('that opens nothing in it is not kept: by itself the segment is refused, in a file only the key', async () => {
    await closeOpenActs(desk.replica);
    const { bytes } = await desk.app.db.read
      .selectFrom('log_segment')
      .select('bytes')
      .where('partition', '=', 'd/120608')
      .orderBy('feed')
      .executeTakeFirstOrThrow();
    const { hub } = programme;
    const wrong = { subject: person, key: new Uint8Array(32).fill(7) };
    const damaged = await receiveSegment(hub.replica, 'd/120608', bytes, { keys: [wrong], strict: true });
    expect(damaged).toMatchObject({ outcome: 'refused', reason: 'malformed' });
    expect(await receiveSegment(hub.replica, 'd/120608', bytes, { keys: [wrong] })).toMatchObject({
      outcome: 'stored',
    });
    expect(await hub.replica.keys.state('d/120608', person)).toBe('absent');
  });
});
