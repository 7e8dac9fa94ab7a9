// What the operator and the hub's board may know of the exchange: what is only here, what the hub has, and what stands in the way.
import type { Reader } from '#platform/db';
import { notReceipted } from './items.ts';
import type { Replica } from './replica.ts';
import type { SessionReport } from './session-client.ts';

export interface SyncSummary {
  role: 'hub' | 'telecentre';
  enrolled: boolean;
  /** Operations on this disk that the hub has not receipted. */
  waiting: number;
  lastGood: number | undefined;
  last: { at: number; report: SessionReport } | undefined;
  /** Operations that arrived and were set aside, waiting for a person. */
  quarantined: number;
}

export async function syncSummary(replica: Replica): Promise<SyncSummary> {
  const { read } = replica.db;
  const last = await read
    .selectFrom('session_log')
    .select(['at', 'report', 'ok'])
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  const good = last?.ok
    ? last
    : await read
        .selectFrom('session_log')
        .select('at')
        .where('ok', '=', true)
        .orderBy('at', 'desc')
        .limit(1)
        .executeTakeFirst();
  return {
    role: replica.identity.role,
    enrolled: replica.identity.number !== undefined,
    waiting: replica.identity.role === 'hub' ? 0 : await waitingOperations(replica, read),
    lastGood: good?.at,
    last: last ? { at: last.at, report: JSON.parse(last.report) as SessionReport } : undefined,
    quarantined: await countQuarantined(read),
  };
}

export async function waitingOperations(replica: Replica, read: Reader): Promise<number> {
  const open = await read
    .selectFrom('log_open')
    .select((e) => e.fn.sum<number | null>('count').as('count'))
    .executeTakeFirst();
  const closed = (await notReceipted(replica, read)).reduce((sum, { from, seq }) => sum + seq - from + 1, 0);
  return Number(open?.count ?? 0) + closed;
}

/** Those that wait for a person. */
export async function countQuarantined(read: Reader): Promise<number> {
  const row = await read
    .selectFrom('log_quarantine')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

/** Sessions of this telecentre, newest first. */
export async function listSessions(read: Reader, limit = 20): Promise<{ at: number; report: SessionReport }[]> {
  const rows = await read
    .selectFrom('session_log')
    .select(['at', 'report'])
    .orderBy('at', 'desc')
    .limit(Math.min(limit, 100))
    .execute();
  return rows.map((row) => ({ at: row.at, report: JSON.parse(row.report) as SessionReport }));
}
