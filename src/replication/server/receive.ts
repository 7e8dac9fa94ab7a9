// Takes in a segment that arrived: verified, applied once, stored and numbered in one transaction, or refused with nothing done.
import type { KeyObject } from 'node:crypto';
import type { LocalTx } from '#platform/db';
import type { ReplicatedTable } from '#platform/manifest';
import { readPartition } from '#platform/partitions';
import { clockState } from './clock-number.ts';
import { noteIdentities } from './close.ts';
import {
  addDigests,
  decodeAct,
  encodeAct,
  Malformed,
  openSegment,
  segmentHolds,
  ZERO_DIGEST,
  type Act,
  type OpenedSegment,
  type Operation,
  type Value,
} from './core/index.ts';
import { certificateHolds, publicKeyOf } from './identity.ts';
import type { Replica } from './replica.ts';
import { mayWrite, type SitePlace } from './rights.ts';
import { createRow, fitsColumn, loadRow, setRow } from './rows.ts';
import { openOperation } from './sealing.ts';
import { findSiteByNumber, siteKeys } from './sites.ts';
import { chainHead, isApplied, lockPartition, NO_CHAIN, saveChain, saveHead } from './store.ts';

export type Received =
  | { outcome: 'stored'; seq: number; operations: number; quarantined: number }
  /** All of it was here before. */
  | { outcome: 'known'; seq: number }
  /** Something before it is missing: send from `seq` + 1. */
  | { outcome: 'gap'; seq: number }
  /** Damaged, forged or not allowed: nothing was done. */
  | {
      outcome: 'refused';
      reason: 'malformed' | 'signature' | 'unknown-site' | 'not-allowed' | 'chain';
      detail: string;
    };

export interface ReceiveOptions {
  /** The site that proved itself in this session; at a telecentre the hub (0). */
  from: number;
  /** The cursor in the sender's feed that is reached with this segment; kept in the same transaction. */
  cursor?: { peer: number; feedName: string; cursor: number };
}

export async function receiveSegment(
  replica: Replica,
  partition: string,
  bytes: Uint8Array,
  options: ReceiveOptions,
): Promise<Received> {
  let segment: OpenedSegment;
  try {
    segment = openSegment(bytes);
  } catch (error) {
    if (error instanceof Malformed) return { outcome: 'refused', reason: 'malformed', detail: error.message };
    throw error;
  }
  if (segment.partition !== partition)
    return { outcome: 'refused', reason: 'not-allowed', detail: 'a segment of another partition' };
  const hub = replica.identity.role === 'hub';
  if (hub && segment.site !== options.from)
    return { outcome: 'refused', reason: 'not-allowed', detail: 'a segment of another site' };
  const seen: { stamp: number; clock: number }[] = [];
  const received = await replica.db.transaction(
    async (tx): Promise<Received> => {
      seen.length = 0;
      const keys = await keysOfSite(replica, tx, segment.site);
      if (keys.length === 0)
        return { outcome: 'refused', reason: 'unknown-site', detail: `no key is known for site ${segment.site}` };
      if (!segmentHolds(segment, keys))
        return { outcome: 'refused', reason: 'signature', detail: 'the signature does not fit the content' };
      return store(replica, tx, segment, bytes, options, seen);
    },
    { isolation: 'read committed' },
  );
  for (const { stamp, clock } of seen) replica.clock.observe(stamp, clockState(clock));
  return received;
}

/** Keys that may speak for a site: the hub's own key is pinned, others are certified by the root in the control log. */
async function keysOfSite(replica: Replica, tx: LocalTx, number: number): Promise<KeyObject[]> {
  const { identity } = replica;
  if (number === 0) return identity.hubPublicKey ? [publicKeyOf(identity.hubPublicKey)] : [];
  if (number === identity.number) return [publicKeyOf(identity.publicKey)];
  const root = identity.rootPublicKey;
  if (!root) return [];
  const known = await siteKeys(tx, number);
  return known
    .filter((key) => certificateHolds(root, number, key.public_key, key.certificate))
    .map((key) => publicKeyOf(key.public_key));
}

