// What is given again, and when it is read anew.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testProgram, type TestProgram } from '../../../tests/support/program.ts';
import { system } from './permissions.ts';
import { remembered } from './remembered.ts';
import { addHoliday } from '#modules/territory';

let hub: TestProgram;
beforeAll(async () => {
  hub = await testProgram();
});
afterAll(() => hub.close());

const holidays = async () => {
  const rows = await hub.app.db.read.selectFrom('holiday').select('name').execute();
  return rows.length;
};

it('reads once until somebody writes, and then what was written', async () => {
  let reads = 0;
  const ask = () =>
    remembered(hub.app.db, 'holidays', () => {
      reads++;
      return holidays();
    });
  const before = await ask();
  expect(await ask()).toBe(before);
  expect(reads).toBe(1);
  await hub.must(addHoliday, system, {
    day: '11-05',
    name: 'Día de la prueba',
    scope: '',
    status: 'verify',
    source: 'prueba',
  });
  expect(await ask()).toBe(before + 1);
  expect(reads).toBe(2);
});

it('asks again for what could not be read', async () => {
  const failing = () => remembered(hub.app.db, 'broken', () => Promise.reject(new Error('no disk')));
  await expect(failing()).rejects.toThrow('no disk');
  expect(await remembered(hub.app.db, 'broken', () => Promise.resolve('there'))).toBe('there');
});
