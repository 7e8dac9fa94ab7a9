// Transactions of several processes on one PostgreSQL that get in each other's way: run again, a bounded number of times, with one effect.
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineOf, type Db, type LocalTx } from '#platform/db';
import { lockRows, StaleTransaction } from '#platform/dialect';
import { engine, testDatabase } from '../../../tests/support/engine.ts';
import { testProgram, type TestProgram } from '../../../tests/support/program.ts';

const programs: TestProgram[] = [];
beforeEach(async () => {
  const first = await testProgram(engine === 'postgres' ? { databaseUrl: await testDatabase() } : {});
  programs.push(first);
  if (engine === 'postgres') programs.push(await testProgram({ databaseUrl: first.app.config.databaseUrl }));
});
afterEach(async () => {
  for (const program of programs.splice(0)) await program.close();
});

const dbs = (): [Db, Db] => programs.map(({ app }) => app.db) as [Db, Db]; // reason: two were opened

const put = (tx: LocalTx, key: string, value: string) =>
  tx.local
    .insertInto('replica_state')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();

const get = async (read: Pick<LocalTx, 'selectFrom'>, key: string) =>
  (await read.selectFrom('replica_state').select('value').where('key', '=', key).executeTakeFirst())?.value;

/** Waits until as many came as are expected, the first time each comes. */
function meeting(expected: number): (who: string) => Promise<void> {
  const here = new Set<string>();
  const all = Promise.withResolvers<void>();
  return (who) => {
    if (here.has(who)) return Promise.resolve(); // a repeat
    here.add(who);
    if (here.size === expected) all.resolve();
    return all.promise;
  };
}

it('a transaction that always fails in a way that may pass is given up', async () => {
  const [db] = dbs();
  let attempts = 0;
  const stale = db.transaction(async (tx) => {
    attempts += 1;
    await put(tx, 'stale', String(attempts));
    throw new StaleTransaction('always');
  });
  await expect(stale).rejects.toThrow('always');
  expect(attempts).toBe(10);
  expect(await get(db.read, 'stale')).toBeUndefined();
});

it('any other failure is not repeated', async () => {
  let attempts = 0;
  const failing = dbs()[0].transaction(() => {
    attempts += 1;
    return Promise.reject(new Error('broken'));
  });
  await expect(failing).rejects.toThrow('broken');
  expect(attempts).toBe(1);
});

describe.runIf(engine === 'postgres')('two processes', () => {
  it('that read what the other writes: both counts are kept', async () => {
    const met = meeting(2);
    let attempts = 0;
    const count = (db: Db, who: string) =>
      db.transaction(async (tx) => {
        attempts += 1;
        const before = Number((await get(tx, 'count')) ?? 0);
        await met(who);
        await put(tx, 'count', String(before + 1));
      });
    const [one, other] = dbs();
    await Promise.all([count(one, 'one'), count(other, 'other')]);
    expect(await get(one.read, 'count')).toBe('2');
    expect(attempts).toBeGreaterThan(2);
  });

  it('that lock two rows crosswise: both end', async () => {
    const [one, other] = dbs();
    for (const key of ['left', 'right']) await one.transaction((tx) => put(tx, key, ''));
    const met = meeting(2);
    const lock = async (tx: LocalTx, key: string) => {
      const query = tx.selectFrom('replica_state').select('value').where('key', '=', key);
      return (await lockRows(tx.engine, query).executeTakeFirst())?.value ?? '';
    };
    const cross = (db: Db, who: string, keys: [string, string]) =>
      db.transaction(
        async (tx) => {
          for (const key of keys) {
            const before = await lock(tx, key);
            await put(tx, key, before + who);
            await met(who);
          }
        },
        { isolation: 'read committed' },
      );
    await Promise.all([cross(one, 'a', ['left', 'right']), cross(other, 'b', ['right', 'left'])]);
    for (const key of ['left', 'right']) expect([...((await get(one.read, key)) ?? '')].sort()).toEqual(['a', 'b']);
  });

  it('of which one loses its connection in the middle: what it did is done once', async () => {
    const [one, other] = dbs();
    let attempts = 0;
    await one.transaction(async (tx) => {
      attempts += 1;
      const before = Number((await get(tx, 'cut')) ?? 0);
      await put(tx, 'cut', String(before + 1));
      if (attempts > 1) return;
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(engineOf(tx));
      await other.transaction((across) => sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(engineOf(across)));
      await get(tx, 'cut');
    });
    expect(attempts).toBe(2);
    expect(await get(one.read, 'cut')).toBe('1');
  });

  it('of which one stands still in a transaction: the other waits three seconds, not for ever', async () => {
    const [one, other] = dbs();
    await one.transaction((tx) => put(tx, 'row', ''));
    let attempts = 0;
    const standing = Promise.withResolvers<void>();
    const woken = Promise.withResolvers<void>();
    const still = one.transaction(async (tx) => {
      attempts += 1;
      await put(tx, 'row', `still ${attempts}`);
      if (attempts > 1) return;
      standing.resolve();
      await woken.promise;
    });
    await standing.promise;
    await other.transaction((tx) => put(tx, 'row', 'other'));
    expect(await get(other.read, 'row')).toBe('other');
    woken.resolve();
    await still;
    expect(attempts).toBe(2);
    expect(await get(other.read, 'row')).toBe('still 2');
  });
});
