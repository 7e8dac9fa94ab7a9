// What was written to makes its month one to count anew, inside the same transaction, whether it was written here or received.
import { randomBytes } from 'node:crypto';
import type { LocalTx } from '#platform/db';
import type { AppliedRow, Listener } from '#platform/manifest';
import { daysBehind, spansOfGaps } from '#modules/hours';
import { joinedWith, peopleBehind } from '#modules/people';
import { daysOfVisitors, daysOfVisits, monthsWithVisits, visitsBehind, type DayThere } from '#modules/visits';

const BATCH = 500;

interface Mark {
  scope: string | null;
  month: string | null;
}

async function mark(tx: LocalTx, marks: readonly Mark[]): Promise<void> {
  const seen = new Map<string, { scope: string; month: string }>();
  for (const { scope, month } of marks)
    if (scope?.startsWith('t/') && month && /^\d{4}-\d{2}$/.test(month))
      seen.set(`${scope} ${month}`, { scope, month });
  const values = [...seen.values()].toSorted((a, b) => (a.scope + a.month < b.scope + b.month ? -1 : 1));
  const marked = randomBytes(9).toString('base64url');
  for (let at = 0; at < values.length; at += BATCH)
    await tx.local
      .insertInto('month_dirty')
      .values(values.slice(at, at + BATCH).map((value) => ({ ...value, marked })))
      .onConflict((conflict) => conflict.columns(['month', 'scope']).doUpdateSet({ marked }))
      .execute();
}

async function inBatches(ids: readonly string[], work: (some: string[]) => Promise<void>): Promise<void> {
  const all = [...new Set(ids)];
  for (let at = 0; at < all.length; at += BATCH) await work(all.slice(at, at + BATCH));
}

const monthOf = (day: unknown): string | null => (typeof day === 'string' ? day.slice(0, 7) : null);
const markDays = (tx: LocalTx, days: readonly DayThere[]) =>
  mark(
    tx,
    days.map(({ partition: scope, day }) => ({ scope, month: monthOf(day) })),
  );
const ids = (rows: readonly AppliedRow[]) => rows.map(({ id }) => id);
const was = (rows: readonly AppliedRow[], column: string) =>
  rows.flatMap((row) => {
    const value = row.was?.[column];
    return typeof value === 'string' ? [value] : [];
  });

/** Rows that have a civil day of their own; of one that was taken away, the day it had. */
function byDay(table: string, daysOf: (tx: LocalTx, some: string[]) => Promise<DayThere[]>): Listener {
  return {
    table,
    async applied(tx, rows) {
      await mark(
        tx,
        rows.map(({ partition: scope, was: before }) => ({ scope, month: monthOf(before?.['day']) })),
      );
      await inBatches(ids(rows), async (some) => markDays(tx, await daysOf(tx, some)));
    },
  };
}

function byVisit(table: 'attention' | 'visit_void'): Listener {
  return {
    table,
    async applied(tx, rows) {
      const visits = was(rows, 'visit');
      await inBatches(ids(rows), async (some) => void visits.push(...(await visitsBehind(tx, table, some))));
      await inBatches(visits, async (some) => markDays(tx, await daysOfVisits(tx, some)));
    },
  };
}

/** What is known of a person changed, or which cards are one person's: her figures count for all cards joined with hers. */
function byPerson(table: 'person_profile' | 'consent' | 'person_link'): Listener {
  return {
    table,
    async applied(tx, rows) {
      const people = [...was(rows, 'person'), ...was(rows, 'other')];
      await inBatches(ids(rows), async (some) => void people.push(...(await peopleBehind(tx, table, some))));
      const all: string[] = [];
      await inBatches(people, async (some) => void all.push(...(await joinedWith(tx, some))));
      await inBatches(all, async (some) => markDays(tx, await daysOfVisitors(tx, some)));
    },
  };
}

/** Hours of a week hold for months: every one that was counted is counted anew. */
const week: Listener = {
  table: 'opening_hours',
  applied: (tx, rows) => countedOf(tx, [...new Set(rows.map(({ partition: scope }) => scope))]),
};
const holiday: Listener = { table: 'holiday', applied: (tx) => countedOf(tx, null) };

async function countedOf(tx: LocalTx, scopes: readonly string[] | null): Promise<void> {
  let query = tx.selectFrom('month_total').select(['scope', 'month']);
  if (scopes) query = query.where('scope', 'in', [...scopes, '']);
  await mark(tx, await query.execute());
}

const gap: Listener = {
  table: 'service_gap',
  async applied(tx, rows) {
    const monthAt = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString().slice(0, 7));
    await inBatches(ids(rows), async (some) => {
      const spans = await spansOfGaps(tx, some);
      await mark(
        tx,
        spans.flatMap(({ partition: scope, from, to }) => [from, to].map((at) => ({ scope, month: monthAt(at) }))),
      );
    });
  },
};

export const listeners: Listener[] = [
  ...[byDay('visit', daysOfVisits), byVisit('attention'), byVisit('visit_void')],
  ...[byPerson('person_profile'), byPerson('consent'), byPerson('person_link')],
  ...[week, holiday, gap],
  ...(['hours_exception', 'service_day'] as const).map((table) =>
    byDay(table, (tx, some) => daysBehind(tx, table, some)),
  ),
];

/** Everything is to be counted anew: for a recount that must give the same. Returns how many months of sites. */
export async function markAll(tx: LocalTx): Promise<number> {
  const counted = await tx.selectFrom('month_total').select(['scope', 'month']).execute();
  await mark(tx, [...(await monthsWithVisits(tx)), ...counted]);
  return (await tx.selectFrom('month_dirty').select('scope').execute()).length;
}
