// Staff at the sign-in: what is answered, what is slowed down, what a code is worth, and what nobody can tell apart.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { system } from '#platform/permissions';
import { testProgram, type TestProgram } from '../../../../tests/support/program.ts';
import { account, codeAt, HERE, NETWORK, PASSWORD, verdict } from './accounts.fixtures.ts';
import { resetTotp, setAccountState } from './commands/account-state.ts';
import { changeOwnPassword, changeOwnTotp } from './own-account.ts';
import { newTotpSecret } from './secrets.ts';
import { readSession } from './sessions.ts';
import { signIn, signInCode, type Attempt, type SignedIn } from './sign-in.ts';

const MINUTE = 60_000;
let hub: TestProgram;
let number = 0;
let username = '';
let id = '';
beforeAll(async () => void (hub = await testProgram()));
afterAll(() => hub.close());
beforeEach(async () => {
  username = `person${++number}`;
  id = await account(hub, username, 'coordinator');
});

const enter = (changes: Partial<Attempt & { username: string; password: string; code: string }> = {}) =>
  signIn(hub.app, { ...HERE, device: `device-${number}`, username, password: PASSWORD, code: '', ...changes });

async function actorOf(result: SignedIn) {
  if (!result.ok) throw new Error(`not signed in: ${result.refusal.code}`);
  return readSession(hub.app, result.token);
}

describe('with a password', () => {
  test('the right one opens a session with what is granted, whatever the letters of the username', async () => {
    const actor = await actorOf(await enter({ username: ` ${username.toUpperCase()} ` }));
    expect(actor).toMatchObject({ kind: 'account', account: id, grants: [{ role: 'coordinator' }] });
  });

  test('a wrong one, an unknown name, an empty name, a disabled account: one answer', async () => {
    const answers = [
      await enter({ password: 'wrong' }),
      await enter({ username: 'nobody.here' }),
      await enter({ username: '' }),
    ];
    await hub.must(setAccountState, system, { account: id, state: 'disabled' });
    answers.push(await enter({ device: 'elsewhere' }));
    expect(answers.map(verdict)).toEqual(Array(4).fill('accounts.wrong'));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  test('an unknown name is verified against a hash like a known one', async () => {
    const { hashSecret, secretHolds } = await import('./secrets.ts');
    const parameters = (hash: string) => hash.split('$').slice(0, 4).join('$');
    expect(parameters(await hashSecret('x'))).toBe('$argon2id$v=19$m=19456,t=2,p=1');
    expect(await secretHolds(null, PASSWORD)).toBe(false);
    expect(await secretHolds('not a hash', PASSWORD)).toBe(false);
  });

  test('what was typed as a username is written nowhere', async () => {
    await enter({ username: 'my secret phrase by mistake' });
    const audit = await hub.app.db.read.selectFrom('audit_entry').selectAll().execute();
    const guards = await hub.app.db.read.selectFrom('sign_in_guard').selectAll().execute();
    expect(JSON.stringify([audit, guards])).not.toContain('my secret phrase');
    expect(audit.at(-1)).toMatchObject({ event: 'accounts.sign-in-failed', subject: 'unknown' });
  });

  test('from another machine without TLS only roles of the desk sign in; the same person over TLS does', async () => {
    expect(verdict(await enter(NETWORK))).toBe('accounts.needs-https');
    expect(verdict(await enter({ facts: { ...NETWORK.facts, secure: true } }))).toBe('ok');
    const both = `both${number}`;
    const who = await account(hub, both, 'operator', { district: '120608' });
    const over = await signIn(hub.app, { ...NETWORK, username: both, password: PASSWORD, code: '' });
    expect(await actorOf(over)).toMatchObject({ account: who, grants: [{ role: 'operator' }] });
    // a role granted later does not become usable over the line on which it could not have signed in
    const { grantRole } = await import('./commands/grant-role.ts');
    await hub.must(grantRole, system, { account: who, grant: 'coordinator' });
    expect((await actorOf(over))?.grants.map((grant) => grant.role)).toEqual(['operator']);
  });
});

describe('guessing', () => {
  test('after three wrong passwords one waits, longer each time, and a right one has to wait too', async () => {
    for (let i = 0; i < 3; i++)
      expect(verdict(await enter({ password: `wrong ${i}`, device: `d${i}` }))).toBe('accounts.wrong');
    const held = await enter({ device: 'd4' });
    expect(held).toMatchObject({ ok: false, refusal: { code: 'accounts.wait', params: { seconds: 1 } } });
    hub.clock.forward(1_001);
    expect(verdict(await enter({ password: 'wrong', device: 'd5' }))).toBe('accounts.wrong');
    expect(await enter({ device: 'd6' })).toMatchObject({ refusal: { params: { seconds: 2 } } });
    hub.clock.forward(2_001);
    expect(verdict(await enter({ device: 'd7' }))).toBe('ok');
    expect(verdict(await enter({ password: 'wrong', device: 'd8' }))).toBe('accounts.wrong');
  });

  test('forty tries at once are forty failures and not none', async () => {
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, i) => enter({ password: `guess ${i}`, device: `many ${i}` })),
    );
    expect(all.filter((one) => verdict(one) === 'accounts.wrong')).toHaveLength(3);
    expect(all.filter((one) => verdict(one) === 'accounts.wait')).toHaveLength(37);
  });

  test('trying while one has to wait makes it no longer', async () => {
    for (let i = 0; i < 3; i++) await enter({ password: 'wrong', device: `w${i}` });
    for (let i = 0; i < 20; i++) await enter({ password: 'wrong', device: `x${i}` });
    expect(await enter()).toMatchObject({ refusal: { params: { seconds: 1 } } });
  });

  test('who guesses from elsewhere does not lock the person out at her own device', async () => {
    await enter({ device: 'her own desk' });
    for (let i = 0; i < 12; i++) {
      await enter({ password: 'wrong', device: `stranger ${i}` });
      hub.clock.forward(15 * MINUTE);
    }
    await enter({ password: 'wrong', device: 'stranger' });
    expect(verdict(await enter({ device: 'stranger' }))).toBe('accounts.wait');
    expect(verdict(await enter({ device: 'her own desk' }))).toBe('ok');
  });

  test('one device is slowed down over many names, and forgiven with time, not by its own success', async () => {
    const device = `shared ${number}`;
    for (let i = 0; i < 5; i++) await enter({ username: `somebody${i}`, password: 'x', device });
    expect(verdict(await enter({ device }))).toBe('accounts.wait');
    hub.clock.forward(1_001);
    expect(verdict(await enter({ device }))).toBe('ok');
    expect(verdict(await enter({ username: 'somebody9', password: 'x', device }))).toBe('accounts.wrong');
    expect(verdict(await enter({ device }))).toBe('accounts.wait');
    hub.clock.forward(10 * MINUTE);
    expect(verdict(await enter({ username: 'somebody10', password: 'x', device }))).toBe('accounts.wrong');
    expect(verdict(await enter({ device }))).toBe('ok');
  });

  test('a clock that was ahead and is right again locks nobody out for longer than the longest wait, and sessions open', async () => {
    const apart = await testProgram();
    try {
      await account(apart, 'rosa', 'operator', { district: '120608' });
      const there = (password: string, device: string) =>
        signIn(apart.app, { ...NETWORK, device, username: 'rosa', password, code: '' });
      const now = apart.clock.now();
      apart.clock.set(now + 10 * 365 * 86_400_000);
      for (let i = 0; i < 14; i++) {
        await there('wrong', `t${i}`);
        apart.clock.forward(15 * MINUTE);
      }
      await there('wrong', 't');
      apart.clock.set(now);
      const held = await there(PASSWORD, 'u');
      expect(held).toMatchObject({ ok: false, refusal: { code: 'accounts.wait' } });
      if (!held.ok) expect(Number(held.refusal.params.seconds)).toBeLessThanOrEqual(15 * 60);
      await apart.app.db.transaction((tx) => tx.local.deleteFrom('sign_in_guard').execute());
      const opened = await there(PASSWORD, 'u');
      if (!opened.ok) throw new Error('not signed in');
      expect(await readSession(apart.app, opened.token)).toMatchObject({ kind: 'account' });
    } finally {
      await apart.close();
    }
  });
});

