// How many sessions work at the same time at a hub, and who of those that wait goes on first.
import PQueue from 'p-queue';
import type { Doers } from './core/index.ts';

const AT_ONCE = 4;
const queue = new PQueue({ concurrency: AT_ONCE });
let came = 0;

type Doing = (...given: never[]) => unknown;

/**
 * The doings of one conversation, in turn with those of all others in this process: who came first goes on first. When 200 telecentres come
 * at once, most of them wait with nothing in memory yet, and half of them are gone in half the time. `free` take no place: whoever waits for
 * a slow link holds nobody up.
 */
export function inTurn<P extends { [K in keyof P]: Doing }>(doers: Doers<P>, free: readonly string[]): Doers<P> {
  came += 1;
  const priority = -came;
  const all = Object.entries(doers as Record<string, Doing>).map(([name, doing]) => [
    name,
    free.includes(name) ? doing : (...given: never[]) => queue.add(() => doing(...given), { priority }),
  ]);
  return Object.fromEntries(all) as Doers<P>; // reason: the same names, each with what it takes and gives
}
