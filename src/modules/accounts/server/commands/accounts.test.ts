// Accounts made, granted, turned off and given new secrets: by whom, where, and what a second sending does.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '#platform/permissions';
import { system } from '#platform/permissions';
import { testProgram, type TestProgram } from '../../../../../tests/support/program.ts';
import { account, hashed, PASSWORD, verdict, visitor } from '../accounts.fixtures.ts';
import { latestCredential } from '../credentials.ts';
import { activeGrants, findAccount, listAccounts, listGrants, rolesNow } from '../queries.ts';
import { resetPassword, resetTotp, setAccountState } from './account-state.ts';
import { addAccount } from './add-account.ts';
import { endGrant, grantRole } from './grant-role.ts';
import { setRole } from './roles.ts';

let hub: TestProgram;
let admin: Actor;
let districtAdmin: Actor;
let operator: Actor;
beforeAll(async () => {
  hub = await testProgram();
  const first = await account(hub, 'admin', 'administrator');
  admin = hub.actor('administrator', { programme: true }, { account: first });
  districtAdmin = hub.actor('administrator', { district: '120608' }, { account: 'DISTRICT-ADMIN' });
  operator = hub.actor('operator', { district: '120608' });
});
afterAll(() => hub.close());

const person = async (changes: Record<string, unknown> = {}) => ({
  username: 'rosa.quispe',
  name: 'Rosa (demo)',
  passwordHash: await hashed(PASSWORD),
  ...changes,
});

describe('adding an account', () => {
  test('signed out, another role and another district are refused', async () => {
    expect(verdict(await hub.run(addAccount, visitor, await person()))).toBe('permissions.sign-in');
    expect(verdict(await hub.run(addAccount, operator, await person()))).toBe('permissions.denied');
    expect(verdict(await hub.run(addAccount, districtAdmin, await person()))).toBe('permissions.denied');
    const elsewhere = await person({ grant: 'operator', district: '120604' });
    expect(verdict(await hub.run(addAccount, districtAdmin, elsewhere))).toBe('permissions.denied');
  });

  test.each([
    [{ username: '' }, 'username: field.required'],
    [{ username: 'Á b' }, 'username: accounts.username-form'],
    [{ username: 'x'.repeat(41) }, 'username: field.too-long'],
    [{ name: '   ' }, 'name: field.required'],
    [{ passwordHash: 'in the clear' }, 'passwordHash: field.invalid'],
    [{ language: '<b>' }, 'language: field.choose'],
    [{ site: 'no id' }, 'site: field.not-an-id'],
    [{ district: '12060' }, 'district: field.not-a-ubigeo'],
  ])('%o says which field does not fit', async (changes, expected) => {
    expect(verdict(await hub.run(addAccount, admin, await person(changes)))).toBe(expected);
  });

  test('a role that nobody ships is refused and leaves no account behind', async () => {
    const input = await person({ username: 'nobody', grant: 'emperor' });
    expect(verdict(await hub.run(addAccount, admin, input))).toBe('accounts.role-unknown');
    expect((await listAccounts(hub.app.db.read)).map((one) => one.username)).not.toContain('nobody');
  });

  test('made once, with its grant; sent again it is the same account; the username is taken then', async () => {
    const input = await person({ grant: 'municipal-staff', district: '120608' });
    const made = await hub.must(addAccount, admin, input, 'key-1');
    expect(await hub.must(addAccount, admin, input, 'key-1')).toEqual(made);
    expect(await findAccount(hub.app.db.read, made.id)).toMatchObject({ username: 'rosa.quispe', state: 'active' });
    const grants = await activeGrants(hub.app.db.read, made.id, hub.app.roles);
    expect(grants).toMatchObject([{ role: 'municipal-staff', scope: { district: '120608' } }]);
    const again = await hub.run(addAccount, admin, await person({ username: 'ROSA.Quispe' }), 'key-2');
    expect(verdict(again)).toBe('accounts.username-taken');
  });

  test('who manages one district adds people there', async () => {
    const input = await person({ username: 'posta', grant: 'municipal-staff', district: '120608' });
    expect(verdict(await hub.run(addAccount, districtAdmin, input))).toBe('ok');
  });
});

