// How claims stand, for modules and screens.
import type { Reader } from '#platform/db';
import type { ReplicatedTable } from '#platform/manifest';
import type { Replica } from './replica.ts';
import { keyOf } from './ruled-books.ts';

/** `ended`: it was given up. */
export type ClaimState = 'accepted' | 'refused' | 'provisional' | 'ended';

/** Claims of one table that stand so, to be joined with its rows by partition and row. */
export function claimsThatAre(reader: Reader, table: ReplicatedTable, state: ClaimState) {
  return reader
    .selectFrom('ruled_claim')
    .select(['partition', 'row'])
    .where('table_number', '=', table.number)
    .where('state', '=', state);
}

/** How the claims on one thing stand that were not refused, the accepted first. */
export async function standingOf(
  reader: Reader,
  table: ReplicatedTable,
  partition: string,
  values: Record<string, unknown>,
): Promise<('accepted' | 'provisional')[]> {
  const rows = await reader
    .selectFrom('ruled_claim')
    .select('state')
    .where('partition', '=', partition)
    .where('table_number', '=', table.number)
    .where('key', '=', keyOf(table, values))
    .where('state', 'in', ['accepted', 'provisional'])
    .orderBy('state')
    .execute();
  return rows.map(({ state }) => (state === 'accepted' ? 'accepted' : 'provisional'));
}

export interface ClaimCounts {
  /** Not answered by the hub yet. */
  provisional: number;
  refused: number;
}

/** Of one site's claims, or of everybody's. */
export async function countClaims(reader: Reader, site?: number): Promise<ClaimCounts> {
  let query = reader
    .selectFrom('ruled_claim')
    .select(['state', (eb) => eb.fn.countAll<number>().as('count')])
    .where('state', 'in', ['provisional', 'refused']);
  if (site !== undefined) query = query.where('site', '=', site);
  const counts = new Map((await query.groupBy('state').execute()).map(({ state, count }) => [state, count]));
  return { provisional: counts.get('provisional') ?? 0, refused: counts.get('refused') ?? 0 };
}

export interface ListedClaim {
  partition: string;
  /** Name of the ruled table. */
  table: string;
  row: string;
  state: ClaimState;
  /** Why it was refused, a code; else empty. */
  reason: string;
  /** Site number of whoever wrote it. */
  site: number;
  at: number;
}

/** Claims that count in no figure: not answered yet, or refused; the latest first. Of one site, or of everybody. */
export async function listClaims(
  { db, tables }: Pick<Replica, 'db' | 'tables'>,
  options: { site?: number | undefined; state: 'provisional' | 'refused'; limit: number },
): Promise<ListedClaim[]> {
  let query = db.read
    .selectFrom('ruled_claim')
    .select(['partition', 'table_number', 'row', 'reason', 'site', 'at'])
    .where('state', '=', options.state);
  if (options.site !== undefined) query = query.where('site', '=', options.site);
  const rows = await query.orderBy('at', 'desc').orderBy('row').limit(options.limit).execute();
  return rows.flatMap(({ table_number, ...row }) => {
    const table = tables.byNumber.get(table_number)?.name;
    return table ? [{ ...row, table, state: options.state }] : [];
  });
}
