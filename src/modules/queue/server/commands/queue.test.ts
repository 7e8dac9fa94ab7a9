// The queue: numbers without signing in, calls by those who run it, two operators at once, the same request twice.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDesk, verdict, type TestDesk } from '../../../../../tests/support/desk.ts';
import { findTicket, readQueue } from '../queries.ts';
import { callNumber } from './call-number.ts';
import { leaveQueue, stepNumber } from './step-number.ts';
import { takeNumber } from './take-number.ts';

const TODAY = '2026-11-24';
let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());
const queue = (day = TODAY) => readQueue(desk.app.db.read, desk.site.id, day, desk.clock.now());
const waiting = async () => (await queue()).waiting.map(({ number }) => number);

it('anybody takes a number; the same request twice is one; bad input takes none', async () => {
  expect(verdict(await desk.run(takeNumber, desk.visitor, { need: 'dance' }))).toBe('need: field.choose');
  expect(verdict(await desk.run(takeNumber, desk.visitor, { priority: 'mayor' }))).toBe('priority: field.choose');
  expect(verdict(await desk.run(takeNumber, desk.visitor, { leaves: 'mañana' }))).toBe('leaves: field.not-an-hour');
  const first = await desk.must(takeNumber, desk.visitor, { need: 'procedure' }, 'k');
  expect(await desk.must(takeNumber, desk.visitor, { need: 'procedure' }, 'k')).toEqual(first);
  expect(first.number).toBe(1);
  const second = await desk.must(takeNumber, desk.operator, { leaves: '12:30' });
  expect(second.number).toBe(2);
  const row = await desk.app.db.read.selectFrom('queue_ticket').selectAll().where('id', '=', second.id).execute();
  expect(row).toMatchObject([{ priority: 'transport', taken_by: 'desk' }]);
});

it('only those who run it call; two who call at once call two numbers', async () => {
  for (const [actor, code] of [
    [desk.visitor, 'permissions.sign-in'],
    [desk.actor('municipal-staff'), 'permissions.denied'],
    [desk.stranger, 'permissions.denied'],
  ] as const) {
    expect(verdict(await desk.run(callNumber, actor, {}))).toBe(code);
    expect(verdict(await desk.run(stepNumber, actor, { ticket: desk.site.id, kind: 'absent' }))).toBe(code);
  }
  const both = await Promise.all([desk.must(callNumber, desk.operator, {}), desk.must(callNumber, desk.operator, {})]);
  expect(new Set(both.map(({ number }) => number)).size).toBe(2);
  expect(verdict(await desk.run(callNumber, desk.operator, {}))).toBe('queue.empty');
});

it('a number is called, not there, back, called again, done; what is over stays over', async () => {
  const { id } = await desk.must(takeNumber, desk.visitor, {});
  const go = (kind: string) => desk.run(stepNumber, desk.operator, { ticket: id, kind });
  expect(verdict(await go('finished'))).toBe('queue.not-called');
  await desk.must(callNumber, desk.operator, { ticket: id });
  expect(verdict(await go('back'))).toBe('queue.not-called');
  expect(verdict(await go('absent'))).toBe('ok');
  expect((await queue()).absent.map((one) => one.id)).toEqual([id]);
  expect(verdict(await go('back'))).toBe('ok');
  expect(await waiting()).toEqual([3]);
  const found = await findTicket(desk.app.db.read, desk.site.id, TODAY, desk.clock.now(), id);
  expect(found).toMatchObject({ before: 0, ticket: { calls: 1 } });
  await desk.must(callNumber, desk.operator, { ticket: id });
  expect(verdict(await go('finished'))).toBe('ok');
  expect(verdict(await go('finished'))).toBe('queue.over-already');
  expect(verdict(await desk.run(callNumber, desk.operator, { ticket: id }))).toBe('queue.over-already');
  expect(verdict(await desk.run(callNumber, desk.operator, { ticket: desk.site.id }))).toBe('queue.not-found');
});

it('whoever holds a number gives it back; the next day begins anew', async () => {
  const { id } = await desk.must(takeNumber, desk.visitor, {});
  await desk.must(leaveQueue, desk.visitor, { ticket: id });
  await desk.must(leaveQueue, desk.visitor, { ticket: id });
  expect((await queue()).left).toBe(1);
  desk.clock.forward(86_400_000);
  expect((await queue('2026-11-25')).waiting).toEqual([]);
  expect(verdict(await desk.run(callNumber, desk.operator, { ticket: id }))).toBe('queue.not-found');
  expect((await desk.must(takeNumber, desk.visitor, {})).number).toBe(1);
});