describe('granting and ending a role', () => {
  let who: string;
  beforeAll(async () => void (who = await account(hub, 'lidia')));
  const grant = (changes: Record<string, unknown> = {}) => ({
    account: who,
    grant: 'coordinator',
    district: '120608',
    ...changes,
  });

  test('signed out, another role, another district and the whole programme by a district are refused', async () => {
    expect(verdict(await hub.run(grantRole, visitor, grant()))).toBe('permissions.sign-in');
    expect(verdict(await hub.run(grantRole, operator, grant()))).toBe('permissions.denied');
    expect(verdict(await hub.run(grantRole, districtAdmin, grant({ district: '120604' })))).toBe('permissions.denied');
    const all = grant({ district: '', scopeKind: 'programme' });
    expect(verdict(await hub.run(grantRole, districtAdmin, all))).toBe('permissions.denied');
  });

  test.each([
    [{ account: '' }, 'account: field.required'],
    [{ grant: '' }, 'grant: field.required'],
    [{ grant: 'emperor' }, 'accounts.role-unknown'],
    [{ from: '2026-02-30' }, 'from: field.not-a-date'],
    [{ from: '2026-12-31', to: '2026-12-01' }, 'accounts.dates-crossed'],
    [{ scopeKind: 'planet' }, 'scopeKind: field.choose'],
    [{ scopeKind: 'site', district: '' }, 'field.required'],
  ])('%o is refused', async (changes, expected) => {
    expect(verdict(await hub.run(grantRole, admin, grant(changes)))).toBe(expected);
  });

  test('an account that is not here is refused', async () => {
    const id = hub.replica.newId();
    expect(verdict(await hub.run(grantRole, admin, grant({ account: id })))).toBe('accounts.unknown');
  });

  test('granted once; the same again is the same grant; ended it counts no more, and ending it again changes nothing', async () => {
    const first = await hub.must(grantRole, districtAdmin, grant(), 'g');
    expect(await hub.must(grantRole, districtAdmin, grant(), 'g')).toEqual(first);
    expect(await hub.must(grantRole, districtAdmin, grant(), 'another key')).toEqual(first);
    expect(verdict(await hub.run(endGrant, visitor, { grant: first.id }))).toBe('permissions.sign-in');
    const stranger = hub.actor('administrator', { district: '120604' });
    expect(verdict(await hub.run(endGrant, stranger, { grant: first.id }))).toBe('permissions.denied');
    expect(verdict(await hub.run(endGrant, admin, { grant: hub.replica.newId() }))).toBe('accounts.grant-unknown');
    expect(verdict(await hub.run(endGrant, districtAdmin, { grant: first.id }))).toBe('ok');
    expect(verdict(await hub.run(endGrant, districtAdmin, { grant: first.id }))).toBe('ok');
    expect(await activeGrants(hub.app.db.read, who, hub.app.roles)).toEqual([]);
    expect(await listGrants(hub.app.db.read, who)).toMatchObject([{ ended: true }]);
  });

  test('a grant counts from its first to its last day, both included, and always where the clock is not to be trusted', async () => {
    await hub.must(grantRole, admin, grant({ from: '2026-11-10', to: '2026-11-20' }));
    const on = async (today?: string) => (await activeGrants(hub.app.db.read, who, hub.app.roles, today)).length;
    expect(await Promise.all(['2026-11-09', '2026-11-10', '2026-11-20', '2026-11-21'].map(on))).toEqual([0, 1, 1, 0]);
    expect(await on()).toBe(1);
  });

  test('the last who governs the programme keeps the role, until somebody else has it', async () => {
    const [own] = await listGrants(hub.app.db.read, admin.account ?? '');
    expect(verdict(await hub.run(endGrant, admin, { grant: own?.id }))).toBe('accounts.last-administrator');
    const second = await account(hub, 'second', 'administrator');
    expect(verdict(await hub.run(endGrant, admin, { grant: own?.id }))).toBe('ok');
    const other = hub.actor('administrator', { programme: true }, { account: 'SOMEBODY' });
    expect(verdict(await hub.run(setAccountState, other, { account: second, state: 'disabled' }))).toBe(
      'accounts.last-administrator',
    );
    await hub.must(grantRole, system, { account: admin.account, grant: 'administrator' });
    expect(verdict(await hub.run(setAccountState, other, { account: second, state: 'disabled' }))).toBe('ok');
  });
});

