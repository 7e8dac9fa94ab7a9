// Residents at a telecentre: card with PIN or pictures, or with the help of somebody present; from its own network only.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { system, type Actor } from '#platform/permissions';
import { openDesk, type TestDesk } from '../../../../tests/support/desk.ts';
import { testProgram } from '../../../../tests/support/program.ts';
import { hashed, NETWORK, verdict } from './accounts.fixtures.ts';
import { startHelp } from './commands/assist.ts';
import { setResidentCredential } from './commands/credentials.ts';
import { endSession, tidySessions } from './commands/sessions.ts';
import { PICTURES } from './secrets.ts';
import { readSession } from './sessions.ts';
import { signInResident, signInWithHelp, type Attempt, type SignedIn } from './sign-in.ts';

const PIN = '48213';
const HOUR = 3_600_000;
let desk: TestDesk;
let operator: Actor;
let person: { id: string; card: string };
let turn = 0;
beforeAll(async () => {
  desk = await openDesk();
  operator = { ...desk.operator, account: 'OPERATOR-ONE' };
});
afterAll(() => desk.close());
beforeEach(async () => {
  turn += 1;
  person = await desk.register({ given: `Rosa ${'abcdefghijklmnopqrstuvwxyz'[turn % 26] ?? ''}` });
});

async function give(kind: 'pin' | 'pictures', secret: string, who = person.id) {
  return desk.run(setResidentCredential, operator, { person: who, kind, secretHash: await hashed(secret) });
}
const enter = (secret: string, changes: Partial<Attempt & { card: string; kind: 'pin' | 'pictures' }> = {}) =>
  signInResident(desk.app, { ...NETWORK, device: `kiosk ${turn}`, card: person.card, kind: 'pin', secret, ...changes });

const read = (result: SignedIn) => (result.ok ? readSession(desk.app, result.token) : Promise.resolve(null));

describe('setting a PIN or pictures', () => {
  test('signed out, another role, another telecentre’s operator, somebody who is not here', async () => {
    const input = { person: person.id, kind: 'pin', secretHash: await hashed(PIN) };
    expect(verdict(await desk.run(setResidentCredential, desk.visitor, input))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(setResidentCredential, desk.resident(person.id), input))).toBe('permissions.denied');
    expect(verdict(await desk.run(setResidentCredential, desk.stranger, input))).toBe('permissions.denied');
    const nobody = { ...input, person: desk.replica.newId() };
    expect(verdict(await desk.run(setResidentCredential, operator, nobody))).toBe('people.not-found');
  });

  test('only a hash is taken, of a known kind', async () => {
    const bad = { person: 'x', kind: 'song', secretHash: PIN };
    expect(verdict(await desk.run(setResidentCredential, operator, bad))).toBe(
      'person: field.not-an-id, kind: field.choose, secretHash: field.invalid',
    );
  });

  test('the last one set counts, also after the clock went back, and whoever was signed in has to sign in again', async () => {
    await give('pin', PIN);
    const before = await enter(PIN);
    const now = desk.clock.now();
    await give('pin', '1111');
    expect(await read(before)).toBeNull();
    desk.clock.set(now - HOUR);
    await give('pin', '2222');
    desk.clock.set(now + 60_000);
    expect(verdict(await enter('1111'))).toBe('accounts.wrong-card');
    expect(verdict(await enter('2222'))).toBe('ok');
  });
});

