// Adds up what was counted of single telecentres; asked here for a few, in a worker for thousands.
import type { Reader } from '#platform/db';
import { countPeopleOfMonth } from '#modules/visits';
import { sumOf, type MonthCount } from './tally.ts';

export interface WantedTotal {
  month: string;
  /** Scopes of the telecentres, `t/<site>`. */
  scopes: readonly string[];
  /** They are all there are. */
  all: boolean;
}

export const stored = (reader: Reader, scope: string, month: string) =>
  reader
    .selectFrom('month_total')
    .select(['counted', 'made_of'])
    .where('scope', '=', scope)
    .where('month', '=', month)
    .executeTakeFirst();

/** Each telecentre's month and the turn at which it was counted. */
export const heads = (reader: Reader, month: string) =>
  reader
    .selectFrom('month_total')
    .select(['scope', 'turn'])
    .where('month', '=', month)
    .where('scope', 'like', 't/%')
    .execute();

export async function makeTotal(reader: Reader, { month, scopes, all }: WantedTotal): Promise<MonthCount> {
  const wanted = new Set(scopes);
  const rows = await reader
    .selectFrom('month_total')
    .select(['scope', 'counted'])
    .where('month', '=', month)
    .where('scope', 'like', 't/%')
    .execute();
  const counts = rows.filter(({ scope }) => wanted.has(scope)).map(({ counted }) => JSON.parse(counted) as MonthCount);
  return sumOf(counts, await countPeopleOfMonth(reader, month, all ? null : scopes));
}
