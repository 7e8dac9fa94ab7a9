// What is in quarantine here, as a person can judge it: whose, what, when, why, and what was decided.
import type { Reader } from '#platform/db';
import { readPartition, type PartitionName } from '#platform/partitions';
import { clockState } from './clock-number.ts';
import type { ClockState } from '#platform/clock';
import { decodeAct, verdictOn, type Act, type Span } from './core/index.ts';
import { NEVER_STANDS } from './judging.ts';
import type { Replica } from './replica.ts';
import { listSites } from './sites.ts';
import { verdictsOn } from './verdict-log.ts';

/** Consecutive operations of one writer that are set aside for one reason: what is decided on together. */
export interface AsideBatch extends Span {
  partition: string;
  kind: PartitionName['kind'];
  /** Code with a text `quarantine.reason.<code>`. */
  reason: string;
  state: 'waiting' | 'rejected';
  siteId: string | undefined;
  siteName: string;
  district: string | undefined;
  /** When it was set aside here. */
  since: number;
  operations: number;
  /** By act, oldest first. */
  acts: AsideAct[];
  /** What the person wrote who decided. */
  note: string | null;
  /** Whether it could be released at all. */
  mayStand: boolean;
}

export interface AsideAct {
  command: string;
  at: number;
  clock: ClockState;
  role: string | undefined;
  /** Account or person id, where a log that is held here tells it. */
  actor: string | undefined;
  /** Names of the tables it wrote to; a number where this program does not know one. */
  tables: string[];
  operations: number;
}

export interface AsideOptions {
  /** Only of this site, by number. */
  site?: number;
  /** Operations looked at, at most. */
  limit?: number;
}

type Line = Awaited<ReturnType<typeof linesOf>>[number];

/** Waiting ones before those that were rejected, oldest first; `more` when there are more operations than were looked at. */
export async function listAside(
  replica: Replica,
  options: AsideOptions = {},
): Promise<{ batches: AsideBatch[]; more: boolean }> {
  const { read } = replica.db;
  const limit = options.limit ?? 500;
  const lines = await linesOf(read, limit + 1, options.site);
  const sites = new Map((await listSites(read)).map((site) => [site.number, site]));
  const batches: AsideBatch[] = [];
  for (const group of groupsOf(lines.slice(0, limit))) {
    const [first] = group;
    if (!first) continue;
    const site = sites.get(first.site);
    batches.push({
      ...(await batchOf(replica, group, first)),
      siteId: site?.id,
      siteName: site?.name ?? '',
      district: site?.district,
    });
  }
  batches.sort((a, b) => b.state.localeCompare(a.state) || a.since - b.since);
  return { batches, more: lines.length > limit };
}

async function linesOf(read: Reader, limit: number, site: number | undefined) {
  let query = read
    .selectFrom('log_quarantine')
    .select(['partition', 'site', 'device', 'run', 'n', 'table_number', 'reason', 'act', 'at', 'state']);
  if (site !== undefined) query = query.where('site', '=', site);
  return query
    .orderBy('partition')
    .orderBy('site')
    .orderBy('device')
    .orderBy('run')
    .orderBy('n')
    .limit(limit)
    .execute();
}

function groupsOf(lines: readonly Line[]): Line[][] {
  const groups: Line[][] = [];
  for (const line of lines) {
    const last = groups.at(-1)?.at(-1);
    const same = (['partition', 'site', 'device', 'run', 'reason', 'state'] as const).every(
      (key) => last?.[key] === line[key],
    );
    if (last && same && last.n === line.n - 1) groups.at(-1)?.push(line);
    else groups.push([line]);
  }
  return groups;
}

async function batchOf(
  replica: Replica,
  group: readonly Line[],
  first: Line,
): Promise<Omit<AsideBatch, 'siteId' | 'siteName' | 'district'>> {
  const { partition, site, device, run, reason } = first;
  const span = { site, device, run, from_n: first.n, to_n: group.at(-1)?.n ?? first.n };
  const verdict = verdictOn(await verdictsOn(replica.db.read, partition, [span]), first);
  return {
    ...span,
    partition,
    kind: readPartition(partition)?.kind ?? 'public',
    reason,
    state: first.state === 'rejected' ? 'rejected' : 'waiting',
    since: Math.min(...group.map(({ at }) => at)),
    operations: group.length,
    acts: await actsIn(replica, group),
    note: verdict?.note ?? null,
    mayStand: !NEVER_STANDS.has(reason),
  };
}

async function actsIn(replica: Replica, group: readonly Line[]): Promise<AsideAct[]> {
  const acts: { act: Act; numbers: number[] }[] = [];
  for (const line of group) {
    const act = decodeAct(line.act);
    const last = acts.at(-1);
    // every act has a stamp of its own
    if (last?.act.header.at === act.header.at) last.numbers.push(line.table_number);
    else acts.push({ act, numbers: [line.table_number] });
  }
  const found: AsideAct[] = [];
  for (const { act, numbers } of acts) {
    const { header } = act;
    found.push({
      command: header.command,
      at: header.at,
      clock: clockState(header.clock),
      role: header.role,
      actor: header.actor ?? (await actorOf(replica.db.read, act)),
      tables: [...new Set(numbers)].map((number) => replica.tables.byNumber.get(number)?.name ?? String(number)),
      operations: numbers.length,
    });
  }
  return found;
}

/** Who acted in a log that many hold stands in the writer's own; in quarantine too when its site is. */
async function actorOf(read: Reader, act: Act): Promise<string | undefined> {
  const row = await read
    .selectFrom('act_actor')
    .select('actor')
    .where('of', '=', act.partition)
    .where('site', '=', act.site)
    .where('run', '=', act.run)
    .where('first_n', '<=', act.firstN)
    .orderBy('first_n', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.actor;
}
