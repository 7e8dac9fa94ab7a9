// Memberships, quarantine and keys at the terminal: the same commands as the screens, refused with the same sentences.
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadTexts } from '#platform/texts';
import { openProgram } from '../../src/cli/program.ts';
import { batchNamed, quarantineHere, siteIdNamed } from '../../src/cli/rights.ts';
import { operations } from '../../src/cli/operations.ts';
import { errorInWords } from '../../src/cli/words.ts';
import { openProgramme, type TestDesk, type TestProgramme } from '../support/desk.ts';

let programme: TestProgramme;
let desk: TestDesk;

beforeAll(async () => {
  loadTexts(path.resolve(import.meta.dirname, '../..'));
  programme = await openProgramme(['120608']);
  [desk] = programme.desks as [TestDesk]; // reason: one was opened
});
afterAll(() => programme.close());

const refused = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing was refused',
    (error: unknown) => errorInWords(error, 'en'),
  );

it('ends a telecentre by its name, lists what was set aside, and decides on it by the name that the list gives', async () => {
  const { hub } = programme;
  expect(await siteIdNamed(hub, 'telecentro 1')).toBe(desk.site.id);
  expect(await refused(operations['end-site'](hub, { site: 'Iquitos', how: 'ended' }))).toMatch(/\w+ \w+/);
  const { id } = await desk.register();
  await operations['end-site'](hub, { site: 'Telecentro 1', how: 'compromised' });
  await expect(programme.syncOne(desk)).rejects.toThrow('compromised');
  const { batches } = await quarantineHere(hub);
  expect(new Set(batches.map(({ reason }) => reason))).toEqual(new Set(['site-compromised']));
  const card = batches.find(({ acts }) => acts.some(({ tables }) => tables.includes('person')));
  expect(card).toMatchObject({ state: 'waiting', telecentre: 'Telecentro 1', note: null });
  const name = card?.name ?? '';
  expect(await refused(operations['decide-quarantine'](hub, { how: 'release', name }))).toContain('note');
  expect(await refused(operations['decide-quarantine'](hub, { how: 'release', name: '; rm -rf', note: 'x' }))).toBe(
    'Nothing is set aside there, or it was decided already. Nothing was changed.',
  );
  await operations['decide-quarantine'](hub, { how: 'release', name, note: 'seen on paper' });
  const people = await hub.app.db.read.selectFrom('person').select('id').execute();
  expect(people).toEqual([{ id }]);
  expect(batchNamed(name)).toMatchObject({ partition: 'd/120608' });
});

it('renews the hub’s key', async () => {
  const { hub } = programme;
  const before = hub.replica.identity.publicKey;
  expect(await operations['renew-key'](hub)).toMatchObject({ inUse: true });
  expect(hub.replica.identity.publicKey).not.toBe(before);
});

it('finds edits in a log that was written before they were indexed', async () => {
  const { hub } = programme;
  const { db } = hub.app;
  const edits = () =>
    db.read.selectFrom('log_edit').selectAll().orderBy('partition').orderBy('row').orderBy('n').execute();
  const before = await edits();
  expect(before.length).toBeGreaterThan(0);
  await db.transaction(async (tx) => {
    await tx.local.deleteFrom('log_edit').execute();
    await tx.local.deleteFrom('replica_state').where('key', '=', 'edits_indexed').execute();
  });
  const again = await openProgram(hub.app.config, { log: hub.app.log });
  await again.close();
  expect(await edits()).toEqual(before);
});
