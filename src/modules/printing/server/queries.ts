// Entries at the printer, of a day or of a person, and the price list that holds.
import type { Reader } from '#platform/db';
import { partition } from '#platform/partitions';
import { accountOf, NO_PRICES, type Account, type Entry, type Prices } from './rules.ts';

export interface PrintEntry extends Entry {
  person: string | null;
  colour: boolean;
  at: number;
}

/** Of a day or of a person, latest first; at most 1,000. What takes an entry back is among them. */
export async function listEntries(
  reader: Reader,
  site: string,
  asked: { day?: string; person?: string },
): Promise<PrintEntry[]> {
  let query = reader.selectFrom('print_entry').selectAll().where('partition', '=', partition.site(site));
  if (asked.day) query = query.where('day', '=', asked.day);
  if (asked.person) query = query.where('person', '=', asked.person);
  const rows = await query.orderBy('made_at', 'desc').limit(1000).execute();
  return rows.map((row) => ({
    ...{ id: row.id, kind: row.kind ?? '', day: row.day ?? '', pages: row.pages ?? 0, free: row.free ?? 0 },
    ...{ fromBalance: row.from_balance ?? 0, amount: row.amount ?? 0, of: row.of, person: row.person },
    ...{ colour: row.colour ?? false, at: row.made_at },
  }));
}

export async function pricesOf(reader: Reader, site: string): Promise<Prices & { id: string | null }> {
  const row = await reader
    .selectFrom('print_price')
    .select(['id', 'page', 'colour_page', 'free_pages'])
    .where('partition', '=', partition.site(site))
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row
    ? { id: row.id, page: row.page ?? 0, colourPage: row.colour_page ?? 0, freePages: row.free_pages ?? 0 }
    : { id: null, ...NO_PRICES };
}

export async function printAccount(reader: Reader, site: string, person: string, today: string): Promise<Account> {
  return accountOf(await listEntries(reader, site, { person }), await pricesOf(reader, site), today);
}
