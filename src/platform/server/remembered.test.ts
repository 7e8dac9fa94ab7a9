// What is given again, and when it is read anew.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testProgram, type TestProgram } from '../../../tests/support/program.ts';
import { remembered } from './remembered.ts';

let hub: TestProgram;
beforeAll(async () => {
  hub = await testProgram();
});
afterAll(() => hub.close());

const jobs = async () => (await hub.app.db.read.selectFrom('job_state').select('name').execute()).length;

it('reads once until somebody writes, and then what was written', async () => {
  let reads = 0;
  const ask = () =>
    remembered(hub.app.db, 'jobs', () => {
      reads++;
      return jobs();
    });
  const before = await ask();
  expect(await ask()).toBe(before);
  expect(reads).toBe(1);
  await hub.app.db.transaction((tx) =>
    tx.local
      .insertInto('job_state')
      .values({ name: 'a job of the test', last_started: 0, last_finished: null, last_error: null })
      .execute(),
  );
  expect(await ask()).toBe(before + 1);
  expect(reads).toBe(2);
});

it('asks again for what could not be read', async () => {
  const failing = () => remembered(hub.app.db, 'broken', () => Promise.reject(new Error('no disk')));
  await expect(failing()).rejects.toThrow('no disk');
  expect(await remembered(hub.app.db, 'broken', () => Promise.resolve('there'))).toBe('there');
});