async function store(
  replica: Replica,
  tx: LocalTx,
  segment: OpenedSegment,
  bytes: Uint8Array,
  options: ReceiveOptions,
  seen: { stamp: number; clock: number }[],
): Promise<Received> {
  const { partition, site, epoch } = segment;
  const head = await lockPartition(tx, partition);
  const chain = (await chainHead(tx, partition, site, epoch)) ?? { site, epoch, seq: 0, chain: NO_CHAIN };
  const seqTo = segment.seqFrom + segment.count - 1;
  if (seqTo <= chain.seq) {
    await saveCursor(tx, partition, options.cursor);
    return { outcome: 'known', seq: chain.seq };
  }
  if (segment.seqFrom > chain.seq + 1) return { outcome: 'gap', seq: chain.seq };
  if (segment.seqFrom === chain.seq + 1 && !Buffer.from(chain.chain).equals(segment.chainBefore)) {
    return {
      outcome: 'refused',
      reason: 'chain',
      detail: `the chain of site ${site} differs at position ${chain.seq}`,
    };
  }

  const judge = await judgeOf(replica, tx, site);
  const fresh: Act[] = [];
  let digest = head.digest;
  let quarantined = 0;
  for (const act of segment.acts) {
    const news = await freshOperations(tx, partition, act);
    if (news.length === 0) continue;
    for (const operation of news) fresh.push({ ...act, firstN: operation.n, operations: [operation] });
    const touched = new Map<ReplicatedTable, { partition: string; id: string }[]>();
    for (const operation of news) {
      const result = await applyOperation(replica, tx, act, operation, judge);
      digest = addDigests(digest, result.digest);
      if (result.quarantined) quarantined += 1;
      if (result.table)
        touched.set(result.table, [...(touched.get(result.table) ?? []), { partition, id: operation.row }]);
    }
    for (const [table, rows] of touched) await table.onApplied?.(tx, rows);
    seen.push({ stamp: act.header.at, clock: act.header.clock });
  }

  const feed = head.feed + 1;
  await tx.local
    .insertInto('log_segment')
    .values({
      partition,
      site,
      epoch,
      seq_from: segment.seqFrom,
      seq_to: seqTo,
      feed,
      bytes,
      stored_at: replica.clock.now(),
    })
    .execute();
  await saveChain(tx, partition, { site, epoch, seq: seqTo, chain: segment.chainAfter });
  await noteIdentities(tx, partition, fresh, feed);
  await saveHead(tx, { ...head, feed, digest });
  await saveCursor(tx, partition, options.cursor);
  return {
    outcome: 'stored',
    seq: seqTo,
    operations: fresh.reduce((sum, act) => sum + act.operations.length, 0),
    quarantined,
  };
}

/** Operations of an act that were never here; usually all or none. */
async function freshOperations(tx: LocalTx, partition: string, act: Act): Promise<Operation[]> {
  const who = { site: act.site, device: act.device, run: act.run };
  const news: Operation[] = [];
  for (const operation of act.operations)
    if (!(await isApplied(tx, partition, { ...who, n: operation.n }))) news.push(operation);
  return news;
}

/** Where the writer of a segment stands; at a telecentre what the hub sends has been judged by the hub. */
export async function judgeOf(replica: Replica, tx: LocalTx, site: number): Promise<SitePlace | null> {
  if (replica.identity.role === 'telecentre') return null;
  if (site === 0) return { role: 'hub' };
  const known = await findSiteByNumber(tx, site);
  return { role: 'telecentre', id: known?.id, district: known?.district };
}

interface Applied {
  digest: Uint8Array;
  quarantined?: boolean;
  table?: ReplicatedTable;
}

const NOTHING: Applied = { digest: ZERO_DIGEST };

/** Total: every well-formed operation ends applied, held or quarantined; none can stop a segment. */
export async function applyOperation(
  replica: Replica,
  tx: LocalTx,
  act: Act,
  operation: Operation,
  judge: SitePlace | null,
): Promise<Applied> {
  const table = replica.tables.byNumber.get(operation.table);
  if (!table) return hold(tx, act, operation, 'unknown-table');
  const where = readPartition(act.partition);
  const belongs = where && table.partitions.includes(where.kind) && table.control === where.control;
  const refused = !belongs
    ? 'not-its-partition'
    : judge && table.name !== 'request'
      ? mayWrite(judge, where, table.class)
      : null;
  if (refused) return quarantine(replica, tx, act, operation, refused);
  if (table.class === 'fact' && operation.kind === 'set')
    return quarantine(replica, tx, act, operation, 'fact-changed');
  if (operation.kind === 'set') {
    const row = await loadRow(tx, table, act.partition, operation.row);
    if (!row) return hold(tx, act, operation, 'no-create');
    const digest = await change(replica, tx, table, act, operation, row.values);
    return { digest, table };
  }
  const { known, later } = readable(table, operation);
  const opened = await openOperation(replica.keys, table, act, known, new Map());
  const written = await createRow(
    tx,
    table,
    act.partition,
    operation.row,
    stampOf(act, operation),
    opened.fields,
    true,
  );
  if (!written) return quarantine(replica, tx, act, operation, 'two-contents');
  if (later) await hold(tx, act, later, 'unknown-column');
  return {
    digest: addDigests(written.digest, await applyHeld(replica, tx, table, act.partition, operation.row)),
    table,
  };
}

