// The tables of the simulated programme, one for each way in which rows merge, and what a site of an older version knows of them.
import type { CoreTable } from '../../src/replication/server/core/index.ts';
import { readPartition, type PartitionName } from '#platform/partitions';
import type { PartitionKind } from '#platform/manifest';
import { mayWrite, type SitePlace } from '../../src/replication/server/rights.ts';

export interface SimTable extends CoreTable {
  partitions: PartitionKind[];
  control: boolean;
  /** The schema that brought it; older ones do not know it. */
  since: number;
  /** Written by the hub's words and on purpose only, never by chance. */
  spoken?: boolean;
}

export const VISIT = 1;
export const COMPUTER = 2;
export const PERSON = 3;
export const NOTE = 4;
export const MEMBER = 5;
export const FAIR = 6;
export const VERDICT = 7;
export const SITE = 8;
export const CLAIM = 9;
export const QUOTA = 10;
export const LOAN = 11;
export const RETURN = 12;
export const RULING = 13;
export const ERASURE = 14;
export const NEWEST_SCHEMA = 2;

const ALL: SimTable[] = [
  {
    number: VISIT,
    name: 'visit',
    class: 'fact',
    subject: undefined,
    partitions: ['site', 'district', 'public'],
    control: false,
    since: 1,
    columns: { purpose: { n: 1, type: 'text' }, minutes: { n: 2, type: 'integer' } },
  },
  {
    number: COMPUTER,
    name: 'computer',
    class: 'owned',
    subject: undefined,
    partitions: ['site', 'public'],
    control: false,
    since: 1,
    columns: { name: { n: 1, type: 'text' }, state: { n: 2, type: 'integer' } },
  },
  {
    number: PERSON,
    name: 'person',
    class: 'shared',
    subject: 'id',
    partitions: ['district'],
    control: false,
    since: 1,
    columns: {
      name: { n: 1, type: 'text', sealed: true },
      born: { n: 2, type: 'integer' },
      community: { n: 3, type: 'text' },
    },
  },
  {
    number: NOTE,
    name: 'note',
    class: 'fact',
    subject: 'person',
    partitions: ['site-private'],
    control: false,
    since: 1,
    columns: { person: { n: 1, type: 'id' }, text: { n: 2, type: 'text', sealed: true } },
  },
  {
    number: MEMBER,
    name: 'member',
    class: 'owned',
    subject: undefined,
    partitions: ['public'],
    control: true,
    since: 1,
    columns: { name: { n: 1, type: 'text' }, state: { n: 2, type: 'integer' } },
  },
  {
    number: FAIR,
    name: 'fair',
    class: 'owned',
    subject: undefined,
    partitions: ['site', 'public'],
    control: false,
    since: 2,
    columns: { name: { n: 1, type: 'text' }, state: { n: 2, type: 'integer' } },
  },
  spoken(VERDICT, 'verdict', 'fact', true, {
    ...{ site: 'integer', device: 'integer', run: 'integer', from_n: 'integer', to_n: 'integer' },
    ...{ state: 'text', reason: 'text', turn: 'integer' },
  }),
  spoken(SITE, 'site', 'owned', true, { state: 'text' }),
  spoken(CLAIM, 'claim', 'ruled', false, { thing: 'text', units: 'integer', share: 'text' }),
  spoken(QUOTA, 'quota', 'owned', true, { thing: 'text', units: 'integer' }),
  spoken(LOAN, 'loan', 'owned', true, {
    ...{ thing: 'text', site: 'integer', epoch: 'integer', units: 'integer', ended: 'integer' },
  }),
  spoken(RETURN, 'return', 'fact', false, { loan: 'text', units: 'integer' }),
  spoken(ERASURE, 'erasure', 'fact', true, { subject: 'text' }),
  spoken(RULING, 'ruling', 'fact', true, { row: 'text', state: 'text', reason: 'text', turn: 'integer' }),
];

/** A table of the engine: its columns are numbered as they stand. */
function spoken(
  number: number,
  name: string,
  mergeClass: CoreTable['class'],
  control: boolean,
  columns: Record<string, 'text' | 'integer'>,
): SimTable {
  const numbered = Object.entries(columns).map(([column, type], at) => [column, { n: at + 1, type }] as const);
  return {
    ...{ number, name, class: mergeClass, subject: undefined, control, since: 1, spoken: true },
    partitions: ['public', 'district', 'site', 'site-private'],
    columns: Object.fromEntries(numbered),
  };
}

/** Came to `person` and `computer` with schema 2. */
const LATER = new Map([
  [PERSON, { phone: { n: 4, type: 'text', sealed: true } as const, card: { n: 5, type: 'text' } as const }],
  [COMPUTER, { room: { n: 4, type: 'text' } as const }],
]);

function tablesOf(schema: number): Map<number, SimTable> {
  const known = ALL.filter(({ since }) => since <= schema);
  return new Map(
    known.map((table) => {
      const later = schema >= 2 ? LATER.get(table.number) : undefined;
      return [table.number, { ...table, columns: { ...table.columns, ...later } }];
    }),
  );
}
const BY_SCHEMA = Array.from({ length: NEWEST_SCHEMA + 1 }, (_, schema) => tablesOf(schema));

/** The tables that a schema knows, by number. */
export const tables = (schema: number): Map<number, SimTable> => BY_SCHEMA[schema] ?? new Map();

/** Null where such a table may lie at all. */
export const shapeOf = (where: PartitionName | null, table: SimTable): string | null =>
  where && table.partitions.includes(where.kind) && table.control === where.control ? null : 'not-its-partition';

/** Why this writer may not write this table there; null when it may. The server's own rule, with this programme's tables. */
export function judge(place: SitePlace | null, where: PartitionName | null, table: SimTable): string | null {
  return shapeOf(where, table) ?? (place && where ? mayWrite(place, where, table.class) : null);
}

/** Tables that a site may write in a partition. */
export function writable(place: SitePlace, partition: string, schema: number): SimTable[] {
  const where = readPartition(partition);
  return [...tables(schema).values()].filter((table) => !table.spoken && judge(place, where, table) === null);
}
