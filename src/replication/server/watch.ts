// A look at what can go wrong without anybody asking: the disk, the clock, and what was set aside; what is found is kept as alarms.
import { statfsSync } from 'node:fs';
import type { ClockState } from '#platform/clock';
import { keepStates } from './alarms.ts';
import type { Replica } from './replica.ts';
import { readState } from './state.ts';
import { countQuarantined } from './status.ts';

/** The same as the doctor's: enough for weeks of work and for one copy of a telecentre's database. */
const LITTLE_ROOM = 500_000_000;
/** A record that is this far off may stand on another day. */
const FAR_OFF = 600_000;
export const CLOCK_OFF = 'clock-off';

/** Bytes that are free where the data lie; undefined where the system does not tell. */
export function freeRoom(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

export const isClockWrong = (state: ClockState, off: number | undefined): boolean =>
  state === 'unknown' || Math.abs(off ?? 0) > FAR_OFF;

/** Milliseconds that the hub's clock was ahead when a session last told. */
export async function knownClockOff(replica: Replica): Promise<number | undefined> {
  const said = await readState(replica.db.read, CLOCK_OFF);
  return said === undefined ? undefined : Number(said);
}

export async function lookAround(replica: Replica, room = freeRoom(replica.config.dataDir)): Promise<void> {
  const { clock, db } = replica;
  const off = await knownClockOff(replica);
  const aside = await countQuarantined(db.read);
  await keepStates(replica, [
    { code: 'quarantined', now: aside > 0 ? [''] : [] },
    { code: 'clock-wrong', now: isClockWrong(clock.state(), off) ? [''] : [] },
    ...(room === undefined ? [] : [{ code: 'disk-low' as const, now: room < LITTLE_ROOM ? [''] : [] }]),
  ]);
}