describe('with a second factor', () => {
  let secret = '';
  async function turnOn() {
    secret = newTotpSecret();
    const actor = await actorOf(await enter());
    if (!actor) throw new Error('no session');
    const code = codeAt(secret, hub.clock.now());
    expect(verdict(await changeOwnTotp(hub.app, actor, { secret, code }))).toBe('ok');
    hub.clock.forward(61_000);
    return actor;
  }
  const now = (shift = 0) => codeAt(secret, hub.clock.now() + shift * 30_000);
  async function pendingOf() {
    const first = await enter();
    if (first.ok || !first.pending) throw new Error('no second step was asked for');
    expect(first.refusal.code).toBe('accounts.code-needed');
    return first.pending;
  }
  const second = (pending: string, code: string, changes: Partial<Attempt> = {}) =>
    signInCode(hub.app, { ...HERE, device: `device-${number}`, pending, code, ...changes });

  test('the password alone opens nothing; the code after it does, once', async () => {
    await turnOn();
    const pending = await pendingOf();
    const code = now();
    expect(verdict(await second(pending, code))).toBe('ok');
    expect(verdict(await second(pending, code))).toBe('accounts.code-used');
    expect(verdict(await enter({ code }))).toBe('accounts.code-used');
    hub.clock.forward(30_000);
    expect(verdict(await enter({ code: now() }))).toBe('ok');
  });

  test('a code of the step before and after is taken, one further is not', async () => {
    await turnOn();
    const pending = await pendingOf();
    expect(verdict(await second(pending, now(-2)))).toBe('accounts.code-wrong');
    expect(verdict(await second(pending, now(2)))).toBe('accounts.code-wrong');
    expect(verdict(await second(pending, now(-1)))).toBe('ok');
    expect(verdict(await second(await pendingOf(), now(1)))).toBe('ok');
    // what is older than the last code taken is not taken any more
    expect(verdict(await second(await pendingOf(), now(0)))).toBe('accounts.code-used');
  });

  test.each(['', '12345', 'abcdef', '000 000 0', '１２３４５６'])('%j is no code', async (typed) => {
    await turnOn();
    const answer = await second(await pendingOf(), typed);
    expect(verdict(answer)).toBe(typed === '' ? 'accounts.code-needed' : 'accounts.code-wrong');
    expect(answer).toHaveProperty('pending');
  });

  test('codes are guessed as slowly as passwords, and a right password in between forgives nothing', async () => {
    await turnOn();
    for (let i = 0; i < 3; i++)
      expect(verdict(await second(await pendingOf(), `00000${i}`))).toBe('accounts.code-wrong');
    expect(verdict(await second(await pendingOf(), now()))).toBe('accounts.wait');
  });

  test('the word of the first step holds for five minutes, on its device, unchanged, and ends with the account', async () => {
    await turnOn();
    const pending = await pendingOf();
    expect(verdict(await second(pending, now(), { device: 'another' }))).toBe('accounts.code-late');
    expect(
      verdict(
        await second(
          pending.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
          now(),
        ),
      ),
    ).toBe('accounts.code-late');
    expect(verdict(await second('', now()))).toBe('accounts.code-late');
    hub.clock.forward(5 * MINUTE);
    expect(verdict(await second(pending, now()))).toBe('accounts.code-late');
    const fresh = await pendingOf();
    await hub.must(setAccountState, system, { account: id, state: 'disabled' });
    expect(verdict(await second(fresh, now()))).toBe('accounts.code-late');
  });

  test('where the clock is not known a right code is taken, and a wrong one is explained by the clock', async () => {
    await turnOn();
    const code = now();
    hub.clock.set(hub.clock.now(), 'unknown');
    expect(verdict(await second(await pendingOf(), '000000'))).toBe('accounts.clock-unknown');
    expect(verdict(await second(await pendingOf(), code))).toBe('ok');
    hub.clock.set(hub.clock.now(), 'synced');
  });

  test('turned off only with a code, by the person; or by somebody who manages accounts', async () => {
    const actor = await turnOn();
    const off = (code: string) => changeOwnTotp(hub.app, actor, { secret: '', code });
    expect(verdict(await off(''))).toBe('code: field.required');
    expect(verdict(await off('000000'))).toBe('accounts.code-wrong');
    expect(verdict(await off(now()))).toBe('ok');
    expect(verdict(await enter())).toBe('ok');
    hub.clock.forward(60_000);
    await turnOn();
    await hub.must(resetTotp, system, { account: id });
    expect(verdict(await enter())).toBe('ok');
  });

  test('a secret is taken over only with a code of it, and not over one that is on', async () => {
    const actor = await turnOn();
    const other = newTotpSecret();
    const code = codeAt(other, hub.clock.now());
    expect(verdict(await changeOwnTotp(hub.app, actor, { secret: other, code }))).toBe('accounts.totp-already');
    expect(verdict(await changeOwnTotp(hub.app, actor, { secret: 'short', code }))).toBe('secret: field.invalid');
  });
});