describe('turning off, new password, second factor', () => {
  let who: string;
  let general: string;
  beforeAll(async () => {
    who = await account(hub, 'municipio', 'municipal-staff', { district: '120608' });
    general = await account(hub, 'equipo', 'programme-staff');
  });

  type Try = (actor: Actor, id: string) => Promise<string>;
  const tries: [string, Try][] = [
    ['state', async (as, id) => verdict(await hub.run(setAccountState, as, { account: id, state: 'disabled' }))],
    [
      'password',
      async (as, id) =>
        verdict(await hub.run(resetPassword, as, { account: id, passwordHash: await hashed('otra frase') })),
    ],
    ['second factor', async (as, id) => verdict(await hub.run(resetTotp, as, { account: id }))],
  ];
  test.each(tries)('%s: signed out, another role, another place and a nobody are refused', async (_name, as) => {
    const stranger = hub.actor('administrator', { district: '120604' }, { account: 'STRANGER' });
    expect(await as(visitor, who)).toBe('permissions.sign-in');
    expect(await as(operator, who)).toBe('permissions.denied');
    expect(await as(stranger, who)).toBe('permissions.denied');
    // who manages one district does not take over who is granted for the whole programme
    expect(await as(districtAdmin, general)).toBe('permissions.denied');
    expect(await as(admin, hub.replica.newId())).toBe('accounts.unknown');
    expect(await as(admin, 'x')).toBe('account: field.not-an-id');
  });

  test('off and on again, the same twice; nobody turns off herself', async () => {
    const off = { account: who, state: 'disabled' };
    expect(verdict(await hub.run(setAccountState, districtAdmin, off))).toBe('ok');
    expect(verdict(await hub.run(setAccountState, districtAdmin, off))).toBe('ok');
    expect(await findAccount(hub.app.db.read, who)).toMatchObject({ state: 'disabled' });
    await hub.must(setAccountState, districtAdmin, { account: who, state: 'active' });
    expect(verdict(await hub.run(setAccountState, admin, { ...off, account: admin.account }))).toBe(
      'accounts.not-yourself',
    );
    expect(verdict(await hub.run(setAccountState, admin, { account: who, state: 'asleep' }))).toBe(
      'state: field.choose',
    );
  });

  test('a new password replaces the old one', async () => {
    const before = await latestCredential(hub.app.db.read, who, 'password');
    const passwordHash = await hashed('otra frase larga');
    expect(verdict(await hub.run(resetPassword, districtAdmin, { account: who, passwordHash }, 'r'))).toBe('ok');
    expect(verdict(await hub.run(resetPassword, districtAdmin, { account: who, passwordHash }, 'r'))).toBe('ok');
    expect(before).not.toBe(passwordHash);
    expect(await latestCredential(hub.app.db.read, who, 'password')).toBe(passwordHash);
  });
});

describe('roles as data', () => {
  const input = (changes: Record<string, unknown> = {}) => ({
    name: 'auditor',
    permissions: ['audit.read'],
    ...changes,
  });

  test('the ladder', async () => {
    expect(verdict(await hub.run(setRole, visitor, input()))).toBe('permissions.sign-in');
    expect(verdict(await hub.run(setRole, operator, input()))).toBe('permissions.denied');
    expect(verdict(await hub.run(setRole, districtAdmin, input()))).toBe('permissions.denied');
    expect(verdict(await hub.run(setRole, admin, input({ name: 'Á' })))).toBe('name: accounts.role-form');
    expect(verdict(await hub.run(setRole, admin, input({ permissions: ['world.rule'] })))).toBe(
      'accounts.permission-unknown',
    );
    const { id } = await hub.must(setRole, admin, input());
    expect(await hub.must(setRole, admin, input())).toEqual({ id });
    const roles = await rolesNow(hub.app.db.read, hub.app.roles);
    expect(roles.get('auditor')).toEqual(new Set(['audit.read']));
  });

  test('a row adds to a shipped role and never takes away', async () => {
    const shipped = hub.app.roles.get('evaluator') ?? new Set();
    await hub.must(setRole, admin, { name: 'evaluator', permissions: ['audit.read'] });
    const now = (await rolesNow(hub.app.db.read, hub.app.roles)).get('evaluator');
    expect(now).toEqual(new Set([...shipped, 'audit.read']));
  });
});
