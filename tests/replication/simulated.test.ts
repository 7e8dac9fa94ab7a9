// A fixed set of simulated schedules in every run; more by `npm run simulate -- --seed N --schedules M`.
import { expect, it } from 'vitest';
import { explore } from '../../tools/simulate/explore.ts';
import { OLD_DISKS_FROM, run, scheduleOf, shorten, WORDS_FROM, type Schedule } from '../../tools/simulate/schedule.ts';

/** Seeds that once found a bug come first. */
const FOUND = [
  1471, 1972, 2018, 2063, 4292, 20141, 21378, 102104, 411311, 513290, 520481, 523574, 539166, 2001052, 2001641, 2004991,
  2006902,
];
const MANY = 200;
/** Of each of the others: where the hub speaks, and where disks go back in time. */
const SOME = 80;

function told(schedule: Schedule): string | undefined {
  const { failure } = run(schedule);
  if (!failure) return undefined;
  const { actions } = shorten(schedule, failure.invariant);
  return `seed ${schedule.seed}: ${failure.detail}\n${actions.map((action) => JSON.stringify(action)).join('\n')}`;
}

it('nothing is lost, doubled or apart in schedules that once broke it', () => {
  expect(FOUND.map((seed) => told(scheduleOf(seed))).filter(Boolean)).toEqual([]);
}, 60_000);

it(`nothing is lost, doubled or apart in ${MANY + 2 * SOME} schedules of work and misfortune`, () => {
  const seeds = (from: number, many: number) => Array.from({ length: many }, (_, at) => from + at);
  for (const seed of [...seeds(1, MANY), ...seeds(WORDS_FROM, SOME), ...seeds(OLD_DISKS_FROM, SOME)]) {
    const wrong = told(scheduleOf(seed));
    if (wrong) expect.fail(`npm run simulate -- --seed ${seed} --schedules 1\n${wrong}`);
  }
}, 180_000);

it('happens the same way each time', () => {
  const [one, two] = [run(scheduleOf(7)), run(scheduleOf(7))];
  expect(one).toEqual(two);
  expect(one.stats.sessions).toBeGreaterThan(0);
});

it('nothing is lost, doubled or apart in any order of at most 3 events of two telecentres, a hub and a stick', () => {
  const { failure, states } = explore(3);
  expect(failure).toBeUndefined();
  expect(states).toBeGreaterThan(500);
  console.log(`explored ${states} states; more by npm run explore -- --depth N`);
}, 120_000);
