// The demonstration: three processes and two links; a link is cut on its page, and work goes on.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEMO_SITES } from '../../src/cli/demo-data.ts';
import { DataFolderInUse, lockDataFolder } from '../../src/cli/lock.ts';
import { guard, removeFolder, runCli, temporaryFolder } from '../support/processes.ts';

interface Ready {
  hub: string;
  telecentres: { name: string; url: string }[];
  control: string;
}

const folder = temporaryFolder();
const root = fileURLToPath(new URL('../..', import.meta.url));
const hubData = path.join(folder, 'hub');
const centreData = path.join(hubData, 'demo', 'puerto-ocopa');
let child: ChildProcess;
let ready: Ready;
let said = '';

function begin(data: string): ChildProcess {
  const begun = spawn(
    process.execPath,
    ['src/cli/ciudadania.js', 'demo', '--port', '0', '--data', data, '--json-ready'],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  guard(begun);
  said = '';
  begun.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return begun;
}

async function served(begun: ChildProcess): Promise<Ready> {
  return new Promise((resolve, reject) => {
    begun.stdout?.on('data', (chunk: Buffer) => resolve(JSON.parse(chunk.toString()) as Ready));
    begun.once('exit', (code) => reject(new Error(`the demonstration ended (${code}):\n${said}`)));
  });
}

beforeAll(async () => {
  child = begin(folder);
  ready = await served(child);
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

const visits = (data: string): string[] => {
  const db = new DatabaseSync(path.join(data, 'programme.db'), { readOnly: true });
  const rows = db.prepare('SELECT id FROM visit').all() as { id: string }[];
  db.close();
  return rows.map(({ id }) => id);
};

async function registerVisit(): Promise<string> {
  const base = ready.telecentres[0]?.url ?? '';
  const password = /operadora +(\S+)/.exec(said)?.[1] ?? '';
  const post = (where: string, fields: Record<string, string>, cookie = '') =>
    fetch(base + where, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams(fields),
      headers: { origin: base, accept: 'text/html', cookie },
    });
  const signedIn = await post('/sign-in?/staff', { username: 'operadora', password });
  expect(signedIn.status).toBe(303);
  const cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const db = new DatabaseSync(path.join(centreData, 'programme.db'), { readOnly: true });
  const { id } = db.prepare('SELECT id FROM person LIMIT 1').get() as { id: string };
  db.close();
  const made = await post('/desk/visits/new', { person: id, purposes: 'homework', _key: 'one visit' }, cookie);
  expect(made.status).toBe(303);
  return /visits\/([0-9A-Z]+)/.exec(made.headers.get('location') ?? '')?.[1] ?? '';
}

it('a visit made while the link is cut stays at the telecentre, and crosses once when it is restored', async () => {
  const link = (action: string) =>
    fetch(`${ready.control}/links/${encodeURIComponent('Puerto Ocopa')}/${action}`, { method: 'POST' });
  const sync = () => runCli('sync', '--data', centreData);
  const before = visits(hubData);
  await link('cut');
  const visit = await registerVisit();
  expect(visits(centreData)).toContain(visit);
  expect(JSON.parse((await sync()).out)).toMatchObject({ ok: false, problem: 'link', left: true });
  expect(visits(hubData).toSorted()).toEqual(before.toSorted());
  await link('restore');
  const report = await sync();
  expect(JSON.parse(report.out), report.out).toMatchObject({ ok: true, left: false, differ: [] });
  expect(visits(hubData).toSorted()).toEqual([...before, visit].toSorted());
});

function isFree(data: string): boolean {
  try {
    lockDataFolder(data)();
    return true;
  } catch (error) {
    if (error instanceof DataFolderInUse) return false;
    throw error;
  }
}

it('goes on with the same data at the next start, and its processes end with it when it is killed', async () => {
  const had = visits(hubData);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  const folders = [hubData, ...DEMO_SITES.map((site) => path.join(hubData, 'demo', site.folder))];
  // whoever serves holds its folder
  for (const held of folders) await expect.poll(() => isFree(held), { timeout: 20_000 }).toBe(true);
  for (const url of [ready.hub, ...ready.telecentres.map((one) => one.url)]) await expect(fetch(url)).rejects.toThrow();
  child = begin(folder);
  ready = await served(child);
  expect(visits(hubData).toSorted()).toEqual(had.toSorted());
  expect(said).not.toMatch(/operadora +\S+/);
});

it('ends everything it started', async () => {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  for (const url of [ready.hub, ready.telecentres[0]?.url ?? '', ready.control])
    await expect(fetch(url)).rejects.toThrow();
});

it('a first start that is ended early leaves no data whose sign-ins nobody knows', async () => {
  const early = path.join(folder, 'early');
  const begun = begin(early);
  const ended = new Promise((resolve) => begun.once('exit', resolve));
  await expect.poll(() => existsSync(path.join(early, 'hub', 'programme.db')), { timeout: 60_000 }).toBe(true);
  begun.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(existsSync(path.join(early, 'hub'))).toBe(false);
});
