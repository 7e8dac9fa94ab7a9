// `npm run torture -- --minutes N [--seed S] [--centres N]`: real processes, killed, stopped and cut while people work; the last line says what was lost.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startShaper, type Shaper } from '#platform/shaper';
import { freePort, runCli, startProcess, type Running } from '../tests/support/processes.ts';
import { check, isClean, type Attempt } from './torture/check.ts';
import { startDesk } from './torture/desk.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string' }, seed: { type: 'string' }, centres: { type: 'string' } },
});
const minutes = Number(values.minutes ?? 1);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const many = Number(values.centres ?? 3);
if (!(minutes > 0) || !Number.isInteger(seed) || !(many >= 1 && many <= 20)) {
  console.error('Usage: npm run torture -- --minutes N [--seed S] [--centres 1-20]');
  process.exit(2);
}

/** Decides what is done when; which instruction a process dies at is decided by nobody. */
let state = seed >>> 0;
const draw = (most: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * most);
};

const DISTRICTS = ['120601', '120604', '120606', '120608'];
const folder = mkdtempSync(path.join(tmpdir(), 'torture-'));
const hubData = path.join(folder, 'hub');
const done = {
  kills: 0,
  hubKills: 0,
  fullDisks: 0,
  fullDatabases: 0,
  stops: 0,
  cuts: 0,
  blackHoles: 0,
  slow: 0,
  sessions: 0,
  cutSessions: 0,
};

interface Centre {
  data: string;
  port: number;
  link: Shaper;
  process: Running;
}

const hubPort = await freePort();
let hub = await startProcess({ role: 'hub', dataDir: hubData, port: hubPort, args: ['--empty'] });
const centres: Centre[] = [];
const attempts: Attempt[] = [];

/** How little room a process is given: by the system for each of its files, or by SQLite for the database. */
interface Room {
  fileLimit?: number;
  maxPages?: number;
}

const startCentre = (one: Pick<Centre, 'data' | 'port' | 'link'>, { fileLimit, maxPages }: Room = {}) =>
  startProcess({
    role: 'telecentre',
    ...(fileLimit && { fileLimit }),
    dataDir: one.data,
    port: one.port,
    env: {
      HUB_URL: `http://127.0.0.1:${one.link.port}`,
      ...(maxPages && { DATABASE_MAX_PAGES: String(maxPages) }),
    },
  });

const startHub = ({ fileLimit, maxPages }: Room = {}) =>
  startProcess({
    role: 'hub',
    ...(fileLimit && { fileLimit }),
    dataDir: hubData,
    port: hubPort,
    env: maxPages ? { DATABASE_MAX_PAGES: String(maxPages) } : {},
  });

async function must(...args: string[]): Promise<string> {
  const { code, out, err } = await runCli(...args);
  if (code !== 0) throw new Error(`${args[0]}: ${err || out}`);
  return out;
}

async function sync(centre: Centre): Promise<{ ok: boolean; left: boolean; differ: string[] } | undefined> {
  const { out } = await runCli('sync', '--data', centre.data);
  try {
    const report = JSON.parse(out) as { ok: boolean; left: boolean; differ: string[] };
    done.sessions += 1;
    if (!report.ok) done.cutSessions += 1;
    return report;
  } catch {
    return undefined; // the telecentre died meanwhile
  }
}

const desks = [];
for (let at = 0; at < many; at++) {
  const name = `Telecentro ${at}`;
  const district = DISTRICTS[at % DISTRICTS.length] ?? '';
  const planned = JSON.parse(await must('site', 'add', '--data', hubData, '--name', name, '--district', district)) as {
    id: string;
    code: string;
  };
  const username = `operadora${at}`;
  const account = ['--username', username, '--name', name, '--grant', 'operator', '--site', planned.id];
  const { password } = JSON.parse(await must('user', 'add', '--data', hubData, ...account)) as { password: string };
  const link = await startShaper({ host: '127.0.0.1', port: hubPort });
  const data = path.join(folder, `centre-${at}`);
  await must('enrol', '--data', data, '--hub', `http://127.0.0.1:${link.port}`, '--code', planned.code);
  await must('sync', '--data', data);
  const centre = { data, link, port: await freePort() };
  const running = { ...centre, process: await startCentre(centre) };
  centres.push(running);
  desks.push(startDesk({ centre: at, url: () => `http://127.0.0.1:${centre.port}`, username, password, attempts }));
}
console.log(`seed ${seed}: ${many} telecentres and a hub, ${minutes} minutes`);

const anyCentre = (): Centre => centres[draw(centres.length)] as Centre; // reason: drawn below the length

/** Room for what is there and a little: the process can still read, and must refuse what it cannot keep. */
function littleRoom(data: string): Room {
  const file = path.join(data, 'programme.db');
  if (done.fullDisks <= done.fullDatabases) {
    const size = (name: string) => statSync(name, { throwIfNoEntry: false })?.size ?? 0;
    done.fullDisks += 1;
    return { fileLimit: Math.max(size(file), size(`${file}-wal`)) + 4_096 * draw(40) };
  }
  const db = new DatabaseSync(file);
  const pages = Number(Object.values(db.prepare('PRAGMA page_count').get() ?? {})[0]);
  db.close();
  done.fullDatabases += 1;
  return { maxPages: pages + draw(30) };
}

