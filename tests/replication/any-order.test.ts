// The same segments by any road: sticks arrive late and swapped, and every telecentre still ends with the hub's rows.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { closeOpenActs } from '#replication';
import { correctPerson, openCard } from '#modules/people';
import { receiveSegment } from '../../src/replication/server/receive.ts';
import { openProgramme, type TestDesk, type TestProgramme } from '../support/desk.ts';
import type { TestProgram } from '../support/program.ts';

const DISTRICT = 'd/120608';
let programme: TestProgramme;
let writers: TestDesk[];
let readers: TestDesk[];

beforeEach(async () => {
  programme = await openProgramme(['120608', '120608', '120608', '120608']);
  writers = programme.desks.slice(0, 2);
  readers = programme.desks.slice(2);
});
afterEach(() => programme.close());

async function correct(desk: TestDesk, person: string, changes: Record<string, unknown>): Promise<void> {
  const { person: card, version } = await desk.must(openCard, desk.operator, { person });
  const input = {
    person,
    seen: version,
    given: card.given,
    surnames: card.surnames,
    birthYear: String(card.birthYear),
    birthDate: '',
    sex: card.sex,
    place: '',
    ...changes,
  };
  await desk.must(correctPerson, desk.operator, input);
}

const rows = ({ app }: TestProgram) =>
  app.db.read.selectFrom('person').selectAll().where('partition', '=', DISTRICT).orderBy('id').execute();
const digest = async ({ app }: TestProgram) => {
  const row = await app.db.read
    .selectFrom('log_partition')
    .select('digest')
    .where('partition', '=', DISTRICT)
    .executeTakeFirst();
  return Buffer.from(row?.digest ?? []).toString('hex');
};
const waiting = async ({ app }: TestProgram) =>
  (await app.db.read.selectFrom('log_held').select('n').where('partition', '=', DISTRICT).execute()).length;

it('gives the same rows and digest, concurrent edits and edits before their card among them', async () => {
  const [a, b] = writers as [TestDesk, TestDesk]; // reason: two were opened
  const { hub } = programme;
  const meet = async () => {
    for (const desk of [a, b, a]) {
      await closeOpenActs(desk.replica);
      await programme.syncOne(desk);
    }
  };
  const people: string[] = [];
  for (const desk of [a, b]) people.push((await desk.register()).id);
  await meet();
  for (let round = 0; round < 3; round++) {
    for (const [at, desk] of [a, b].entries())
      for (const person of people)
        await correct(desk, person, { birthYear: String(1970 + round * 2 + at), given: `Rosa ${round} ${at}` });
    await meet();
  }

  const { read } = hub.app.db;
  const segments = await read
    .selectFrom('log_segment')
    .select(['site', 'bytes'])
    .where('partition', '=', DISTRICT)
    .orderBy('feed')
    .execute();
  expect(segments.length).toBeGreaterThanOrEqual(8);
  const keys = (await hub.replica.keys.list(undefined, 100)).flatMap(({ key, ...of }) => (key ? [{ ...of, key }] : []));
  const first = a.app.site.number;
  const roads = [
    segments.toSorted((x, y) => Number(x.site === first) - Number(y.site === first)),
    segments.toReversed(),
  ];
  let waited = 0;
  for (const [at, reader] of readers.entries()) {
    await reader.replica.keys.put(keys);
    let left = roads[at] ?? [];
    while (left.length > 0) {
      const again: typeof left = [];
      for (const segment of left) {
        const { outcome } = await receiveSegment(reader.replica, DISTRICT, segment.bytes);
        if (outcome === 'gap') again.push(segment);
        else expect(outcome).toBe('stored');
        waited = Math.max(waited, await waiting(reader));
      }
      expect(again.length).toBeLessThan(left.length);
      left = again;
    }
    expect(await waiting(reader)).toBe(0);
    expect(await digest(reader)).toBe(await digest(hub));
    expect(await rows(reader)).toEqual(await rows(hub));
  }
  expect(waited).toBeGreaterThan(0);
});
