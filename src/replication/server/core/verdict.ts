// Verdicts: what the hub says of operations it received. Without one an operation is accepted; with several the latest decision counts.
import { compareDots } from './merge.ts';
import type { Span } from './intervals.ts';
import type { Dot, Stamped } from './types.ts';

export type VerdictState = 'quarantined' | 'released' | 'rejected';

/** One word of the hub about consecutive operations of one run. */
export interface Verdict extends Span {
  state: VerdictState;
  /** Why it was set aside; a code. */
  reason: string;
  /** One more than the latest word on these operations that its writer knew: clocks decide nothing. */
  turn: number;
  /** The operation that wrote this verdict. */
  made: Stamped;
}

const speaksOf = (verdict: Span, dot: Dot) =>
  verdict.site === dot.site &&
  verdict.device === dot.device &&
  verdict.run === dot.run &&
  verdict.from_n <= dot.n &&
  dot.n <= verdict.to_n;

const later = (a: Verdict, b: Verdict) => a.turn - b.turn || a.made.at - b.made.at || compareDots(a.made, b.made);

/** The word that counts for this operation, in whatever order they came; undefined = accepted. */
export function verdictOn<V extends Verdict>(verdicts: readonly V[], dot: Dot): V | undefined {
  let found: V | undefined;
  for (const verdict of verdicts) if (speaksOf(verdict, dot) && (!found || later(verdict, found) > 0)) found = verdict;
  return found;
}

/** Whether rows are made without this operation. */
export const isWithheld = (verdict: Verdict | undefined): boolean =>
  verdict?.state === 'quarantined' || verdict?.state === 'rejected';

/** The turn of a next word on these operations. */
export function nextTurn(verdicts: readonly Verdict[]): number {
  return verdicts.reduce((most, { turn }) => Math.max(most, turn), 0) + 1;
}
