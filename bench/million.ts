// A telecentre with a million operations beside one with ten thousand: what a start, a session with nothing to send and a day's session
// read and write. OPERATIONS=100000 makes it shorter; SCANS=1 names the statements that pass over many rows.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { registerVisit } from '#modules/visits';
import { figure, median } from './figure.ts';
import { enrol, longPast, must, openIn, operatorOf, session } from './long-log.ts';
import { workOf, type Work } from './sqlite-work.ts';

/** Once before, so that neither is measured cold. */
const WARM = 2_000;
const FEW = 10_000;
const MANY = Number(process.env.OPERATIONS ?? 1_000_000);
const DAY_VISITS = 75;
const TIMES = 5;

const UNITS = [
  ['statements', 'statements'],
  ['rows', 'rows read'],
  ['steps', 'steps of SQLite'],
  ['scanned', 'rows passed over in scans'],
  ['written', 'bytes written'],
] as const;

const home = mkdtempSync(path.join(tmpdir(), 'bench-million-'));

/** The same measured several times: counts of the last, time at the median. */
async function measured(folder: string, task: () => Promise<unknown>, after?: () => Promise<unknown>): Promise<Work> {
  const works: Work[] = [];
  for (let time = 0; time < TIMES; time++) {
    works.push(await workOf(folder, task));
    await after?.();
  }
  const last = works.at(-1);
  if (!last) throw new Error('nothing was measured');
  return { ...last, seconds: median(works.map(({ seconds }) => seconds)) };
}

interface Measured {
  start: Work;
  nothing: Work;
  day: Work;
  'nothing, at the hub': Work;
  'day, at the hub': Work;
}

async function measure(operations: number): Promise<Measured> {
  const [hubName, centreName] = [`hub-${operations}`, `centre-${operations}`];
  const hub = await openIn(path.join(home, hubName), 'hub');
  const open = () => openIn(path.join(home, centreName), 'telecentre');
  let centre = await open();
  try {
    await enrol(hub, centre);
    const began = performance.now();
    await longPast(hub, centre, operations);
    if (operations > WARM)
      figure(`million: ${operations} operations made at both ends`, (performance.now() - began) / 1_000, 's');
    for (let settled = 0; settled < 2; settled++) await session(hub, centre);
    await centre.close();
    const start = await measured(
      centreName,
      async () => void (centre = await open()),
      () => centre.close(),
    );
    centre = await open();
    const exchange = () => session(hub, centre);
    const nothing = await measured(centreName, exchange);
    const atHub = await measured(hubName, exchange);
    const work = async () => {
      const operator = operatorOf(centre);
      for (let visit = 0; visit < DAY_VISITS; visit++)
        await must(centre, registerVisit, operator, { category: 'woman', purposes: ['homework'] });
    };
    await work();
    const day = await measured(centreName, exchange, work);
    const dayAtHub = await measured(hubName, exchange, work);
    return { start, nothing, day, 'nothing, at the hub': atHub, 'day, at the hub': dayAtHub };
  } finally {
    await centre.close();
    await hub.close();
  }
}

try {
  await measure(WARM);
  const few = await measure(FEW);
  const many = await measure(MANY);
  for (const name of Object.keys(few) as (keyof Measured)[]) {
    for (const [unit, label] of UNITS) {
      figure(`million: ${name}: ${label}, ${FEW}`, few[name][unit], unit === 'written' ? 'B' : '');
      figure(`million: ${name}: ${label}, ${MANY}`, many[name][unit], unit === 'written' ? 'B' : '');
    }
    figure(`million: ${name}: time, of that with ${FEW}`, many[name].seconds / few[name].seconds, 'ratio');
    figure(`million: ${name}: time`, many[name].seconds * 1_000, 'ms');
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}
