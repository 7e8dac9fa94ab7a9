// Identities as intervals: which operations were ever taken in here, so that months of a site stay a few lines.
import type { Act, Dot } from './types.ts';

/** Consecutive numbers of one run, both ends included. */
export interface Span {
  site: number;
  device: number;
  run: number;
  from_n: number;
  to_n: number;
}

const sameRun = (a: Omit<Dot, 'n'>, b: Omit<Dot, 'n'>) => a.site === b.site && a.device === b.device && a.run === b.run;

/** Whether an operation was applied, held or quarantined here before: the key of "at most once" on every path. */
export function isIn(spans: readonly Span[], dot: Dot): boolean {
  return spans.some((span) => sameRun(span, dot) && span.from_n <= dot.n && dot.n <= span.to_n);
}

/** Identities of acts in their order, joined: one span per run where nothing is missing. */
export function spansOf(acts: readonly Act[]): Span[] {
  const spans: Span[] = [];
  for (const act of acts) {
    const { site, device, run, firstN } = act;
    const last = spans.at(-1);
    const to = firstN + act.operations.length - 1;
    if (last && sameRun(last, act) && last.to_n === firstN - 1) last.to_n = to;
    else spans.push({ site, device, run, from_n: firstN, to_n: to });
  }
  return spans;
}

/** What must go and what must come so that `known` covers `more` too, neighbours joined. */
export function joinSpans(known: readonly Span[], more: readonly Span[]): { gone: Span[]; made: Span[] } {
  let all = [...known];
  for (const span of more) {
    const near = all.filter((one) => sameRun(one, span) && one.from_n <= span.to_n + 1 && span.from_n <= one.to_n + 1);
    all = all.filter((one) => !near.includes(one));
    all.push({
      ...span,
      from_n: Math.min(span.from_n, ...near.map((one) => one.from_n)),
      to_n: Math.max(span.to_n, ...near.map((one) => one.to_n)),
    });
  }
  const same = (a: Span, b: Span) => sameRun(a, b) && a.from_n === b.from_n && a.to_n === b.to_n;
  return {
    gone: known.filter((one) => !all.some((other) => same(one, other))),
    made: all.filter((one) => !known.some((other) => same(one, other))),
  };
}
