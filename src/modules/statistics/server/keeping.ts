// Keeps totals in step: counts what is marked, a few at once here, many in a worker that reads beside the desk.
import { Worker } from 'node:worker_threads';
import { setImmediate as breath, setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { App } from '#platform/app';
import { civilDate } from '#platform/clock';
import type { Db, LocalTx, Reader } from '#platform/db';
import { partition, readPartition } from '#platform/partitions';
import { contains, type Scope } from '#platform/permissions';
import { listSites } from '#replication';
import { countSite, type CountingTools } from './counting.ts';
import { heads, makeTotal, stored, type WantedTotal } from './summing.ts';
import type { MonthCount } from './tally.ts';
import type {} from './tables.ts';

/** Counted here, between two requests; more go to a worker. */
const AT_ONCE = 20;
/** Sites whose months are added up here; more in a worker. */
const ADDED_HERE = 50;
/** Milliseconds that a page waits for what is being counted. */
const PATIENCE = 1_500;
/** Looked for at once: what is more comes in the next round, and the desk breathes between. */
const ROUND = 1_000;

export interface SiteMonth {
  site: string;
  district: string;
  month: string;
  /** Its mark when it was looked for; empty where only time went by. */
  marked: string;
}
export interface CountedMonth extends SiteMonth {
  counted: MonthCount;
  holdsUntil: string | null;
}

export function toolsOf(zone: string, today: string): CountingTools {
  const starts = new Map<string, number>();
  return {
    today,
    minuteOf(day, instant) {
      let start = starts.get(day);
      if (start === undefined) {
        start = Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds;
        starts.set(day, start);
      }
      return (instant - start) / 60_000;
    },
  };
}

const todayOf = (app: App) => civilDate(app.clock.now(), app.config.zone);

async function districts(reader: Reader): Promise<ReadonlyMap<string, string>> {
  return new Map((await listSites(reader)).map(({ id, district }) => [id, district]));
}

/** Months of sites that are to be counted anew: written to, or counted while the month or a consent still ran. At most `ROUND` of each kind. */
export async function dueMonths(reader: Reader, today: string, month?: string): Promise<SiteMonth[]> {
  const where = await districts(reader);
  let dirty = reader.selectFrom('month_dirty').select(['scope', 'month', 'marked']);
  let old = reader
    .selectFrom('month_total')
    .select(['scope', 'month'])
    .where('scope', 'like', 't/%')
    .where((eb) =>
      eb.or([
        eb.and([eb('counted_on', '<', today), eb('counted_on', '<=', sql<string>`month || '-31'`)]),
        eb('holds_until', '<', today),
      ]),
    );
  if (month) {
    dirty = dirty.where('month', '=', month);
    old = old.where('month', '=', month);
  }
  const found = new Map<string, SiteMonth>();
  const aged = (await old.limit(ROUND).execute()).map((row) => ({ ...row, marked: '' }));
  for (const { scope, month: of, marked } of [...aged, ...(await dirty.limit(ROUND).execute())]) {
    const site = readPartition(scope)?.of;
    if (site) found.set(`${site} ${of}`, { site, district: where.get(site) ?? '', month: of, marked });
  }
  return [...found.values()];
}

async function nextTurn(tx: LocalTx): Promise<number> {
  const { last } = await tx
    .selectFrom('month_total')
    .select((eb) => eb.fn.max('turn').as('last'))
    .executeTakeFirstOrThrow();
  return (last ?? 0) + 1;
}

interface TotalValues {
  scope: string;
  month: string;
  counted: string;
  counted_on: string;
  holds_until: string | null;
  turn: number;
  made_of: string;
}

async function put(tx: LocalTx, { scope, month, ...rest }: TotalValues): Promise<void> {
  await tx.local
    .insertInto('month_total')
    .values({ scope, month, ...rest })
    .onConflict((conflict) => conflict.columns(['month', 'scope']).doUpdateSet(rest))
    .execute();
}

async function keep(tx: LocalTx, months: readonly CountedMonth[], today: string): Promise<void> {
  const turn = await nextTurn(tx);
  for (const { site, month, counted, holdsUntil } of months)
    await put(tx, {
      ...{ scope: partition.site(site), month, counted: JSON.stringify(counted), counted_on: today },
      ...{ holds_until: holdsUntil, turn, made_of: '' },
    });
}

/** Takes the marks off that stood when these were looked for; one that was made since stays. */
async function unmark(tx: LocalTx, months: readonly SiteMonth[]): Promise<void> {
  for (const { site, month, marked } of months)
    await tx.local
      .deleteFrom('month_dirty')
      .where('month', '=', month)
      .where('scope', '=', partition.site(site))
      .where('marked', '=', marked)
      .execute();
}

/** Each within one transaction, so that nothing is written between the count and its mark. */
async function countHere(app: App, months: readonly SiteMonth[]): Promise<void> {
  const today = todayOf(app);
  const tools = toolsOf(app.config.zone, today);
  for (const one of months)
    await app.db.transaction(async (tx) => {
      const where = { id: one.site, district: one.district };
      const { count, holdsUntil } = await countSite(tx, where, one.month, tools);
      await keep(tx, [{ ...one, counted: count, holdsUntil }], today);
      await unmark(tx, [one]);
    });
}

/** Counts many in a worker that reads beside the desk. A mark goes with the count that it asked for: a power cut loses neither. */
async function countAside(app: App, months: readonly SiteMonth[]): Promise<void> {
  const today = todayOf(app);
  await inWorker(app, { today, months }, async ({ counted = [] }) => {
    await app.db.transaction(async (tx) => {
      await keep(tx, counted, today);
      await unmark(tx, counted);
    });
    await breath();
  });
}

/** What a worker is asked for and what it tells. */
export interface Work {
  today: string;
  months?: readonly SiteMonth[];
  total?: WantedTotal;
}
export interface Told {
  counted?: CountedMonth[];
  total?: MonthCount;
}

function inWorker(app: App, work: Work, done: (told: Told) => Promise<void>): Promise<void> {
  const workerData = { file: app.db.file, databaseUrl: app.config.databaseUrl, zone: app.config.zone, ...work };
  const worker = new Worker(new URL('./recount-worker.ts', import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    let writing: Promise<void> = Promise.resolve();
    worker.on('message', (told: Told) => {
      writing = writing.then(() => done(told));
      writing.then(() => worker.postMessage('more'), reject);
    });
    worker.once('error', reject);
    worker.once('exit', () => void writing.then(resolve, reject));
  });
}

const running = new WeakMap<Db, Promise<void>>();

/** Counts all that is due. One at a time in a process; who asks meanwhile waits for it. */
export async function refresh(app: App, month?: string): Promise<void> {
  const busy = running.get(app.db);
  if (busy) await busy.catch(() => undefined);
  const work = countDue(app, month);
  running.set(app.db, work);
  try {
    await work;
  } finally {
    running.delete(app.db);
  }
}

/** For a page: what is due is counted, but nobody waits long for it; the page says when it is behind. */
export async function freshen(app: App, month: string): Promise<void> {
  const work = refresh(app, month).catch((err: unknown) =>
    app.log.error({ err, month }, 'a month could not be counted'),
  );
  await Promise.race([work, pause(PATIENCE, undefined, { ref: false })]);
}

async function countDue(app: App, month?: string): Promise<void> {
  for (;;) {
    const due = await dueMonths(app.db.read, todayOf(app), month);
    if (due.length === 0) return;
    if (due.length <= AT_ONCE) return countHere(app, due);
    await countAside(app, due);
    if (due.length < ROUND) return;
  }
}

export const scopeName = (scope: Scope): string =>
  'site' in scope
    ? partition.site(scope.site)
    : 'programme' in scope
      ? 'programme'
      : 'province' in scope
        ? `p/${scope.province}`
        : 'district' in scope && scope.district
          ? partition.district(scope.district)
          : '';

export interface ScopeTotal {
  count: MonthCount;
  /** Telecentres with anything counted in the month. */
  sites: number;
  /** Something was written since, and is being counted. */
  behind: boolean;
}

/** Total of a month in a scope, from what was counted; sums of several sites are made once and kept until one of them changes. */
export async function totalOf(app: App, scope: Scope, month: string): Promise<ScopeTotal | null> {
  const { read } = app.db;
  const today = todayOf(app);
  const due = await dueMonths(read, today, month);
  const behind = due.some(({ site, district }) => contains(scope, { site, district }));
  const name = scopeName(scope);
  if ('site' in scope) {
    const row = await stored(read, name, month);
    return row ? { count: JSON.parse(row.counted) as MonthCount, sites: 1, behind } : null;
  }
  const where = await districts(read);
  const children = (await heads(read, month)).filter(({ scope: of }) => {
    const site = readPartition(of)?.of ?? '';
    return contains(scope, { site, district: where.get(site) ?? '' });
  });
  if (children.length === 0) return null;
  const madeOf = `${children.length}:${Math.max(...children.map(({ turn }) => turn))}`;
  const row = await stored(read, name, month);
  if (row?.made_of === madeOf) return { count: JSON.parse(row.counted) as MonthCount, sites: children.length, behind };
  const wanted = { month, scopes: children.map((one) => one.scope), all: 'programme' in scope };
  const made = makeScope(app, { name, madeOf, today }, wanted);
  if (!row || children.length <= ADDED_HERE) return { count: await made, sites: children.length, behind };
  // what was last said is shown while the sum is made anew beside it
  made.catch((err: unknown) => app.log.error({ err, scope: name, month }, 'a total could not be made'));
  return { count: JSON.parse(row.counted) as MonthCount, sites: children.length, behind: true };
}

const making = new Map<string, Promise<MonthCount>>();

/** One sum at a time for each scope and month. */
function makeScope(
  app: App,
  { name, madeOf, today }: { name: string; madeOf: string; today: string },
  wanted: WantedTotal,
): Promise<MonthCount> {
  const key = `${app.config.dataDir} ${name} ${wanted.month} ${madeOf}`;
  const known = making.get(key);
  if (known) return known;
  const work = async () => {
    let count: MonthCount | undefined;
    if (wanted.scopes.length <= ADDED_HERE) count = await makeTotal(app.db.read, wanted);
    else
      await inWorker(app, { today, total: wanted }, async ({ total }) => {
        count = total;
        await Promise.resolve();
      });
    if (!count) throw new Error('the worker told no total');
    const values = { counted: JSON.stringify(count), counted_on: today, holds_until: null, turn: 0, made_of: madeOf };
    await app.db.transaction((tx) => put(tx, { scope: name, month: wanted.month, ...values }));
    return count;
  };
  const made = work().finally(() => making.delete(key));
  making.set(key, made);
  return made;
}

/** Months of each telecentre of a scope, for tables that compare them. */
export async function sitesOf(app: App, scope: Scope, month: string): Promise<Map<string, MonthCount>> {
  const where = await districts(app.db.read);
  const rows = await app.db.read
    .selectFrom('month_total')
    .select(['scope', 'counted'])
    .where('month', '=', month)
    .where('scope', 'like', 't/%')
    .execute();
  return new Map(
    rows.flatMap(({ scope: of, counted }) => {
      const site = readPartition(of)?.of ?? '';
      const inside = contains(scope, { site, district: where.get(site) ?? '' });
      return inside ? [[site, JSON.parse(counted) as MonthCount] as const] : [];
    }),
  );
}

/** Months that were counted in a scope, latest first; at most 60. */
export async function monthsOf(reader: Reader, scope: Scope): Promise<string[]> {
  let query = reader.selectFrom('month_total').select('month').distinct().where('scope', 'like', 't/%');
  if ('site' in scope) query = query.where('scope', '=', scopeName(scope));
  return (await query.orderBy('month', 'desc').limit(60).execute()).map(({ month }) => month);
}
