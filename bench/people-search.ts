// Searching people at a desk that holds 100,000 of them: one JSON line per kind of search, milliseconds at the median and at 95 %.
// Run: node bench/people-search.ts [people]. Target: below 200 ms each on SQLite.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { openProgram } from '../src/cli/program.ts';
import { defineCommand, runCommand, type CommandContext } from '#platform/command';
import { readConfig } from '#platform/config';
import { silentLog } from '#platform/log';
import { system } from '#platform/permissions';
import { findProbableDuplicates, makeCard, searchPeople } from '#modules/people';

const GIVEN =
  'María José Luis Rosa Carmen Juan Ana Víctor Elena Julio Norma Percy Yesenia Wilmer Luz Kemari Shirampari Edith Raúl Nélida'.split(
    ' ',
  );
const SURNAMES =
  'Quispe Huamán Flores Rojas Sánchez García Rodríguez Mendoza Camposh Tsirotsi Samaniego Chávez Villegas Ríos Torres Ramos Pérez Vargas Castro Cárdenas Poma Ñaco Shumpate Antúnez Bernales Kinchori Mahuanca Pachacamac Santos Leiva'.split(
    ' ',
  );
const DISTRICT = '120608';
const total = Number(process.argv[2] ?? 100_000);

/** The same people at every run: a plain generator, so that no run is luckier than another. */
let seed = 7;
function draw<T>(list: readonly T[]): T {
  seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
  return list[seed % list.length] as T; // reason: the index is below the length
}

const fill = defineCommand({
  name: 'bench.fill',
  permission: null,
  input: v.object({ people: v.number() }),
  async run(ctx: CommandContext, input): Promise<null> {
    for (let at = 0; at < input.people; at++) {
      const id = ctx.newId();
      await ctx.tx.append('person', {
        partition: `d/${DISTRICT}`,
        id,
        given_names: `${draw(GIVEN)} ${draw(GIVEN)}`,
        surnames: `${draw(SURNAMES)} ${draw(SURNAMES)}`,
        birth_year: 1940 + (seed % 75),
        birth_basis: 'year',
        sex: draw(['female', 'male']),
        card: makeCard(7, id),
      });
    }
    return null;
  },
});

const dataDir = mkdtempSync(path.join(tmpdir(), 'people-search-'));
const config = readConfig({ role: 'telecentre', port: 0, dataDir }, {});
const { app, replica, close } = await openProgram(config, { log: silentLog() });
try {
  await replica.pretendEnrolled({ number: 7, siteId: '', district: DISTRICT, name: 'Bench' });
  const started = performance.now();
  for (let made = 0; made < total; made += 40)
    await runCommand(app, fill, { actor: system, input: { people: Math.min(40, total - made) } });
  line('fill', { people: total, seconds: Math.round((performance.now() - started) / 1000) });
  const searches: Record<string, () => Promise<unknown>> = {
    'one common name': () => searchPeople(app.db.read, system, { text: 'maria' }),
    'two common names': () => searchPeople(app.db.read, system, { text: 'rosa quispe' }),
    'four words': () => searchPeople(app.db.read, system, { text: 'maria elena quispe flores' }),
    'two letters': () => searchPeople(app.db.read, system, { text: 'ma' }),
    'other spelling': () => searchPeople(app.db.read, system, { text: 'kispe biyegas' }),
    nobody: () => searchPeople(app.db.read, system, { text: 'rosa xylander' }),
    'last page': () => searchPeople(app.db.read, system, { text: 'quispe', page: 49 }),
    'beginning of a card': () => searchPeople(app.db.read, system, { text: '7123' }),
    'probable duplicates': () =>
      findProbableDuplicates(app.db.read, system, { given: 'María Elena', surnames: 'Quispe Flores', birthYear: 1990 }),
  };
  for (const [name, search] of Object.entries(searches)) {
    const times: number[] = [];
    for (let run = 0; run < 20; run++) {
      const begin = performance.now();
      await search();
      times.push(performance.now() - begin);
    }
    times.sort((a, b) => a - b);
    line(name, { people: total, median_ms: round(times[10]), p95_ms: round(times[18]) });
  }
} finally {
  await close();
  rmSync(dataDir, { recursive: true, force: true });
}

function round(value = 0): number {
  return Math.round(value * 10) / 10;
}

function line(name: string, figures: Record<string, number>): void {
  console.log(JSON.stringify({ bench: 'people-search', name, ...figures }));
}