describe('with a card', () => {
  test('PIN or pictures in their order open a session for the district’s residents', async () => {
    const [a, b, c] = PICTURES;
    await give('pin', PIN);
    await give('pictures', `${a} ${b} ${c}`);
    expect(await read(await enter(PIN))).toMatchObject({
      kind: 'resident',
      person: person.id,
      grants: [{ role: 'resident' }],
    });
    expect(verdict(await enter(`${a} ${b} ${c}`, { kind: 'pictures' }))).toBe('ok');
    expect(verdict(await enter(`${c} ${b} ${a}`, { kind: 'pictures' }))).toBe('accounts.wrong-card');
    expect(verdict(await enter(PIN, { kind: 'pictures' }))).toBe('accounts.wrong-card');
  });

  test('with dashes and spaces it is the same card; one with a wrong digit says so without a try', async () => {
    await give('pin', PIN);
    expect(verdict(await enter(PIN, { card: ` ${person.card.slice(0, 3)}-${person.card.slice(3)} ` }))).toBe('ok');
    const wrongDigit = person.card.slice(0, -1) + String((Number(person.card.slice(-1)) + 1) % 10);
    expect(verdict(await enter(PIN, { card: wrongDigit }))).toBe('accounts.wrong-card');
    expect(verdict(await enter(PIN, { card: '' }))).toBe('accounts.wrong-card');
  });

  test('a person without a secret, and a wrong secret, are answered alike', async () => {
    const without = await enter(PIN);
    await give('pin', '9999');
    expect(await enter(PIN)).toEqual(without);
    expect(verdict(without)).toBe('accounts.wrong-card');
  });

  test('from outside the telecentre’s own network, and at the hub, nobody signs in with a card', async () => {
    await give('pin', PIN);
    for (const address of ['190.12.33.4', '2001:db8::1', '::ffff:190.12.33.4', ''])
      expect(verdict(await enter(PIN, { facts: { ...NETWORK.facts, address } })), address).toBe('accounts.only-here');
    for (const address of ['10.0.0.9', '172.20.1.1', '::ffff:192.168.7.7', 'fe80::1', 'fd00::7', '127.0.0.1'])
      expect(verdict(await enter(PIN, { facts: { ...NETWORK.facts, address } })), address).toBe('ok');
    const hub = await testProgram();
    const attempt = { ...NETWORK, card: person.card, kind: 'pin' as const, secret: PIN };
    expect(verdict(await signInResident(hub.app, attempt))).toBe('accounts.only-here');
    await hub.close();
  });
});

describe('guessing a card', () => {
  test('is slowed per card, however it is written and from whichever device', async () => {
    await give('pin', PIN);
    const spellings = [
      person.card,
      `${person.card.slice(0, 2)} ${person.card.slice(2)}`,
      person.card.split('').join('-'),
    ];
    for (const [i, card] of spellings.entries())
      expect(verdict(await enter('0000', { card, device: `spelling ${turn} ${i}` }))).toBe('accounts.wrong-card');
    expect(verdict(await enter(PIN, { device: `fourth ${turn}` }))).toBe('accounts.wait');
  });

  test('a number that nobody has waits like one that somebody has', async () => {
    const { makeCard } = await import('#modules/people');
    const nobodys = makeCard(7, `nobody ${turn}`);
    const outcomes = [];
    for (let i = 0; i < 4; i++) outcomes.push(verdict(await enter('0000', { card: nobodys, device: `n${turn}${i}` })));
    expect(outcomes).toEqual(['accounts.wrong-card', 'accounts.wrong-card', 'accounts.wrong-card', 'accounts.wait']);
  });

  test('is slowed per device over many cards', async () => {
    const device = `guesser ${turn}`;
    const cards = [];
    for (let i = 0; i < 6; i++) cards.push((await desk.register({ given: `Other ${'qrstuv'[i] ?? ''}` })).card);
    const outcomes = [];
    for (const card of cards) outcomes.push(verdict(await enter('0000', { card, device })));
    expect(outcomes).toEqual([...Array<string>(5).fill('accounts.wrong-card'), 'accounts.wait']);
  });

  test('ends after twenty wrong tries; at the desk a new secret opens the card again', async () => {
    await give('pin', PIN);
    for (let i = 0; i < 20; i++) {
      await enter('0000', { device: `slow ${turn} ${i}` });
      desk.clock.forward(HOUR);
    }
    desk.clock.forward(365 * 24 * HOUR);
    expect(verdict(await enter(PIN))).toBe('accounts.card-stopped');
    await give('pin', '77777');
    expect(verdict(await enter('77777'))).toBe('ok');
  });
});

