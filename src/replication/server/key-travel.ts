// Which keys must go beside a segment: those of the subjects whose personal fields it seals.
import type { Reader } from '#platform/db';
import { openSegment, subjectOf } from './core/index.ts';
import type { SubjectKey } from './keys.ts';
import type { Replica } from './replica.ts';
import { readSubject } from './rows.ts';

/** Keys for one stored segment, each once; an erased subject has none. */
export async function keysBeside(replica: Replica, reader: Reader, bytes: Uint8Array): Promise<SubjectKey[]> {
  const segment = openSegment(bytes);
  const subjects = new Set<string>();
  for (const act of segment.acts) {
    for (const operation of act.operations) {
      const table = operation.sealed ? replica.tables.byNumber.get(operation.table) : undefined;
      if (!table) continue;
      const subject =
        subjectOf(table, operation.row, new Map(operation.fields)) ??
        (await readSubject(reader, table, segment.partition, operation.row));
      if (subject) subjects.add(subject);
    }
  }
  const keys = await replica.keys.getMany(segment.partition, [...subjects]);
  return [...keys].map(([subject, key]) => ({ partition: segment.partition, subject, key }));
}
