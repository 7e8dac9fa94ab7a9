// Alarms: what went wrong and wants a person, kept until it is over or somebody has read it, so that it does not only stand in the log.
import * as v from 'valibot';
import { defineCommand, type Command } from '#platform/command';
import type { LocalTx, Reader, Tables } from '#platform/db';
import { ALARMS, isAlarm, type AlarmCode } from './core/index.ts';
import type { Replica } from './replica.ts';
import type {} from './watch-tables.ts';

/** Over as soon as what they tell of is over; the others happened once and stay until somebody has read them. */
export const STATES: readonly AlarmCode[] = [
  'digests-differ',
  'quarantined',
  'disk-low',
  'hub-lost-disk',
  'clock-wrong',
  'refilling',
];

export interface Alarm {
  code: AlarmCode;
  about: string;
  firstSeen: number;
  lastSeen: number;
  count: number;
  /** It goes by itself when it is over; otherwise somebody says that it was read. */
  goesByItself: boolean;
}

/** A state that still holds is written down again at most this often. */
const AGAIN = 3_600_000;
const KEPT = 400 * 86_400_000;

/** In the transaction in which it was noticed. */
export async function raise(tx: LocalTx, at: number, code: AlarmCode, about = ''): Promise<void> {
  const known = await find(tx, code, about);
  const open = known?.settled_at === null ? known : undefined;
  if (open && STATES.includes(code) && at >= open.last_seen && at - open.last_seen < AGAIN) return;
  const row = {
    first_seen: open?.first_seen ?? at,
    last_seen: at,
    count: (open?.count ?? 0) + 1,
    settled_at: null,
    settled_by: null,
  };
  await tx.local
    .insertInto('log_alarm')
    .values({ code, about, ...row })
    .onConflict((conflict) => conflict.columns(['code', 'about']).doUpdateSet(row))
    .execute();
}

const find = (read: Reader, code: AlarmCode, about: string): Promise<Tables['log_alarm'] | undefined> =>
  read.selectFrom('log_alarm').selectAll().where('code', '=', code).where('about', '=', about).executeTakeFirst();

/** On its own. A disk that is full must not stop what noticed the alarm: then it stands in the log only. */
export async function raiseAlarm(replica: Replica, code: AlarmCode, about = ''): Promise<void> {
  await keep(replica, (tx) => raise(tx, replica.clock.now(), code, about));
}

async function keep(replica: Replica, work: (tx: LocalTx) => Promise<void>): Promise<void> {
  try {
    await replica.db.transaction(work, { isolation: 'read committed' });
  } catch (error) {
    replica.log.error({ err: error }, 'an alarm could not be kept');
  }
}

/** What a look found of one state: `now` has what it is about; what is open, not among them and `over` is settled. */
export interface Looked {
  code: AlarmCode;
  now: readonly string[];
  over?: (about: string) => boolean;
}

/** Writes only when something changed: looks are frequent and each write is a flush of the disk. */
export async function keepStates(replica: Replica, looked: readonly Looked[]): Promise<void> {
  const at = replica.clock.now();
  const open = await openAlarms(replica.db.read);
  const same = looked.every(({ code, now }) => {
    const known = open.filter((one) => one.code === code);
    const fresh = known.filter(({ about, lastSeen }) => now.includes(about) && at >= lastSeen && at - lastSeen < AGAIN);
    return known.length === now.length && fresh.length === now.length;
  });
  if (!same) await keep(replica, (tx) => setStates(tx, at, looked));
}

export async function setStates(tx: LocalTx, at: number, looked: readonly Looked[]): Promise<void> {
  const codes = looked.map(({ code }) => code);
  if (codes.length === 0) return;
  const open = await tx
    .selectFrom('log_alarm')
    .select(['code', 'about'])
    .where('settled_at', 'is', null)
    .where('code', 'in', codes)
    .execute();
  for (const { code, now, over = () => true } of looked) {
    for (const about of now) await raise(tx, at, code, about);
    for (const one of open)
      if (one.code === code && !now.includes(one.about) && over(one.about)) await settle(tx, at, code, one.about, null);
  }
}

async function settle(tx: LocalTx, at: number, code: string, about: string, by: string | null): Promise<void> {
  await tx.local
    .updateTable('log_alarm')
    .set({ settled_at: at, settled_by: by })
    .where('code', '=', code)
    .where('about', '=', about)
    .where('settled_at', 'is', null)
    .execute();
  await tx.local
    .deleteFrom('log_alarm')
    .where('settled_at', '<', at - KEPT)
    .execute();
}

/** Open ones, the gravest first, as the numbers on the wire order them. */
export async function openAlarms(read: Reader): Promise<Alarm[]> {
  const rows = await read
    .selectFrom('log_alarm')
    .select(['code', 'about', 'first_seen', 'last_seen', 'count'])
    .where('settled_at', 'is', null)
    .limit(500)
    .execute();
  return rows
    .flatMap(({ code, about, first_seen, last_seen, count }) =>
      isAlarm(code)
        ? [{ code, about, firstSeen: first_seen, lastSeen: last_seen, count, goesByItself: STATES.includes(code) }]
        : [],
    )
    .sort((a, b) => ALARMS[a.code] - ALARMS[b.code] || a.about.localeCompare(b.about));
}

export interface AlarmCommands {
  /** Somebody has read it and does not want to see it again until it happens again. */
  read: Command<{ code: string; about: string }, null>;
}

export function alarmCommands(): AlarmCommands {
  return {
    read: defineCommand({
      name: 'replication.read-alarm',
      permission: 'replication.operate',
      input: v.object({
        code: v.pipe(v.string('field.invalid'), v.check(isAlarm, 'field.invalid')),
        about: v.pipe(v.string('field.invalid'), v.maxLength(200, 'field.invalid')),
      }),
      async run(ctx, { code, about }) {
        const known = isAlarm(code) ? await find(ctx.tx, code, about) : undefined;
        if (!known) return ctx.refuse('replication.no-alarm');
        if (known.settled_at !== null) return null; // somebody else was faster: what was asked for is so
        if (STATES.some((one) => one === code)) return ctx.refuse('replication.alarm-stays');
        await settle(ctx.tx, ctx.wall, code, about, ctx.actor.account ?? ctx.actor.kind);
        await ctx.audit({ event: 'replication.alarm-read', subject: code, detail: { about } });
        return null;
      },
    }),
  };
}
