// The cells of figures: what the database says of an age is what the rule says, and a code from a newer program is unknown.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDesk, type TestDesk } from '../../../../tests/support/desk.ts';
import { personCell, personFigures } from './figures.ts';
import { ageBand } from './rules.ts';

let desk: TestDesk;
const years = Array.from({ length: 150 }, (_, at) => 1890 + at);
beforeAll(async () => {
  desk = await openDesk();
  const rest = { district: null, place: null, language: null };
  await desk.app.db.transaction((tx) =>
    tx.local
      .insertInto('profile_state')
      .values([
        ...years.map((year) => ({ person: `P${year}`, birth_year: year, sex: 'female', people: 'ashaninka', ...rest })),
        { person: 'NEWER', birth_year: null, sex: 'a code of tomorrow', people: null, ...rest },
      ])
      .execute(),
  );
});
afterAll(() => desk.close());

it('ages fall into the band of the rule', async () => {
  const rows = await desk.app.db.read
    .selectFrom('profile_state as figures')
    .select(['figures.birth_year', personCell('ageBand', sql<number>`cast(2026 as integer)`).as('cell')])
    .execute();
  expect(rows).toHaveLength(years.length + 1);
  for (const { birth_year, cell } of rows)
    expect([birth_year, cell]).toEqual([birth_year, ageBand(birth_year, '2026-11-24')]);
});

it('codes that nobody knows here are unknown, so that cells still add up', async () => {
  const row = await desk.app.db.read
    .selectFrom('profile_state as figures')
    .select([personCell('sex', sql<number>`2026`).as('sex'), personCell('people', sql<number>`2026`).as('people')])
    .where('figures.person', '=', 'NEWER')
    .executeTakeFirst();
  expect(row).toEqual({ sex: 'unknown', people: 'unknown' });
});

it('a people is known to figures only while a yes to that purpose stands, whatever a profile says', async () => {
  const answers: [id: string, answer: 'yes' | 'no' | 'prefers-not' | null, expires: string | null, shown: string][] = [
    ['P1990', 'yes', null, 'ashaninka'],
    ['P1991', 'yes', '2026-11-24', 'ashaninka'],
    ['P1992', 'yes', '2026-11-23', 'unknown'],
    ['P1993', 'no', null, 'unknown'],
    ['P1994', 'prefers-not', null, 'prefers-not-to-say'],
    ['P1995', null, null, 'unknown'],
  ];
  await desk.app.db.transaction((tx) =>
    tx.local
      .insertInto('consent_state')
      .values(
        answers.flatMap(([person, answer, expires]) =>
          answer ? [{ person, purpose: 'ethnicity', answer, expires, consent: `C${person}` }] : [],
        ),
      )
      .execute(),
  );
  const rows = await desk.app.db.read
    .selectFrom(personFigures(desk.app.db.read, '2026-11-24').as('figures'))
    .select(['figures.person', 'figures.people'])
    .execute();
  for (const [id, , , people] of answers) expect(rows.find((row) => row.person === id)).toEqual({ person: id, people });
});
