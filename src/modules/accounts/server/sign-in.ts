// Signing in: who is slowed down, what is verified and in which order; the secret is checked before any transaction.
import type { App } from '#platform/app';
import { runCommand, type CommandRefusal } from '#platform/command';
import { isOwnNetwork, transportAllows, type RequestFacts } from '#platform/http';
import { can, system, type Actor } from '#platform/permissions';
import { findPersonByCard } from '#modules/people';
import { noteSignInFailure, openSessionFor } from './commands/sessions.ts';
import { waitFor } from './guard.ts';
import { activeGrants, findAccountByName, latestCredential, latestResidentCredential, rolesNow } from './queries.ts';
import { secretHolds, totpStep } from './secrets.ts';

export type SignedIn = { ok: true; token: string } | { ok: false; refusal: CommandRefusal };

export interface Attempt {
  facts: Pick<RequestFacts, 'secure' | 'local' | 'address'>;
  /** Random name of the browser. */
  device: string;
  /** How the browser calls itself, for the list of sessions. */
  label: string;
}

const refused = (code: string, params: CommandRefusal['params'] = {}): SignedIn => ({
  ok: false,
  refusal: { code, params, issues: [] },
});

async function failed(app: App, guards: string[], subject: string, code: string): Promise<SignedIn> {
  await runCommand(app, noteSignInFailure, { actor: system, input: { guards, subject } });
  return refused(code);
}

async function open(app: App, input: Record<string, unknown>): Promise<SignedIn> {
  const outcome = await runCommand(app, openSessionFor, { actor: system, input });
  return outcome.ok ? { ok: true, token: outcome.value.token } : outcome;
}

export interface StaffAttempt extends Attempt {
  username: string;
  password: string;
  /** One-time code, when the account has a second factor. */
  code: string;
}

/** Username, password and, where it is on, the second factor. Refusals: accounts.wrong, .wait, .code-needed, .code-wrong, .needs-https. */
export async function signIn(app: App, attempt: StaffAttempt): Promise<SignedIn> {
  const { read } = app.db;
  const now = app.clock.now();
  const username = attempt.username.trim().toLowerCase().slice(0, 60);
  const guards = [`account ${username}`, ...(attempt.device ? [`device ${attempt.device}`] : [])];
  const wait = await waitFor(read, guards, now);
  if (wait > 0) return refused('accounts.wait', { seconds: Math.ceil(wait / 1_000) });
  const account = await findAccountByName(read, username);
  const kept = account ? await latestCredential(read, account.id, 'password') : null;
  const right = await secretHolds(kept, attempt.password);
  if (!account || !right || account.state !== 'active') return failed(app, guards, username, 'accounts.wrong');

  const grants = await activeGrants(read, account.id, await rolesNow(read, app.roles));
  if (grants.some((grant) => !transportAllows(attempt.facts, grant.role))) return refused('accounts.needs-https');
  let step: number | null = null;
  const totp = await latestCredential(read, account.id, 'totp');
  if (totp) {
    if (!attempt.code) return refused('accounts.code-needed');
    if (app.clock.state() === 'unknown') return refused('accounts.clock-unknown');
    step = totpStep(totp, attempt.code, now);
    if (step === null) return failed(app, guards, username, 'accounts.code-wrong');
  }
  return open(app, { kind: 'account', who: account.id, device: attempt.label, assistedBy: '', guards, step });
}

export interface ResidentAttempt extends Attempt {
  card: string;
  /** The PIN, or three picture names joined by spaces. */
  secret: string;
  kind: 'pin' | 'pictures';
}

/** Card with PIN or pictures: only at a telecentre and only from its own network. Refusals: accounts.only-here, .wait, .wrong-card. */
export async function signInResident(app: App, attempt: ResidentAttempt): Promise<SignedIn> {
  if (app.site.role !== 'telecentre' || !isOwnNetwork(attempt.facts.address)) return refused('accounts.only-here');
  const { read } = app.db;
  const card = attempt.card.trim().toUpperCase().slice(0, 30);
  const guards = [`card ${card}`, ...(attempt.device ? [`device ${attempt.device}`] : [])];
  const wait = await waitFor(read, guards, app.clock.now());
  if (wait > 0) return refused('accounts.wait', { seconds: Math.ceil(wait / 1_000) });
  const person = await findPersonByCard(read, attempt.card);
  const kept = person ? await latestResidentCredential(read, person.id, attempt.kind) : null;
  if (!(await secretHolds(kept, attempt.secret)) || !person)
    return failed(app, guards, person?.id ?? 'unknown', 'accounts.wrong-card');
  return open(app, { kind: 'resident', who: person.id, device: attempt.label, assistedBy: '', guards, step: null });
}

/** The operator opens a session for a person who is present; both stand in the audit. Refusals: permissions.denied, accounts.only-here. */
export async function signInAssisted(app: App, operator: Actor, person: string, attempt: Attempt): Promise<SignedIn> {
  const { id, district } = app.site;
  if (!id || !district) return refused('accounts.only-here');
  if (!operator.account || !can(operator, 'accounts.assist', { site: id, district }))
    return refused('permissions.denied');
  return open(app, {
    kind: 'resident',
    who: person,
    device: attempt.label,
    assistedBy: operator.account,
    guards: [],
    step: null,
  });
}
