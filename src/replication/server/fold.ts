// After an upgrade: what a newer program had sent for tables and columns that were not known here finds its rows.
import { addDigests, decodeAct, foldOperation, type Operation } from './core/index.ts';
import { sayUnsaid, writersOf } from './receive.ts';
import type { LocalTx } from '#platform/db';
import type { Replica } from './replica.ts';
import type { Writers } from './rights.ts';
import { loadShelf, saveShelf } from './shelf.ts';
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

/** What waits was received in time: only where its writer may write is asked. */
async function standing(replica: Replica, tx: LocalTx, site: number): Promise<Writers | null> {
  const writers = await writersOf(replica, tx, [site]);
  return writers && new Map([...writers].map(([number, writer]) => [number, { ...writer, revoked: undefined }]));
}

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
        .select(['site', 'device', 'run', 'n', 'table_number', 'row', 'reason', 'act'])
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
      // each writer is judged by where it stands
      for (const [site, lines] of Map.groupBy(held, (one) => one.site)) {
        const now = lines
          .map(({ table_number: table, ...line }) => ({ ...line, table, act: decodeAct(line.act) }))
          .filter(({ act, table }) => act.operations[0]?.kind === kind && replica.tables.byNumber.has(table));
        const acts = now.map(({ act }) => act);
        const shelf = await loadShelf(replica, tx, partition, acts, await standing(replica, tx, site));
        for (const kept of now) foldOperation(shelf, kept);
        await saveShelf(replica, tx, shelf);
        await sayUnsaid(replica, tx, shelf);
        digest = addDigests(digest, shelf.digest);
        folded += now.length;
      }
      await saveHead(tx, { ...head, digest });
      return { folded, next: held.length < AT_ONCE ? undefined : held.at(-1) };
    },
    { isolation: 'read committed' },
  );
}
