// Sessions are local: opened at sign-in, read at every request, listed and ended; nothing of them travels.
import { createHash, randomBytes } from 'node:crypto';
import { findPersonWithNames } from '#modules/people';
import type { App } from '#platform/app';
import { civilDate } from '#platform/clock';
import type { LocalTx, Tables } from '#platform/db';
import { transportAllows } from '#platform/http';
import { system, type Actor } from '#platform/permissions';
import { activeGrants, findAccount, rolesNow } from './queries.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SEEN_EVERY = 5 * 60_000;

interface Span {
  /** Without a request for so long it ends. */
  idle: number;
  /** After so long it ends whatever happens. */
  most: number;
}

/** On a shared computer a resident's session ends soon; one opened with help ends after half an hour, as the help does. */
export function spanOf(session: { kind: 'account' | 'resident'; assisted_by: string | null }): Span {
  if (session.assisted_by) return { idle: HOUR / 2, most: HOUR / 2 };
  return session.kind === 'account' ? { idle: 12 * HOUR, most: 30 * DAY } : { idle: HOUR / 2, most: 12 * HOUR };
}

export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');

export interface NewSession {
  kind: 'account' | 'resident';
  who: string;
  device: string;
  assistedBy: string | null;
  plain: boolean;
}

/** Returns the token for the cookie; only its hash is kept. */
export async function openSession(tx: LocalTx, session: NewSession, now: number): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const { kind, who, plain, assistedBy: assisted_by } = session;
  await tx.local
    .insertInto('session')
    .values({
      hash: hashToken(token),
      kind,
      who,
      device: session.device.slice(0, 120),
      assisted_by,
      plain,
      created_at: now,
      seen_at: now,
      ends_at: now + spanOf({ kind, assisted_by }).idle,
      ended_at: null,
    })
    .execute();
  return token;
}

/** Ends all sessions of an account or a person, but `except`. */
export async function endSessionsOf(tx: LocalTx, who: string, now: number, except = ''): Promise<void> {
  await tx.local
    .updateTable('session')
    .set({ ended_at: now })
    .where('who', '=', who)
    .where('hash', '!=', except)
    .where('ended_at', 'is', null)
    .execute();
}

type Session = Tables['session'];

/** When it ends at the latest; a clock that jumped in either direction ends it too, since its end can no longer be told. */
export function isOpen(
  session: Pick<Session, 'kind' | 'assisted_by' | 'created_at' | 'ends_at' | 'ended_at'>,
  now: number,
): boolean {
  const { idle, most } = spanOf(session);
  if (session.ended_at !== null || session.ends_at <= now || session.ends_at - now > idle) return false;
  return now - session.created_at < most;
}

/** The actor behind a token with what is granted today; null when the session ended or the account was disabled. */
export async function readSession(app: App, token: string): Promise<Actor | null> {
  const hash = hashToken(token);
  const session = await app.db.read.selectFrom('session').selectAll().where('hash', '=', hash).executeTakeFirst();
  const now = app.clock.now();
  if (!session || !isOpen(session, now)) return null;
  const { idle, most } = spanOf(session);
  const actor = session.kind === 'account' ? await accountActor(app, session) : await residentActor(app, session);
  if (actor && now - session.seen_at > SEEN_EVERY)
    await app.db.transaction((tx) =>
      tx.local
        .updateTable('session')
        .set({ seen_at: now, ends_at: Math.min(now + idle, session.created_at + most) })
        .where('hash', '=', hash)
        .where('ended_at', 'is', null)
        .execute(),
    );
  return actor;
}

async function accountActor(app: App, session: Session): Promise<Actor | null> {
  const { read } = app.db;
  const account = await findAccount(read, session.who);
  if (!account || account.state !== 'active') return null;
  // an expiry by clock locks nobody out where the clock is not to be trusted
  const today = app.clock.state() === 'unknown' ? undefined : civilDate(app.clock.now(), app.config.zone);
  const grants = await activeGrants(read, account.id, await rolesNow(read, app.roles), today);
  // a role granted after the sign-in does not become usable over a line on which it could not have signed in
  const known = { secure: !session.plain, local: false };
  return {
    kind: 'account',
    account: account.id,
    name: account.name ?? account.username,
    grants: grants.filter((grant) => transportAllows(known, grant.role)),
    language: account.language ?? '',
    sessionId: session.hash,
  };
}

async function residentActor(app: App, session: Session): Promise<Actor | null> {
  const found = await findPersonWithNames(app.db.read, system, session.who);
  if (!found || found.gone) return null;
  const permissions = (await rolesNow(app.db.read, app.roles)).get('resident') ?? new Set<string>();
  const { id, district } = app.site;
  const grants = id && district ? [{ role: 'resident', scope: { district }, permissions }] : [];
  return { kind: 'resident', person: found.id, name: found.given, grants, language: '', sessionId: session.hash };
}
