// Sessions: how long they last, who ends them, what the clock does to them.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { system, type Actor } from '#platform/permissions';
import { testProgram, type TestProgram } from '../../../../tests/support/program.ts';
import { account, HERE, PASSWORD, verdict, visitor } from './accounts.fixtures.ts';
import { setAccountState } from './commands/account-state.ts';
import { endGrant, grantRole } from './commands/grant-role.ts';
import { endOtherSessions, endSession } from './commands/sessions.ts';
import { listOpenSessions } from './queries.ts';
import { isOpen, readSession, spanOf } from './sessions.ts';
import { signIn } from './sign-in.ts';

const HOUR = 3_600_000;
let hub: TestProgram;
let admin: Actor;
let turn = 0;
let id = '';
beforeAll(async () => {
  hub = await testProgram();
  admin = hub.actor('administrator');
});
afterAll(() => hub.close());
beforeEach(async () => {
  turn += 1;
  id = await account(hub, `user${turn}`, 'coordinator');
});

async function open(changes: { device?: string; replaces?: string } = {}): Promise<string> {
  const attempt = { ...HERE, device: `d${turn}`, username: `user${turn}`, password: PASSWORD, code: '', ...changes };
  const result = await signIn(hub.app, attempt);
  if (!result.ok) throw new Error(result.refusal.code);
  return result.token;
}
async function actorOf(token: string): Promise<Actor> {
  const actor = await readSession(hub.app, token);
  if (!actor) throw new Error('no session');
  return actor;
}

describe('how long a session lasts', () => {
  test('twelve hours without use; use lengthens it; thirty days end it', async () => {
    const token = await open();
    for (let i = 0; i < 5; i++) {
      hub.clock.forward(11 * HOUR);
      expect(await readSession(hub.app, token)).not.toBeNull();
    }
    hub.clock.forward(12 * HOUR);
    expect(await readSession(hub.app, token)).toBeNull();
    const long = await open();
    for (let i = 0; i < 65; i++) {
      hub.clock.forward(11 * HOUR);
      await readSession(hub.app, long);
    }
    expect(await readSession(hub.app, long)).not.toBeNull();
    hub.clock.forward(6 * HOUR);
    expect(await readSession(hub.app, long)).toBeNull();
  });

  test('a clock that jumps ends it, in either direction', () => {
    const now = Date.UTC(2026, 10, 24);
    const session = {
      kind: 'account' as const,
      assisted_by: null,
      created_at: now,
      ends_at: now + 12 * HOUR,
      ended_at: null,
    };
    expect(isOpen(session, now)).toBe(true);
    expect(isOpen(session, Date.UTC(1970, 0, 2))).toBe(false);
    expect(isOpen(session, Date.UTC(2036, 0, 2))).toBe(false);
  });

  test('with help the shortest, at a shared computer shorter than at a desk', () => {
    const helped = spanOf({ kind: 'resident', assisted_by: 'SOMEBODY' });
    const resident = spanOf({ kind: 'resident', assisted_by: null });
    const staff = spanOf({ kind: 'account', assisted_by: null });
    expect(helped.most).toBe(HOUR / 2);
    expect(resident.idle).toBeLessThan(staff.idle);
    expect(resident.most).toBeLessThan(staff.most);
  });

  test('what is no token opens nothing', async () => {
    for (const token of ['', 'x', 'x'.repeat(10_000), "' or 1=1 --"])
      expect(await readSession(hub.app, token)).toBeNull();
  });
});

describe('what a session allows', () => {
  test('is asked anew at every request: an ended grant, an expired one, a disabled account', async () => {
    const token = await open();
    expect((await actorOf(token)).grants).toHaveLength(1);
    const day = { account: id, grant: 'translator', from: '2026-11-01', to: '2030-01-01' };
    const { id: dated } = await hub.must(grantRole, admin, day);
    expect((await actorOf(token)).grants.map((grant) => grant.role)).toEqual(['coordinator', 'translator']);
    await hub.must(endGrant, admin, { grant: dated });
    await hub.must(grantRole, admin, { ...day, grant: 'donor', to: '2026-11-02' });
    expect((await actorOf(token)).grants.map((grant) => grant.role)).toEqual(['coordinator']);
    await hub.must(setAccountState, admin, { account: id, state: 'disabled' });
    expect(await readSession(hub.app, token)).toBeNull();
    await hub.must(setAccountState, admin, { account: id, state: 'active' });
    expect(await readSession(hub.app, token)).toBeNull();
  });
});

describe('ending sessions', () => {
  test('signing in again in the same browser ends the session before; another browser keeps its own', async () => {
    const first = await open();
    const elsewhere = await open({ device: 'another' });
    const second = await open({ replaces: first });
    expect(await readSession(hub.app, first)).toBeNull();
    expect(await readSession(hub.app, second)).not.toBeNull();
    expect(await readSession(hub.app, elsewhere)).not.toBeNull();
    expect(second).not.toBe(first);
  });

  test('one’s own: yes; somebody else’s: only who manages accounts here; one that does not exist is answered like a foreign one', async () => {
    const own = await actorOf(await open());
    await account(hub, `other${turn}`, 'coordinator');
    const other = hub.actor('coordinator', { programme: true }, { account: 'OTHER' });
    const manager = hub.actor('administrator', { district: '120604' });
    const end = async (actor: Actor, hash: unknown) => verdict(await hub.run(endSession, actor, { hash }));
    expect(await end(visitor, own.sessionId)).toBe('permissions.sign-in');
    expect(await end(other, own.sessionId)).toBe('permissions.denied');
    expect(await end(other, 'none')).toBe('permissions.denied');
    expect(await end(manager, own.sessionId)).toBe('permissions.denied');
    expect(await end(own, '')).toBe('hash: field.required');
    expect(await end(admin, 'none')).toBe('accounts.session-unknown');
    expect(await end(own, own.sessionId)).toBe('ok');
    expect(await end(admin, own.sessionId)).toBe('ok');
    expect(await listOpenSessions(hub.app.db.read, hub.clock.now(), id)).toEqual([]);
  });

  test('all the others at once, and twice is as once', async () => {
    const here = await open();
    const there = await open({ device: 'another' });
    const actor = await actorOf(here);
    expect(verdict(await hub.run(endOtherSessions, visitor, {}))).toBe('permissions.sign-in');
    expect(verdict(await hub.run(endOtherSessions, system, {}))).toBe('permissions.sign-in');
    for (let i = 0; i < 2; i++) expect(verdict(await hub.run(endOtherSessions, actor, {}))).toBe('ok');
    expect(await readSession(hub.app, here)).not.toBeNull();
    expect(await readSession(hub.app, there)).toBeNull();
    expect(await listOpenSessions(hub.app.db.read, hub.clock.now(), id)).toHaveLength(1);
  });
});
