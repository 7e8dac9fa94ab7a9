// What a command that claims is told at once: the hub's final answer, a yes within a share that was lent, or that it has to wait.
import type { Claimed, LocalTx } from '#platform/db';
import { Refusal } from '#platform/errors';
import type { ReplicatedTable } from '#platform/manifest';
import { ruleOn, shareFor, standings, type Book, type Claim } from './core/index.ts';
import { isRefilling } from './refill.ts';
import type { Replica } from './replica.ts';
import { keyOf, loadBooks } from './ruled-books.ts';
import { chainHead, lockPartition } from './store.ts';

interface Asked {
  state: Claimed['state'];
  /** The column that names the loan, when it is decided within one. */
  share: Record<string, string>;
}

/** Errors: Refusal `ruled.…` when it is known here that the claim cannot stand. The partition is locked for the rest of the transaction. */
export async function askClaim(
  replica: Replica,
  tx: LocalTx,
  table: ReplicatedTable,
  partition: string,
  fields: Record<string, unknown>,
): Promise<Asked> {
  const { rule } = table;
  if (!rule) throw new Error(`${table.name} has no rule`);
  await lockPartition(tx, partition);
  const thing = { table: table.number, key: keyOf(table, fields) };
  const [book] = await loadBooks(tx, replica.tables, partition, [thing]);
  const wanted = rule.units ? fields[rule.units] : 1;
  const units = typeof wanted === 'number' ? wanted : 0;
  if (!book || units < 1) throw new Refusal('ruled.no-units');
  if (replica.identity.role === 'hub') {
    const state = answered(book, units);
    return { state: (await isRefilling(tx)) ? 'provisional' : state, share: {} };
  }
  if (
    rule.limit === 'one' &&
    [...standings(book).values()].some(({ state }) => state === 'accepted' || state === 'provisional')
  )
    throw new Refusal('ruled.taken');
  if (!rule.share) return { state: 'provisional', share: {} };
  const { number = 0 } = replica.identity;
  const chain = await chainHead(tx, partition, number);
  const loan = shareFor(book, number, chain?.epoch, units);
  return loan ? { state: 'accepted', share: { [rule.share]: loan.id } } : { state: 'provisional', share: {} };
}

/** The hub is asked before it writes: what it would refuse is not written at all. */
function answered(book: Book, units: number): 'accepted' {
  const last = { site: 0, device: 0, run: 0, n: 0, at: Number.MAX_SAFE_INTEGER, clock: 0 };
  const claim: Claim = { ...last, row: '', units, share: null };
  const word = ruleOn({ ...book, claims: [...book.claims, claim] }).find(({ row }) => row === '');
  if (word?.state !== 'accepted') throw new Refusal(`ruled.${word?.reason ?? 'taken'}`);
  return 'accepted';
}
