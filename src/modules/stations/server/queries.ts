// Computers and sessions as the desk, the kiosk and the statistics read them.
import type { Reader } from '#platform/db';
import { partition, readPartition } from '#platform/partitions';
import { listGaps, type Gap } from '#modules/hours';
import { timeOf, USUAL, type Moment, type Rule, type Session, type Time } from './rules.ts';

export interface Station {
  id: string;
  name: string;
  kind: string;
  room: string;
  x: number;
  y: number;
  outOfService: boolean;
  why: string | null;
  accessible: boolean;
  retired: boolean;
}

/** Computers of a telecentre by room and name; at most 200. */
export async function listStations(reader: Reader, site: string, retired = false): Promise<Station[]> {
  const rows = await reader
    .selectFrom('station')
    .select(['id', 'name', 'kind', 'room', 'x', 'y', 'state', 'why', 'accessible', 'retired'])
    .where('partition', '=', partition.site(site))
    .orderBy('id')
    .limit(200)
    .execute();
  return rows
    .map((row) => ({
      ...{ id: row.id, name: row.name ?? '', kind: row.kind ?? 'desktop', room: row.room ?? '' },
      ...{ x: row.x ?? 0, y: row.y ?? 0, outOfService: row.state === 'out-of-service', why: row.why },
      ...{ accessible: row.accessible ?? false, retired: row.retired ?? false },
    }))
    .filter((one) => retired || !one.retired)
    .toSorted((a, b) => a.room.localeCompare(b.room, 'es') || a.name.localeCompare(b.name, 'es', { numeric: true }));
}

export interface StationCount {
  working: number;
  total: number;
}

/** How many computers each telecentre has and how many of them work, by the telecentre's record. */
export async function countStations(reader: Reader): Promise<ReadonlyMap<string, StationCount>> {
  const rows = await reader
    .selectFrom('station')
    .select(['partition', 'state', (eb) => eb.fn.countAll<number>().as('many')])
    .where((eb) => eb.or([eb('retired', 'is', null), eb('retired', '=', false)]))
    .groupBy(['partition', 'state'])
    .execute();
  const counts = new Map<string, StationCount>();
  for (const { partition: where, state, many } of rows) {
    const site = readPartition(where)?.of ?? '';
    const count = counts.get(site) ?? { working: 0, total: 0 };
    count.total += many;
    if (state !== 'out-of-service') count.working += many;
    counts.set(site, count);
  }
  return counts;
}

export interface SessionEntry extends Session {
  day: string;
  person: string | null;
  category: string | null;
  pass: string | null;
  openedBy: string | null;
  time: Time;
}

export interface SessionsAsked {
  day?: string;
  station?: string;
  person?: string;
  pass?: string;
  ids?: readonly string[];
}

/** Sessions with their time, oldest first; at most 1,000. Asked by day they are those begun on it. */
export async function listSessions(
  reader: Reader,
  site: string,
  asked: SessionsAsked,
  now: Moment,
): Promise<SessionEntry[]> {
  const where = partition.site(site);
  let query = reader.selectFrom('station_session').selectAll().where('partition', '=', where);
  if (asked.day) query = query.where('day', '=', asked.day);
  if (asked.station) query = query.where('station', '=', asked.station);
  if (asked.person) query = query.where('person', '=', asked.person);
  if (asked.pass) query = query.where('pass', '=', asked.pass);
  if (asked.ids) query = query.where('id', 'in', asked.ids);
  const rows = await query.orderBy('made_at', 'desc').limit(1000).execute();
  if (rows.length === 0) return [];
  // the partition is looked at here: asked for it, SQLite goes through all of it instead of these few
  const allSteps = await reader
    .selectFrom('station_step')
    .select(['partition', 'session', 'kind', 'at', 'minutes', 'reason', 'made_at'])
    .where(
      'session',
      'in',
      rows.map(({ id }) => id),
    )
    .execute();
  const steps = allSteps.filter((one) => one.partition === where);
  const own = Map.groupBy(steps, ({ session }) => session ?? '');
  const gaps = await listGaps(reader, site, Math.min(...rows.map(({ made_at: stamp }) => stamp)));
  return rows.reverse().map((row) => entryOf(row, own.get(row.id) ?? [], gaps, now));
}