describe('with the help of somebody present', () => {
  const start = (actor: Actor, changes: Record<string, unknown> = {}) =>
    desk.run(startHelp, actor, { person: person.id, presence: 'witness', ...changes });
  const withNumber = (code: string, changes: Partial<Attempt> = {}) =>
    signInWithHelp(desk.app, { ...NETWORK, device: `helped ${turn}`, code, ...changes });

  test('signed out, another role, another telecentre’s operator, no proof of presence, somebody who is not here', async () => {
    expect(verdict(await start(desk.visitor))).toBe('permissions.sign-in');
    expect(verdict(await start(desk.resident(person.id)))).toBe('permissions.denied');
    expect(verdict(await start(desk.stranger))).toBe('permissions.denied');
    expect(verdict(await start(operator, { presence: '' }))).toBe('presence: field.choose');
    expect(verdict(await start(operator, { person: desk.replica.newId() }))).toBe('people.not-found');
    expect(verdict(await start(system))).toBe('permissions.denied');
  });

  test('the number opens her session once, for half an hour; both stand in the audit, with beginning and end', async () => {
    const code = await helpCode();
    const opened = await withNumber(`${code.slice(0, 3)} ${code.slice(3)}`);
    expect(await read(opened)).toMatchObject({ kind: 'resident', person: person.id });
    expect(verdict(await withNumber(code))).toBe('accounts.help-wrong');
    desk.clock.forward(20 * 60_000);
    expect(await read(opened)).not.toBeNull();
    desk.clock.forward(10 * 60_000);
    expect(await read(opened)).toBeNull();
    await desk.must(tidySessions, system, {});
    const audit = await desk.app.db.read
      .selectFrom('audit_entry')
      .selectAll()
      .where('subject', '=', person.id)
      .execute();
    expect(audit.map(({ event, actor, detail }) => [event, actor, detail])).toEqual([
      ['accounts.help-started', 'OPERATOR-ONE', '{"presence":"witness"}'],
      ['accounts.signed-in', 'system', '{"assistedBy":"OPERATOR-ONE"}'],
      ['accounts.session-ended', 'system', '{"assistedBy":"OPERATOR-ONE"}'],
    ]);
  });

  test('ended by the person, its end is in the audit once', async () => {
    const opened = await withNumber(await helpCode());
    const actor = await read(opened);
    if (!actor) throw new Error('no session');
    for (let i = 0; i < 2; i++) await desk.must(endSession, actor, { hash: actor.sessionId });
    desk.clock.forward(HOUR);
    await desk.must(tidySessions, system, {});
    const ends = await desk.app.db.read
      .selectFrom('audit_entry')
      .select('event')
      .where('subject', '=', person.id)
      .where('event', '=', 'accounts.session-ended')
      .execute();
    expect(ends).toHaveLength(1);
  });

  test('a number is for ten minutes, the last one only, on the telecentre’s network, and guessing is slowed', async () => {
    const first = await helpCode();
    const second = await helpCode();
    expect(verdict(await withNumber(first))).toBe('accounts.help-wrong');
    const outside = { facts: { ...NETWORK.facts, address: '190.12.33.4' } };
    expect(verdict(await withNumber(second, outside))).toBe('accounts.only-here');
    desk.clock.forward(10 * 60_000);
    expect(verdict(await withNumber(second, { device: `late ${turn}` }))).toBe('accounts.help-wrong');
    const outcomes = [];
    for (let i = 0; i < 6; i++) outcomes.push(verdict(await withNumber(`00000${i}`, { device: `numbers ${turn}` })));
    expect(outcomes.at(-1)).toBe('accounts.wait');
  });

  async function helpCode() {
    const outcome = await start(operator);
    if (!outcome.ok) throw new Error(outcome.refusal.code);
    return outcome.value.code;
  }
});
