// Class ruled, with a database: how every claim stands is kept in step, and the hub rules on what has no word yet.
import type { ActRecorder } from '#platform/recorder';
import type { LocalTx } from '#platform/db';
import type { ReplicatedTable } from '#platform/manifest';
import { partition as names } from '#platform/partitions';
import { ruleOn, standings, voidOf, type RowState } from './core/index.ts';
import { isRefilling } from './refill.ts';
import type { Replica } from './replica.ts';
import { loadRows } from './rows.ts';
import { keyOf, loadBooks, parts, rulingsOn, type Thing } from './ruled-books.ts';
import { claimEndTable, loanTable, quotaTable, rulingTable, shareReturnTable, type ClaimLine } from './ruled-tables.ts';
import { insertMany, lockPartition } from './store.ts';

/** Rows of one table in one partition that were written, or are no longer there. */
export interface Touched {
  table: ReplicatedTable;
  rows: readonly string[];
  gone?: readonly string[];
}

/** Words in one act: it stays far below 16 kB. */
const IN_ONE_ACT = 100;

const isControl = (partition: string) => partition.endsWith('/control');
const besideControl = (partition: string) => partition.slice(0, -'/control'.length);

function lineOf(table: ReplicatedTable, partition: string, id: string, { made, values }: RowState): ClaimLine {
  const named = Object.fromEntries(Object.entries(table.columns).map(([name, { n }]) => [name, values.get(n) ?? null]));
  const { units, share } = table.rule ?? {};
  const { site, device, run, n, at, clock } = made;
  const wanted = units ? named[units] : 1;
  const within = share ? named[share] : null;
  return {
    ...{ partition, table_number: table.number, row: id, key: keyOf(table, named) },
    units: typeof wanted === 'number' ? wanted : 0,
    share: typeof within === 'string' ? within : null,
    ...{ site, device, run, n, at, clock },
    ...{ state: 'provisional', reason: '', ruled: false },
  };
}

/**
 * After rows of one partition were written, in the same transaction. `append` is that of the act which wrote them; without it the hub's words
 * are acts of their own, and with null the caller has the hub speak later.
 */
export async function followRuled(
  replica: Replica,
  tx: LocalTx,
  of: string,
  touched: readonly Touched[],
  append?: ActRecorder['append'] | null,
): Promise<void> {
  const claims = touched.filter(({ table }) => table.rule);
  const others = touched.filter(({ table }) => !table.rule && SPOKEN.has(table.number));
  if (claims.length === 0 && others.length === 0) return;
  const partition = isControl(of) ? besideControl(of) : of;
  await lockPartition(tx, partition); // two processes that each hear a part would each count without the other's
  const things: Thing[] = [];
  for (const one of claims) things.push(...(await noteClaims(tx, partition, one)));
  for (const one of others) things.push(...(await thingsOf(tx, partition, one)));
  if (replica.identity.role === 'hub' && claims.length > 0 && append !== null) {
    const own = ownActs(replica, tx);
    const say = append ?? own;
    for (const one of claims) await sayVoid(tx, partition, one, say);
    // of what was lost may be words on these very units
    if (!(await isRefilling(tx))) await sayRulings(replica, tx, partition, things, say);
    await own.finish();
  }
  await refresh(replica, tx, partition, things);
}

const SPOKEN = new Set(
  [rulingTable, quotaTable, loanTable, shareReturnTable, claimEndTable].map(({ number }) => number),
);

/** Which things these claims are about, now and before. */
async function noteClaims(tx: LocalTx, partition: string, { table, rows, gone = [] }: Touched): Promise<Thing[]> {
  const keys = new Set<string>();
  for (const ids of parts([...new Set([...rows, ...gone])].sort())) {
    const before = await tx
      .selectFrom('ruled_claim')
      .select('key')
      .where('partition', '=', partition)
      .where('table_number', '=', table.number)
      .where('row', 'in', ids)
      .execute();
    await tx.local
      .deleteFrom('ruled_claim')
      .where('partition', '=', partition)
      .where('table_number', '=', table.number)
      .where('row', 'in', ids)
      .execute();
    const here = await loadRows(tx, table, partition, ids);
    const lines = [...here].map(([id, state]) => lineOf(table, partition, id, state));
    await insertMany(tx, 'ruled_claim', lines);
    for (const { key } of [...before, ...lines]) keys.add(key);
  }
  return [...keys].map((key) => ({ table: table.number, key }));
}

