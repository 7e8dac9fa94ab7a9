// `npm run simulate -- [--seed N] [--schedules M]`: draws schedules of work and misfortune and checks that nothing is lost, doubled or apart; the first that fails is shortened and shown.
import { parseArgs } from 'node:util';
import { run, scheduleOf, shorten } from './simulate/schedule.ts';

const { values } = parseArgs({ options: { seed: { type: 'string' }, schedules: { type: 'string' } } });
const first = Number(values.seed ?? 1);
const many = Number(values.schedules ?? 1_000);
if (!Number.isInteger(first) || !(many >= 1)) {
  console.error('Usage: npm run simulate -- [--seed N] [--schedules M]');
  process.exit(2);
}

const began = performance.now();
const sum: Record<string, number> = {};
for (let seed = first; seed < first + many; seed++) {
  const schedule = scheduleOf(seed);
  const { failure, stats } = run(schedule);
  for (const [name, count] of Object.entries(stats)) sum[name] = (sum[name] ?? 0) + count;
  const done = seed - first + 1;
  if (done % 5_000 === 0) console.log(`${done} schedules, all invariants held so far`);
  if (!failure) continue;
  console.log(`seed ${seed}: after ${failure.after} of ${schedule.actions.length} actions: ${failure.detail}`);
  const { actions } = shorten(schedule, failure.invariant);
  console.log(`the same with ${actions.length} actions, ${schedule.sites} sites:`);
  for (const action of actions) console.log(`  ${JSON.stringify(action)}`);
  console.log(run({ ...schedule, actions }).failure?.detail);
  process.exit(1);
}
const seconds = (performance.now() - began) / 1_000;
console.log(
  JSON.stringify({
    schedules: many,
    from: first,
    seconds: Math.round(seconds),
    perSecond: Math.round(many / seconds),
    ...sum,
  }),
);
console.log(`${many} schedules, all invariants held`);
