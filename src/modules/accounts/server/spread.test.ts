// Accounts at telecentres: whose secrets travel, that the hub's word wins over any clock, that ending reaches where nobody is online.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { syncOnce } from '#replication';
import { system } from '#platform/permissions';
import { openProgramme, type TestProgramme } from '../../../../tests/support/desk.ts';
import { directLink } from '../../../../tests/support/link.ts';
import { account, hashed, HERE, NETWORK, PASSWORD, verdict } from './accounts.fixtures.ts';
import { resetPassword, setAccountState } from './commands/account-state.ts';
import { endGrant, grantRole, spreadAccounts } from './commands/grant-role.ts';
import { changeOwnPassword } from './own-account.ts';
import { listAccounts, listGrants } from './queries.ts';
import { readSession } from './sessions.ts';
import { signIn } from './sign-in.ts';
import { travelsTo } from './spread.ts';

let programme: TestProgramme;
beforeAll(async () => void (programme = await openProgramme(['120608', '120604'])));
afterAll(() => programme.close());

const desk = (at: number) => {
  const found = programme.desks[at];
  if (!found) throw new Error(`no telecentre ${at}`);
  return found;
};
const enter = (at: number, username: string, password = PASSWORD, device = username) =>
  signIn(desk(at).app, { ...NETWORK, device, username, password, code: '' });
const spreadAndSync = async () => {
  await programme.hub.must(spreadAccounts, system, {});
  await programme.sync();
};

describe('whose secrets travel', () => {
  const site = { id: 'SITE', district: '120608' };
  test.each([
    ['operator', { site: 'SITE', district: '120608' }, true],
    ['operator', { site: 'OTHER', district: '120608' }, false],
    ['facilitator', { district: '120608' }, true],
    ['facilitator', { district: '120604' }, false],
    ['facilitator', { province: '1206' }, true],
    ['administrator', { programme: true }, false],
    ['donor', { programme: true }, false],
    ['municipal-staff', { district: '120608' }, false],
    ['administrator', { site: 'SITE', district: '120608' }, true],
    ['operator', { organisation: 'ORG' }, false],
  ] as const)('%s for %o: %s', (role, scope, expected) => {
    expect(travelsTo({ role, scope }, site)).toBe(expected);
  });

  test('a telecentre holds who may sign in there and nobody else, the hub lists each once', async () => {
    await account(programme.hub, 'admin', 'administrator');
    await account(programme.hub, 'operadora', 'operator', { site: desk(0).site.id });
    await account(programme.hub, 'viajera', 'facilitator', { province: '1206' });
    await account(programme.hub, 'otra', 'operator', { site: desk(1).site.id });
    await programme.sync();
    const names = async (reader: Parameters<typeof listAccounts>[0]) =>
      (await listAccounts(reader)).map((one) => one.username);
    expect(await names(desk(0).app.db.read)).toEqual(['operadora', 'viajera']);
    expect(await names(desk(1).app.db.read)).toEqual(['otra', 'viajera']);
    expect(await names(programme.hub.app.db.read)).toEqual(['admin', 'operadora', 'otra', 'viajera']);
    const secrets = await desk(0).app.db.read.selectFrom('credential').select('account').execute();
    expect(new Set(secrets.map((row) => row.account)).size).toBe(2);
    expect([
      verdict(await enter(0, 'operadora')),
      verdict(await enter(0, 'otra')),
      verdict(await enter(0, 'admin')),
    ]).toEqual(['ok', 'accounts.wrong', 'accounts.wrong']);
  });

  test('a telecentre that comes later is given its people a few at a time until nothing is left', async () => {
    for (let i = 0; i < 8; i++) await account(programme.hub, `brigada${i}`, 'facilitator', { district: '120606' });
    await programme.hub.must(programme.hub.replica.sites.add, system, { name: 'Pangoa', district: '120606' });
    const rounds = [];
    for (let i = 0; i < 10 && rounds.at(-1) !== 0; i++)
      rounds.push((await programme.hub.must(spreadAccounts, system, {})).written);
    expect(rounds.filter((written) => written > 0)).toHaveLength(2);
    expect(rounds.at(-1)).toBe(0);
  });
});

