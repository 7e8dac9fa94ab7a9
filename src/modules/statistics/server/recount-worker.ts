// Counts months of sites, or adds up thousands, on a connection of its own beside the desk; what comes out is written by whoever asked.
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { openDb } from '#platform/db';
import { countSite } from './counting.ts';
import { toolsOf, type CountedMonth, type Told, type Work } from './keeping.ts';
import { makeTotal } from './summing.ts';

interface Asked extends Work {
  file: string | undefined;
  databaseUrl: string | undefined;
  zone: string;
}

const LOT = 25;
const { file, databaseUrl, zone, today, months = [], total } = workerData as Asked;
const db = openDb({ databaseUrl, sqlite: file ? { path: file, readOnly: true } : undefined, connections: 1 });
const tools = toolsOf(zone, today);

async function tell(told: Told): Promise<void> {
  parentPort?.postMessage(told);
  if (parentPort) await once(parentPort, 'message');
}

for (let at = 0; at < months.length; at += LOT) {
  const counted: CountedMonth[] = [];
  for (const one of months.slice(at, at + LOT)) {
    const where = { id: one.site, district: one.district };
    const { count, holdsUntil } = await countSite(db.read, where, one.month, tools);
    counted.push({ ...one, counted: count, holdsUntil });
  }
  await tell({ counted });
}
if (total) await tell({ total: await makeTotal(db.read, total) });
await db.close();
parentPort?.close();
