// The public home page against a bare server, side by side and in turns: rendered each time, and through the page cache.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type SQLInputValue, StatementSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { listProposals } from '#modules/proposals';
import { headline } from '#modules/results';
import { listDistricts } from '#modules/territory';
import { listSites } from '#replication';
import { openDb } from '#platform/db';
import { removeFolder, startProcess, temporaryFolder } from '../tests/support/processes.ts';
import { figure, median } from './figure.ts';
import { rate, startBare } from './load.ts';

const ROUNDS = 5;
const LOAD = { connections: 50, duration: 3 };
const folder = temporaryFolder();

const megabytes = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;

/** The statements that the home page's load sends, recorded while the same functions run here. */
async function recordQueries(file: string): Promise<{ sql: string; parameters: SQLInputValue[] }[]> {
  const recorded: { sql: string; parameters: SQLInputValue[] }[] = [];
  const texts = new WeakMap<StatementSync, string>();
  const { prepare } = DatabaseSync.prototype;
  const { all } = StatementSync.prototype;
  DatabaseSync.prototype.prepare = function (sql, options) {
    const statement = Reflect.apply(
      prepare,
      this,
      [sql, options].filter((one) => one !== undefined),
    ) as StatementSync;
    texts.set(statement, sql);
    return statement;
  };
  StatementSync.prototype.all = function (this: StatementSync, ...parameters: SQLInputValue[]) {
    recorded.push({ sql: texts.get(this) ?? '', parameters });
    return Reflect.apply(all, this, parameters);
  } as typeof all;
  const db = openDb({ sqlite: { path: file, readOnly: true } });
  try {
    await listSites(db.read);
    await listDistricts(db.read, true);
    await listProposals(db.read);
    await listDistricts(db.read, true);
    await headline(db.read, 'visits.people-served');
  } finally {
    await db.close();
    DatabaseSync.prototype.prepare = prepare;
    StatementSync.prototype.all = all;
  }
  return recorded.filter(({ sql }) => sql.startsWith('select'));
}

// the first start builds and fills; the second one is measured
await (await startProcess({ role: 'hub', dataDir: folder })).stop();
const begun = performance.now();
const loop = path.join(import.meta.dirname, 'loop-delay.ts');
const hub = await startProcess({ role: 'hub', dataDir: folder, env: { NODE_OPTIONS: `--import ${loop}` } });
const page = await (await fetch(hub.url)).text();
figure('start to first answer', (performance.now() - begun) / 1_000, 's', { atMost: 2 });
await pause(3_000);
figure('memory, idle', megabytes(hub.pid), 'MB', { atMost: 150 });

const queries = path.join(folder, 'queries.json');
const recorded = await recordQueries(path.join(folder, 'programme.db'));
writeFileSync(queries, JSON.stringify(recorded));
figure('queries of the home page', recorded.length, 'queries');
const bytes = Buffer.byteLength(page);
const bare = await startBare(path.join(folder, 'programme.db'), queries, bytes);
/** A cookie of nobody's session: never answered from the cache. */
const rendering = { cookie: 'session=nobody' };
const rates = { rendered: [] as number[], cached: [] as number[], queried: [] as number[], ready: [] as number[] };
try {
  for (let round = 0; round <= ROUNDS; round++) {
    const one = {
      queried: await rate(bare.url, LOAD),
      rendered: await rate(hub.url, { ...LOAD, headers: rendering }),
      ready: await rate(`${bare.url}/ready`, LOAD),
      cached: await rate(hub.url, LOAD),
    };
    // the first round warms up
    if (round > 0) for (const name of ['rendered', 'cached', 'queried', 'ready'] as const) rates[name].push(one[name]);
  }
  figure('memory, under load', megabytes(hub.pid), 'MB', { atMost: 300 });
  process.kill(hub.pid, 'SIGUSR2');
  await pause(300);
  const said = /"loopP99":([\d.]+)/.exec(hub.output());
  figure('event-loop delay, 99 %', Number(said?.[1] ?? Number.NaN), 'ms');
} finally {
  bare.stop();
  await hub.stop();
  removeFolder(folder);
}
for (const name of ['rendered', 'cached', 'queried', 'ready'] as const)
  figure(`home, ${name}`, median(rates[name]), 'requests/s');
figure('home rendered, of bare with the same queries', median(rates.rendered) / median(rates.queried), 'ratio', {
  atLeast: 1 / 12,
});
figure('home from the cache, of bare with the same queries', median(rates.cached) / median(rates.queried), 'ratio', {
  atLeast: 0.5,
});
figure('home from the cache, of a ready page without queries', median(rates.cached) / median(rates.ready), 'ratio');