describe('what is changed offline', () => {
  test('a password changed at a telecentre is right there at once, and everywhere after the two have met', async () => {
    const opened = await enter(0, 'viajera');
    const actor = opened.ok ? await readSession(desk(0).app, opened.token) : null;
    if (!actor) throw new Error('no session');
    const typed = { present: PASSWORD, password: 'nueva frase del viaje' };
    expect(verdict(await changeOwnPassword(desk(0).app, actor, typed))).toBe('ok');
    expect(verdict(await enter(0, 'viajera', typed.password))).toBe('ok');
    expect(verdict(await enter(1, 'viajera', typed.password))).toBe('accounts.wrong');
    await programme.sync();
    await spreadAndSync();
    expect(verdict(await enter(1, 'viajera', typed.password))).toBe('ok');
    expect(verdict(await enter(1, 'viajera', PASSWORD, 'x'))).toBe('accounts.wrong');
    expect((await programme.hub.must(spreadAccounts, system, {})).written).toBe(0);
  });

  test('the hub’s new password beats one that a clock of 2079 wrote, in whichever order they meet; a later change follows it', async () => {
    const centre = desk(0);
    const [who] = await listAccounts(programme.hub.app.db.read, { search: 'operadora' });
    if (!who) throw new Error('no account');
    const now = centre.clock.now();
    centre.clock.set(Date.UTC(2079, 0, 1));
    const opened = await enter(0, 'operadora');
    const actor = opened.ok ? await readSession(centre.app, opened.token) : null;
    if (!actor) throw new Error('no session');
    await changeOwnPassword(centre.app, actor, { present: PASSWORD, password: 'escrita en 2079' });
    expect(verdict(await enter(0, 'operadora', 'escrita en 2079'))).toBe('ok');
    centre.clock.set(now);
    const passwordHash = await hashed('palabra del servidor');
    await programme.hub.must(resetPassword, programme.hub.actor('administrator'), { account: who.id, passwordHash });
    await programme.sync();
    await spreadAndSync();
    expect(verdict(await enter(0, 'operadora', 'escrita en 2079', 'y'))).toBe('accounts.wrong');
    expect(verdict(await enter(0, 'operadora', 'palabra del servidor'))).toBe('ok');
    const again = await enter(0, 'operadora', 'palabra del servidor');
    const later = again.ok ? await readSession(centre.app, again.token) : null;
    if (!later) throw new Error('no session');
    const typed = { present: 'palabra del servidor', password: 'la que ella eligió' };
    expect(verdict(await changeOwnPassword(centre.app, later, typed))).toBe('ok');
    await programme.sync();
    const atHub = { ...HERE, username: 'operadora', password: 'la que ella eligió', code: '' };
    expect(verdict(await signIn(programme.hub.app, atHub))).toBe('ok');
  });
});

describe('ending', () => {
  test('a disabled account and an ended role reach the telecentre in its control log', async () => {
    const opened = await enter(1, 'otra');
    if (!opened.ok) throw new Error(opened.refusal.code);
    const [who] = await listAccounts(programme.hub.app.db.read, { search: 'otra' });
    const admin = programme.hub.actor('administrator');
    const [grant] = await listGrants(programme.hub.app.db.read, who?.id ?? '');
    await programme.hub.must(endGrant, admin, { grant: grant?.id });
    expect((await readSession(desk(1).app, opened.token))?.grants).toHaveLength(1);
    await programme.sync();
    expect((await readSession(desk(1).app, opened.token))?.grants).toHaveLength(0);
    await programme.hub.must(grantRole, admin, { account: who?.id, grant: 'operator', site: desk(1).site.id });
    await programme.sync();
    expect((await readSession(desk(1).app, opened.token))?.grants).toHaveLength(1);
    await programme.hub.must(setAccountState, admin, { account: who?.id, state: 'disabled' });
    const report = await syncOnce(desk(1).replica, { transport: directLink(programme.hub.replica) });
    expect(report.ok).toBe(true);
    expect(await readSession(desk(1).app, opened.token)).toBeNull();
    expect(verdict(await enter(1, 'otra'))).toBe('accounts.wrong');
  });

  test('no account is made, granted or turned off at a telecentre', async () => {
    const here = desk(0).actor('administrator', { programme: true });
    const [who] = await listAccounts(desk(0).app.db.read);
    expect(verdict(await desk(0).run(setAccountState, here, { account: who?.id, state: 'disabled' }))).toBe(
      'replication.hub-only',
    );
    expect(verdict(await desk(0).run(grantRole, here, { account: who?.id, grant: 'donor' }))).toBe(
      'replication.hub-only',
    );
  });
});
