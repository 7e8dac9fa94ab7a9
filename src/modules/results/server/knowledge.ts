// What a reader of all that was ever published about an indicator knows: sums within a table, totals that tables share, what grew
// between cuts, what a month adds. Written as equations over whole numbers, for the audit and for the rule that hides.
import type { Accumulation } from '#platform/indicators';
import { addEquation, addVariable, newSystem, solve, type LinearSystem } from './linear.ts';
import { nextDay } from './periods.ts';
import { figuresOf, partsOf, type Figure, type Release, type Revision } from './releases.ts';

/** Two figures of one cell whose difference is a count too. */
export type Link =
  /** `now` grew out of `before`, published earlier; `part` is the period between them, if it is published. */
  | { kind: 'growth'; now: Figure; before: Figure; part: Figure | undefined }
  /** `part` is the last stretch of `now`; the difference is what came before it. */
  | { kind: 'rest'; now: Figure; part: Figure };

const sameCell = (figure: Figure) => `${figure.breakdown}\n${figure.key}`;
const shown = (figure: Figure) => figure.cell.state === 'shown';

/** All links between the figures of an indicator, given in the order of cuts. */
export function links(figures: readonly Figure[]): Link[] {
  const byCell = new Map<string, Figure[]>();
  for (const figure of figures) {
    const list = byCell.get(sameCell(figure));
    if (list) list.push(figure);
    else byCell.set(sameCell(figure), [figure]);
  }
  const found: Link[] = [];
  for (const list of byCell.values()) {
    for (const now of list) {
      if (now.cell.state === 'missing') continue;
      const sameCut = list.filter((one) => one.release === now.release && one.cell.state !== 'missing');
      for (const part of sameCut)
        if (part.to === now.to && part.from !== null && (now.from === null || part.from > now.from))
          found.push({ kind: 'rest', now, part });
      const earlier = list.filter(
        (one) => one.release < now.release && one.from === now.from && one.to < now.to && one.cell.state !== 'missing',
      );
      const last = earlier.at(-1);
      const lastShown = earlier.findLast(shown);
      for (const before of new Set([last, lastShown])) {
        if (!before) continue;
        const part = sameCut.find((one) => one.from === nextDay(before.to) && one.to === now.to);
        found.push({ kind: 'growth', now, before, part });
      }
    }
  }
  return found;
}

export interface Finding {
  /** cell: a hidden figure can be computed · the others: a small count can be computed from published ones. */
  kind: 'cell' | 'growth' | 'rest' | 'late' | 'again';
  figure: Figure;
  /** The value that anybody can compute. */
  value: number;
}

interface Watched {
  kind: Finding['kind'];
  figure: Figure;
  variable: number;
}

const GROWS: readonly Accumulation[] = ['sum', 'average', 'cumulative'];

/** What can be found out from releases of one indicator, in the order of their cuts; empty when nothing can. */
export function audit(releases: readonly Release[]): Finding[] {
  const figures = releases.flatMap((release, at) => figuresOf(release, at));
  const { system, watched } = know(releases, figures);
  solve(system);
  return watched.flatMap(({ kind, figure, variable }): Finding[] => {
    const value = system.low[variable] ?? 0;
    if (value !== system.high[variable]) return [];
    const small = Math.abs(value) > 0 && Math.abs(value) < figure.k;
    return kind === 'cell' || small ? [{ kind, figure, value }] : [];
  });
}

function know(releases: readonly Release[], figures: readonly Figure[]) {
  const system = newSystem();
  const watched: Watched[] = [];
  const parts = releases.some((release) => release.accumulation === 'average') ? 2 : 1;
  const variables = new Map<Figure, number[]>();
  for (const figure of figures) {
    const list = variablesOf(system, figure, parts);
    variables.set(figure, list);
    if (figure.cell.state === 'suppressed')
      for (const variable of list) watched.push({ kind: 'cell', figure, variable });
  }
  tables(releases, figures, system, variables, parts);
  for (const link of links(figures)) {
    const accumulation = releases[link.now.release]?.accumulation ?? 'sum';
    if (!GROWS.includes(accumulation) || !comparable(releases, link)) continue;
    for (let part = 0; part < parts; part++) relate(releases, link, accumulation, system, watched, variables, part);
  }
  return { system, watched };
}

/** A new version counts something else: no difference to the old one means anything. */
function comparable(releases: readonly Release[], link: Link): boolean {
  return link.kind === 'rest' || releases[link.now.release]?.version === releases[link.before.release]?.version;
}

