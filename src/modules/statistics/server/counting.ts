// Counts one month of one telecentre, or the distinct people of several, from the facts themselves.
import { sql } from 'kysely';
import type { Reader } from '#platform/db';
import { daysOf, listGaps, listService, plansOf, serviceOf, type Where } from '#modules/hours';
import { AGE_BANDS, PERSON_LISTS, personAliases, personCell, personFigures } from '#modules/people';
import { partition } from '#platform/partitions';
import { tally, type AttentionRow, type MonthCount } from './tally.ts';

export interface Counted {
  count: MonthCount;
  /** Last civil day on which the consents behind it stand as they were counted; null = no end. */
  holdsUntil: string | null;
}

export interface CountingTools {
  /** Civil day on which is counted: consents stand as on it, and no later day was planned to be open yet. */
  today: string;
  /** Minute of a civil day at which an instant lies; of other days below 0 or above 1440. */
  minuteOf: (day: string, instant: number) => number;
}

/** Visits that stand, of one month. */
function standing(reader: Reader, month: string) {
  return reader
    .selectFrom('visit')
    .leftJoin(personAliases(reader).as('alias'), 'alias.person', 'visit.person')
    .where('visit.day', '>=', `${month}-01`)
    .where('visit.day', '<=', `${month}-31`)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('visit_void')
            .select('visit_void.id')
            .whereRef('visit_void.visit', '=', 'visit.id')
            .whereRef('visit_void.partition', '=', 'visit.partition'),
        ),
      ),
    );
}

const year = sql<number>`cast(substr(visit.day, 1, 4) as integer)`;
const known = (codes: readonly string[]) => new Set(codes);
const LANGUAGES = known(PERSON_LISTS.languages);
const BANDS = known(AGE_BANDS);

async function attentionsOf(reader: Reader, site: string, month: string, today: string): Promise<AttentionRow[]> {
  const rows = await standing(reader, month)
    .innerJoin('attention', (join) =>
      join.onRef('attention.visit', '=', 'visit.id').onRef('attention.partition', '=', 'visit.partition'),
    )
    .leftJoin(personFigures(reader, today).as('figures'), (join) =>
      join.on('figures.person', '=', (eb) => eb.fn.coalesce('alias.counts_as', 'visit.person')),
    )
    .where('visit.partition', '=', partition.site(site))
    .select(['attention.id', 'attention.visit', 'attention.purpose', 'attention.institution', 'attention.trainer'])
    .select(['attention.consent', 'attention.minutes', 'visit.category', 'visit.age_band', 'visit.language as spoken'])
    .select(['figures.language', 'figures.birth_year', 'visit.day'])
    .select((eb) => eb.fn.coalesce('alias.counts_as', 'visit.person').as('person'))
    .select([
      personCell('sex', year).as('sex'),
      personCell('ageBand', year).as('ageBand'),
      personCell('people', year).as('people'),
    ])
    .execute();
  return rows.map((row) => {
    const named = row.person !== null;
    const seen =
      row.category === 'woman' || row.category === 'girl'
        ? 'female'
        : row.category === 'man' || row.category === 'boy'
          ? 'male'
          : 'unknown';
    const language = (named ? row.language : row.spoken) ?? 'unknown';
    const band = row.age_band ?? 'unknown';
    const age = named && row.birth_year !== null ? Number((row.day ?? '').slice(0, 4)) - row.birth_year : null;
    return {
      ...{ id: row.id, visit: row.visit ?? '', purpose: row.purpose ?? 'other', institution: row.institution },
      ...{ trainer: row.trainer, consent: row.consent, minutes: row.minutes, person: row.person },
      sex: named ? row.sex : seen,
      ageBand: named ? row.ageBand : BANDS.has(band) ? band : 'unknown',
      language: LANGUAGES.has(language) ? language : 'unknown',
      people: named ? row.people : 'unknown',
      age: age !== null && age >= 0 && age <= 120 ? age : null,
    };
  });
}

/** Of the days up to yesterday: today is not over. */
async function serviceOfMonth(reader: Reader, site: Where, month: string, { today, minuteOf }: CountingTools) {
  const days = daysOf(month).filter((day) => day < today);
  const [first] = days;
  const last = days.at(-1);
  if (!first || !last) return [];
  const plans = await plansOf(reader, site, first, last);
  const steps = await listService(reader, site.id, first, last);
  const from = Date.parse(`${first}T00:00:00Z`);
  const gaps = await listGaps(reader, site.id, from, Date.parse(`${last}T00:00:00Z`) + 3 * 86_400_000);
  return plans.map((plan) => serviceOf(plan, steps, gaps, (instant) => minuteOf(plan.day, instant)));
}

async function consentsEnd(reader: Reader, site: string, month: string, today: string): Promise<string | null> {
  const row = await standing(reader, month)
    .innerJoin('consent_state', (join) =>
      join.on('consent_state.person', '=', (eb) => eb.fn.coalesce('alias.counts_as', 'visit.person')),
    )
    .where('visit.partition', '=', partition.site(site))
    .where('consent_state.expires', '>=', today)
    .select((eb) => eb.fn.min('consent_state.expires').as('first'))
    .executeTakeFirst();
  return row?.first ?? null;
}

export async function countSite(reader: Reader, site: Where, month: string, tools: CountingTools): Promise<Counted> {
  const rows = await attentionsOf(reader, site.id, month, tools.today);
  const days = await serviceOfMonth(reader, site, month, tools);
  return { count: tally(rows, days), holdsUntil: await consentsEnd(reader, site.id, month, tools.today) };
}

/** Distinct persons with at least one attention at any of these telecentres in a month; `partitions` null = all. */
export async function countPeople(
  reader: Reader,
  month: string,
  partitions: readonly string[] | null,
): Promise<number> {
  let query = standing(reader, month)
    .where('visit.person', 'is not', null)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('attention')
          .select('attention.id')
          .whereRef('attention.visit', '=', 'visit.id')
          .whereRef('attention.partition', '=', 'visit.partition'),
      ),
    );
  if (partitions) query = query.where('visit.partition', 'in', [...partitions, '']);
  const row = await query
    .select((eb) => eb.fn.count<number>(eb.fn.coalesce('alias.counts_as', 'visit.person')).distinct().as('people'))
    .executeTakeFirstOrThrow();
  return row.people;
}
