// Pages and command line share one instance of every module: what is set here is what the built screens see.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadHandler, programRoot } from '../../src/cli/build.ts';
import { setCurrentApp, setCurrentReplica } from '#platform/app';
import { startServer, type RunningServer } from '#platform/http';
import { setSessionReader } from '#platform/sessions';
import { loadTexts } from '#platform/texts';
import { registerTexts } from '#lib/text/index.ts';
import { testProgram, type TestProgram } from '../support/program.ts';

let program: TestProgram;
let server: RunningServer;
beforeAll(async () => {
  program = await testProgram();
  loadTexts(programRoot);
  setCurrentApp(program.app);
  setCurrentReplica(program.replica);
  const actor = program.actor('administrator', { programme: true }, { name: 'Somebody of this very instance' });
  setSessionReader((_app, token) => Promise.resolve(token === 'ours' ? actor : null));
  server = await startServer({ app: program.app, handler: await loadHandler(), port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await server.close();
  setCurrentApp(undefined);
  await program.close();
});

const page = async (where: string) =>
  (await fetch(`http://127.0.0.1:${server.port}${where}`, { headers: { cookie: 'session=ours' } })).text();

it('the platform: app, sessions and who is signed in', async () => {
  expect(await page('/admin/sites')).toContain('Somebody of this very instance');
});

it('replication and modules: what is written here is read there', async () => {
  const made = await program.must(program.replica.sites.add, program.actor('administrator'), {
    name: 'Telecentro de esta instancia',
    district: '120608',
  });
  expect(made.number).toBe(1);
  expect(await page('/admin/sites')).toContain('Telecentro de esta instancia');
});

it('texts: one that is registered here is said there', async () => {
  registerTexts('es', { 'admin.languages.title': 'Lenguas de esta instancia' });
  expect(await page('/admin/languages')).toContain('Lenguas de esta instancia');
});