/** A hidden figure is at least one, since zeros are shown; in a table that is withheld it may be zero. */
function variablesOf(system: LinearSystem, figure: Figure, parts: number): number[] {
  const values = figure.cell.state === 'shown' ? partsOf(figure.cell) : undefined;
  if (figure.cell.state === 'missing') return [];
  if (values) return Array.from({ length: parts }, (_, i) => addVariable(system, values[i] ?? 0, values[i] ?? 0));
  const least = figure.withheld ? 0 : 1;
  if (parts === 1) return [addVariable(system, least, Infinity)];
  const list = [addVariable(system, 0, Infinity), addVariable(system, 0, Infinity)];
  const whole = addVariable(system, least, Infinity);
  addEquation(system, [...list.map((variable) => [variable, 1] as const), [whole, -1]]);
  return list;
}

function tables(
  releases: readonly Release[],
  figures: readonly Figure[],
  system: LinearSystem,
  variables: ReadonlyMap<Figure, number[]>,
  parts: number,
): void {
  const groups = new Map<string, Figure[]>();
  for (const figure of figures) {
    const key = `${figure.release} ${figure.window} ${figure.breakdown}`;
    const group = groups.get(key);
    if (group) group.push(figure);
    else groups.set(key, [figure]);
  }
  releases.forEach((release, at) =>
    release.windows.forEach((window, index) => {
      const total = groups.get(`${at} ${index} total`)?.[0];
      for (const table of window.tables) {
        const cells = groups.get(`${at} ${index} ${table.breakdown}`) ?? [];
        for (let part = 0; part < parts; part++) {
          const whole = total && variables.get(total)?.[part];
          const list = cells.flatMap((cell) => variables.get(cell)?.[part] ?? []);
          if (whole === undefined || table.sums === 'apart') continue;
          const sum = list.map((variable) => [variable, 1] as const);
          if (table.sums === 'total') addEquation(system, [...sum, [whole, -1]]);
          else {
            const slack = addVariable(system, 0, Infinity);
            addEquation(system, [...sum, [whole, -1], [slack, table.sums === 'more' ? -1 : 1]]);
          }
          if (table.sums !== 'more') continue;
          for (const variable of list)
            addEquation(system, [
              [variable, 1],
              [addVariable(system, 0, Infinity), 1],
              [whole, -1],
            ]);
        }
      }
    }),
  );
}

/** The worst that happened to figures after one release up to another. */
function revisionBetween(releases: readonly Release[], after: number, upTo: number): Revision {
  const all = releases.slice(after + 1, upTo + 1).map((release) => release.revision);
  return all.includes('corrected') ? 'corrected' : all.includes('late') ? 'late' : 'none';
}

function relate(
  releases: readonly Release[],
  link: Link,
  accumulation: Accumulation,
  system: LinearSystem,
  watched: Watched[],
  variables: ReadonlyMap<Figure, number[]>,
  part: number,
): void {
  const of = (figure: Figure) => variables.get(figure)?.[part];
  const now = of(link.now);
  if (now === undefined) return;
  const watch = (kind: Finding['kind'], variable: number) => {
    if (!link.now.open) watched.push({ kind, figure: link.now, variable });
  };
  if (link.kind === 'rest') {
    const last = of(link.part);
    if (last === undefined) return;
    const free = releases[link.now.release]?.revision === 'corrected';
    const rest = addVariable(system, free ? -Infinity : 0, Infinity);
    addEquation(system, [
      [now, 1],
      [last, -1],
      [rest, -1],
    ]);
    watch('rest', rest);
    return;
  }
  const before = of(link.before);
  if (before === undefined) return;
  const revision = revisionBetween(releases, link.before.release, link.now.release);
  const least = revision === 'corrected' ? -Infinity : 0;
  const growth = addVariable(system, least, Infinity);
  addEquation(system, [
    [now, 1],
    [before, -1],
    [growth, -1],
  ]);
  watch('growth', growth);
  const last = link.part && of(link.part);
  if (last === undefined) return;
  const late = addVariable(system, least, revision === 'none' ? 0 : Infinity);
  const again = addVariable(system, least, accumulation === 'cumulative' ? Infinity : 0);
  if (accumulation !== 'cumulative') system.low[again] = 0;
  addEquation(system, [
    [last, 1],
    [late, 1],
    [growth, -1],
    [again, -1],
  ]);
  // how many records of all came late, or how many people came again, is said of nobody in particular
  if (link.now.breakdown === 'total') return;
  watch('late', late);
  if (accumulation === 'cumulative') watch('again', again);
}
