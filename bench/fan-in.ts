// The programme's evening: 200 telecentres bring a day's work to one process of the hub, on SQLite and on PostgreSQL; what the hub needs for it,
// and what a session with nothing to send reads there when there is ten times the data. SITES=40 makes it shorter, ENGINE=sqlite
// or ENGINE=postgres leaves the other out.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { enrolWithHub, httpTransport, syncOnce, type SessionReport } from '#replication';
import { buildIfNeeded } from '../src/cli/build.ts';
import type { Program } from '../src/cli/program.ts';
import { startHubProcess, type HubProcess } from '../tests/support/hub-processes.ts';
import { query, startPostgres, type TestPostgres } from '../tests/support/postgres.ts';
import { figure, median } from './figure.ts';
import { dayOfWork, emptyCentre, enrol, longPast, openIn, session } from './long-log.ts';

const SITES = Number(process.env.SITES ?? 200);
const ONLY = process.env.ENGINE;
/** A district has few telecentres, and each receives what the others of its district write. */
const districtOf = (at: number) => String(120_100 + Math.floor(at / IN_DISTRICT));
const IN_DISTRICT = 4;
const WINDOW = 30_000;
/** Small segments, so that there are many: a table of few rows PostgreSQL reads whole. */
const ACTS_IN_SEGMENT = 10;
const NOTHINGS = 20;
const home = mkdtempSync(path.join(tmpdir(), 'bench-fan-in-'));

interface Usage {
  rss: number;
  cpu: { user: number; system: number };
}

const cpuSeconds = ({ cpu }: Usage) => (cpu.user + cpu.system) / 1_000_000;
const at95 = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? 0;

/** The greatest memory that the hub was seen with while something went on. */
async function watched<T>(hub: HubProcess, work: () => Promise<T>): Promise<{ value: T; rss: number }> {
  let rss = 0;
  let over = false;
  const look = async () => {
    while (!over) {
      rss = Math.max(rss, (await hub.ask<Usage>('usage')).rss);
      await pause(200);
    }
  };
  const looking = look();
  const value = await work().finally(() => (over = true));
  await looking;
  return { value, rss };
}

async function oneSession(hub: HubProcess, centre: Program): Promise<SessionReport> {
  const transport = httpTransport(hub.screens);
  const report = await syncOnce(centre.replica, { transport });
  transport.close();
  if (!report.ok || report.differ.length > 0) throw new Error(`a session failed: ${JSON.stringify(report)}`);
  return report;
}

/** Every one of these holds a session, begun within the window. */
async function evening(name: string, hub: HubProcess, centres: readonly Program[], window: number): Promise<void> {
  const before = await hub.ask<Usage>('usage');
  const began = performance.now();
  const { value: reports, rss } = await watched(hub, () =>
    Promise.all(
      centres.map(async (centre, at) => {
        await pause((window * at) / centres.length);
        return oneSession(hub, centre);
      }),
    ),
  );
  const seconds = (performance.now() - began) / 1_000;
  const cpu = cpuSeconds(await hub.ask<Usage>('usage')) - cpuSeconds(before);
  const operations = reports.reduce((sum, report) => sum + report.operations.up, 0);
  const times = reports.map((report) => report.seconds);
  if (operations > 0) figure(`${name}: operations`, operations, '');
  if (operations > 0 && window === 0) figure(`${name}: operations per second`, operations / seconds, '1/s');
  figure(`${name}: session, median`, median(times), 's');
  figure(`${name}: session, 95 %`, at95(times), 's');
  figure(`${name}: hub's processor for one session`, (cpu / centres.length) * 1_000, 'ms');
  figure(`${name}: hub's memory at most`, rss / 1_000_000, 'MB');
}

async function fanIn(engine: string, databaseUrl: string | undefined): Promise<void> {
  const folder = path.join(home, engine);
  const hub = await startHubProcess(path.join(folder, 'hub'), databaseUrl, '--screens');
  const centres: Program[] = [];
  try {
    const empty = await emptyCentre(path.join(folder, 'empty'));
    for (let at = 0; at < SITES; at++) {
      const own = path.join(folder, `centre-${at}`);
      cpSync(empty, own, { recursive: true });
      const centre = await openIn(own, 'telecentre');
      centres.push(centre);
      const { code } = await hub.ask<{ code: string }>('add', { name: `Telecentro ${at}`, district: districtOf(at) });
      const transport = httpTransport(hub.url); // past the limit on attempts to enrol
      await enrolWithHub(centre.replica, { hubUrl: hub.screens, code, transport });
      transport.close();
      await oneSession(hub, centre);
    }
    // the first evening brings the names of all telecentres to each; it is not measured
    for (const centre of centres) await oneSession(hub, centre);
    for (const many of [SITES / 4, SITES / 2, SITES]) {
      const some = centres.slice(0, many);
      for (const centre of some) await dayOfWork(centre);
      await evening(`fan-in, ${engine}: a day of ${many} at once`, hub, some, 0);
    }
    for (const centre of centres) await oneSession(hub, centre);
    await evening(`fan-in, ${engine}: nothing to send, ${SITES} at once`, hub, centres, 0);
    for (const centre of centres) await dayOfWork(centre);
    await evening(`fan-in, ${engine}: a day of ${SITES} within ${WINDOW / 1_000} s`, hub, centres, WINDOW);
  } finally {
    for (const centre of centres) await centre.close();
    await hub.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rows that PostgreSQL looked at in the tables of this database; told for good when a connection ends. */
async function rowsLookedAt(url: string): Promise<number> {
  const counted = 'select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) as rows from pg_stat_user_tables';
  return Number((await query(url, counted))[0]?.rows);
}

/** What sessions with nothing to send read at a hub on PostgreSQL. */
async function nothingToSend(postgres: TestPostgres, operations: number): Promise<void> {
  const url = await postgres.createDatabase();
  const folder = path.join(home, `nothing-${operations}`);
  const open = () => openIn(path.join(folder, 'hub'), 'hub', url);
  const reads = async (sessions: number): Promise<number> => {
    const before = await rowsLookedAt(url);
    const hub = await open();
    for (let at = 0; at < sessions; at++) await session(hub, centre);
    await hub.close();
    await pause(500);
    return (await rowsLookedAt(url)) - before;
  };
  const first = await open();
  const centre = await openIn(path.join(folder, 'centre'), 'telecentre');
  await enrol(first, centre);
  await longPast(first, centre, operations, ACTS_IN_SEGMENT);
  for (let settled = 0; settled < 2; settled++) await session(first, centre);
  await first.close();
  await query(url, 'analyze');
  const alone = await reads(0);
  const rows = (await reads(NOTHINGS)) - alone;
  figure(`fan-in, postgres: rows read for nothing to send, ${operations} operations there`, rows / NOTHINGS, '');
  await centre.close();
}

await buildIfNeeded((line) => console.error(line));
const postgres = await startPostgres();
try {
  await nothingToSend(postgres, 20_000);
  await nothingToSend(postgres, 200_000);
  if (ONLY !== 'postgres') await fanIn('sqlite', undefined);
  if (ONLY !== 'sqlite') await fanIn('postgres', await postgres.createDatabase());
} finally {
  await postgres.stop();
  rmSync(home, { recursive: true, force: true });
}
