// When a season is: every year by month and day, over the end of the year too, or once by its dates. No I/O.

export const SEASON_KINDS = ['high-water', 'low-water', 'rain', 'harvest', 'school', 'road-closed'] as const;
export type SeasonKind = (typeof SEASON_KINDS)[number];

export const SEASON_DAY = /^(?:\d{4}-)?(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** Both of every year, or both with their year and in order. */
export function daysPair(starts: string, ends: string): boolean {
  return starts.length === ends.length && (starts.length === 5 || starts <= ends);
}

/** The parts of a season that lie within two days, inclusive, in order. */
export function occurrences(starts: string, ends: string, from: string, to: string): { from: string; to: string }[] {
  const cut = (a: string, b: string) =>
    a <= to && b >= from ? [{ from: a < from ? from : a, to: b > to ? to : b }] : [];
  if (starts.length === 10) return cut(starts, ends);
  const first = Number(from.slice(0, 4)) - 1;
  const last = Math.min(Number(to.slice(0, 4)), first + 12);
  return Array.from({ length: last - first + 1 }, (_, at) => first + at).flatMap((year) =>
    cut(`${year}-${starts}`, `${starts <= ends ? year : year + 1}-${ends}`),
  );
}