interface StoredSession {
  id: string;
  station: string | null;
  day: string | null;
  person: string | null;
  category: string | null;
  pass: string | null;
  started_at: number | null;
  minutes: number | null;
  opened_by: string | null;
  made_at: number;
}
interface StoredStep {
  kind: string | null;
  at: number | null;
  minutes: number | null;
  reason: string | null;
  made_at: number;
}

function entryOf(row: StoredSession, steps: readonly StoredStep[], gaps: readonly Gap[], now: Moment): SessionEntry {
  const session = {
    ...{ id: row.id, station: row.station ?? '', startedAt: row.started_at ?? row.made_at },
    ...{ minutes: row.minutes ?? 0, stamp: row.made_at },
    steps: steps.map(({ kind, at, minutes, reason, made_at: stamp }) => ({
      ...{ kind: kind ?? '', at: at ?? stamp, minutes: minutes ?? 0, reason, stamp },
    })),
  };
  return {
    ...session,
    ...{ day: row.day ?? '', person: row.person, category: row.category, pass: row.pass, openedBy: row.opened_by },
    time: timeOf(session, gaps, now),
  };
}

/**
 * The sessions that run now, of all computers or of one. Of each computer the last one is looked at, whatever day it bears:
 * neither midnight nor a clock that is set ends anybody's time.
 */
export async function listRunning(
  reader: Reader,
  site: string,
  now: Moment,
  station?: string,
): Promise<SessionEntry[]> {
  const where = partition.site(site);
  let query = reader
    .selectFrom('station')
    .select((eb) =>
      eb
        .selectFrom('station_session')
        .select('station_session.id')
        .where('station_session.partition', '=', where)
        .whereRef('station_session.station', '=', 'station.id')
        .orderBy('station_session.made_at', 'desc')
        .limit(1)
        .as('session'),
    )
    .where('station.partition', '=', where);
  if (station) query = query.where('station.id', '=', station);
  const ids = (await query.execute()).flatMap(({ session }) => session ?? []);
  if (ids.length === 0) return [];
  return (await listSessions(reader, site, { ids }, now)).filter(({ time }) => time.running);
}

/** The session that runs at a computer now. */
export async function runningAt(
  reader: Reader,
  site: string,
  station: string,
  now: Moment,
): Promise<SessionEntry | undefined> {
  return (await listRunning(reader, site, now, station))[0];
}

export interface RuleEntry extends Rule {
  id: string;
}

export async function listRules(reader: Reader, site: string): Promise<RuleEntry[]> {
  const rows = await reader
    .selectFrom('station_rule')
    .selectAll()
    .where('partition', '=', partition.site(site))
    .orderBy('name')
    .limit(100)
    .execute();
  return rows
    .filter((row) => !row.retired)
    .map((row) => ({
      ...{ id: row.id, name: row.name ?? '', ageFrom: row.age_from, ageTo: row.age_to },
      ...{ fromMinute: row.from_minute, toMinute: row.to_minute },
      ...{
        sessionMinutes: row.session_minutes ?? USUAL.sessionMinutes,
        dayMinutes: row.day_minutes ?? USUAL.dayMinutes,
      },
      extensionMinutes: row.extension_minutes ?? USUAL.extensionMinutes,
    }));
}

export interface Message {
  id: string;
  text: string;
  at: number;
}

/** What was said to a computer, or to all, since a moment; latest first, at most 5. */
export async function listMessages(reader: Reader, site: string, station: string, since: number): Promise<Message[]> {
  const rows = await reader
    .selectFrom('station_message')
    .select(['id', 'text', 'at'])
    .where('partition', '=', partition.site(site))
    .where((eb) => eb.or([eb('station', 'is', null), eb('station', '=', station)]))
    .where('at', '>=', since)
    .orderBy('at', 'desc')
    .limit(5)
    .execute();
  return rows.map(({ id, text, at }) => ({ id, text: text ?? '', at: at ?? 0 }));
}
