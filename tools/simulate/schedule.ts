// Schedules: drawn from a seed, run against the invariants, and shortened when one fails.
import type { Faults } from './link.ts';
import { Draw } from './draw.ts';
import { checkAlways, checkConverges } from './invariants.ts';
import { Broken, World, type Action, type WorldOptions } from './world.ts';

export interface Schedule {
  seed: number;
  sites: number;
  actions: Action[];
}

export interface Failure {
  invariant: string;
  detail: string;
  /** The action after which it was seen; the number of actions when the faults had stopped. */
  after: number;
}

export interface Outcome {
  failure: Failure | undefined;
  stats: World['stats'];
}

const YEAR = 365 * 86_400_000;
const CLOCKS = [0, 0, 0, -57 * YEAR, 10 * YEAR, -10 * YEAR, -3_600_000, 86_400_000 * 3];

/** The kinds of actions and how often each comes. */
const KINDS: [weight: number, make: (draw: Draw) => Action][] = [
  [40, (draw) => ({ do: 'write', at: draw.below(13), draw: draw.below(2 ** 31) })],
  [
    22,
    (draw) => ({
      do: 'session',
      site: draw.below(12),
      faults: faultsFrom(draw),
      steps: draw.chance(0.5) ? 5_000 : draw.below(120),
    }),
  ],
  [8, (draw) => ({ do: 'go-on', site: draw.below(12), steps: draw.chance(0.5) ? 5_000 : draw.below(80) })],
  [2, (draw) => ({ do: 'give-up', site: draw.below(12) })],
  [3, (draw) => ({ do: 'left-behind', steps: draw.below(60) })],
  [2, (draw) => ({ do: 'replay', which: draw.below(1_000) })],
  [5, (draw) => ({ do: 'power-off', at: draw.below(13), after: draw.below(30) })],
  [6, (draw) => ({ do: 'power-on', at: draw.below(13) })],
  [1, (draw) => ({ do: 'disk-full', at: draw.below(13), full: true })],
  [2, (draw) => ({ do: 'disk-full', at: draw.below(13), full: false })],
  [2, (draw) => ({ do: 'image', at: draw.below(13) })],
  [1, (draw) => ({ do: 'restore', at: draw.below(13), which: draw.below(100), unseen: draw.chance(0.4) })],
  [
    3,
    (draw) => ({ do: 'pack', site: draw.below(12), up: draw.chance(0.5), budget: draw.chance(0.3) ? 600 : 1_000_000 }),
  ],
  [4, (draw) => ({ do: 'unpack', which: draw.below(1_000) })],
  [1, (draw) => ({ do: 'lose', which: draw.below(1_000) })],
  [
    1,
    (draw) => ({
      do: 'clock',
      at: draw.below(13),
      off: draw.pick(CLOCKS) + draw.below(1_000),
      disciplined: draw.chance(0.5),
    }),
  ],
  [2, (draw) => ({ do: 'time', by: draw.below(86_400_000) })],
  [1, (draw) => ({ do: 'upgrade', at: draw.below(13) })],
];
type Kinds = typeof KINDS;

/** From this seed on the hub speaks: rights, memberships, shares. */
export const WORDS_FROM = 1_000_000;
/** From this seed on disks go back in time and sticks lie about more often, and a telecentre may run twice. */
export const OLD_DISKS_FROM = 2_000_000;

const WORDS: Kinds = [
  ...KINDS,
  [10, (draw) => ({ do: 'word', draw: draw.below(2 ** 31) })],
  [16, (draw) => ({ do: 'claim', site: draw.below(12), draw: draw.below(2 ** 31) })],
  [3, (draw) => ({ do: 'give-back', site: draw.below(12), draw: draw.below(2 ** 31) })],
  [5, (draw) => ({ do: 'wrong', site: draw.below(12), draw: draw.below(2 ** 31) })],
  [3, () => ({ do: 'image', at: 0 })],
  [2, (draw) => ({ do: 'restore', at: 0, which: draw.below(100), unseen: false })],
  [1, (draw) => ({ do: 'revoke', site: draw.below(12), how: draw.chance(0.6) ? 'ended' : 'compromised' })],
];

