// What was written to makes its month one to count anew, inside the same transaction, whether it was written here or received.
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { LocalTx } from '#platform/db';
import type { AppliedRow, Listener } from '#platform/manifest';

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
const ids = (rows: readonly AppliedRow[]) => rows.map(({ id }) => id);
const was = (rows: readonly AppliedRow[], column: string) =>
  rows.flatMap((row) => {
    const value = row.was?.[column];
    return typeof value === 'string' ? [value] : [];
  });

/** Rows that have a civil day of their own. */
function byDay(table: 'visit' | 'hours_exception' | 'service_day'): Listener {
  return {
    table,
    async applied(tx, rows) {
      await mark(
        tx,
        rows.map(({ partition: scope, was: before }) => ({ scope, month: monthOf(before?.['day']) })),
      );
      await inBatches(ids(rows), async (some) => {
        const found = await tx.selectFrom(table).select(['partition', 'day']).where('id', 'in', some).execute();
        await mark(
          tx,
          found.map(({ partition: scope, day }) => ({ scope, month: monthOf(day) })),
        );
      });
    },
  };
}

async function visitsOf(tx: LocalTx, visits: readonly string[]): Promise<void> {
  await inBatches(visits, async (some) => {
    const found = await tx.selectFrom('visit').select(['partition', 'day']).where('id', 'in', some).execute();
    await mark(
      tx,
      found.map(({ partition: scope, day }) => ({ scope, month: monthOf(day) })),
    );
  });
}

function byVisit(table: 'attention' | 'visit_void'): Listener {
  return {
    table,
    async applied(tx, rows) {
      const visits = was(rows, 'visit');
      await inBatches(ids(rows), async (some) => {
        const found = await tx.selectFrom(table).select('visit').where('id', 'in', some).execute();
        visits.push(...found.flatMap(({ visit }) => visit ?? []));
      });
      await visitsOf(tx, visits);
    },
  };
}

async function peopleOf(tx: LocalTx, people: readonly string[]): Promise<void> {
  await inBatches(people, async (some) => {
    const found = await tx
      .selectFrom('visit')
      .select(['partition', 'day'])
      .distinct()
      .where('person', 'in', some)
      .execute();
    await mark(
      tx,
      found.map(({ partition: scope, day }) => ({ scope, month: monthOf(day) })),
    );
  });
}

/** What is known of a person changed, or which cards are one person's. */
const profile: Listener = {
  table: 'person_profile',
  async applied(tx, rows) {
    const people = was(rows, 'person');
    await inBatches(ids(rows), async (some) => {
      const found = await tx.selectFrom('person_profile').select('person').where('id', 'in', some).execute();
      people.push(...found.flatMap(({ person }) => person ?? []));
    });
    await withAliases(tx, people);
  },
};
const consent: Listener = {
  table: 'consent',
  async applied(tx, rows) {
    const people = was(rows, 'person');
    await inBatches(ids(rows), async (some) => {
      const found = await tx.selectFrom('consent').select('person').where('id', 'in', some).execute();
      people.push(...found.flatMap(({ person }) => person ?? []));
    });
    await withAliases(tx, people);
  },
};
const link: Listener = {
  table: 'person_link',
  async applied(tx, rows) {
    const people = [...was(rows, 'person'), ...was(rows, 'other')];
    await inBatches(ids(rows), async (some) => {
      const found = await tx.selectFrom('person_link').select(['person', 'other']).where('id', 'in', some).execute();
      people.push(...found.flatMap(({ person, other }) => [person ?? '', other ?? '']));
    });
    await withAliases(tx, people);
  },
};

/** Somebody's figures count for all cards that were joined with hers. */
async function withAliases(tx: LocalTx, people: readonly string[]): Promise<void> {
  const all = new Set(people);
  await inBatches(people, async (some) => {
    const found = await tx
      .selectFrom('person_alias')
      .select(['person', 'counts_as'])
      .where((eb) => eb.or([eb('person', 'in', some), eb('counts_as', 'in', some)]))
      .execute();
    for (const { person, counts_as: head } of found) {
      all.add(person);
      all.add(head);
    }
  });
  await peopleOf(tx, [...all]);
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
    await inBatches(ids(rows), async (some) => {
      const found = await tx
        .selectFrom('service_gap')
        .select(['partition', 'from_at', 'to_at'])
        .where('id', 'in', some)
        .execute();
      const monthAt = (instant: number | null) =>
        instant === null ? null : new Date(instant).toISOString().slice(0, 7);
      await mark(
        tx,
        found.flatMap(({ partition: scope, from_at: from, to_at: to }) => [
          { scope, month: monthAt(from) },
          { scope, month: monthAt(to) },
        ]),
      );
    });
  },
};

export const listeners: Listener[] = [
  ...[byDay('visit'), byVisit('attention'), byVisit('visit_void'), profile, consent, link],
  ...[week, holiday, byDay('hours_exception'), byDay('service_day'), gap],
];

/** Everything is to be counted anew: for a recount that must give the same. Returns how many months of sites. */
export async function markAll(tx: LocalTx): Promise<number> {
  const found = await tx
    .selectFrom('visit')
    .select(['partition as scope'])
    .select(sql<string>`substr(day, 1, 7)`.as('month'))
    .where('day', 'is not', null)
    .distinct()
    .execute();
  const counted = await tx.selectFrom('month_total').select(['scope', 'month']).execute();
  await mark(tx, [...found, ...counted]);
  return (await tx.selectFrom('month_dirty').select('scope').execute()).length;
}
