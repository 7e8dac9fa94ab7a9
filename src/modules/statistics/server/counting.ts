// Counts one month of one telecentre from the facts themselves.
import { sql } from 'kysely';
import type { Reader } from '#platform/db';
import { daysOf, listGaps, listService, plansOf, serviceOf, type Where } from '#modules/hours';
import { AGE_BANDS, consentsEnd, PERSON_LISTS, personCell, personFigures } from '#modules/people';
import { attentionsOfMonth, visitorsOfMonth } from '#modules/visits';
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

const known = (codes: readonly string[]) => new Set(codes);
const LANGUAGES = known(PERSON_LISTS.languages);
const BANDS = known(AGE_BANDS);
const BATCH = 500;

interface Figures {
  sex: string;
  ageBand: string;
  people: string;
  language: string | null;
  birthYear: number | null;
}

/** What may be known of these persons in a year. Asked for by person: a join would first make the figures of everybody. */
async function figuresOf(
  reader: Reader,
  people: readonly string[],
  year: number,
  today: string,
): Promise<Map<string, Figures>> {
  const found = new Map<string, Figures>();
  const at = sql<number>`cast(${sql.lit(String(year))} as integer)`;
  for (let from = 0; from < people.length; from += BATCH) {
    const some = people.slice(from, from + BATCH);
    const rows = await reader
      .selectFrom(personFigures(reader, today).where('profile_state.person', 'in', some).as('figures'))
      .select(['figures.person', 'figures.language', 'figures.birth_year as birthYear'])
      .select([
        personCell('sex', at).as('sex'),
        personCell('ageBand', at).as('ageBand'),
        personCell('people', at).as('people'),
      ])
      .execute();
    for (const { person, ...figures } of rows) found.set(person, figures);
  }
  return found;
}

const NOBODY_KNOWS: Figures = {
  sex: 'unknown',
  ageBand: 'unknown',
  people: 'unknown',
  language: null,
  birthYear: null,
};

/** Of whoever has no card: what was seen, and what she allowed. */
function seenOf(category: string | null, ageBand: string | null, language: string | null): Figures {
  const sex =
    category === 'woman' || category === 'girl'
      ? 'female'
      : category === 'man' || category === 'boy'
        ? 'male'
        : 'unknown';
  return { ...NOBODY_KNOWS, sex, ageBand: ageBand && BANDS.has(ageBand) ? ageBand : 'unknown', language };
}

async function attentionsOf(reader: Reader, site: string, month: string, today: string): Promise<AttentionRow[]> {
  const rows = await attentionsOfMonth(reader, partition.site(site), month);
  const year = Number(month.slice(0, 4));
  const people = [...new Set(rows.flatMap(({ person }) => person ?? []))];
  const figures = await figuresOf(reader, people, year, today);
  return rows.map((row) => {
    const who =
      row.person === null
        ? seenOf(row.category, row.age_band, row.language)
        : (figures.get(row.person) ?? NOBODY_KNOWS);
    const language = who.language ?? 'unknown';
    const age = who.birthYear === null ? null : year - who.birthYear;
    return {
      ...{ id: row.id, visit: row.visit ?? '', purpose: row.purpose ?? 'other', institution: row.institution },
      ...{ trainer: row.trainer, consent: row.consent, minutes: row.minutes, person: row.person },
      ...{ sex: who.sex, ageBand: who.ageBand, people: who.people },
      language: LANGUAGES.has(language) ? language : 'unknown',
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

export async function countSite(reader: Reader, site: Where, month: string, tools: CountingTools): Promise<Counted> {
  const rows = await attentionsOf(reader, site.id, month, tools.today);
  const days = await serviceOfMonth(reader, site, month, tools);
  const visitors = visitorsOfMonth(reader, partition.site(site.id), month);
  return { count: tally(rows, days), holdsUntil: await consentsEnd(reader, visitors, tools.today) };
}