const OLD_DISKS: Kinds = [
  ...KINDS,
  [5, (draw) => ({ do: 'image', at: draw.below(4) })],
  [5, (draw) => ({ do: 'restore', at: draw.below(4), which: draw.below(100), unseen: draw.chance(0.5) })],
  [
    9,
    (draw) => ({ do: 'pack', site: draw.below(3), up: draw.chance(0.4), budget: draw.chance(0.3) ? 600 : 1_000_000 }),
  ],
  [9, (draw) => ({ do: 'unpack', which: draw.below(1_000) })],
  [8, (draw) => ({ do: 'session', site: draw.below(3), faults: flipped(draw), steps: 5_000 })],
  [1, (draw) => ({ do: 'clone', site: draw.below(12) })],
];

const kindsOf = (seed: number): Kinds => (seed >= OLD_DISKS_FROM ? OLD_DISKS : seed >= WORDS_FROM ? WORDS : KINDS);

/** Most of what goes one way comes bent. */
function flipped(draw: Draw): Faults {
  const faults: Faults = { chunk: 65_536 };
  if (draw.chance(0.4)) faults.flipDown = draw.below(2_000) * 8 + draw.below(8);
  else if (draw.chance(0.3)) faults.flipUp = draw.below(2_000) * 8 + draw.below(8);
  return faults;
}

function faultsFrom(draw: Draw): Faults {
  const faults: Faults = { chunk: draw.pick([7, 64, 1_400, 65_536]) };
  if (draw.chance(0.15)) faults.cutUp = draw.below(draw.chance(0.5) ? 800 : 6_000);
  if (draw.chance(0.15)) faults.cutDown = draw.below(draw.chance(0.5) ? 600 : 6_000);
  if (draw.chance(0.04)) faults.flipUp = draw.below(100_000);
  if (draw.chance(0.04)) faults.flipDown = draw.below(100_000);
  return faults;
}

function actionFrom(draw: Draw, kinds: Kinds): Action {
  let at = draw.fraction() * kinds.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, make] of kinds) {
    if (at < weight) return make(draw);
    at -= weight;
  }
  return { do: 'time', by: 0 };
}

/** The schedule of a seed. */
export function scheduleOf(seed: number): Schedule {
  const draw = new Draw(seed);
  const sites = draw.chance(0.7) ? 2 + draw.below(3) : 3 + draw.below(10);
  const length = draw.chance(0.8) ? 15 + draw.below(60) : 60 + draw.below(120);
  return { seed, sites, actions: Array.from({ length }, () => actionFrom(draw, kindsOf(seed))) };
}

/** Runs a schedule to its end, then lets the faults stop. Never throws. */
export function run({ seed, sites, actions }: Schedule, options: WorldOptions = {}): Outcome {
  const words = seed >= WORDS_FROM && seed < OLD_DISKS_FROM;
  const world = new World(seed, sites, { words, ...options });
  let after = 0;
  try {
    for (const action of actions) {
      world.perform(action);
      after += 1;
      checkAlways(world);
    }
    checkConverges(world);
    return { failure: undefined, stats: world.stats };
  } catch (error) {
    const failure =
      error instanceof Broken
        ? { invariant: error.invariant, detail: error.message, after }
        : {
            invariant: 'no defect',
            detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
            after,
          };
    return { failure, stats: world.stats };
  }
}

/** The same failure with as few actions as can be found by leaving some out. */
export function shorten(schedule: Schedule, invariant: string): Schedule {
  const fails = (actions: Action[]) => run({ ...schedule, actions }).failure?.invariant === invariant;
  let { actions } = schedule;
  const without = (size: number): boolean => {
    const before = actions.length;
    for (let at = 0; at < actions.length;) {
      const less = [...actions.slice(0, at), ...actions.slice(at + size)];
      if (fails(less)) actions = less;
      else at += size;
    }
    return actions.length < before;
  };
  for (let size = Math.ceil(actions.length / 2); size > 1; size = Math.ceil(size / 2)) without(size);
  while (without(1));
  return { ...schedule, actions };
}
