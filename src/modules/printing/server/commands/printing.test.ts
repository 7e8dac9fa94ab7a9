// Printing: free pages first, then those bought ahead, then money; what is left is computed and never goes below nothing.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk, verdict, type TestDesk } from '../../../../../tests/support/desk.ts';
import { listEntries, pricesOf, printAccount } from '../queries.ts';
import { accountOf, billOf, dayOf, type Entry } from '../rules.ts';
import { payAhead, printPages, setPrices, takeBack } from './commands.ts';

const TODAY = '2026-11-24';
let desk: TestDesk;
let rosa: string;
beforeAll(async () => {
  desk = await openDesk();
  rosa = (await desk.register()).id;
});
afterAll(() => desk.close());
const account = (day = TODAY) => printAccount(desk.app.db.read, desk.site.id, rosa, day);
const till = async () => dayOf(await listEntries(desk.app.db.read, desk.site.id, { day: TODAY }));

describe('the account', () => {
  const prices = { page: 10, colourPage: 50, freePages: 10 };
  it('never goes below nothing, and no page is free, bought and paid at once', () => {
    const act = fc.record({
      kind: fc.constantFrom('print', 'pay', 'back'),
      pages: fc.integer({ min: 1, max: 40 }),
      colour: fc.boolean(),
      pick: fc.nat(30),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 25 }), (all) => {
        const entries: Entry[] = [];
        for (const [at, { kind, pages, colour, pick }] of all.entries()) {
          const base = { id: String(at), day: TODAY, pages, free: 0, fromBalance: 0, amount: 0, of: null };
          const now = accountOf(entries, prices, TODAY);
          if (kind === 'pay') entries.push({ ...base, kind: 'paid', amount: pages * 10 });
          else if (kind === 'print') {
            const bill = billOf(pages, colour, now, prices);
            expect(bill.free + bill.fromBalance + bill.due).toBe(pages);
            expect(bill.free).toBeLessThanOrEqual(now.freeLeft);
            expect(bill.fromBalance).toBeLessThanOrEqual(now.balance);
            entries.push({ ...base, ...bill, kind: 'printed' });
          } else {
            const one = entries[pick % Math.max(1, entries.length)];
            if (one?.kind === 'printed') entries.push({ ...base, kind: 'taken-back', of: one.id });
          }
          const after = accountOf(entries, prices, TODAY);
          expect(after.freeLeft).toBeGreaterThanOrEqual(0);
          expect(after.freeLeft).toBeLessThanOrEqual(10);
          expect(after.balance).toBeGreaterThanOrEqual(0);
        }
        expect(dayOf(entries).amount).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('at the printer', () => {
  it('who may not, and bad input, change nothing', async () => {
    for (const [actor, code] of [
      [desk.visitor, 'permissions.sign-in'],
      [desk.actor('municipal-staff'), 'permissions.denied'],
      [desk.stranger, 'permissions.denied'],
    ] as const) {
      expect(verdict(await desk.run(printPages, actor, { pages: 1 }))).toBe(code);
      expect(verdict(await desk.run(payAhead, actor, { person: rosa, pages: 1 }))).toBe(code);
      expect(verdict(await desk.run(setPrices, actor, { page: 1, colourPage: 1, freePages: 1 }))).toBe(code);
      expect(verdict(await desk.run(takeBack, actor, { entry: rosa }))).toBe(code);
    }
    expect(verdict(await desk.run(printPages, desk.operator, { pages: '0' }))).toBe('pages: field.too-small');
    expect(verdict(await desk.run(printPages, desk.operator, { pages: 'dos' }))).toBe('pages: field.not-a-number');
    expect(verdict(await desk.run(printPages, desk.operator, { pages: 1, person: desk.site.id }))).toBe(
      'people.not-found',
    );
    expect(verdict(await desk.run(setPrices, desk.operator, { page: '-1', colourPage: 1, freePages: 1 }))).toBe(
      'page: field.too-small',
    );
    expect(await till()).toEqual({ pages: 0, amount: 0 });
  });
  it('free pages go first, then bought ones, then money; the same request twice is one print', async () => {
    await desk.must(setPrices, desk.operator, { page: '10', colourPage: '50', freePages: '3' });
    await desk.must(setPrices, desk.operator, { page: '20', colourPage: '50', freePages: '3' });
    expect(await pricesOf(desk.app.db.read, desk.site.id)).toMatchObject({ page: 20, freePages: 3 });
    await desk.must(payAhead, desk.operator, { person: rosa, pages: '4' }, 'p');
    await desk.must(payAhead, desk.operator, { person: rosa, pages: '4' }, 'p');
    expect(await account()).toEqual({ freeLeft: 3, balance: 4 });
    const job = { person: rosa, pages: '9' };
    expect(verdict(await desk.run(printPages, desk.operator, job))).toBe('printing.to-pay');
    const { id, amount } = await desk.must(printPages, desk.operator, { ...job, paid: 'on' }, 'k');
    await desk.must(printPages, desk.operator, { ...job, paid: 'on' }, 'k');
    expect(amount).toBe(40);
    expect(await account()).toEqual({ freeLeft: 0, balance: 0 });
    expect(await till()).toEqual({ pages: 9, amount: 120 });
    await desk.must(takeBack, desk.operator, { entry: id });
    expect(verdict(await desk.run(takeBack, desk.operator, { entry: id }))).toBe('printing.back-already');
    expect(await account()).toEqual({ freeLeft: 3, balance: 4 });
    expect(await account('2026-12-01')).toEqual({ freeLeft: 3, balance: 4 });
    expect(await till()).toEqual({ pages: 0, amount: 80 });
  });
  it('without a card everything is paid; pages that were used are not paid back', async () => {
    expect(verdict(await desk.run(printPages, desk.operator, { pages: 2 }))).toBe('printing.to-pay');
    expect((await desk.must(printPages, desk.operator, { pages: 2, paid: 'on', colour: 'on' })).amount).toBe(100);
    const { id } = await desk.must(payAhead, desk.operator, { person: rosa, pages: 2 });
    await desk.must(printPages, desk.operator, { person: rosa, pages: 8 });
    expect(verdict(await desk.run(takeBack, desk.operator, { entry: id }))).toBe('printing.used-already');
    expect(verdict(await desk.run(takeBack, desk.operator, { entry: rosa }))).toBe('printing.not-found');
  });
});
