// Signing in: a try is counted, then verified, then taken back if it was right; no secret is verified inside a transaction.
import { createHash } from 'node:crypto';
import { findPersonByCard, readCard } from '#modules/people';
import type { App } from '#platform/app';
import { civilDate } from '#platform/clock';
import { runCommand } from '#platform/command';
import { isOwnNetwork, transportAllows, type RequestFacts } from '#platform/http';
import { system } from '#platform/permissions';
import { failed, held, holds, refused, type Refused } from './attempts.ts';
import { openWithHelp } from './commands/assist.ts';
import { openSessionFor, settleAttempt } from './commands/sessions.ts';
import { latestCredential } from './credentials.ts';
import type { Guard } from './guard.ts';
import { makePending, readPending } from './pending.ts';
import {
  activeGrants,
  findAccount,
  findAccountByName,
  latestResidentCredential,
  rolesNow,
  type AccountEntry,
} from './queries.ts';
import { totpStep } from './secrets.ts';
import { hashToken } from './sessions.ts';

/** `pending` is for the second step, when the first was right. */
export type SignedIn = { ok: true; token: string } | (Refused & { pending?: string });

export interface Attempt {
  facts: Pick<RequestFacts, 'secure' | 'local' | 'address'>;
  /** Random name of the browser, from its cookie. */
  device: string;
  /** How the browser calls itself, for the list of sessions. */
  label: string;
  /** Token of the session that this browser has now; it ends. */
  replaces?: string | undefined;
}

const deviceGuards = (attempt: Attempt): Guard[] => (attempt.device ? [{ kind: 'device', of: attempt.device }] : []);

const plainOf = ({ facts }: Attempt): boolean => !facts.secure && !facts.local;

const knownKey = (account: string, device: string): string =>
  createHash('sha256').update(`known\n${account}\n${device}`).digest('base64url').slice(0, 24);

/**
 * A device that signed in to the account before is counted by itself: whoever guesses from elsewhere makes strangers wait, and not
 * the person at her own desk.
 */
async function accountGuard(app: App, username: string, account: string | undefined, device: string): Promise<Guard> {
  const key = account && device ? knownKey(account, device) : undefined;
  const known = key
    ? await app.db.read.selectFrom('known_device').select('key').where('key', '=', key).executeTakeFirst()
    : undefined;
  return { kind: 'account', of: known ? `${username}\n${device}` : username };
}

export interface StaffAttempt extends Attempt {
  username: string;
  password: string;
  /** One-time code, when it is typed beside the password. */
  code: string;
}

/** Username and password. Refusals: accounts.wrong, .wait, .busy, .needs-https, and with a second factor those of `signInCode`. */
export async function signIn(app: App, attempt: StaffAttempt): Promise<SignedIn> {
  const { read } = app.db;
  const username = attempt.username.trim().toLowerCase().slice(0, 60);
  const account = await findAccountByName(read, username);
  const guards = [await accountGuard(app, username, account?.id, attempt.device), ...deviceGuards(attempt)];
  const waits = await held(app, guards, 'accounts.wait');
  if (waits) return waits;
  const kept = account ? await latestCredential(read, account.id, 'password') : null;
  const right = await holds(kept, attempt.password.slice(0, 200));
  if (typeof right !== 'boolean') return right;
  if (!account || !right || account.state !== 'active') return failed(app, account?.id, 'accounts.wrong');
  if (!(await latestCredential(read, account.id, 'totp'))) return enter(app, attempt, account, guards, null);
  await runCommand(app, settleAttempt, { actor: system, input: { guards } });
  const pending = makePending(app.secret, account.id, attempt.device, app.clock.now());
  const answer = attempt.code ? await signInCode(app, { ...attempt, pending }) : refused('accounts.code-needed');
  return answer.ok ? answer : { pending, ...answer };
}

export interface CodeAttempt extends Attempt {
  /** What the first step answered. */
  pending: string;
  code: string;
}

/** The second step. Refusals: accounts.code-needed, .code-wrong, .code-used, .code-late, .wait, .clock-unknown, .needs-https. */
export async function signInCode(app: App, attempt: CodeAttempt): Promise<SignedIn> {
  const { read } = app.db;
  const now = app.clock.now();
  const id = readPending(app.secret, attempt.pending, attempt.device, now);
  const account = id ? await findAccount(read, id) : undefined;
  const totp = account ? await latestCredential(read, account.id, 'totp') : null;
  if (!account || !totp || account.state !== 'active') return refused('accounts.code-late');
  const { pending } = attempt;
  if (!attempt.code.trim()) return { pending, ...refused('accounts.code-needed', {}, 'code') };
  const guards: Guard[] = [{ kind: 'code', of: account.id }];
  const waits = await held(app, guards, 'accounts.wait');
  if (waits) return { pending, ...waits };
  const step = totpStep(totp, attempt.code, now);
  if (step === null) {
    // codes are made of the time: a right one proves the clock, a wrong one under a doubtful clock says what to look at
    const code = app.clock.state() === 'unknown' ? 'accounts.clock-unknown' : 'accounts.code-wrong';
    return { pending, ...(await failed(app, account.id, code, 'code')) };
  }
  const answer = await enter(app, attempt, account, guards, step);
  return answer.ok ? answer : { pending, ...answer };
}

