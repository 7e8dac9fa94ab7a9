// Couriers where a disk is full, or died and an old copy came back: nothing that any stick or end still holds is lost.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerVisit } from '#modules/visits';
import { finishRestore, markRestored, syncOnce } from '#replication';
import { openProgramme, registration, type TestDesk, type TestProgramme } from '../support/desk.ts';
import { registerPerson } from '#modules/people';
import { directLink } from '../support/link.ts';
import { smallDisk } from '../support/full-disk.ts';
import { testProgram, type TestProgram } from '../support/program.ts';
import { outcomes, pack, unpack, waiting } from '../support/sticks.ts';
import { writeWhole } from '#replication';

let programme: TestProgramme;
let desk: TestDesk;
let hub: TestProgram;
let again: TestProgram | undefined;
let person: string;
const image = mkdtempSync(path.join(tmpdir(), 'ciudadania-image-'));

beforeEach(async () => {
  programme = await openProgramme(['120608']);
  hub = programme.hub;
  [desk] = programme.desks as [TestDesk]; // reason: one was opened
  person = (await desk.register()).id;
  again = undefined;
});
afterEach(async () => {
  if (again === undefined) return programme.close();
  await again.app.close();
  await (hub === again ? desk : hub).close();
  rmSync(image, { recursive: true, force: true });
});

const visit = (at: TestProgram = desk) =>
  at.must(registerVisit, at.actor('operator', { site: at.app.site.id ?? '', district: '120608' }), {
    person,
    purposes: ['homework'],
  });
const visits = async ({ app }: TestProgram) =>
  (await app.db.read.selectFrom('visit').select('id').orderBy('id').execute()).map(({ id }) => id);
const number = () => desk.app.site.number ?? 0;

/** Everything but the keys, which live on: the disk with the data died. */
function copyData(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, filter: (entry) => !entry.endsWith('keys.db') });
}

/** The program opens on what its disk held when the image was made. */
async function restored(program: TestProgram, role: 'hub' | 'telecentre'): Promise<TestProgram> {
  const { dataDir } = program;
  await program.app.close();
  for (const name of ['programme.db', 'programme.db-wal', 'programme.db-shm'])
    rmSync(path.join(dataDir, name), { force: true });
  cpSync(image, dataDir, { recursive: true });
  const back = await testProgram({ role, dataDir });
  await back.app.db.transaction(markRestored);
  await finishRestore(back.replica);
  return back;
}

async function makeImage(program: TestProgram): Promise<void> {
  const db = new DatabaseSync(path.join(program.dataDir, 'programme.db'));
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
  copyData(program.dataDir, image);
  await Promise.resolve();
}

describe('a telecentre whose disk died', () => {
  it('gets back by stick alone what the hub had of it, sends what it wrote since, and no number is given twice', async () => {
    await visit();
    await unpack(hub, await pack(desk, 'hub'));
    await unpack(desk, await pack(hub, number()));
    await makeImage(desk);
    await visit();
    await visit();
    const before = await pack(desk, 'hub');
    await unpack(hub, before);
    const lost = await visits(desk);
    again = await restored(desk, 'telecentre');
    expect(await visits(again)).toHaveLength(1);
    await visit(again);
    const after = await pack(again, 'hub');
    expect(after.name > before.name).toBe(true);
    expect(outcomes(await unpack(hub, after))).toEqual(['taken']);
    expect(outcomes(await unpack(again, await pack(hub, number())))).toEqual(['taken']);
    expect(await visits(again)).toEqual(expect.arrayContaining(lost));
    expect(await visits(again)).toEqual(await visits(hub));
    expect(await waiting(again)).toBe(0);
    expect(await syncOnce(again.replica, { transport: directLink(hub.replica) })).toMatchObject({
      ok: true,
      differ: [],
    });
    // a stick of before that comes late
    expect(outcomes(await unpack(hub, before))).toEqual(['known']);
  });
});

describe('a hub whose disk died', () => {
  it('is given again by stick alone what it had receipted and lost; sticks of before do no harm', async () => {
    await visit();
    await unpack(hub, await pack(desk, 'hub'));
    await unpack(desk, await pack(hub, number()));
    await makeImage(hub);
    await visit();
    await unpack(hub, await pack(desk, 'hub'));
    const old = await pack(hub, number());
    await unpack(desk, old);
    expect(await waiting(desk)).toBe(0);
    again = hub = await restored(hub, 'hub');
    expect(await visits(hub)).toHaveLength(1);
    await visit();
    // the hub cannot place it yet: what comes before it was lost here
    const early = await pack(desk, 'hub');
    await unpack(hub, early);
    await unpack(desk, await pack(hub, number()));
    expect(outcomes(await unpack(desk, old))).toEqual(['known']);
    expect(outcomes(await unpack(hub, await pack(desk, 'hub')))).toEqual(['taken']);
    await unpack(desk, await pack(hub, number()));
    expect(await visits(hub)).toEqual(await visits(desk));
    expect(await visits(hub)).toHaveLength(3);
    expect(await waiting(desk)).toBe(0);
    expect(await syncOnce(desk.replica, { transport: directLink(hub.replica) })).toMatchObject({
      ok: true,
      differ: [],
    });
  });
});

describe('a disk that is full', () => {
  it('at the hub stops with its reason, keeps what was whole, and goes on with the same file when there is room', async () => {
    for (let one = 0; one < 80; one++) await visit();
    const operator = desk.operator;
    for (let one = 0; one < 40; one++)
      await desk.must(registerPerson, operator, registration({ given: `Persona ${one}`, notADuplicate: 'on' }));
    const file = await pack(desk, 'hub');
    const { dataDir } = hub;
    await hub.app.close();
    const db = new DatabaseSync(path.join(dataDir, 'programme.db'));
    const { page_count: pages } = db.prepare('PRAGMA page_count').get() as { page_count: number };
    db.close();
    const full = await testProgram({ dataDir, maxPages: pages + 12 });
    const report = await unpack(full, file);
    expect(report.ok).toBe(false);
    expect(outcomes(report)).toEqual(['disk-full']);
    await full.app.close();
    again = hub = await testProgram({ dataDir });
    expect(outcomes(await unpack(hub, file))).toEqual(['taken']);
    expect(await visits(hub)).toEqual(await visits(desk));
  });

  it('is a real one too, where this machine lets us mount one: no half file has the name of a bundle', async () => {
    const disk = smallDisk(65_536);
    const content = async function* () {
      for (let piece = 0; piece < 64; piece++) yield await Promise.resolve(Buffer.alloc(4_096, piece));
    };
    const folder = disk?.folder ?? '/dev/full';
    await expect(writeWhole(folder, 'para-central-de-7-000001.cdig', content())).rejects.toMatchObject({
      code: disk ? 'courier.stick-full' : 'courier.no-folder',
    });
    disk?.remove();
  });
});
