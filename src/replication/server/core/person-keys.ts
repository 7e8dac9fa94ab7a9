// Keys of persons beside a segment: sent only where they open something in it, believed only when they do.
import { unseal } from './seal.ts';
import { subjectOf, type CoreTable } from './schema.ts';
import type { OpenedSegment } from './segment.ts';
import type { Act, Operation } from './types.ts';

export interface PersonKey {
  subject: string;
  /** 32 bytes. */
  key: Uint8Array;
}

interface SealedOperation {
  act: Act;
  operation: Operation;
  /** Whose fields they are, when the operation itself says so. */
  subject: string | undefined;
}

function* sealedIn(
  segment: OpenedSegment,
  tableOf: (number: number) => CoreTable | undefined,
): Iterable<SealedOperation> {
  for (const act of segment.acts)
    for (const operation of act.operations) {
      if (!operation.sealed) continue;
      const table = tableOf(operation.table);
      yield { act, operation, subject: table && subjectOf(table, operation.row, new Map(operation.fields)) };
    }
}

function opens(key: Uint8Array, { act, operation }: SealedOperation): boolean {
  const { partition, site, device, run } = act;
  const { n, table, row, sealed } = operation;
  return sealed !== undefined && unseal(key, { partition, site, device, run, n, table, row }, sealed) !== null;
}

/**
 * Those of the keys that open something in the segment: the cipher tells. A key that a bit was flipped in on the way, or that is another's,
 * opens nothing; kept, it would hide a person's fields for good.
 */
export function fittingKeys(
  segment: OpenedSegment,
  keys: readonly PersonKey[],
  tableOf: (number: number) => CoreTable | undefined,
): PersonKey[] {
  if (keys.length === 0) return [];
  const bySubject = Map.groupBy(sealedIn(segment, tableOf), ({ subject }) => subject);
  const open = (of: string | undefined, key: Uint8Array) => bySubject.get(of)?.some((one) => opens(key, one)) ?? false;
  return keys.filter(({ subject, key }) => open(subject, key) || open(undefined, key));
}