async function enter(
  app: App,
  attempt: Attempt,
  account: AccountEntry,
  guards: Guard[],
  step: number | null,
): Promise<SignedIn> {
  const { read } = app.db;
  const today = app.clock.state() === 'unknown' ? undefined : civilDate(app.clock.now(), app.config.zone);
  const grants = await activeGrants(read, account.id, await rolesNow(read, app.roles), today);
  if (grants.some((grant) => !transportAllows(attempt.facts, grant.role))) {
    await runCommand(app, settleAttempt, { actor: system, input: { guards } });
    return refused('accounts.needs-https');
  }
  const knownAs = attempt.device ? knownKey(account.id, attempt.device) : null;
  return open(app, attempt, { kind: 'account', who: account.id, assistedBy: null, knownAs, guards, step });
}

async function open(app: App, attempt: Attempt, what: Record<string, unknown>): Promise<SignedIn> {
  const replaces = attempt.replaces ? hashToken(attempt.replaces) : null;
  const input = { ...what, device: attempt.label, plain: plainOf(attempt), replaces };
  const outcome = await runCommand(app, openSessionFor, { actor: system, input });
  return outcome.ok ? { ok: true, token: outcome.value.token } : outcome;
}

export interface ResidentAttempt extends Attempt {
  card: string;
  /** The PIN, or three picture names joined by spaces. */
  secret: string;
  kind: 'pin' | 'pictures';
}

/** Only at a telecentre and only from its own network: a PIN is short and pictures are few. */
function isHere(app: App, attempt: Attempt): boolean {
  return app.site.role === 'telecentre' && isOwnNetwork(attempt.facts.address);
}

/** Card with PIN or pictures. Refusals: accounts.only-here, .wait, .busy, .wrong-card, .card-stopped. */
export async function signInResident(app: App, attempt: ResidentAttempt): Promise<SignedIn> {
  if (!isHere(app, attempt)) return refused('accounts.only-here');
  const { read } = app.db;
  const number = readCard(attempt.card);
  if (!number) return refused('accounts.wrong-card', {}, 'card'); // its check digit says so to everybody
  const person = await findPersonByCard(read, number);
  // by person, not by what was typed: the same card with other dashes is not another card; a number that nobody has waits alike
  const guard: Guard = person ? { kind: 'card', of: person.id } : { kind: 'account', of: `card ${number}` };
  const guards: Guard[] = [guard, ...deviceGuards(attempt), { kind: 'site', of: 'residents' }];
  const waits = await held(app, guards, 'accounts.card-stopped');
  if (waits) return waits;
  const kept = person && !person.gone ? await latestResidentCredential(read, person.id, attempt.kind) : undefined;
  const right = await holds(kept?.secret, attempt.secret.slice(0, 200));
  if (typeof right !== 'boolean') return right;
  if (!person || !right) return failed(app, person?.id, 'accounts.wrong-card');
  return open(app, attempt, { kind: 'resident', who: person.id, assistedBy: null, knownAs: null, guards, step: null });
}

export interface HelpAttempt extends Attempt {
  /** Six digits that the operator was shown. */
  code: string;
}

/** With the number that an operator got for a person present. Refusals: accounts.only-here, .wait, .help-wrong. */
export async function signInWithHelp(app: App, attempt: HelpAttempt): Promise<SignedIn> {
  if (!isHere(app, attempt)) return refused('accounts.only-here');
  const guards: Guard[] = [...deviceGuards(attempt), { kind: 'site', of: 'residents' }];
  const waits = await held(app, guards, 'accounts.wait');
  if (waits) return waits;
  const replaces = attempt.replaces ? hashToken(attempt.replaces) : null;
  const input = { code: attempt.code.slice(0, 20), device: attempt.label, plain: plainOf(attempt), guards, replaces };
  const outcome = await runCommand(app, openWithHelp, { actor: system, input });
  if (outcome.ok) return { ok: true, token: outcome.value.token };
  return failed(app, undefined, outcome.refusal.code);
}
