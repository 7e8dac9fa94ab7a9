// After an upgrade: what a newer program had sent for tables and columns that were not known here finds its rows.
import type { LocalTx } from '#platform/db';
import type { ReplicatedTable } from '#platform/manifest';
import { addDigests, decodeAct, ZERO_DIGEST, type Act, type Operation } from './core/index.ts';
import { applyOperation, dropHeld, judgeOf, readable, stampOf } from './receive.ts';
import type { Replica } from './replica.ts';
import { fillRow, loadRow, setRow } from './rows.ts';
import { openOperation } from './sealing.ts';
import { lockPartition, saveHead } from './store.ts';

const MARK = 'folded_schema';
const REASONS = ['unknown-table', 'unknown-column'];
const AT_ONCE = 300;

interface Key {
  site: number;
  device: number;
  run: number;
  n: number;
}
const BEFORE_ALL: Key = { site: -1, device: 0, run: 0, n: 0 };

/** At every opening; does nothing while the schema is the one it last looked with. Each step may be repeated after a crash. Returns operations folded in. */
export async function foldHeld(replica: Replica): Promise<number> {
  const { db } = replica;
  const looked = await db.read.selectFrom('replica_state').select('value').where('key', '=', MARK).executeTakeFirst();
  const schema = String(replica.schema);
  if (looked?.value === schema) return 0;
  const partitions = await db.read
    .selectFrom('log_held')
    .select('partition')
    .distinct()
    .where('reason', 'in', REASONS)
    .execute();
  let folded = 0;
  // rows are made before they are changed
  for (const kind of ['create', 'set'] as const)
    for (const { partition } of partitions) folded += await foldPartition(replica, partition, kind);
  await db.transaction((tx) =>
    tx.local
      .insertInto('replica_state')
      .values({ key: MARK, value: schema })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: schema }))
      .execute(),
  );
  if (folded > 0) replica.log.info({ operations: folded }, 'what waited for this version found its rows');
  return folded;
}

async function foldPartition(replica: Replica, partition: string, kind: Operation['kind']): Promise<number> {
  let folded = 0;
  for (let after: Key | undefined = BEFORE_ALL; after;) {
    const page: { next: Key | undefined; folded: number } = await foldPage(replica, partition, kind, after);
    folded += page.folded;
    after = page.next;
  }
  return folded;
}

async function foldPage(replica: Replica, partition: string, kind: Operation['kind'], after: Key) {
  return replica.db.transaction(
    async (tx) => {
      const head = await lockPartition(tx, partition);
      const held = await tx
        .selectFrom('log_held')
        .select(['site', 'device', 'run', 'n', 'act'])
        .where('partition', '=', partition)
        .where('reason', 'in', REASONS)
        .where((e) =>
          e(e.refTuple('site', 'device', 'run', 'n'), '>', e.tuple(after.site, after.device, after.run, after.n)),
        )
        .orderBy('site')
        .orderBy('device')
        .orderBy('run')
        .orderBy('n')
        .limit(AT_ONCE)
        .execute();
      let { digest } = head;
      let folded = 0;
      const touched = new Map<ReplicatedTable, { partition: string; id: string }[]>();
      for (const one of held) {
        const act = decodeAct(one.act);
        const operation = act.operations[0];
        const table = operation ? replica.tables.byNumber.get(operation.table) : undefined;
        if (!operation || operation.kind !== kind || !table) continue;
        digest = addDigests(digest, await fold(replica, tx, table, act, operation));
        folded += 1;
        touched.set(table, [...(touched.get(table) ?? []), { partition, id: operation.row }]);
      }
      for (const [table, rows] of touched) await table.onApplied?.(tx, rows);
      await saveHead(tx, { ...head, digest });
      return { folded, next: held.length < AT_ONCE ? undefined : held.at(-1) };
    },
    { isolation: 'read committed' },
  );
}

/** Returns what it changed in the digest; what even this version does not know stays held. */
async function fold(
  replica: Replica,
  tx: LocalTx,
  table: ReplicatedTable,
  act: Act,
  operation: Operation,
): Promise<Uint8Array> {
  const { partition } = act;
  const row = await loadRow(tx, table, partition, operation.row);
  const stamp = stampOf(act, operation);
  const place = { ...stamp, partition };
  const { known, later } = readable(table, operation);
  const opened = await openOperation(replica.keys, table, act, known, row?.values ?? new Map());
  if (row && operation.kind === 'create') {
    const filled = await fillRow(tx, table, partition, operation.row, stamp, opened.fields);
    if (filled) {
      if (!later) await dropHeld(tx, partition, place);
      return filled.digest;
    }
  } else if (row) {
    const written = await setRow(tx, table, partition, operation.row, stamp, opened.fields, operation.replaces);
    if (!later) await dropHeld(tx, partition, place);
    return written?.digest ?? ZERO_DIGEST;
  }
  await dropHeld(tx, partition, place);
  return (await applyOperation(replica, tx, act, operation, await judgeOf(replica, tx, act.site))).digest;
}
