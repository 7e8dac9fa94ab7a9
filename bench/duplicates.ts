// Finding one person written twice: precision and recall per kind of mistake among drawn people, and what a question costs among 100,000.
// Run: npm run bench -- duplicates, or node bench/duplicates.ts [people drawn] [people in the database; 0 leaves it out].
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { openProgram } from '../src/cli/program.ts';
import { defineCommand, runCommand, type CommandContext } from '#platform/command';
import { readConfig } from '#platform/config';
import { silentLog } from '#platform/log';
import { system } from '#platform/permissions';
import { countWaitingPairs, findProbableDuplicates, listWaitingPairs, makeCard } from '#modules/people';
import { drawing, drawPerson, MISTAKES } from '../tests/support/drawn-people.ts';
import { duplicateFigures, type DuplicateFigures } from '../tests/support/duplicate-figures.ts';
import { figure, median } from './figure.ts';

const people = Number(process.argv[2] ?? 20_000);
const stored = Number(process.argv[3] ?? 100_000);
const DISTRICT = '120608';
const AT_ONCE = 40;

const round = (value: number) => Math.round(value * 1_000) / 1_000;
const line = (of: string, { kind, tried, recall, precision, first, compared }: DuplicateFigures) =>
  console.log(
    JSON.stringify({
      ...{ name: `duplicates: ${of}`, kind, people, tried },
      ...{ recall: round(recall), precision: round(precision), first: round(first), compared: Math.round(compared) },
    }),
  );

const { mistakes, lookAlikes } = duplicateFigures(people, 1_000);
for (const one of mistakes) line('mistake', one);
// of these every question is one too many: recall is the share that is asked about
for (const one of lookAlikes) line('look-alike', one);

const draw = drawing(7);
const fill = defineCommand({
  name: 'bench.fill',
  permission: null,
  input: v.object({ people: v.number() }),
  async run(ctx: CommandContext, input): Promise<null> {
    for (let at = 0; at < input.people; at++) {
      const id = ctx.newId();
      const one = drawPerson(draw);
      await ctx.tx.append('person', {
        ...{
          partition: `d/${DISTRICT}`,
          id,
          given_names: one.given,
          surnames: one.surnames,
          birth_year: one.birthYear,
        },
        ...{
          birth_date: one.birthDate,
          birth_basis: one.birthDate ? 'date' : 'year',
          sex: one.sex,
          card: makeCard(7, id),
        },
      });
    }
    return null;
  },
});

async function inDatabase(): Promise<void> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'duplicates-'));
  const config = readConfig({ role: 'telecentre', port: 0, dataDir }, {});
  const { app, replica, close } = await openProgram(config, { log: silentLog() });
  try {
    await replica.pretendEnrolled({ number: 7, siteId: '', district: DISTRICT, name: 'Bench' });
    const rates: number[] = [];
    for (let made = 0; made < stored; made += AT_ONCE) {
      const begin = performance.now();
      const written = await runCommand(app, fill, {
        actor: system,
        input: { people: Math.min(AT_ONCE, stored - made) },
      });
      if (!written.ok) throw new Error(written.refusal.code);
      rates.push((performance.now() - begin) / AT_ONCE);
    }
    figure(`duplicates: a card written and compared, the first thousands`, median(rates.slice(0, 10)), 'ms');
    figure(`duplicates: a card written and compared, among ${stored}`, median(rates.slice(-10)), 'ms');
    const times: number[] = [];
    for (let at = 0; at < 200; at++) {
      const again = MISTAKES['two mistakes at once']?.(drawPerson(draw), draw);
      if (!again) continue;
      const begin = performance.now();
      await findProbableDuplicates(app.db.read, system, again);
      times.push(performance.now() - begin);
    }
    times.sort((a, b) => a - b);
    figure(`duplicates: asked before registering, among ${stored}, median`, median(times), 'ms', { atMost: 100 });
    figure(
      `duplicates: asked before registering, among ${stored}, at 95 %`,
      times[Math.floor(times.length * 0.95)] ?? 0,
      'ms',
    );
    const { count } = await app.db.read
      .selectFrom('person_pair')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    figure(`duplicates: pairs that wait, among ${stored}`, Number(count), 'pairs');
    const begin = performance.now();
    await countWaitingPairs(app.db.read, system);
    await listWaitingPairs(app.db.read, system);
    figure(`duplicates: the queue counted and its first page read`, performance.now() - begin, 'ms');
  } finally {
    await close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
if (stored > 0) await inDatabase();
