// Is my work safe? Where each record of this telecentre is by now: on this disk, on the second medium, on a stick, at the hub.
import type { Reader } from '#platform/db';
import type { ClockState } from '#platform/clock';
import { secondMedium, type SecondMedium } from '#platform/second-medium';
import { openAlarms, type Alarm } from './alarms.ts';
import { decodeAct, openSegment } from './core/index.ts';
import { findMade, type MadeBundle } from './courier-status.ts';
import { forecast, type Forecast } from './forecast.ts';
import { countWaiting, notReceipted, type Items } from './items.ts';
import type { Replica } from './replica.ts';
import { dayUse, openWritePath, type DayUse } from './session-record.ts';
import { listSessions, syncSummary, type SyncSummary } from './status.ts';
import { chainHead, segmentsOfChain } from './store.ts';
import { freeRoom, isClockWrong, knownClockOff } from './watch.ts';

export interface WorkSafety {
  summary: SyncSummary;
  /** Operations that this telecentre wrote, and when the last one was written. */
  here: { operations: number; last: number | undefined; free: number | undefined };
  medium: SecondMedium;
  /** The last bundle for the hub; undefined when none was made. */
  stick: MadeBundle | undefined;
  hub: { receipted: number; items: Items | undefined; forecast: Forecast };
  clock: { state: ClockState; off: number | undefined; wrong: boolean; now: number };
  alarms: Alarm[];
  today: DayUse;
}

export async function workSafety(replica: Replica): Promise<WorkSafety> {
  const { clock, config, db } = replica;
  const { read } = db;
  const summary = await syncSummary(replica);
  const operations = await ownOperations(replica, read);
  const off = await knownClockOff(replica);
  return {
    summary,
    here: { operations, last: await lastWritten(replica, read), free: freeRoom(config.dataDir) },
    medium: await secondMedium(replica.app()),
    stick: await lastBundle(replica),
    hub: {
      receipted: operations - summary.waiting,
      items: summary.waiting > 0 ? await countWaiting(replica) : {},
      forecast: await expected(replica),
    },
    clock: { state: clock.state(), off, wrong: isClockWrong(clock.state(), off), now: clock.now() },
    alarms: await openAlarms(read),
    today: await dayUse(replica),
  };
}

/** All that was ever numbered here, and what is still open. */
async function ownOperations({ identity }: Replica, read: Reader): Promise<number> {
  const open = await read
    .selectFrom('log_open')
    .select((e) => e.fn.sum<number | null>('count').as('count'))
    .executeTakeFirst();
  const closed = await read
    .selectFrom('log_chain')
    .select((e) => e.fn.sum<number | null>('seq').as('seq'))
    .where('site', '=', identity.number ?? -1)
    .executeTakeFirst();
  return Number(open?.count ?? 0) + Number(closed?.seq ?? 0);
}

async function ownPartitions({ identity }: Replica, read: Reader): Promise<string[]> {
  const rows = await read
    .selectFrom('log_chain')
    .select('partition')
    .distinct()
    .where('site', '=', identity.number ?? -1)
    .execute();
  return rows.map(({ partition }) => partition);
}

/** By the clock that it had: the newest act that is open, or the end of the own chains. */
async function lastWritten(replica: Replica, read: Reader): Promise<number | undefined> {
  const open = await read.selectFrom('log_open').select('partition').distinct().execute();
  const times: number[] = [];
  for (const { partition } of open) {
    const last = await read
      .selectFrom('log_open')
      .select('act')
      .where('partition', '=', partition)
      .orderBy('first_n', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (last) times.push(decodeAct(last.act).header.at);
  }
  const site = replica.identity.number ?? -1;
  if (times.length === 0)
    for (const partition of await ownPartitions(replica, read)) {
      const own = await chainHead(read, partition, site);
      const [last] = own ? await segmentsOfChain(read, partition, site, own.epoch, own.seq, 1) : [];
      times.push(...(last ? openSegment(last.bytes).acts.map(({ header }) => header.at) : []));
    }
  return times.length > 0 ? Math.max(...times) : undefined;
}

async function lastBundle(replica: Replica): Promise<MadeBundle | undefined> {
  const row = await replica.db.read
    .selectFrom('courier_made')
    .select((e) => e.fn.max('number').as('number'))
    .where('peer', '=', 0)
    .executeTakeFirst();
  return row?.number ? findMade(replica, Number(row.number)) : undefined;
}

/** What is still open will take about so much: an operation, and the segment around those of a partition, with keys beside it. */
const USUAL_BYTES = { operation: 45, segment: 250 };

async function expected(replica: Replica): Promise<Forecast> {
  const { read } = replica.db;
  const site = replica.identity.number ?? -1;
  let bytes = 0;
  for (const { partition, epoch, from } of await notReceipted(replica, read)) {
    const sum = await read
      .selectFrom('log_segment')
      .select((e) => e.fn.sum<number | null>(e.fn<number>('length', ['bytes'])).as('bytes'))
      .where('partition', '=', partition)
      .where('site', '=', site)
      .where('epoch', '=', epoch)
      .where('seq_to', '>=', from)
      .executeTakeFirst();
    bytes += Number(sum?.bytes ?? 0);
  }
  const open = await read
    .selectFrom('log_open')
    .select((e) => e.fn.sum<number>('count').as('count'))
    .groupBy('partition')
    .execute();
  for (const { count } of open) bytes += USUAL_BYTES.segment + Number(count) * USUAL_BYTES.operation;
  const past = (await listSessions(read, 40)).flatMap(({ report }) =>
    report.ok
      ? [{ bytes: report.bytes.up + report.bytes.down, seconds: report.seconds, roundTrips: report.roundTrips }]
      : [],
  );
  return forecast(bytes, past, (await openWritePath(replica)).limit);
}
