// A full telecentre: 5,000 people, 200,000 visits, 40 computers. Lists and searches beside their bare statements and a bare page, in turns; stalls of
// the event loop under 20 operators and kiosks; and how soon a wall and 40 kiosks hear of a change.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { demoPassword, removeFolder, startProcess, temporaryFolder, type Running } from '../tests/support/processes.ts';
import { fill } from './crowd.ts';
import { figure, median } from './figure.ts';
import { rate, startBare } from './load.ts';

const PEOPLE = Number(process.env.PEOPLE ?? 5_000);
const VISITS = Number(process.env.VISITS ?? 200_000);
const STATIONS = 40;
const TOGETHER = 20;
const SECONDS = Number(process.env.SECONDS ?? 3);
const ROUNDS = 3;
const LISTENERS = 41;
const folder = temporaryFolder();
const dataDir = path.join(folder, 'demo', 'puerto-ocopa');
const recorded = path.join(folder, 'statements');

const hub = await startProcess({ role: 'hub', dataDir: folder });
const offline = { HUB_URL: 'http://127.0.0.1:9' };
await (await startProcess({ role: 'telecentre', dataDir, args: ['--demo'], env: offline })).stop();
const db = new DatabaseSync(path.join(folder, 'programme.db'), { readOnly: true });
const site = db.prepare("SELECT id FROM site WHERE name = 'Puerto Ocopa'").get() as { id: string };
db.close();
const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/Lima' }).format(new Date());
fill(dataDir, site.id, '120608', { people: PEOPLE, visits: VISITS, stations: STATIONS, day: today });

async function signIn({ url }: Running): Promise<string> {
  const body = new URLSearchParams({ username: 'operadora', password: demoPassword(hub, 'operadora') });
  const headers = { origin: url, accept: 'text/html' };
  const answer = await fetch(`${url}/sign-in?/staff`, { method: 'POST', body, headers, redirect: 'manual' });
  return answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
}

const PAGES = [
  ['person search', '/desk?q=quispe'],
  ['person by card', '/desk?q=10000042'],
  ['desk of today', '/desk'],
  ['queue', '/desk/queue'],
  ['floor plan', '/desk/stations'],
  ['bookings of a day', '/desk/bookings'],
  ['month', `/desk/statistics?month=${today.slice(0, 7)}`],
  ['wall', '/wall'],
] as const;
/** Rendered by the same program with hardly a question to the database: what a page costs by itself. */
const BARE_PAGE = '/desk/more';

/** What each page asks of the database, by a process that writes it down. */
async function statementsOf(): Promise<Map<string, { file: string; bytes: number }>> {
  const importing = `--import ${path.join(import.meta.dirname, 'record-sql.ts')}`;
  const centre = await startProcess({
    role: 'telecentre',
    dataDir,
    env: { ...offline, NODE_OPTIONS: importing, RECORD_SQL: recorded },
  });
  const found = new Map<string, { file: string; bytes: number }>();
  const cookie = await signIn(centre);
  for (const [name, page] of PAGES) {
    await (await fetch(centre.url + page, { headers: { cookie } })).text(); // counts what is due
    writeFileSync(recorded, '');
    const text = await (await fetch(centre.url + page, { headers: { cookie } })).text();
    const lines = readFileSync(recorded, 'utf8').trim().split('\n').filter(Boolean);
    rmSync(recorded);
    const file = path.join(folder, `${found.size}.json`);
    writeFileSync(file, `[${lines.join(',')}]`);
    found.set(name, { file, bytes: Buffer.byteLength(text) });
  }
  await centre.stop();
  return found;
}

const statements = await statementsOf();
const loop = path.join(import.meta.dirname, 'loop-delay.ts');
const centre = await startProcess({
  role: 'telecentre',
  dataDir,
  env: { ...offline, NODE_OPTIONS: `--import ${loop}` },
});
const cookie = await signIn(centre);
const load = { connections: TOGETHER, duration: SECONDS, headers: { cookie } };

async function stall(): Promise<number> {
  const before = centre.output().length;
  process.kill(centre.pid, 'SIGUSR2');
  await pause(300);
  return Number(/"loopMax":([\d.]+)/.exec(centre.output().slice(before))?.[1] ?? Number.NaN);
}

/** Milliseconds until each of many listeners was told of a call at the desk. */
async function listeners(): Promise<number[]> {
  const stop = new AbortController();
  const told: number[] = [];
  let begun = 0;
  for (let at = 0; at < LISTENERS; at++) {
    const { body } = await fetch(`${centre.url}/live`, { signal: stop.signal });
    void (async () => {
      let seen = false;
      try {
        for await (const piece of body ?? []) {
          if (
            seen ||
            begun === 0 ||
            !Buffer.from(piece as Uint8Array)
              .toString()
              .includes('data: queue')
          )
            continue;
          seen = true;
          told.push(performance.now() - begun);
        }
      } catch {
        // it was stopped
      }
    })();
  }
  await pause(500);
  const page = await (await fetch(`${centre.url}/queue`)).text();
  const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '';
  begun = performance.now();
  await fetch(`${centre.url}/queue`, {
    method: 'POST',
    headers: { origin: centre.url, accept: 'text/html' },
    body: new URLSearchParams({ _token: hidden('_token'), _key: hidden('_key'), need: 'help' }),
    redirect: 'manual',
  });
  await pause(2_000);
  stop.abort();
  return told;
}

try {
  for (const [, page] of PAGES) await (await fetch(centre.url + page, { headers: { cookie } })).text();
  const render: number[] = [];
  const rates = new Map<string, { ours: number[]; bare: number[] }>();
  const bares = new Map<string, Awaited<ReturnType<typeof startBare>>>();
  for (const [name] of PAGES) {
    const known = statements.get(name);
    if (!known || !existsSync(known.file)) throw new Error(`nothing was recorded of ${name}`);
    bares.set(name, await startBare(path.join(dataDir, 'programme.db'), known.file, known.bytes));
    rates.set(name, { ours: [], bare: [] });
  }
  // every page once under load before anything is measured: a page is compiled at its first times
  for (const page of [BARE_PAGE, ...PAGES.map(([, one]) => one)]) await rate(centre.url + page, load);
  await stall();
  for (let round = 0; round < ROUNDS; round++) {
    render.push(await rate(centre.url + BARE_PAGE, load));
    for (const [name, page] of PAGES) {
      rates.get(name)?.bare.push(await rate(bares.get(name)?.url ?? '', load));
      rates.get(name)?.ours.push(await rate(centre.url + page, load));
    }
  }
  figure(`longest stall of the event loop, ${TOGETHER} together`, await stall(), 'ms', { atMost: 50 });
  for (const bare of bares.values()) bare.stop();
  const page = 1_000 / median(render);
  figure('a page by itself', page, 'ms');
  for (const [name, { ours, bare }] of rates) {
    const [one, floor] = [1_000 / median(ours), 1_000 / median(bare)];
    figure(`${name}`, one, 'ms');
    figure(`${name}, of its bare statements and a page`, one / (floor + page), 'ratio', { atMost: 4 });
  }
  const told = await listeners();
  figure('listeners told of a change', told.length, `of ${LISTENERS}`, { atLeast: LISTENERS });
  figure('the last of them told after', Math.max(...told), 'ms', { atMost: 1_000 });
} finally {
  await centre.stop();
  await hub.stop();
  removeFolder(folder);
}
