import { expect, it } from 'vitest';
import { inTurn } from './turns.ts';

interface Work {
  wait(): void;
  work(): void;
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

it('few work at once, who came first goes on first, and who waits for a link holds nobody up', async () => {
  const order: string[] = [];
  let working = 0;
  let most = 0;
  const comes = (name: string) =>
    inTurn<Work>(
      {
        wait: () => new Promise(() => undefined), // for ever
        async work() {
          working += 1;
          most = Math.max(most, working);
          await tick();
          order.push(name);
          working -= 1;
        },
      },
      ['wait'],
    );
  for (let stuck = 0; stuck < 10; stuck++) void comes('stuck').wait();
  const many = Array.from({ length: 30 }, (_, at) => comes(String(at)));
  const twice = async (one: (typeof many)[number]) => {
    await one.work();
    await one.work();
  };
  await Promise.all(many.map(twice));
  expect(most).toBe(4);
  // the second work of the first four goes before the first work of the last
  expect(order.indexOf('29')).toBeGreaterThan(order.lastIndexOf('3'));
  expect(order.lastIndexOf('0')).toBeLessThan(12);
  expect(order).toHaveLength(60);
});
