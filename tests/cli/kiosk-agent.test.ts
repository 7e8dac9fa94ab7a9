// The agent of a public computer, with a browser that stands in: it opens the screen, and after each person throws everything away and opens it anew.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, FORM, serveDemonstration, signIn, type Served } from '../http/served.ts';
import { guard, removeFolder, temporaryFolder } from '../support/processes.ts';

const hasCurl = spawnSync('curl', ['--version']).status === 0;
const folder = temporaryFolder();
const home = path.join(folder, 'etc');
const opened = path.join(folder, 'opened');
const browser = path.join(folder, 'browser.sh');
let served: Served;
let agent: ChildProcess | undefined;
let cookie = '';
let station = '';

beforeAll(async () => {
  served = await serveDemonstration();
  cookie = await signIn(served.centre, served.hub, 'operadora');
  // writes down what it is asked to open and where its profile is, leaves something behind there, and stays
  writeFileSync(
    browser,
    `#!/bin/sh\nfor one in "$@"; do case $one in --user-data-dir=*) profile=\${one#*=} ;; esac; last=$one; done\n` +
      `mkdir -p "$profile"; echo secret > "$profile/history"; echo "$profile $last" >> '${opened}'\nexec sleep 600\n`,
  );
  chmodSync(browser, 0o755);
  mkdirSync(home);
}, 120_000);
afterAll(async () => {
  agent?.kill('SIGTERM');
  await served.stop();
  removeFolder(folder);
});

const env = { ...process.env, KIOSK_HOME: home, BROWSER: browser, WAIT: '1', TMPDIR: folder };
const script = path.resolve('deploy/kiosk/agent.sh');
const times = () => (existsSync(opened) ? readFileSync(opened, 'utf8').trim().split('\n') : []);

async function page(where: string): Promise<string> {
  return (await ask(served.centre, where, { headers: { cookie, accept: 'text/html' } })).body;
}

async function post(where: string, action: string, fields: Record<string, string>): Promise<string> {
  const body = new URLSearchParams({ ...fields }).toString();
  const origin = `http://127.0.0.1:${served.centre.port}`;
  const headers = { ...FORM, origin, cookie };
  return (await ask(served.centre, `${where}?/${action}`, { method: 'POST', headers, body })).body;
}

it.skipIf(!hasCurl)('is connected by the number that the desk shows, once, and keeps the key to itself', async () => {
  const settings = await page('/desk/stations/settings');
  station = /name="station" value="([0-9A-Z]+)"/.exec(settings)?.[1] ?? '';
  const shown = await post('/desk/stations/settings', 'kiosk', { station });
  const number = /class="code">([\d ]+)</.exec(shown)?.[1] ?? '';
  const run = (typed: string) =>
    spawnSync('sh', [script, 'claim', served.centre.url, typed], { env, encoding: 'utf8' });
  expect(run('00000000').status).toBe(1);
  expect(existsSync(path.join(home, 'key'))).toBe(false);
  const claimed = run(number);
  expect([claimed.status, claimed.stderr]).toEqual([0, expect.stringContaining('belongs to')]);
  expect(readFileSync(path.join(home, 'key'), 'utf8').trim()).toMatch(/^[\w-]{20,}$/);
  expect(run(number).status).toBe(1);
});

it.skipIf(!hasCurl)('opens the screen, and opens it anew with nothing left when the person is gone', async () => {
  agent = spawn('sh', [script, 'run'], { env, stdio: 'ignore' });
  guard(agent);
  await expect.poll(() => times().length, { timeout: 15_000 }).toBe(1);
  const [profile = '', address = ''] = (times()[0] ?? '').split(' ');
  const entered = await ask(served.centre, new URL(address).pathname);
  expect(String(entered.headers['set-cookie'])).toContain('kiosk=');
  const again = await ask(served.centre, new URL(address).pathname);
  expect(String(again.headers['set-cookie'] ?? '')).not.toContain('kiosk=');
  expect(existsSync(path.join(profile, 'history'))).toBe(true);
  await post(`/desk/stations/${station}`, 'start', { category: 'man', card: '', minutes: '' });
  await pause(2_500); // the agent sees that somebody sits there
  const session = /name="session" value="([0-9A-Z]+)"/.exec(await page(`/desk/stations/${station}`))?.[1] ?? '';
  expect(session).not.toBe('');
  expect(times()).toHaveLength(1);
  await post(`/desk/stations/${station}`, 'end', { session });
  await expect.poll(() => times().length, { timeout: 15_000 }).toBe(2);
  expect(existsSync(profile)).toBe(false);
});

it.skipIf(!hasCurl)('answers nobody with another key', async () => {
  const answer = await ask(served.centre, '/api/stations/agent', {
    method: 'POST',
    headers: { authorization: 'Bearer aaaaaaaaaaaaaaaaaaaaaaaa' },
    body: '',
  });
  expect(answer.status).toBe(401);
});
