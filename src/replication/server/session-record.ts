// What is kept of each session: its report, the bytes of the day, how far off the clock was, how much a request may carry, and what it says of alarms.
import * as v from 'valibot';
import { civilDate } from '#platform/clock';
import { defineCommand, type Command } from '#platform/command';
import type { LocalTx, Reader } from '#platform/db';
import { optionalWholeNumber } from '#platform/input';
import { setStates } from './alarms.ts';
import { lessDown, MOST_DOWN_BYTES, MOST_UP_BYTES, moreDown, nextLimit } from './core/index.ts';
import type { Replica } from './replica.ts';
import type { SessionReport } from './session-client.ts';
import { putState, readState } from './state.ts';
import { CLOCK_OFF } from './watch.ts';
import type {} from './watch-tables.ts';

const WRITE_LIMIT = 'write-limit';
const ANSWER_LIMIT = 'answer-limit';
const DAILY_BYTES = 'daily-bytes';
/** Sessions kept: of those that moved something, and of those that did not. */
const KEPT = { moved: 400, idle: 200 };
const KEPT_DAYS = 90;
const DAY = 86_400_000;

/** Over one session: what went out and was answered, from which the size of the next requests follows. */
export interface WritePath {
  limit: number;
  /** Bytes of segments that an answer may carry. */
  most: number;
  sends(carried: number): void;
  answered(): void;
  /** More of an answer. */
  came(bytes: number): void;
  /** The session ended because the link was lost. */
  lost(): void;
  /** An answer came to its end. */
  end(): void;
}

function writePath(limit: number, most: number): WritePath {
  let passed = false;
  let carried = 0;
  let grown = false;
  let down = 0;
  let moreCame = false;
  return {
    limit,
    most,
    sends(bytes) {
      carried = bytes;
      this.end();
      down = 0;
    },
    came: (bytes) => void (down += bytes),
    end() {
      if (!moreCame && down >= this.most / 2) {
        this.most = moreDown(this.most, down);
        moreCame = true;
      }
    },
    answered() {
      // one step in a session: on a path with a hole each step too far costs a stall
      const next = nextLimit(this.limit, { passed, carried, answered: true });
      if (!grown) this.limit = next;
      grown ||= carried > 0;
      passed = true;
      carried = 0;
    },
    lost() {
      this.limit = nextLimit(this.limit, { passed, carried, answered: false });
      if (passed && carried === 0) this.most = lessDown(this.most);
    },
  };
}

export async function openWritePath(replica: Replica): Promise<WritePath> {
  const { read } = replica.db;
  const limit = Number((await readState(read, WRITE_LIMIT)) ?? MOST_UP_BYTES);
  return writePath(limit, Number((await readState(read, ANSWER_LIMIT)) ?? MOST_DOWN_BYTES));
}

export async function keepReport(replica: Replica, report: SessionReport, path: WritePath): Promise<void> {
  const at = replica.clock.now();
  const moved = report.segments.up + report.segments.down > 0;
  // what was compared and agrees is needed for the alarms only
  const { same = [], ...kept } = report;
  const { differ, ok } = report;
  try {
    if (ok) path.end();
    const known = await openWritePath(replica);
    await replica.db.transaction(async (tx) => {
      await tx.local
        .insertInto('session_log')
        .values({ at, peer: 0, report: JSON.stringify(kept), ok, moved })
        .execute();
      await prune(tx, moved);
      await countBytes(replica, tx, at, report.bytes);
      if (report.clockOff !== undefined) await putState(tx, CLOCK_OFF, String(Math.round(report.clockOff)));
      if (path.limit !== known.limit) await putState(tx, WRITE_LIMIT, String(path.limit));
      if (path.most !== known.most) await putState(tx, ANSWER_LIMIT, String(path.most));
      if (ok) await setStates(tx, at, [{ code: 'digests-differ', now: differ, over: (about) => same.includes(about) }]);
    });
  } catch (error) {
    replica.log.error({ err: error }, 'the session’s report could not be kept');
  }
}

/** The newest stay, and the last that ended well, however long ago. */
async function prune(tx: LocalTx, moved: boolean): Promise<void> {
  const first = await tx
    .selectFrom('session_log')
    .select('at')
    .where('moved', '=', moved)
    .orderBy('at', 'desc')
    .offset(moved ? KEPT.moved : KEPT.idle)
    .limit(1)
    .executeTakeFirst();
  if (!first) return;
  const good = await tx
    .selectFrom('session_log')
    .select((e) => e.fn.max('at').as('at'))
    .where('ok', '=', true)
    .executeTakeFirst();
  await tx.local
    .deleteFrom('session_log')
    .where('moved', '=', moved)
    .where('at', '<=', first.at)
    .where('at', '!=', Number(good?.at ?? -1))
    .execute();
}

const dayOf = (replica: Replica, at: number) => civilDate(at, replica.config.zone);

async function countBytes(replica: Replica, tx: LocalTx, at: number, bytes: SessionReport['bytes']): Promise<void> {
  const day = dayOf(replica, at);
  const before = await tx.selectFrom('link_day').selectAll().where('day', '=', day).executeTakeFirst();
  const row = {
    up: (before?.up ?? 0) + bytes.up,
    down: (before?.down ?? 0) + bytes.down,
    sessions: (before?.sessions ?? 0) + 1,
  };
  await tx.local
    .insertInto('link_day')
    .values({ day, ...row })
    .onConflict((conflict) => conflict.column('day').doUpdateSet(row))
    .execute();
  if (!before)
    await tx.local
      .deleteFrom('link_day')
      .where('day', '<', dayOf(replica, at - KEPT_DAYS * DAY))
      .execute();
}

export interface DayUse {
  /** Bytes both ways since midnight in the programme's zone. */
  used: number;
  /** What the exchanges that start by themselves may use in a day; undefined without a limit. */
  most: number | undefined;
}

export async function dayUse(replica: Replica): Promise<DayUse> {
  const { read } = replica.db;
  const day = dayOf(replica, replica.clock.now());
  const row = await read.selectFrom('link_day').select(['up', 'down']).where('day', '=', day).executeTakeFirst();
  const most = await readDailyBytes(read);
  return { used: (row?.up ?? 0) + (row?.down ?? 0), most };
}

async function readDailyBytes(read: Reader): Promise<number | undefined> {
  const said = await readState(read, DAILY_BYTES);
  return said === undefined || said === '' ? undefined : Number(said);
}

const MEGABYTE = 1_000_000;

export interface LinkCommands {
  /** Null: as much as there is. What a person starts by hand is never held back. */
  limitDay: Command<{ megabytes: number | null }, null>;
}

export function linkCommands(): LinkCommands {
  return {
    limitDay: defineCommand({
      name: 'replication.limit-day',
      permission: 'replication.operate',
      input: v.object({ megabytes: optionalWholeNumber(1, 100_000) }),
      async run(ctx, { megabytes }) {
        if (ctx.site.role === 'hub') return ctx.refuse('replication.telecentre-only');
        await putState(ctx.tx, DAILY_BYTES, megabytes === null ? '' : String(megabytes * MEGABYTE));
        await ctx.audit({ event: 'replication.day-limited', detail: { megabytes: megabytes ?? 0 } });
        return null;
      },
    }),
  };
}
