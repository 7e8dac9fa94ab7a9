// Several hub processes on one PostgreSQL: one that holds a partition's head row dies or hangs, and the others go on within five seconds.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeOpenActs } from '#replication';
import { addPlace } from '#modules/territory';
import { engine, testDatabase } from '../support/engine.ts';
import { testProgram, type TestProgram } from '../support/program.ts';

const BOUND = 5_000;
const HOLDER = fileURLToPath(new URL('../support/head-row-holder.ts', import.meta.url));
const onPostgres = describe.skipIf(engine !== 'postgres');

let databaseUrl: string | undefined;
let hubs: TestProgram[];
let holder: ChildProcess | undefined;

async function hold(partition: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [HOLDER, databaseUrl ?? '', partition], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  holder = child;
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  expect(said.toString()).toBe('held\n');
  return child;
}

let places = 0;
/** A department of its own each time; ids of departments are two digits and zeros. */
function write(hub: TestProgram) {
  places += 1;
  const place = { kind: 'department', status: 'verify', ubigeo: `${30 + (places % 60)}0000` };
  return hub.must(addPlace, hub.actor('administrator'), { ...place, name: `Lugar ficticio ${places}` });
}

/** Every number of the feed once, every chain without a gap. */
async function whole({ app }: TestProgram): Promise<void> {
  const segments = await app.db.read
    .selectFrom('log_segment')
    .select(['partition', 'site', 'epoch', 'seq_from', 'seq_to', 'feed'])
    .orderBy('partition')
    .orderBy('feed')
    .execute();
  for (const [name, of] of Map.groupBy(segments, ({ partition }) => partition)) {
    expect(
      of.map(({ feed }) => feed),
      name,
    ).toEqual(of.map((_, at) => at + 1));
    for (const chain of Map.groupBy(of, ({ site, epoch }) => `${site} ${epoch}`).values()) {
      let next = 1;
      for (const { seq_from, seq_to } of chain.toSorted((a, b) => a.seq_from - b.seq_from)) {
        expect(seq_from, name).toBe(next);
        next = seq_to + 1;
      }
    }
  }
}

onPostgres('of two hub processes and a third that holds the head row', () => {
  beforeEach(async () => {
    databaseUrl = await testDatabase();
    hubs = [await testProgram({ databaseUrl }), await testProgram({ databaseUrl })];
  });
  afterEach(async () => {
    holder?.kill('SIGKILL');
    for (const hub of hubs) await hub.close();
  });

  for (const [how, harm] of [
    ['is killed', (child: ChildProcess) => child.kill('SIGKILL')],
    ['hangs', (child: ChildProcess) => child.kill('SIGSTOP')],
    ['does nothing for too long', () => true],
  ] as const)
    it(`nothing waits longer than five seconds when that one ${how}`, async () => {
      const [one, two] = hubs as [TestProgram, TestProgram];
      await write(one);
      const child = await hold('public');
      const began = performance.now();
      harm(child);
      await Promise.all([one, two].map(({ replica }) => closeOpenActs(replica)));
      expect(performance.now() - began).toBeLessThan(BOUND);
      if (how === 'does nothing for too long') {
        // what it had begun is undone, and done again when the process goes on
        const [said] = (await once(child.stdout ?? child, 'data')) as [Buffer];
        expect(said.toString()).toBe('committed the 2. time\n');
        expect(child.exitCode ?? ((await once(child, 'exit')) as [number])[0]).toBe(0);
      }
      await whole(one);
      const { open } = await one.app.db.read
        .selectFrom('log_open')
        .select((e) => e.fn.countAll().as('open'))
        .executeTakeFirstOrThrow();
      expect(Number(open)).toBe(0);
    });

  it('closing at once in all of them gives every act one position', async () => {
    for (let round = 0; round < 5; round++) {
      await Promise.all(hubs.map(write));
      await Promise.all(hubs.map(({ replica }) => closeOpenActs(replica)));
    }
    const [one] = hubs as [TestProgram];
    await whole(one);
  });
});
