// A restored image before it serves: it begins a new epoch once, and forgets again whoever was erased after it was made.
import * as v from 'valibot';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { registerPerson } from '#modules/people';
import { beginAgain } from '../../src/replication/server/epoch.ts';
import { closeOpenActs, finishRestore, inspectLog, markRestored } from '#replication';
import { defineCommand } from '#platform/command';
import { system } from '#platform/permissions';
import { registration } from '../support/desk.ts';
import { testProgram, type TestProgram } from '../support/program.ts';

let centre: TestProgram;
const people: string[] = [];

beforeEach(async () => {
  centre = await testProgram({ role: 'telecentre' });
  const operator = centre.actor('operator', { site: centre.app.site.id ?? '', district: '120608' });
  people.length = 0;
  for (const given of ['Rosaura', 'Kemari'])
    people.push((await centre.must(registerPerson, operator, registration({ given, notADuplicate: 'on' }))).id);
  await closeOpenActs(centre.replica);
});
afterEach(() => centre.close());

const epochs = async () =>
  (await centre.app.db.read.selectFrom('log_chain').select('epoch').orderBy('epoch').execute()).map(
    ({ epoch }) => epoch,
  );
const names = async () =>
  new Map(
    (await centre.app.db.read.selectFrom('person').select(['id', 'given_names']).execute()).map((row) => [
      row.id,
      row.given_names,
    ]),
  );
/** Words a person is found by; the card's number is no name and stays. */
const words = async (person: string) =>
  (await centre.app.db.read.selectFrom('person_search').select('token').where('person', '=', person).execute()).filter(
    ({ token }) => /[a-z]/i.test(token),
  ).length;
const digests = () => centre.app.db.read.selectFrom('log_partition').select(['partition', 'digest']).execute();

it('does nothing without the mark', async () => {
  const before = await epochs();
  await finishRestore(centre.replica);
  expect(await epochs()).toEqual(before);
});

it('begins one new epoch per chain, and none at the next opening', async () => {
  const before = await epochs();
  await centre.app.db.transaction(markRestored);
  await finishRestore(centre.replica);
  const after = await epochs();
  expect(after.length).toBe(2 * before.length);
  await finishRestore(centre.replica);
  expect(await epochs()).toEqual(after);
});

it('may be cut short and done again: no act is opened twice', async () => {
  const open = () => centre.app.db.read.selectFrom('log_open').select(['partition', 'first_n']).execute();
  await centre.app.db.transaction(markRestored);
  await beginAgain(centre.replica); // and the power failed
  const once = await open();
  expect(once.length).toBeGreaterThan(0);
  await finishRestore(centre.replica);
  expect(await open()).toEqual(once);
});

it('empties the fields of who was erased since, in rows and search, and leaves the others and the digest', async () => {
  const [erased = '', kept = ''] = people;
  const before = await digests();
  expect(await words(erased)).toBeGreaterThan(0);
  await centre.replica.keys.destroy('d/120608', erased);
  await centre.app.db.transaction(markRestored);
  await finishRestore(centre.replica);
  expect((await names()).get(erased)).toBeNull();
  expect((await names()).get(kept)).toBe('Kemari');
  expect(await words(erased)).toBe(0);
  expect(await words(kept)).toBeGreaterThan(0);
  expect(await digests()).toEqual(before);
});

it('a look at the log finds sealed fields whose key is missing, closed or open, and not those that were erased', async () => {
  const { tables, identity, keys } = centre.replica;
  const codes = async (store: Parameters<typeof inspectLog>[1]['keys']) => {
    const report = await inspectLog(centre.app.db.read, { tables, identity, keys: store });
    return [...new Set(report.findings.map(({ code }) => code))];
  };
  const empty = { state: () => Promise.resolve('absent' as const) };
  expect(await codes(keys)).toEqual([]);
  expect(await codes(empty)).toEqual(['no-key']);
  await centre.app.db.transaction(markRestored);
  await finishRestore(centre.replica); // opens the acts again
  expect(await codes(keys)).toEqual([]);
  expect(await codes(empty)).toEqual(['no-key']);
  for (const person of people)
    for (const { partition, subject } of await keys.list(undefined, 100))
      if (subject === person) await keys.destroy(partition, subject);
  expect(await codes(keys)).toEqual([]);
});

it('a copy of the key store remembers what was destroyed', async () => {
  const [erased = ''] = people;
  await centre.replica.keys.destroy('d/120608', erased);
  expect(await centre.replica.keys.state('d/120608', erased)).toBe('destroyed');
  expect(await centre.replica.keys.state('d/120608', people[1] ?? '')).toBe('here');
  expect(await centre.replica.keys.state('d/120608', 'NOBODY')).toBe('absent');
  const all = await centre.replica.keys.list(undefined, 100);
  expect(all.find(({ subject, partition }) => subject === erased && partition === 'd/120608')?.key).toBeNull();
});

it('nothing personal is written of whoever was erased, neither in the row nor in the log', async () => {
  const [erased = '', kept = ''] = people;
  await centre.replica.keys.destroy('d/120608', erased);
  const rename = defineCommand({
    name: 'test.rename',
    permission: null,
    input: v.object({ id: v.string() }),
    async run({ tx }, { id }) {
      await tx.update('person', { partition: 'd/120608', id }, { given_names: 'Nombre nuevo' });
      return null;
    },
  });
  for (const id of [erased, kept]) await centre.must(rename, system, { id });
  expect(await names()).toEqual(
    new Map([
      [erased, 'Rosaura'],
      [kept, 'Nombre nuevo'],
    ]),
  );
});
