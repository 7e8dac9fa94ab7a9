// How far a writer knew the hub's word, in the headers of acts: a mark on the clock state says that it is told, so that older acts read as before.
import { Malformed, type ByteReader, type ByteWriter } from './bytes.ts';
import type { ActHeader } from './types.ts';

const TOLD = 4;

/** The clock state, marked where a control position follows. */
export const clockMark = (header: ActHeader): number => header.clock + (header.control ? TOLD : 0);

export const isTold = (mark: number) => mark >= TOLD;

/** Errors: Malformed. */
export function clockOf(mark: number): number {
  const clock = isTold(mark) ? mark - TOLD : mark;
  if (clock > 2) throw new Malformed('clock state');
  return clock;
}

export function writeKnown(out: ByteWriter, { control }: ActHeader): void {
  if (control) out.varint(control.epoch).varint(control.seq);
}

export function readKnown(input: ByteReader, mark: number): Pick<ActHeader, 'control'> {
  return isTold(mark) ? { control: { epoch: input.varint(), seq: input.varint() } } : {};
}
