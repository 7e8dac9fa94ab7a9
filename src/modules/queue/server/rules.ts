// Whose turn it is: a fair order with declared priorities, and how long it may take. No I/O.

/** Declared, never proven. The first four are served first by law (Ley 28683: verify locally); the others by what this place is like. */
export const PRIORITIES = ['none', 'pregnant', 'elderly', 'disability', 'with-child', 'far', 'transport'] as const;
export type Priority = (typeof PRIORITIES)[number];

export const NEEDS = ['computer', 'procedure', 'print', 'help'] as const;

export interface Ticket {
  id: string;
  number: number;
  priority: string;
  need: string;
  /** Milliseconds UTC. */
  leavesAt: number | null;
  cameAt: number;
}
export interface Step {
  ticket: string;
  kind: string;
  at: number;
  station: string | null;
  /** Stamp of the fact: the order in which steps were taken, whatever the clock did. */
  stamp: number;
}

export type TicketState = 'waiting' | 'called' | 'absent' | 'finished' | 'left';

export interface Standing extends Ticket {
  state: TicketState;
  /** Times called. */
  calls: number;
  calledAt: number | null;
  endedAt: number | null;
  station: string | null;
  /** Came back after it was called and nobody came. */
  backAt: number | null;
}

const STATES: Record<string, TicketState> = {
  called: 'called',
  absent: 'absent',
  back: 'waiting',
  finished: 'finished',
  left: 'left',
};

/** Where each number stands, from its steps in any order. A kind that only a newer program knows changes nothing. */
export function standingOf(tickets: readonly Ticket[], steps: readonly Step[]): Standing[] {
  const own = Map.groupBy(steps, (step) => step.ticket);
  return tickets.map((ticket) => {
    const standing: Standing = {
      ...{ ...ticket, state: 'waiting', calls: 0, calledAt: null, endedAt: null, station: null, backAt: null },
    };
    for (const { kind, at, station } of (own.get(ticket.id) ?? []).toSorted((a, b) => a.stamp - b.stamp)) {
      const state = STATES[kind];
      if (!state) continue;
      standing.state = state;
      if (kind === 'called') Object.assign(standing, { calls: standing.calls + 1, calledAt: at, station });
      if (kind === 'back') standing.backAt = at;
      if (state === 'finished' || state === 'left') standing.endedAt = at;
    }
    return standing;
  });
}

/** A bus or boat that leaves within this time makes one hurry. */
const SOON = 60 * 60_000;
/** Who waited so long goes with those who go first. */
const LONG = 60 * 60_000;
/** Of those who go first so many in a row, then one of the others, so that nobody waits for ever. */
const IN_A_ROW = 2;

function goesFirst(one: Standing, now: number): boolean {
  if (one.backAt !== null || now - one.cameAt >= LONG) return true;
  if (one.priority === 'transport') return one.leavesAt === null || one.leavesAt - now <= SOON;
  return one.priority !== 'none';
}

/**
 * The order in which those who wait are called. `recent`: whether those called last, oldest first, were of those who go first. Among those
 * who go first a bus or boat that leaves soon goes by its hour; else all go by when they came, and by number where that is the same.
 */
export function orderOf(waiting: readonly Standing[], recent: readonly boolean[], now: number): Standing[] {
  const key = (one: Standing) => one.backAt ?? one.cameAt;
  const hurry = (one: Standing) =>
    one.leavesAt !== null && one.leavesAt - now <= SOON ? one.leavesAt : Number.POSITIVE_INFINITY;
  const all = waiting.filter((one) => one.state === 'waiting');
  const byHurry = (a: Standing, b: Standing) =>
    hurry(a) === hurry(b) ? key(a) - key(b) || a.number - b.number : hurry(a) - hurry(b);
  const first = all.filter((one) => goesFirst(one, now)).toSorted(byHurry);
  const others = all.filter((one) => !goesFirst(one, now)).toSorted((a, b) => key(a) - key(b) || a.number - b.number);
  let row = 0;
  for (let at = recent.length - 1; at >= 0 && recent[at] === true; at--) row++;
  const out: Standing[] = [];
  for (;;) {
    const next = others.length > 0 && (row >= IN_A_ROW || first.length === 0) ? others.shift() : first.shift();
    if (!next) return out;
    row = goesFirst(next, now) ? row + 1 : 0;
    out.push(next);
  }
}

/** Whether those called, in the order of their last call, were of those who go first. */
export function recentCalls(standings: readonly Standing[]): boolean[] {
  return standings
    .filter((one) => one.calledAt !== null)
    .toSorted((a, b) => (a.calledAt ?? 0) - (b.calledAt ?? 0))
    .slice(-IN_A_ROW)
    .map((one) => goesFirst({ ...one, backAt: null }, one.calledAt ?? 0));
}

/** Where nothing is known yet, minutes for one. */
const USUAL = 10;
const COUNTED = 20;

/** Minutes until a place in the order (0 = next) may be called: the median of the last ones served, over those who serve. */
export function estimate(place: number, standings: readonly Standing[]): number {
  const served = standings
    .filter((one) => one.state === 'finished' && one.calledAt !== null && one.endedAt !== null)
    .toSorted((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0))
    .slice(-COUNTED);
  const minutes = served
    .map((one) => Math.max(1, Math.min(120, ((one.endedAt ?? 0) - (one.calledAt ?? 0)) / 60_000)))
    .toSorted((a, b) => a - b);
  const usual = minutes[Math.floor(minutes.length / 2)] ?? USUAL;
  const places = Math.max(1, new Set(standings.filter((one) => one.state === 'called').map((one) => one.station)).size);
  return Math.ceil(((place + 1) * usual) / places);
}
