// Sessions are local: opened at sign-in, read at every request, listed and ended; nothing of them travels.
import { createHash, randomBytes } from 'node:crypto';
import type { App } from '#platform/app';
import type { LocalTx } from '#platform/db';
import { system, type Actor } from '#platform/permissions';
import { findPersonWithNames } from '#modules/people';
import { activeGrants, findAccount, rolesNow } from './queries.ts';

const STAFF_IDLE = 12 * 3_600_000;
/** On a shared computer a resident's session ends soon. */
const RESIDENT_IDLE = 30 * 60_000;
const SEEN_EVERY = 5 * 60_000;

export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');

export interface NewSession {
  kind: 'account' | 'resident';
  who: string;
  device: string;
  assistedBy?: string | undefined;
}

/** Returns the token for the cookie; only its hash is kept. */
export async function openSession(tx: LocalTx, session: NewSession, now: number): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const idle = session.kind === 'account' ? STAFF_IDLE : RESIDENT_IDLE;
  await tx.local
    .insertInto('session')
    .values({
      hash: hashToken(token),
      kind: session.kind,
      who: session.who,
      device: session.device.slice(0, 120),
      assisted_by: session.assistedBy ?? null,
      created_at: now,
      seen_at: now,
      ends_at: now + idle,
      ended_at: null,
    })
    .execute();
  return token;
}

/** The actor behind a token with what is granted today; null when the session ended or the account was disabled. */
export async function readSession(app: App, token: string): Promise<Actor | null> {
  const { read } = app.db;
  const hash = hashToken(token);
  const session = await read.selectFrom('session').selectAll().where('hash', '=', hash).executeTakeFirst();
  const now = app.clock.now();
  if (!session || session.ended_at !== null || session.ends_at <= now) return null;
  if (now - session.seen_at > SEEN_EVERY) {
    const idle = session.kind === 'account' ? STAFF_IDLE : RESIDENT_IDLE;
    await app.db.transaction((tx) =>
      tx.local
        .updateTable('session')
        .set({ seen_at: now, ends_at: now + idle })
        .where('hash', '=', hash)
        .execute(),
    );
  }
  return session.kind === 'account' ? accountActor(app, session.who, hash) : residentActor(app, session.who, hash);
}

async function accountActor(app: App, id: string, hash: string): Promise<Actor | null> {
  const { read } = app.db;
  const account = await findAccount(read, id);
  if (!account || account.state !== 'active') return null;
  const grants = await activeGrants(read, id, await rolesNow(read, app.roles));
  return {
    kind: 'account',
    account: id,
    name: account.name ?? account.username,
    grants,
    language: account.language ?? '',
    sessionId: hash,
  };
}

async function residentActor(app: App, person: string, hash: string): Promise<Actor | null> {
  const { read } = app.db;
  const found = await findPersonWithNames(read, system, person);
  if (!found) return null;
  const permissions = app.roles.get('resident') ?? new Set<string>();
  const { id, district } = app.site;
  const grants = id && district ? [{ role: 'resident', scope: { district }, permissions }] : [];
  return { kind: 'resident', person, name: found.given, grants, language: '', sessionId: hash };
}
