// What is set aside, for the hub's page that decides and the telecentre's that tells: names instead of numbers.
import { listAside, type AsideBatch } from '#replication';
import { findAccount } from '#modules/accounts';
import { listDistricts } from '#modules/territory';
import { formatInstant } from '#lib/format/index.ts';
import { hasText, text } from '#lib/text/index.ts';

export interface ShownBatch extends AsideBatch {
  /** Who wrote it, where it is known here. */
  who: string;
  what: string;
  where: string;
  why: string;
  when: string;
  lines: string[];
}

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

/** Acts listed one by one in a batch. */
const MOST_LINES = 30;

export async function shownAside(
  { replica, app, language }: App.Locals,
  options: { site?: number; keep?: (batch: AsideBatch) => boolean } = {},
): Promise<{ batches: ShownBatch[]; more: boolean }> {
  const { read } = app.db;
  const { batches, more } = await listAside(replica, options);
  const districts = new Map((await listDistricts(read, true)).map(({ ubigeo, name }) => [ubigeo, name]));
  const accounts = new Map<string, string>();
  const named = async (id: string) => {
    const known = accounts.get(id) ?? (await findAccount(read, id))?.username ?? '';
    accounts.set(id, known);
    return known;
  };
  const words = (key: string, otherwise: string) => (hasText(language, key) ? text(language, key) : otherwise);
  const tableOf = (name: string) => words(`quarantine.table.${name}`, name);
  const shown: ShownBatch[] = [];
  for (const batch of batches.filter(options.keep ?? (() => true))) {
    const who = new Set<string>();
    for (const { actor, role } of batch.acts) {
      const name = (actor && (await named(actor))) || (role && words(`accounts.role.${role}`, role));
      if (name) who.add(name);
    }
    const stamps = batch.acts.map(({ at }) => at);
    const [first, last] = [Math.min(...stamps), Math.max(...stamps)].map((at) => formatInstant(language, at));
    shown.push({
      ...batch,
      who: [...who].join(', '),
      what: capital([...new Set(batch.acts.flatMap(({ tables }) => tables))].map(tableOf).join(', ')),
      where: text(language, `quarantine.where.${batch.kind}`, { district: districts.get(batch.district ?? '') ?? '' }),
      why: words(
        `quarantine.reason.${batch.reason}`,
        text(language, 'quarantine.reason.other', { code: batch.reason }),
      ),
      when: first === last ? (first ?? '') : `${first} – ${last}`,
      lines: batch.acts
        .slice(0, MOST_LINES)
        .map((act) => `${formatInstant(language, act.at)} · ${act.tables.map(tableOf).join(', ')} · ${act.command}`),
    });
  }
  return { batches: shown, more };
}
