// Counting without a database: attentions, visits and people are three numbers, and no order of arrival changes them.

export interface CountedVisit {
  id: string;
  person: string | null;
}
export interface CountedAttention {
  id: string;
  visit: string | null;
}
export interface Counts {
  attentions: number;
  visits: number;
  /** Distinct persons with a card among the visits that count. */
  people: number;
  /** Visits of persons without a card: how many people they were nobody knows. */
  unnamed: number;
}

/** A voided visit counts nowhere, nor do its attentions; a row that arrives twice counts once. */
export function countVisits(
  visits: readonly CountedVisit[],
  attentions: readonly CountedAttention[],
  voided: ReadonlySet<string>,
): Counts {
  const standing = new Map(visits.filter((visit) => !voided.has(visit.id)).map((visit) => [visit.id, visit]));
  const served = new Set(
    attentions.filter((one) => one.visit !== null && standing.has(one.visit)).map((one) => one.id),
  );
  const people = new Set([...standing.values()].flatMap((visit) => visit.person ?? []));
  return {
    attentions: served.size,
    visits: standing.size,
    people: people.size,
    unnamed: [...standing.values()].filter((visit) => visit.person === null).length,
  };
}