export const stampOf = (act: Act, operation: Operation) => ({
  site: act.site,
  device: act.device,
  run: act.run,
  n: operation.n,
  at: act.header.at,
  clock: act.header.clock,
});

/**
 * What of an operation this schema knows, and what a later one may: columns that came with a newer program are kept beside the row and
 * folded in at the upgrade (`fold.ts`).
 */
export function readable(table: ReplicatedTable, operation: Operation): { known: Operation; later?: Operation } {
  const fields = operation.fields.filter(([column, value]) => fitsColumn(table, column, value));
  const known = { ...operation, fields };
  const sealedHere = new Set(Object.values(table.columns).flatMap((column) => (column.sealed ? [column.n] : [])));
  const sealedLater = operation.sealed?.columns.some((column) => !sealedHere.has(column)) ?? false;
  if (fields.length === operation.fields.length && !sealedLater) return { known };
  return { known, later: { ...operation, fields: operation.fields.filter((field) => !fields.includes(field)) } };
}

/** A `set` on a row that is here. Returns what it changed in the digest. */
async function change(
  replica: Replica,
  tx: LocalTx,
  table: ReplicatedTable,
  act: Act,
  operation: Operation,
  values: ReadonlyMap<number, Value>,
): Promise<Uint8Array> {
  const { known, later } = readable(table, operation);
  const opened = await openOperation(replica.keys, table, act, known, values);
  const stamp = stampOf(act, operation);
  const written = await setRow(tx, table, act.partition, operation.row, stamp, opened.fields, operation.replaces);
  if (later) await hold(tx, act, later, 'unknown-column');
  return written?.digest ?? ZERO_DIGEST;
}

async function hold(tx: LocalTx, act: Act, operation: Operation, reason: string): Promise<Applied> {
  await tx.local
    .insertInto('log_held')
    .values({ ...keep(act, operation), reason })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return NOTHING;
}

async function quarantine(
  replica: Replica,
  tx: LocalTx,
  act: Act,
  operation: Operation,
  reason: string,
): Promise<Applied> {
  await tx.local
    .insertInto('log_quarantine')
    .values({ ...keep(act, operation), reason, at: replica.clock.now(), state: 'waiting' })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  replica.log.warn(
    { partition: act.partition, site: act.site, table: operation.table, row: operation.row, reason },
    'an operation was quarantined',
  );
  return { digest: ZERO_DIGEST, quarantined: true };
}

function keep(act: Act, operation: Operation) {
  const alone = encodeAct({ ...act, firstN: operation.n, operations: [operation] });
  return {
    partition: act.partition,
    site: act.site,
    device: act.device,
    run: act.run,
    n: operation.n,
    table_number: operation.table,
    row: operation.row,
    act: alone,
  };
}

/** What waited for this row's first operation. */
async function applyHeld(
  replica: Replica,
  tx: LocalTx,
  table: ReplicatedTable,
  partition: string,
  row: string,
): Promise<Uint8Array> {
  const held = await tx
    .selectFrom('log_held')
    .select(['site', 'device', 'run', 'n', 'act'])
    .where('partition', '=', partition)
    .where('table_number', '=', table.number)
    .where('row', '=', row)
    .where('reason', '=', 'no-create')
    .limit(1_000)
    .execute();
  let digest: Uint8Array = ZERO_DIGEST;
  for (const one of held) {
    const act = decodeAct(one.act);
    const operation = act.operations[0];
    const known = operation ? await loadRow(tx, table, partition, row) : undefined;
    if (!operation || !known) continue;
    await dropHeld(tx, partition, one);
    digest = addDigests(digest, await change(replica, tx, table, act, operation, known.values));
  }
  return digest;
}

export async function dropHeld(
  tx: LocalTx,
  partition: string,
  one: { site: number; device: number; run: number; n: number },
): Promise<void> {
  await tx.local
    .deleteFrom('log_held')
    .where('partition', '=', partition)
    .where('site', '=', one.site)
    .where('device', '=', one.device)
    .where('run', '=', one.run)
    .where('n', '=', one.n)
    .execute();
}

export async function saveCursor(tx: LocalTx, partition: string, cursor: ReceiveOptions['cursor']): Promise<void> {
  if (!cursor) return;
  await tx.local
    .insertInto('log_peer')
    .values({
      partition,
      peer: cursor.peer,
      feed_name: cursor.feedName,
      cursor: cursor.cursor,
      acked_epoch: 0,
      acked_seq: 0,
    })
    .onConflict((conflict) =>
      conflict.columns(['partition', 'peer']).doUpdateSet({ feed_name: cursor.feedName, cursor: cursor.cursor }),
    )
    .execute();
}
