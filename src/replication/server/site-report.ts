// At the hub: what each telecentre last said of itself, and the board of them all, those that need help first.
import type { LocalTx, Reader } from '#platform/db';
import { partitionsOfSite } from '#platform/partitions';
import { openAlarms, type Alarm } from './alarms.ts';
import { ALARMS, isAlarm, type AlarmCode, type RequestHead } from './core/index.ts';
import type { Replica } from './replica.ts';
import { listSites, type SiteSummary } from './sites.ts';
import { chainHead } from './store.ts';
import type {} from './watch-tables.ts';

/** In the transaction that ends a request: one row per site, written over each time. */
export async function keepSaid(tx: LocalTx, at: number, { site, schema, parts, note }: RequestHead): Promise<void> {
  const own: Record<string, [number, number]> = {};
  let waiting = 0;
  for (const { partition, own: said } of parts) {
    if (said.epoch === 0) continue;
    own[partition] = [said.epoch, said.seq];
    const stored = await chainHead(tx, partition, site, said.epoch);
    waiting += Math.max(0, said.seq - (stored?.seq ?? 0));
  }
  const row = {
    seen_at: at,
    schema_version: schema,
    version: note ? note.version.join('.') : '',
    clock: note?.clock ?? null,
    clock_off: note?.clockOff ?? null,
    alarms: note?.alarms.join(' ') ?? '',
    own: JSON.stringify(own),
    waiting,
  };
  await tx.local
    .insertInto('site_report')
    .values({ site, ...row })
    .onConflict((conflict) => conflict.column('site').doUpdateSet(row))
    .execute();
}

/** alarm: somebody has to do something · silent: not heard of for long · behind: work waits there, or its program is older · good · off: not enrolled (yet, or any more) */
export const NEEDS = ['alarm', 'silent', 'behind', 'good', 'off'] as const;
export type Need = (typeof NEEDS)[number];

export interface BoardRow extends SiteSummary {
  need: Need;
  /** Last session, or last bundle taken in; undefined when there was neither. */
  seen: number | undefined;
  /** It came by courier. */
  byStick: boolean;
  /** Operations that it said it still holds and that have not come any other way since. */
  waiting: number;
  version: string;
  schema: number | undefined;
  /** Its program knows less than this hub's. */
  older: boolean;
  /** Seconds that our clock is ahead of its; undefined where it did not say. */
  clockOff: number | undefined;
  clock: number | undefined;
  alarms: AlarmCode[];
  /** Operations of its own that are here. */
  operations: number;
}

/** A telecentre that nobody hears of for this long may need a visit; some see a stick once a month. */
const SILENT = 7 * 86_400_000;
const PAGE = 50;

export interface BoardOptions {
  /** From 0. */
  page?: number;
  /** Part of a name. */
  name?: string;
  district?: string;
  need?: Need;
}

export interface Board {
  rows: BoardRow[];
  page: number;
  more: boolean;
  /** Of those that name and district leave. */
  counts: Record<Need, number>;
}

type Report = Awaited<ReturnType<typeof reportsOf>>[number];

/** One page of the board. Reads one small row per site, and more only of the sites on the page. */
export async function siteBoard(replica: Replica, options: BoardOptions = {}): Promise<Board> {
  const { read } = replica.db;
  const now = replica.clock.now();
  const reports = new Map((await reportsOf(read)).map((row) => [row.site, row]));
  const sticks = new Map((await lastSticks(read)).map((row) => [row.peer, Number(row.at)]));
  const ours = Map.groupBy(await openAlarms(read), ({ about }) => about);
  const asked = (options.name ?? '').trim().toLowerCase();
  const all = (await listSites(read))
    .filter((site) => !options.district || site.district === options.district)
    .filter((site) => site.name.toLowerCase().includes(asked))
    .map((site) => rowOf(site, reports.get(site.number), sticks.get(site.number), ours, now, replica.schema));
  const counts = { alarm: 0, silent: 0, behind: 0, good: 0, off: 0 };
  for (const { need } of all) counts[need] += 1;
  const wanted = all
    .filter((row) => !options.need || row.need === options.need)
    .sort(
      (a, b) =>
        NEEDS.indexOf(a.need) - NEEDS.indexOf(b.need) || gravity(a) - gravity(b) || (a.seen ?? 0) - (b.seen ?? 0),
    );
  const last = Math.max(0, Math.ceil(wanted.length / PAGE) - 1);
  const page = Math.min(Math.max(0, Math.trunc(options.page ?? 0) || 0), last);
  const rows = wanted.slice(page * PAGE, (page + 1) * PAGE);
  for (const row of rows) await lookCloser(read, row, reports.get(row.number));
  return { rows, page, more: page < last, counts };
}

const gravity = ({ alarms }: BoardRow) => Math.min(99, ...alarms.map((code) => ALARMS[code]));

function reportsOf(read: Reader) {
  return read.selectFrom('site_report').selectAll().limit(50_000).execute();
}

function lastSticks(read: Reader) {
  return read
    .selectFrom('courier_taken')
    .select(['peer', (e) => e.fn.max('taken_at').as('at')])
    .groupBy('peer')
    .execute();
}

function rowOf(
  site: SiteSummary,
  report: Report | undefined,
  stick: number | undefined,
  ours: ReadonlyMap<string, Alarm[]>,
  now: number,
  schema: number,
): BoardRow {
  const seen = report || stick ? Math.max(report?.seen_at ?? 0, stick ?? 0) : undefined;
  const told = (report?.alarms ?? '').split(' ').filter(isAlarm);
  const here = (ours.get(`site/${site.number}`) ?? []).map(({ code }) => code);
  const alarms = [...new Set([...here, ...told])].sort((a, b) => ALARMS[a] - ALARMS[b]);
  const older = report !== undefined && report.schema_version < schema;
  const waiting = report?.waiting ?? 0;
  const quiet = seen === undefined || now - seen > SILENT;
  const need: Need =
    site.state !== 'enrolled'
      ? 'off'
      : alarms.length > 0
        ? 'alarm'
        : quiet
          ? 'silent'
          : older || waiting > 0
            ? 'behind'
            : 'good';
  return {
    ...site,
    need,
    seen,
    byStick: (stick ?? 0) > (report?.seen_at ?? 0),
    waiting,
    version: report?.version ?? '',
    schema: report?.schema_version,
    older,
    clockOff: report?.clock_off ?? undefined,
    clock: report?.clock ?? undefined,
    alarms,
    operations: 0,
  };
}

/** What has come since by courier waits no longer; and how much is here. */
async function lookCloser(read: Reader, row: BoardRow, report: Report | undefined): Promise<void> {
  const chains = await read
    .selectFrom('log_chain')
    .select(['partition', 'epoch', 'seq'])
    .where('site', '=', row.number)
    .where('partition', 'in', partitionsOfSite(row.id, row.district))
    .execute();
  row.operations = chains.reduce((sum, { seq }) => sum + seq, 0);
  if (!report || row.waiting === 0) return;
  row.waiting = Object.entries(JSON.parse(report.own) as Record<string, [number, number]>)
    .map(([partition, [epoch, seq]]) => {
      const stored = chains.find((one) => one.partition === partition && one.epoch === epoch)?.seq ?? 0;
      return Math.max(0, seq - stored);
    })
    .reduce((sum, left) => sum + left, 0);
  if (row.need === 'behind' && row.waiting === 0 && !row.older) row.need = 'good';
}