/** Which things these words, loans and returns are about, as far as is known here. */
async function thingsOf(tx: LocalTx, partition: string, { table, rows }: Touched): Promise<Thing[]> {
  const control = names.control(partition);
  const things: Thing[] = [];
  for (const ids of parts(rows)) {
    if (table.number === rulingTable.number) {
      const found = await tx
        .selectFrom('ruling')
        .innerJoin('ruled_claim', (join) =>
          join
            .onRef('ruled_claim.row', '=', 'ruling.row')
            .onRef('ruled_claim.table_number', '=', 'ruling.of_table')
            .on('ruled_claim.partition', '=', partition),
        )
        .where('ruling.partition', '=', control)
        .where('ruling.id', 'in', ids)
        .select(['ruled_claim.table_number as table', 'ruled_claim.key'])
        .distinct()
        .execute();
      things.push(...found);
      continue;
    }
    if (table.number === claimEndTable.number) {
      const found = await tx
        .selectFrom('claim_end')
        .innerJoin('ruled_claim', (join) =>
          join
            .onRef('ruled_claim.partition', '=', 'claim_end.partition')
            .onRef('ruled_claim.row', '=', 'claim_end.row')
            .onRef('ruled_claim.table_number', '=', 'claim_end.of_table'),
        )
        .where('claim_end.partition', '=', partition)
        .where('claim_end.id', 'in', ids)
        .select(['ruled_claim.table_number as table', 'ruled_claim.key'])
        .distinct()
        .execute();
      things.push(...found);
      continue;
    }
    const loans =
      table.number === shareReturnTable.number
        ? (
            await tx
              .selectFrom('share_return')
              .select('loan')
              .where('partition', '=', partition)
              .where('id', 'in', ids)
              .execute()
          ).flatMap(({ loan }) => loan ?? [])
        : ids;
    if (loans.length === 0) continue;
    const found = await tx
      .selectFrom(table.number === quotaTable.number ? 'quota' : 'loan')
      .select(['of_table', 'key'])
      .where('partition', '=', control)
      .where('id', 'in', loans)
      .execute();
    things.push(...found.flatMap(({ of_table, key }) => (of_table && key ? [{ table: of_table, key }] : [])));
  }
  return things;
}

type Say = ActRecorder['append'];
type OwnActs = Say & { finish(): Promise<void> };

/** Acts of the hub's own, as many as are needed. */
function ownActs(replica: Replica, tx: LocalTx): OwnActs {
  let act: ActRecorder | undefined;
  let words = 0;
  const finish = async () => {
    await act?.finish();
    act = undefined;
  };
  const say: Say = async (table, row) => {
    act ??= replica.recorder.begin(tx, {
      command: 'rulings.decide',
      actor: 'system',
      role: undefined,
      at: replica.clock.stamp(),
      clockState: replica.clock.state(),
    });
    const id = await act.append(table, row);
    if (++words % IN_ONE_ACT === 0) await finish();
    return id;
  };
  return Object.assign(say, { finish });
}

async function sayRulings(
  replica: Replica,
  tx: LocalTx,
  partition: string,
  things: readonly Thing[],
  say: Say,
): Promise<void> {
  for (const book of await loadBooks(tx, replica.tables, partition, things))
    for (const word of ruleOn(book))
      await say(rulingTable.name, { partition: names.control(partition), of_table: book.thing.table, ...word });
}

/** What was accepted and is set aside now gives its place back. */
async function sayVoid(tx: LocalTx, partition: string, { table, gone = [] }: Touched, say: Say): Promise<void> {
  const control = names.control(partition);
  for (const word of voidOf(await rulingsOn(tx, control, table.number, gone), gone))
    await say(rulingTable.name, { partition: control, of_table: table.number, ...word, state: 'void', reason: '' });
}

/** How the claims on these things stand now. */
async function refresh(replica: Replica, tx: LocalTx, partition: string, things: readonly Thing[]): Promise<void> {
  for (const book of await loadBooks(tx, replica.tables, partition, things)) {
    const spoken = new Set(book.rulings.filter(({ state }) => state !== 'void').map(({ row }) => row));
    for (const [row, { state, reason }] of standings(book))
      await tx.local
        .updateTable('ruled_claim')
        .set({ state, reason, ruled: spoken.has(row) })
        .where('partition', '=', partition)
        .where('table_number', '=', book.thing.table)
        .where('row', '=', row)
        .execute();
  }
}

/** At the hub: rules on claims that have no word yet, since a person released them or a crash came between. */
export async function ruleOpen(replica: Replica): Promise<void> {
  if (replica.identity.role !== 'hub' || (await isRefilling(replica.db.read))) return;
  const open = await replica.db.read
    .selectFrom('ruled_claim')
    .select(['partition', 'table_number as table', 'key'])
    .distinct()
    .where('ruled', '=', false)
    .execute();
  for (const [partition, things] of Map.groupBy(open, (one) => one.partition))
    await replica.db.transaction(
      async (tx) => {
        await lockPartition(tx, partition);
        const say = ownActs(replica, tx);
        await sayRulings(replica, tx, partition, things, say);
        await say.finish();
        await refresh(replica, tx, partition, things);
      },
      { isolation: 'read committed' },
    );
}
