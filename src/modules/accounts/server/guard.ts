// Slows down whoever guesses: tries in a row per account, card, device and telecentre; kept in the database, so that a restart forgives nothing.
import { createHash } from 'node:crypto';
import type { LocalTx, Reader } from '#platform/db';

const MINUTE = 60_000;

interface Policy {
  /** Failures that cost nothing; after them the wait doubles from one second. */
  free: number;
  longest: number;
  /** One failure is forgotten after each such time; absent = only a success or somebody's help forgives. */
  fades?: number;
  /** After so many the secret is taken no more, until it is set anew at the desk. */
  most?: number;
  /** Failures that a success forgives; absent = all. */
  forgives?: number;
}

/**
 * Three of twelve pictures are 1,728 ways, so a card takes twenty wrong tries in all and a success forgives only two of them: who
 * guesses between somebody's own visits stays below two in a hundred. Device and telecentre only slow down: they are shared.
 */
const POLICIES = {
  account: { free: 3, longest: 15 * MINUTE },
  code: { free: 3, longest: 15 * MINUTE },
  card: { free: 3, longest: 15 * MINUTE, most: 20, forgives: 2 },
  device: { free: 5, longest: MINUTE, fades: MINUTE, forgives: 0 },
  site: { free: 60, longest: MINUTE / 2, fades: 2 * MINUTE, forgives: 0 },
} satisfies Record<string, Policy>;

export type GuardKind = keyof typeof POLICIES;

export interface Guard {
  kind: GuardKind;
  /** Username, account, card or device: kept as a hash only, since people type passwords where names belong. */
  of: string;
}

const policyOf = (kind: GuardKind): Policy => POLICIES[kind];

export function guardKey(guard: Guard): string {
  return createHash('sha256').update(`${guard.kind}\n${guard.of}`).digest('base64url').slice(0, 24);
}

/** Milliseconds to wait after so many failures. */
export function waitAfter(failures: number, kind: GuardKind): number {
  const { free, longest } = policyOf(kind);
  return failures < free ? 0 : Math.min(longest, 1_000 * 2 ** Math.min(failures - free, 20));
}

interface Kept {
  failures: number;
  until: number;
  at: number;
}

/** What counts of kept failures at this moment. A clock that went back fades nothing. */
export function countsNow(kept: Kept | undefined, kind: GuardKind, now: number): number {
  if (!kept) return 0;
  const { fades } = policyOf(kind);
  return fades ? Math.max(0, kept.failures - Math.floor(Math.max(0, now - kept.at) / fades)) : kept.failures;
}

export type Taken = { ok: true } | { ok: false; wait: number; stopped: boolean };

/**
 * Counts a try before its secret is verified, so that a thousand at once are a thousand failures and not none; `settle` takes it
 * back when it was right. A try that has to wait is not counted: hammering on makes nothing worse.
 */
export async function take(tx: LocalTx, guards: readonly Guard[], now: number): Promise<Taken> {
  const kept = await rowsOf(tx, guards);
  let wait = 0;
  let stopped = false;
  for (const guard of guards) {
    const row = kept.get(guardKey(guard));
    const policy = policyOf(guard.kind);
    // a clock that went back does not lock anybody for longer than the longest wait
    if (row) wait = Math.max(wait, Math.min(row.until - now, policy.longest));
    if (policy.most !== undefined && countsNow(row, guard.kind, now) >= policy.most) stopped = true;
  }
  if (stopped || wait > 0) return { ok: false, wait: Math.max(0, wait), stopped };
  for (const guard of guards) {
    const failures = countsNow(kept.get(guardKey(guard)), guard.kind, now) + 1;
    await keep(tx, guard, { failures, until: now + waitAfter(failures, guard.kind), at: now });
  }
  return { ok: true };
}

/** The try was right: it is taken back, and what a success forgives is forgiven. */
export async function settle(tx: LocalTx, guards: readonly Guard[], now: number): Promise<void> {
  const kept = await rowsOf(tx, guards);
  for (const guard of guards) {
    const row = kept.get(guardKey(guard));
    const { forgives } = policyOf(guard.kind);
    const left = row && forgives !== undefined ? countsNow(row, guard.kind, now) - 1 - forgives : 0;
    if (row && left > 0) await keep(tx, guard, { failures: left, until: now, at: row.at });
    else await forget(tx, guard);
  }
}

export async function forget(tx: LocalTx, guard: Guard): Promise<void> {
  await tx.local.deleteFrom('sign_in_guard').where('key', '=', guardKey(guard)).execute();
}

/** Old failures of what nobody tries any more; a card keeps its count, since twenty tries are for its secret's whole life. */
export async function forgetOld(tx: LocalTx, before: number): Promise<void> {
  await tx.local.deleteFrom('sign_in_guard').where('kind', '!=', 'card').where('at', '<', before).execute();
}

async function rowsOf(reader: Reader, guards: readonly Guard[]): Promise<Map<string, Kept>> {
  const rows = await reader
    .selectFrom('sign_in_guard')
    .select(['key', 'failures', 'until', 'at'])
    .where('key', 'in', guards.map(guardKey))
    .execute();
  return new Map(rows.map((row) => [row.key, row]));
}

async function keep(tx: LocalTx, guard: Guard, values: Kept): Promise<void> {
  await tx.local
    .insertInto('sign_in_guard')
    .values({ key: guardKey(guard), kind: guard.kind, ...values })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(values))
    .execute();
}
