// Decisions about people without a database: which answer counts, who is of age, what a figure may know.
import type { Answer } from './purposes.ts';

export interface ConsentFact {
  id: string;
  answer: Answer;
  /** Last civil day on which a yes counts. */
  expires: string | null;
  /** Hybrid stamp of the act. */
  made_at: number;
  replaces: string | null;
}

/** At one and the same moment the more careful answer counts. */
const CARE: Record<Answer, number> = { yes: 0, 'prefers-not': 1, no: 2 };

function later(a: ConsentFact, b: ConsentFact): number {
  return a.made_at - b.made_at || CARE[a.answer] - CARE[b.answer] || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** The answers that no other one replaces knowingly: usually one, more when two places asked without knowing of each other. */
export function standing<Fact extends ConsentFact>(facts: readonly Fact[]): Fact[] {
  const replaced = new Set(facts.flatMap((fact) => (fact.replaces ? fact.replaces.split(',') : [])));
  return facts.filter((fact) => !replaced.has(fact.id));
}

/** The answer that counts: of those that stand the latest. Independent of the order in which the facts arrive. */
export function currentConsent<Fact extends ConsentFact>(facts: readonly Fact[]): Fact | undefined {
  return standing(facts).reduce<Fact | undefined>(
    (best, fact) => (!best || later(fact, best) > 0 ? fact : best),
    undefined,
  );
}

export function consents(fact: Pick<ConsentFact, 'answer' | 'expires'> | undefined, today: string): boolean {
  return fact?.answer === 'yes' && (fact.expires === null || today <= fact.expires);
}

export interface ProfileValues {
  sex: string | null;
  birth_year: number | null;
  district: string | null;
  place: string | null;
  people: string | null;
  language: string | null;
}
export interface ProfileFact extends ProfileValues {
  id: string;
  made_at: number;
}

/** The profile that counts: per field the latest fact that says something. Independent of the order of arrival. */
export function currentProfile(facts: readonly ProfileFact[]): ProfileValues {
  const ordered = facts.toSorted((a, b) => b.made_at - a.made_at || (a.id < b.id ? 1 : -1));
  const first = <K extends keyof ProfileValues>(field: K): ProfileValues[K] | null =>
    ordered.find((fact) => fact[field] !== null)?.[field] ?? null;
  return {
    sex: first('sex'),
    birth_year: first('birth_year'),
    district: first('district'),
    place: first('place'),
    people: first('people'),
    language: first('language'),
  };
}

/** What figures may know of somebody's people: the self-declared one only with consent to that purpose. */
export function profilePeople(answer: Answer | undefined, declared: string | null): string {
  if (answer === 'prefers-not' || (answer !== 'no' && declared === 'prefers-not-to-say')) return 'prefers-not-to-say';
  return answer === 'yes' && declared !== null ? declared : 'unknown';
}

export interface Birth {
  birthYear: number | null;
  birthDate: string | null;
}

/** Whether somebody is of age on a day beyond doubt. With the year alone, the one who turns 18 this year still counts as a minor. */
export function ofAge(birth: Birth, today: string): boolean {
  const eighteen = (date: string) => `${Number(date.slice(0, 4)) + 18}${date.slice(4)}`;
  if (birth.birthDate) return today >= eighteen(birth.birthDate);
  return birth.birthYear !== null && Number(today.slice(0, 4)) - birth.birthYear > 18;
}

export const AGE_BANDS = ['0-11', '12-17', '18-29', '30-59', '60+', 'unknown'] as const;
export type AgeBand = (typeof AGE_BANDS)[number];

/** Age in calendar years on a day: years of birth are what is known of most people. */
export function ageBand(birthYear: number | null, day: string): AgeBand {
  if (birthYear === null) return 'unknown';
  const age = Number(day.slice(0, 4)) - birthYear;
  if (age < 0 || age > 120) return 'unknown';
  return age < 12 ? '0-11' : age < 18 ? '12-17' : age < 30 ? '18-29' : age < 60 ? '30-59' : '60+';
}
