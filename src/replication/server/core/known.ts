// How far a writer knew the hub's word, in the headers of acts: a mark on the clock state says that it is told, so that older acts read as before.
import { Malformed, type ByteReader, type ByteWriter } from './bytes.ts';
import { readDeltas, writeDeltas } from './columns.ts';
import type { ActHeader } from './types.ts';

const TOLD = 4;

/** The clock state, marked where a control position follows. */
export const clockMark = (header: ActHeader): number => header.clock + (header.control ? TOLD : 0);

const isTold = (mark: number) => mark >= TOLD;

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

/** The same for the headers of a segment, as two columns over those that tell it. */
export function writeKnownColumns(out: ByteWriter, headers: readonly ActHeader[]): void {
  const told = headers.flatMap(({ control }) => control ?? []);
  writeDeltas(
    out,
    told.map(({ epoch }) => epoch),
  );
  writeDeltas(
    out,
    told.map(({ seq }) => seq),
  );
}

export function readKnownColumns(input: ByteReader, marks: readonly number[]): Pick<ActHeader, 'control'>[] {
  const count = marks.filter(isTold).length;
  const epochs = readDeltas(input, count);
  const seqs = readDeltas(input, count);
  if ([...epochs, ...seqs].some((value) => value < 0)) throw new Malformed('negative number');
  let next = 0;
  return marks.map((mark) => {
    if (!isTold(mark)) return {};
    const at = next++;
    return { control: { epoch: epochs[at] ?? 0, seq: seqs[at] ?? 0 } };
  });
}
