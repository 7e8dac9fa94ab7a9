// Class ruled: all that is known here of a thing, put together for the core to count.
import { createHash } from 'node:crypto';
import type { Reader } from '#platform/db';
import type { ReplicatedTable } from '#platform/manifest';
import { partition as names } from '#platform/partitions';
import type { Book, Claim, Loan, Ruling } from './core/index.ts';
import type { ClaimLine } from './ruled-tables.ts';

/** One thing of which there is only so much, in a partition. */
export interface Thing {
  table: number;
  key: string;
}

/** Values in one `in (…)`. */
const AT_ONCE = 400;
const LONGEST_KEY = 200;

/** In portions for one statement each. */
export const parts = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, at) => all.slice(at * AT_ONCE, (at + 1) * AT_ONCE));

/** What a claim is about, as text; what arrives may be of any length, but must never be too long for an index. */
export function keyOf(table: ReplicatedTable, values: Record<string, unknown>): string {
  const key = JSON.stringify((table.rule?.key ?? []).map((column) => values[column] ?? null));
  return key.length <= LONGEST_KEY ? key : createHash('sha256').update(key).digest('base64url');
}

interface LoadedBook extends Book {
  thing: Thing;
}

const claimOf = ({ row, units, share, site, device, run, n, at, clock }: ClaimLine): Claim => {
  return { row, units, share, site, device, run, n, at, clock };
};

/** All that is known here of some things of one partition. */
export async function loadBooks(
  read: Reader,
  tables: { byNumber: ReadonlyMap<number, ReplicatedTable> },
  partition: string,
  things: readonly Thing[],
): Promise<LoadedBook[]> {
  const control = names.control(partition);
  const books: LoadedBook[] = [];
  for (const [number, of] of Map.groupBy(things, ({ table }) => table))
    for (const keys of parts([...new Set(of.map(({ key }) => key))].sort())) {
      const about = { partition: control, table: number, keys };
      const lines = await read
        .selectFrom('ruled_claim')
        .selectAll()
        .where('partition', '=', partition)
        .where('table_number', '=', number)
        .where('key', 'in', keys)
        .execute();
      const rulings = await rulingsOn(
        read,
        control,
        number,
        lines.map(({ row }) => row),
      );
      const ended = await endsOf(
        read,
        partition,
        number,
        lines.map(({ row }) => row),
      );
      const loans = await loansOf(read, about);
      const returns = await returnsOf(
        read,
        partition,
        loans.map(({ id }) => id),
      );
      const quotas = await quotasOf(read, about);
      const one = tables.byNumber.get(number)?.rule?.limit === 'one';
      for (const key of keys) {
        const own = lines.filter((line) => line.key === key);
        const rows = new Set(own.map(({ row }) => row));
        const lent = loans.filter((loan) => loan.key === key);
        books.push({
          thing: { table: number, key },
          capacity: one ? 1 : (quotas.get(key) ?? null),
          claims: own.map(claimOf),
          rulings: rulings.filter(({ row }) => rows.has(row)),
          loans: lent,
          returns: returns.filter(({ loan }) => lent.some(({ id }) => id === loan)),
          ended: ended.filter((row) => rows.has(row)),
        });
      }
    }
  return books;
}

/** The authority's words on some claims. */
export async function rulingsOn(
  read: Reader,
  control: string,
  table: number,
  rows: readonly string[],
): Promise<Ruling[]> {
  const found: Ruling[] = [];
  for (const ids of parts(rows)) {
    const lines = await read
      .selectFrom('ruling')
      .selectAll()
      .where('partition', '=', control)
      .where('of_table', '=', table)
      .where('row', 'in', ids)
      .execute();
    for (const line of lines)
      found.push({
        row: line.row ?? '',
        state: line.state === 'accepted' || line.state === 'void' ? line.state : 'refused',
        reason: line.reason ?? '',
        turn: line.turn ?? 0,
        made: {
          site: line.made_site,
          device: line.made_device,
          run: line.made_run,
          n: line.made_n,
          at: line.made_at,
          clock: line.made_clock,
        },
      });
  }
  return found;
}

async function endsOf(read: Reader, partition: string, table: number, rows: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const ids of parts(rows)) {
    const lines = await read
      .selectFrom('claim_end')
      .select('row')
      .where('partition', '=', partition)
      .where('of_table', '=', table)
      .where('row', 'in', ids)
      .execute();
    found.push(...lines.flatMap(({ row }) => row ?? []));
  }
  return found;
}

interface About {
  partition: string;
  table: number;
  keys: readonly string[];
}

async function loansOf(read: Reader, { partition, table, keys }: About): Promise<(Loan & { key: string })[]> {
  const lines = await read
    .selectFrom('loan')
    .select(['id', 'key', 'site', 'epoch', 'units', 'ended'])
    .where('partition', '=', partition)
    .where('of_table', '=', table)
    .where('key', 'in', keys)
    .execute();
  return lines.map(({ id, key, site, epoch, units, ended }) => ({
    ...{ id, key: key ?? '', site: site ?? 0, epoch: epoch ?? 0, units: units ?? 0, ended: ended ?? false },
  }));
}

async function returnsOf(read: Reader, partition: string, loans: readonly string[]) {
  if (loans.length === 0) return [];
  const lines = await read
    .selectFrom('share_return')
    .select(['loan', 'units', 'made_site'])
    .where('partition', '=', partition)
    .where('loan', 'in', loans)
    .execute();
  return lines.map(({ loan, units, made_site: site }) => ({ loan: loan ?? '', units: units ?? 0, site }));
}

/** Of two quotas for one thing the lesser id counts, everywhere. */
async function quotasOf(read: Reader, { partition, table, keys }: About): Promise<Map<string, number>> {
  const lines = await read
    .selectFrom('quota')
    .select(['key', 'units'])
    .where('partition', '=', partition)
    .where('of_table', '=', table)
    .where('key', 'in', keys)
    .orderBy('id', 'desc')
    .execute();
  return new Map(lines.flatMap(({ key, units }) => (key !== null && units !== null ? [[key, units]] : [])));
}
