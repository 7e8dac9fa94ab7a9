// The month over two million attentions at 2,000 telecentres: from kept totals, and counted anew by a worker while the hub goes on answering.
import { DatabaseSync } from 'node:sqlite';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { refresh, totalOf } from '#modules/statistics';
import { recountAll } from '#modules/statistics';
import { runCommand } from '#platform/command';
import { system } from '#platform/permissions';
import { removeFolder, temporaryFolder } from '../tests/support/processes.ts';
import { figure, median } from './figure.ts';
import { openIn } from './long-log.ts';

const SITES = Number(process.env.SITES ?? 2_000);
const ATTENTIONS = Number(process.env.ATTENTIONS ?? 2_000_000);
const PEOPLE = SITES * 100;
const MONTHS = 12;
const PROGRAMME = { programme: true } as const;
const folder = temporaryFolder();
const hub = await openIn(folder, 'hub');
const { app } = hub;

const file = app.db.file ?? '';
const db = new DatabaseSync(file, { timeout: 20_000 });
const engine = 'made_site, made_device, made_run, made_n, made_at, made_clock';
const made = [1, 0, 1, 1, Date.now(), 2];
db.exec('PRAGMA synchronous = OFF; BEGIN');
const site = db.prepare(
  `INSERT INTO site (partition, id, number, name, district, state, ${engine}) VALUES ('public/control', ?, ?, ?, '120608', 'enrolled', ?, ?, ?, ?, ?, ?)`,
);
const visit = db.prepare(
  `INSERT INTO visit (partition, id, person, day, reported, ${engine}) VALUES (?, ?, ?, ?, 'desk', ?, ?, ?, ?, ?, ?)`,
);
const act = db.prepare(
  `INSERT INTO attention (partition, id, visit, purpose, ${engine}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
);
const profile = db.prepare(
  'INSERT INTO profile_state (person, sex, birth_year, district, people, language) VALUES (?, ?, ?, ?, ?, ?)',
);
const dirty = db.prepare('INSERT OR IGNORE INTO month_dirty (scope, month, marked) VALUES (?, ?, ?)');
for (let at = 0; at < SITES; at++) site.run(`BENCHSITE${at}`, at + 10, `Telecentro ${at}`, ...made);
for (let at = 0; at < PEOPLE; at++)
  profile.run(`P${at}`, at % 2 ? 'female' : 'male', 1950 + (at % 60), '120608', 'quechua', 'que');
const PURPOSES = ['homework', 'information', 'office', 'equipment', 'online-procedure'];
for (let at = 0; at < ATTENTIONS; at++) {
  const where = `t/BENCHSITE${at % SITES}`;
  const month = String((Math.floor(at / SITES) % MONTHS) + 1).padStart(2, '0');
  const id = `V${at}`;
  visit.run(where, id, `P${(at * 7) % PEOPLE}`, `2026-${month}-${String((at % 28) + 1).padStart(2, '0')}`, ...made);
  act.run(where, `A${at}`, id, PURPOSES[at % 5] ?? '', ...made);
}
for (let at = 0; at < SITES; at++)
  for (let month = 1; month <= MONTHS; month++)
    dirty.run(`t/BENCHSITE${at}`, `2026-${String(month).padStart(2, '0')}`, 'bench');
db.exec('COMMIT');
db.close();

/** How long the loop stood still at most while something is done beside it, milliseconds. */
async function beside(work: () => Promise<unknown>): Promise<{ seconds: number; stall: number; p99: number }> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const begun = performance.now();
  await work();
  delay.disable();
  return { seconds: (performance.now() - begun) / 1_000, stall: delay.max / 1e6, p99: delay.percentile(99) / 1e6 };
}

try {
  const counted = await beside(() => refresh(app));
  figure(`all ${SITES * MONTHS} months counted by a worker`, counted.seconds, 's');
  figure('longest stall of the event loop meanwhile', counted.stall, 'ms', { atMost: 50 });
  figure('event-loop delay meanwhile, 99 %', counted.p99, 'ms');
  const first = await beside(() => totalOf(app, PROGRAMME, '2026-06'));
  figure('the sum of all, made once, in a worker', first.seconds * 1_000, 'ms');
  figure('longest stall of the event loop meanwhile', first.stall, 'ms', { atMost: 50 });
  const times: number[] = [];
  for (let at = 0; at < 20; at++) {
    const begun = performance.now();
    await totalOf(app, PROGRAMME, '2026-06');
    times.push(performance.now() - begun);
  }
  figure('the month of all from its totals', median(times), 'ms', { atMost: 100 });
  const before = JSON.stringify(await totalOf(app, PROGRAMME, '2026-06'));
  await runCommand(app, recountAll, { actor: system, input: {} });
  const again = await beside(() => refresh(app));
  figure('a recount of everything', again.seconds, 's');
  await totalOf(app, PROGRAMME, '2026-06');
  await pause(3_000);
  const after = JSON.stringify(await totalOf(app, PROGRAMME, '2026-06'));
  figure('a recount gives the same', before === after ? 1 : 0, 'yes or no', { atLeast: 1 });
} finally {
  await hub.close();
  removeFolder(folder);
}
