// Any course that sticks and sessions may take, drawn at random: no receipt runs ahead, and two trips later both ends are the same.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { registerVisit } from '#modules/visits';
import { headOf, syncOnce } from '#replication';
import { system } from '#platform/permissions';
import { openProgramme, type TestDesk, type TestProgramme } from '../support/desk.ts';
import { directLink } from '../support/link.ts';
import type { TestProgram } from '../support/program.ts';
import { failingAt, flipped, pack, unpack, waiting, type Stick } from '../support/sticks.ts';

type Step =
  | { do: 'visit' | 'up' | 'down' | 'online' | 'person'; desk: number }
  | { do: 'news' }
  | { do: 'bring'; files: number[]; to: number }
  | { do: 'bent'; file: number; at: number; to: number }
  | { do: 'power-cut'; file: number; nth: number; to: number };

const DESK = fc.nat({ max: 1 });
const PLACE = fc.nat({ max: 2 });
const FILE = fc.nat({ max: 50 });
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('visit' as const, 'person' as const), desk: DESK }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('up' as const, 'down' as const), desk: DESK }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('online' as const), desk: DESK }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('news' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('bring' as const),
      files: fc.array(FILE, { minLength: 1, maxLength: 3 }),
      to: PLACE,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('bent' as const), file: FILE, at: fc.nat({ max: 4_000 }), to: PLACE }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('power-cut' as const),
      file: FILE,
      nth: fc.integer({ min: 1, max: 30 }),
      to: PLACE,
    }),
  },
);

interface World {
  programme: TestProgramme;
  places: TestProgram[];
  people: string[];
  /** Every file that was ever made; a stick may bring any of them, any number of times. */
  pile: Stick[];
}

async function open(): Promise<World> {
  const programme = await openProgramme(['120608', '120608']);
  const people: string[] = [];
  for (const desk of programme.desks) people.push((await desk.register()).id);
  return { programme, places: [programme.hub, ...programme.desks], people, pile: [] };
}

async function run({ programme, places, people, pile }: World, step: Step, at: number): Promise<void> {
  const { hub } = programme;
  const chosen = (file: number) => pile[file % Math.max(1, pile.length)];
  const place = 'to' in step ? (places[step.to] ?? hub) : hub;
  const desk = programme.desks['desk' in step ? step.desk : 0] as TestDesk; // reason: two were opened
  switch (step.do) {
    case 'visit':
      await desk.must(registerVisit, desk.operator, { person: people[step.desk], purposes: ['homework'] });
      break;
    case 'person':
      await desk.register({ given: `Persona ${at}` });
      break;
    case 'news':
      await hub.must(hub.replica.sites.add, system, { name: `Comunidad ${at}`, district: '120604' });
      break;
    case 'up':
      pile.push(await pack(desk, 'hub'));
      break;
    case 'down':
      pile.push(await pack(hub, desk.app.site.number ?? 0));
      break;
    case 'online':
      expect(await syncOnce(desk.replica, { transport: directLink(hub.replica) })).toMatchObject({
        ok: true,
        differ: [],
      });
      break;
    case 'bring': {
      const report = await unpack(place, ...step.files.flatMap((file) => chosen(file) ?? []));
      for (const file of report.files) expect(file, JSON.stringify(file)).toMatchObject({ quarantined: 0, differ: [] });
      for (const { outcome, problem } of report.files) expect([outcome, problem]).not.toContain('refused');
      break;
    }
    case 'bent': {
      const file = chosen(step.file);
      if (!file) break;
      const bad = flipped(file, step.at % file.bytes.length);
      const head = await headOf(bad);
      const report = await unpack(place, bad);
      if (head && report.files.length > 0) expect(report.files[0]?.outcome).toBe('refused');
      break;
    }
    case 'power-cut': {
      const file = chosen(step.file);
      if (file) await unpack(failingAt(place, step.nth), file);
    }
  }
}

/** What a telecentre shows as receipted, the hub has. */
async function noReceiptRunsAhead({ programme }: World): Promise<void> {
  for (const desk of programme.desks) {
    const told = await desk.app.db.read.selectFrom('log_peer').selectAll().where('peer', '=', 0).execute();
    for (const { partition, acked_epoch, acked_seq } of told) {
      if (acked_seq === 0) continue;
      const chain = await programme.hub.app.db.read
        .selectFrom('log_chain')
        .select('seq')
        .where('partition', '=', partition)
        .where('site', '=', desk.app.site.number ?? 0)
        .where('epoch', '=', acked_epoch)
        .executeTakeFirst();
      expect(chain?.seq ?? 0, partition).toBeGreaterThanOrEqual(acked_seq);
    }
  }
}

const rows = async ({ app }: TestProgram, table: 'visit' | 'person' | 'site') =>
  (await app.db.read.selectFrom(table).select('id').orderBy('id').execute()).map(({ id }) => id);

async function settles({ programme, pile }: World): Promise<void> {
  const { hub, desks } = programme;
  for (let trip = 0; trip < 2; trip++) {
    for (const desk of desks) pile.push(await pack(desk, 'hub'));
    await unpack(hub, ...pile);
    for (const desk of desks) pile.push(await pack(hub, desk.app.site.number ?? 0));
    for (const desk of desks) await unpack(desk, ...pile.toReversed());
  }
  const visits: string[] = [];
  for (const desk of desks) {
    expect(await waiting(desk)).toBe(0);
    expect(await rows(desk, 'site')).toEqual(await rows(hub, 'site'));
    expect(await rows(desk, 'person')).toEqual(await rows(hub, 'person'));
    visits.push(...(await rows(desk, 'visit')));
    const report = await syncOnce(desk.replica, { transport: directLink(hub.replica) });
    expect(report).toMatchObject({ ok: true, differ: [], operations: { up: 0, down: 0 } });
  }
  expect(await rows(hub, 'visit')).toEqual(visits.toSorted());
}

it('is survived: nothing is lost, doubled, set aside or receipted before it is there', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 40, size: 'max' }), async (course) => {
      const world = await open();
      try {
        for (const [at, step] of course.entries()) {
          await run(world, step, at);
          await noReceiptRunsAhead(world);
        }
        await settles(world);
      } finally {
        await world.programme.close();
      }
    }),
    { numRuns: 8, endOnFailure: true },
  );
}, 180_000);