describe('changing the password', () => {
  test('with the present one; then the old one is worth nothing and other sessions have ended', async () => {
    const here = await enter();
    const there = await enter({ device: 'another' });
    const actor = await actorOf(here);
    if (!actor || !there.ok || !here.ok) throw new Error('no session');
    const change = (present: string, password: string) => changeOwnPassword(hub.app, actor, { present, password });
    expect(verdict(await change('wrong', 'una frase nueva'))).toBe('accounts.wrong');
    expect(verdict(await change(PASSWORD, 'corta'))).toBe('accounts.password-short');
    expect(verdict(await change(PASSWORD, 'una frase nueva'))).toBe('ok');
    expect(await readSession(hub.app, there.token)).toBeNull();
    expect(await readSession(hub.app, here.token)).not.toBeNull();
    expect(verdict(await enter())).toBe('accounts.wrong');
    expect(verdict(await enter({ password: 'una frase nueva' }))).toBe('ok');
  });

  test('whoever found a session open does not guess the password through it', async () => {
    const actor = await actorOf(await enter());
    if (!actor) throw new Error('no session');
    for (let i = 0; i < 3; i++)
      await changeOwnPassword(hub.app, actor, { present: `guess ${i}`, password: 'una frase nueva' });
    const held = await changeOwnPassword(hub.app, actor, { present: PASSWORD, password: 'una frase nueva' });
    expect(verdict(held)).toBe('accounts.wait');
  });
});
