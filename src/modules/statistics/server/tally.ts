// One month counted: from rows of attentions to the figures that PRONATEL publishes for its centres, and how months of sites add up. No I/O.
import type { DayService } from '#modules/hours';
import { INTERNET_USES } from '#modules/visits';

/** One attention of a visit that stands, with what may be known of whom it was for. */
export interface AttentionRow {
  id: string;
  visit: string;
  purpose: string;
  institution: string | null;
  trainer: string | null;
  consent: string | null;
  minutes: number | null;
  /** Whom the visit counts for; null without a card. */
  person: string | null;
  sex: string;
  ageBand: string;
  language: string;
  people: string;
  /** Years, where known. */
  age: number | null;
}

export type Cells = Record<string, number>;

export interface MonthCount {
  /** Acts of service without trainings: uses of the internet and online procedures, as PRONATEL adds them up. */
  attentions: number;
  internet: Cells;
  procedures: Cells;
  trainings: Cells;
  visits: number;
  /** Distinct persons with a card. */
  people: number;
  /** Visits of whoever has no card: how many people they are nobody knows. */
  unnamed: number;
  assisted: number;
  assistedMinutes: number;
  /** Of all acts of service, trainings among them. */
  sex: Cells;
  ageBand: Cells;
  language: Cells;
  peoples: Cells;
  ageSum: number;
  ageKnown: number;
  /** Minutes. */
  hours: { planned: number; served: number; lost: Cells };
}

/** Cells of the breakdowns, in the order in which they are shown. */
export const BREAKDOWNS = ['sex', 'ageBand', 'language', 'peoples'] as const;
export type Breakdown = (typeof BREAKDOWNS)[number];

export function emptyCount(): MonthCount {
  return {
    ...{ attentions: 0, internet: {}, procedures: {}, trainings: {}, visits: 0, people: 0, unnamed: 0 },
    ...{ assisted: 0, assistedMinutes: 0, sex: {}, ageBand: {}, language: {}, peoples: {}, ageSum: 0, ageKnown: 0 },
    hours: { planned: 0, served: 0, lost: {} },
  };
}

const add = (cells: Cells, key: string, by = 1): void => {
  cells[key] = (cells[key] ?? 0) + by;
};

/** A purpose that only a newer program knows is a use like any other. */
const useOf = (purpose: string): string => ((INTERNET_USES as readonly string[]).includes(purpose) ? purpose : 'other');

export function tally(rows: readonly AttentionRow[], days: readonly DayService[]): MonthCount {
  const count = emptyCount();
  const visits = new Map<string, string | null>();
  for (const row of rows) {
    visits.set(row.visit, row.person);
    if (row.purpose === 'training') add(count.trainings, row.trainer ?? 'leader');
    else {
      count.attentions += 1;
      if (row.purpose === 'online-procedure') add(count.procedures, row.institution ?? 'other');
      else add(count.internet, useOf(row.purpose));
    }
    if (row.consent !== null) {
      count.assisted += 1;
      count.assistedMinutes += row.minutes ?? 0;
    }
    add(count.sex, row.sex);
    add(count.ageBand, row.ageBand);
    add(count.language, row.language);
    add(count.peoples, row.people);
    if (row.age !== null) {
      count.ageSum += row.age;
      count.ageKnown += 1;
    }
  }
  count.visits = visits.size;
  count.people = new Set([...visits.values()].flatMap((person) => person ?? [])).size;
  count.unnamed = [...visits.values()].filter((person) => person === null).length;
  for (const { planned, served, lost } of days) {
    count.hours.planned += planned;
    count.hours.served += served;
    for (const [cause, minutes] of Object.entries(lost)) add(count.hours.lost, cause, minutes);
  }
  return count;
}

function addCells(into: Cells, from: Cells): void {
  for (const [key, value] of Object.entries(from)) add(into, key, value);
}

/** Months of several sites together. Distinct people do not add up: they are counted over all and given. */
export function sumOf(counts: readonly MonthCount[], people: number): MonthCount {
  const sum = emptyCount();
  for (const one of counts) {
    for (const key of ['attentions', 'visits', 'unnamed', 'assisted', 'assistedMinutes', 'ageSum', 'ageKnown'] as const)
      sum[key] += one[key];
    for (const key of ['internet', 'procedures', 'trainings', ...BREAKDOWNS] as const) addCells(sum[key], one[key]);
    sum.hours.planned += one.hours.planned;
    sum.hours.served += one.hours.served;
    addCells(sum.hours.lost, one.hours.lost);
  }
  return { ...sum, people };
}

export const sumCells = (cells: Cells): number => Object.values(cells).reduce((all, one) => all + one, 0);
