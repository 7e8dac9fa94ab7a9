// A word of the hub came: the rows behind the operations it speaks of are made anew from those that are not withheld.
import type { LocalTx } from '#platform/db';
import { actsOfRows, actsOfSpans } from './acts.ts';
import {
  addDigests,
  compareDots,
  rebuildRow,
  rowKey,
  spansOf,
  type Act,
  type Digest,
  type Span,
} from './core/index.ts';
import type { Replica } from './replica.ts';
import { loadKeys, loadShelfRows, openShelf, saveShelf } from './shelf.ts';
import { lockPartition, saveHead } from './store.ts';
import { verdictsOn } from './verdict-log.ts';

/** Rows made anew at a time. */
const AT_ONCE = 200;

/** In the transaction that wrote or received the verdicts. Does nothing for operations that have not come yet. */
export async function settle(replica: Replica, tx: LocalTx, partition: string, spans: readonly Span[]): Promise<void> {
  const acts = await actsOfSpans(tx, partition, spans);
  if (acts.length === 0) return;
  const head = await lockPartition(tx, partition);
  let { digest } = head;
  const touched = Map.groupBy(acts, (act) => act.operations[0]?.table ?? 0);
  for (const [table, of] of touched) {
    const ids = [...new Set(of.map((act) => act.operations[0]?.row ?? ''))].sort();
    for (let at = 0; at < ids.length; at += AT_ONCE)
      digest = addDigests(digest, await rebuild(replica, tx, partition, table, ids.slice(at, at + AT_ONCE)));
  }
  await saveHead(tx, { ...head, digest });
}

/** Returns what it did to the digest. */
async function rebuild(
  replica: Replica,
  tx: LocalTx,
  partition: string,
  number: number,
  ids: readonly string[],
): Promise<Digest> {
  const shelf = openShelf(replica, partition, null);
  const table = replica.tables.byNumber.get(number);
  if (table) await loadShelfRows(tx, shelf, table, ids); // locked before their operations are read
  const made = new Map(ids.map((id) => [id, shelf.rows.get(rowKey(number, id))?.state.made]));
  const whole: Act[][] = [];
  for (const [id, acts] of await actsOfRows(tx, partition, number, made)) {
    const first = made.get(id);
    if (!first || acts.some((act) => compareDots({ ...act, n: act.firstN }, first) === 0)) whole.push(acts);
    else replica.log.error({ partition, table: number, row: id }, 'the log does not hold the act that made a row');
  }
  const acts = whole.flat();
  shelf.verdicts = await verdictsOn(tx, partition, spansOf(acts));
  await loadKeys(replica, shelf, acts);
  await forgetKept(tx, partition, number, ids);
  for (const of of whole) rebuildRow(shelf, of);
  await saveShelf(replica, tx, shelf);
  return shelf.digest;
}

/** What waited for these rows or was in quarantine is kept again by making them anew. */
export async function forgetKept(
  tx: LocalTx,
  partition: string,
  table: number,
  rows: readonly string[],
): Promise<void> {
  for (const kept of ['log_held', 'log_quarantine'] as const)
    await tx.local
      .deleteFrom(kept)
      .where('partition', '=', partition)
      .where('table_number', '=', table)
      .where('row', 'in', rows)
      .execute();
}
