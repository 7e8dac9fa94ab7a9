// The one-time link of an empty programme: works once, within a day, over a safe line, while nobody governs.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { system } from '#platform/permissions';
import { testProgram, type TestProgram } from '../../../../../tests/support/program.ts';
import { account, hashed, HERE, PASSWORD, verdict, visitor } from '../accounts.fixtures.ts';
import { readSession } from '../sessions.ts';
import { signIn } from '../sign-in.ts';
import { claimStartLink, makeStartLink } from './first-administrator.ts';

let hub: TestProgram;
beforeEach(async () => void (hub = await testProgram()));
afterEach(() => hub.close());

async function claim(token: string, changes: Record<string, unknown> = {}) {
  const passwordHash = await hashed(PASSWORD);
  const input = { token, username: 'maestra', name: 'Maestra (demo)', passwordHash, secureTransport: true, ...changes };
  return hub.run(claimStartLink, visitor, input);
}

test('only the program makes a link', async () => {
  expect(verdict(await hub.run(makeStartLink, visitor, {}))).toBe('permissions.sign-in');
  expect(verdict(await hub.run(makeStartLink, hub.actor('administrator'), {}))).toBe('permissions.denied');
});

test('makes an administrator of the programme who can sign in; the second time it is worth nothing', async () => {
  const { token } = await hub.must(makeStartLink, system, {});
  expect(verdict(await claim(token))).toBe('ok');
  expect(verdict(await claim(token, { username: 'second' }))).toBe('accounts.link-ended');
  const result = await signIn(hub.app, { ...HERE, username: 'maestra', password: PASSWORD, code: '' });
  if (!result.ok) throw new Error(result.refusal.code);
  expect(await readSession(hub.app, result.token)).toMatchObject({
    grants: [{ role: 'administrator', scope: { programme: true } }],
  });
});

test('a wrong, an older or a late link is refused, and so is one while somebody governs', async () => {
  const { token: older } = await hub.must(makeStartLink, system, {});
  const { token } = await hub.must(makeStartLink, system, {});
  expect(verdict(await claim('x'))).toBe('accounts.link-ended');
  expect(verdict(await claim(older))).toBe('accounts.link-ended');
  hub.clock.forward(24 * 3_600_000 + 1);
  expect(verdict(await claim(token))).toBe('accounts.link-ended');
  const { token: fresh } = await hub.must(makeStartLink, system, {});
  await account(hub, 'somebody', 'administrator');
  expect(verdict(await claim(fresh))).toBe('accounts.link-ended');
});

test('a refusal leaves the link as it was: over plain HTTP from elsewhere, with a bad field', async () => {
  const { token } = await hub.must(makeStartLink, system, {});
  expect(verdict(await claim(token, { secureTransport: false }))).toBe('accounts.needs-https');
  expect(verdict(await claim(token, { username: '!', name: '' }))).toBe(
    'username: accounts.username-form, name: field.required',
  );
  expect(verdict(await claim(token, { passwordHash: PASSWORD }))).toBe('passwordHash: field.invalid');
  expect(verdict(await claim(token))).toBe('ok');
});
