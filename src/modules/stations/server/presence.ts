// Which public computers answer: kept in memory, since after a start all of them have to say so anew.
import type { App } from '#platform/app';
import { runCommand } from '#platform/command';
import { anonymous } from '#platform/permissions';
import { beatIfNeeded } from '#modules/hours';
import { SILENT, stationBack } from './commands/kiosk.ts';

interface Seen {
  wall: number;
  stamp: number;
  steady: number;
}

const seen = new WeakMap<App['db'], { started: Seen; stations: Map<string, Seen> }>();

const nowOf = (app: App): Seen => ({ wall: app.clock.now(), stamp: app.clock.stamp(), steady: performance.now() });

function of(app: App) {
  let known = seen.get(app.db);
  if (!known) {
    known = { started: nowOf(app), stations: new Map() };
    seen.set(app.db, known);
  }
  return known;
}

/** A computer says that it is there; after a silence its person gets back what it lasted. */
export async function hear(app: App, key: string, station: string): Promise<void> {
  await beatIfNeeded(app);
  const { started, stations } = of(app);
  const before = stations.get(station) ?? started;
  const now = nowOf(app);
  stations.set(station, now);
  if (now.steady - before.steady < SILENT) return;
  const { wall, stamp } = before;
  await runCommand(app, stationBack, { actor: anonymous(), input: { key, wall, stamp } });
}

/** Whether a computer with a screen of ours answers; undefined when it has not been heard of since the start. */
export function answers(app: App, station: string): boolean | undefined {
  const last = of(app).stations.get(station);
  return last && performance.now() - last.steady < SILENT;
}
