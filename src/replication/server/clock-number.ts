// Clock states as the numbers kept in rows and on the wire: the larger is trusted more.
import type { ClockState } from '#platform/clock';

export const CLOCK_NUMBER: Record<ClockState, number> = { unknown: 0, estimated: 1, synced: 2 };
const STATES: readonly ClockState[] = ['unknown', 'estimated', 'synced'];

/** An unknown number reads as `unknown`. */
export function clockState(number: number): ClockState {
  return STATES[number] ?? 'unknown';
}
