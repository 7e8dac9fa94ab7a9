// `npm run explore -- [--depth N]`: every order of at most N events of two telecentres, their hub and a stick; prints how many states were seen.
import { parseArgs } from 'node:util';
import { explore } from './simulate/explore.ts';

const { values } = parseArgs({ options: { depth: { type: 'string' } } });
const depth = Number(values.depth ?? 5);
if (!(depth >= 1)) {
  console.error('Usage: npm run explore -- [--depth N]');
  process.exit(2);
}
const began = performance.now();
const { failure, ...counted } = explore(depth, ({ depth: reached, states, steps }) =>
  console.log(
    JSON.stringify({ depth: reached, states, steps, seconds: Math.round((performance.now() - began) / 1_000) }),
  ),
);
if (failure) {
  console.log(`${failure.detail}\n${failure.path.map((event) => `  ${event}`).join('\n')}`);
  process.exit(1);
}
console.log(`depth ${counted.depth}: ${counted.states} states, ${counted.steps} steps, all invariants held in each`);
