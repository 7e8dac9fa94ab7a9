// Which keys must go beside a segment: those of the subjects whose personal fields it seals.
import type { Reader } from '#platform/db';
import { fittingKeys, openSegment, subjectOf, type PersonKey } from './core/index.ts';
import type { Replica } from './replica.ts';
import { readSubject } from './rows.ts';

/** Keys for one stored segment, each once and only where it opens something; an erased subject has none. */
export async function keysBeside(replica: Replica, reader: Reader, bytes: Uint8Array): Promise<PersonKey[]> {
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
  const known = await replica.keys.getMany(segment.partition, [...subjects]);
  const keys = [...known].flatMap(([subject, some]) => some.map((key) => ({ subject, key })));
  return fittingKeys(segment, keys, (number) => replica.tables.byNumber.get(number));
}