/** A start may need room itself: then the disk was full for the start, and is cleared. */
async function withLittleRoom(start: (room: Room) => Promise<Running>, data: string): Promise<void> {
  try {
    const running = await start(littleRoom(data));
    await pause(1_000 + draw(2_000));
    await running.kill('SIGKILL');
  } catch {
    // it said that it could not start
  }
}

const HARM: (() => Promise<void>)[] = [
  async () => {
    const centre = anyCentre();
    await centre.process.kill('SIGKILL');
    done.kills += 1;
    centre.process = await startCentre(centre);
  },
  async () => {
    await hub.kill('SIGKILL');
    done.hubKills += 1;
    await pause(draw(1_500));
    hub = await startHub();
  },
  async () => {
    const centre = anyCentre();
    await centre.process.kill('SIGKILL');
    await withLittleRoom((room) => startCentre(centre, room), centre.data);
    centre.process = await startCentre(centre);
  },
  async () => {
    await hub.kill('SIGKILL');
    const session = pause(700).then(() => sync(anyCentre()));
    await withLittleRoom(startHub, hubData);
    await session;
    hub = await startHub();
  },
  async () => {
    const target = draw(2) === 0 ? hub.pid : anyCentre().process.pid;
    process.kill(target, 'SIGSTOP');
    done.stops += 1;
    await pause(300 + draw(1_500));
    process.kill(target, 'SIGCONT');
  },
  async () => {
    const { link } = anyCentre();
    link.cut();
    done.cuts += 1;
    await pause(draw(1_500));
    link.restore();
  },
  async () => {
    const centre = anyCentre();
    centre.link.cutAfterBytes(200 + draw(6_000));
    done.cuts += 1;
    await sync(centre);
  },
  async () => {
    const { link } = anyCentre();
    link.settings.blackHole = 300;
    done.blackHoles += 1;
    await pause(500 + draw(1_500));
    link.settings.blackHole = undefined;
  },
  async () => {
    const centre = anyCentre();
    Object.assign(centre.link.settings, { rate: 64_000, delay: 100 + draw(300), stalls: 0.05 });
    done.slow += 1;
    await sync(centre);
    Object.assign(centre.link.settings, { rate: 0, delay: 0, stalls: 0 });
  },
  async () => {
    const centre = anyCentre();
    const session = sync(centre);
    await pause(draw(400));
    await centre.process.kill('SIGKILL');
    done.kills += 1;
    await session;
    centre.process = await startCentre(centre);
  },
];

const until = Date.now() + minutes * 60_000;
let said = Date.now();
/** Each once in a drawn order, then as it comes. */
const first = HARM.map((harm) => ({ harm, place: draw(1_000_000) })).sort((a, b) => a.place - b.place);
while (Date.now() < until || first.length > 0) {
  await (first.shift()?.harm ?? HARM[draw(HARM.length)])?.();
  await pause(draw(400));
  if (Date.now() - said > 15_000) {
    said = Date.now();
    console.log(
      `  ${attempts.filter((one) => one.visit).length} visits acknowledged, ${done.kills + done.hubKills} killed, ${done.cuts} cut`,
    );
  }
}

for (const desk of desks) await desk.stop();
const problems: string[] = [];
for (const centre of centres) {
  centre.link.restore();
  Object.assign(centre.link.settings, { blackHole: undefined, cutAfter: undefined, rate: 0, delay: 0, stalls: 0 });
}
for (let round = 0; round < 2; round++)
  for (const [at, centre] of centres.entries()) {
    let report = await sync(centre);
    for (let again = 0; again < 5 && !(report?.ok && !report.left); again++) report = await sync(centre);
    if (!report?.ok || report.left)
      problems.push(`telecentre ${at} does not come to an end: ${JSON.stringify(report)}`);
    else if (report.differ.length > 0)
      problems.push(`telecentre ${at} and the hub differ in ${report.differ.join(', ')}`);
  }
for (const { process: running, link } of centres) {
  await running.stop();
  await link.close();
}
await hub.stop();
for (const [role, data] of [['hub', hubData], ...centres.map((centre) => ['telecentre', centre.data])] as const) {
  const { code, out } = await runCli('doctor', '--data', String(data), '--role', String(role));
  if (code !== 0) problems.push(`the doctor found at the ${role}: ${out}`);
}
const verdict = check(
  attempts,
  path.join(hubData, 'programme.db'),
  centres.map((centre) => path.join(centre.data, 'programme.db')),
);
for (const problem of [
  ...problems,
  ...Object.entries(verdict)
    .filter(([, list]) => Array.isArray(list) && list.length > 0)
    .map(String),
])
  console.log(problem);
const good = problems.length === 0 && isClean(verdict) && verdict.acknowledged > 0;
if (good) rmSync(folder, { recursive: true, force: true });
else console.log(`The data stay in ${folder}.`);
const { acknowledged, lost, twice, phantom, apart } = verdict;
console.log(
  JSON.stringify({
    seed,
    minutes,
    acknowledged,
    ...done,
    lost: lost.length,
    twice: twice.length,
    phantom: phantom.length,
    apart: apart.length,
    problems: problems.length,
  }),
);
process.exitCode = good ? 0 : 1;
