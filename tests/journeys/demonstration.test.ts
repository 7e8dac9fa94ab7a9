// The demonstration: three processes and two links; a link is cut on its page, and work goes on.
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { guard, removeFolder, temporaryFolder } from '../support/processes.ts';

interface Ready {
  hub: string;
  telecentres: { name: string; url: string }[];
  control: string;
}

const folder = temporaryFolder();
const root = fileURLToPath(new URL('../..', import.meta.url));
let child: ChildProcess;
let ready: Ready;
let said = '';

beforeAll(async () => {
  child = spawn(process.execPath, ['src/cli/ciudadania.js', 'demo', '--port', '0', '--data', folder, '--json-ready'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  guard(child);
  ready = await new Promise((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stdout?.on('data', (chunk: Buffer) => resolve(JSON.parse(chunk.toString()) as Ready));
    child.once('exit', (code) => reject(new Error(`the demonstration ended (${code}):\n${said}`)));
  });
});
afterAll(() => {
  child.kill('SIGKILL');
  removeFolder(folder);
});

const state = async () =>
  (await (await fetch(`${ready.control}/links`)).json()) as Record<string, { settings: { cut: boolean } }>;

it('serves a hub and two telecentres on loopback and tells the sign-ins once', async () => {
  expect(ready.telecentres.map(({ name }) => name)).toEqual(['Puerto Ocopa', 'Mazamari']);
  for (const url of [ready.hub, ...ready.telecentres.map((one) => one.url)]) {
    const answer = await fetch(url);
    expect(answer.status, url).toBe(200);
    expect(await answer.text()).toContain('Demostraci');
  }
  expect(said).toMatch(/operadora +\S+/);
});

it('cuts one link on its page and restores it, the other stays', async () => {
  const post = (action: string, headers: Record<string, string> = {}) =>
    fetch(`${ready.control}/links/${encodeURIComponent('Puerto Ocopa')}/${action}`, { method: 'POST', headers });
  expect((await post('cut')).status).toBe(200);
  const cut = await state();
  expect(cut['Puerto Ocopa']?.settings.cut).toBe(true);
  expect(cut.Mazamari?.settings.cut).toBe(false);
  const [ocopa] = ready.telecentres;
  expect((await fetch(ocopa?.url ?? '')).status).toBe(200);
  expect((await post('restore', { origin: 'http://elsewhere.example' })).status).toBe(403);
  expect((await post('restore')).status).toBe(200);
  expect((await state())['Puerto Ocopa']?.settings.cut).toBe(false);
});

it('ends everything it started', async () => {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  for (const url of [ready.hub, ready.telecentres[0]?.url ?? '', ready.control])
    await expect(fetch(url)).rejects.toThrow();
});
