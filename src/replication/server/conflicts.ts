// Fields of class shared with several values: what each says, who wrote it, where and when, so that a person can choose.
import type { ClockState } from '#platform/clock';
import type { Reader, ShownValue } from '#platform/db';
import type { ReplicatedTable } from '#platform/manifest';
import { clockState } from './clock-number.ts';
import { disagreements, type Value } from './core/index.ts';
import { explainRow } from './explain.ts';
import { readRow } from './rows.ts';
import { listSites } from './sites.ts';

export interface ConflictValue extends ShownValue {
  value: Value;
  at: number;
  clock: ClockState;
  /** Empty for the hub. */
  siteName: string;
  role: string | undefined;
  /** Account or person id, where a log that is held here tells it. */
  actor: string | undefined;
}

export interface FieldConflict {
  column: string;
  /** The one that is shown everywhere else first. */
  values: ConflictValue[];
}

/** Rows of a table in which somebody has to choose, by partition and row. */
export function openConflicts(reader: Reader, table: ReplicatedTable) {
  return reader.selectFrom('open_conflict').select(['partition', 'row']).where('table_number', '=', table.number);
}

/** The fields of one row in which somebody has to choose; none when the row is not here. */
export async function readConflicts(
  read: Reader,
  table: ReplicatedTable,
  partition: string,
  id: string,
): Promise<FieldConflict[]> {
  const state = await readRow(read, table, partition, id);
  const open = state ? disagreements(state) : [];
  if (open.length === 0) return [];
  const sites = new Map((await listSites(read)).map((site) => [site.number, site.name]));
  const columns = new Map(Object.entries(table.columns).map(([name, { n }]) => [n, name]));
  const found: FieldConflict[] = [];
  for (const { column, values } of open) {
    const shown: ConflictValue[] = [];
    for (const { site, device, run, n, at, clock, value } of values) {
      const dot = { partition, made_site: site, made_device: device, made_run: run, made_n: n };
      const note = await explainRow(read, dot);
      const siteName = sites.get(site) ?? '';
      const { role, actor } = note ?? { role: undefined, actor: undefined };
      shown.push({ site, device, run, n, at, value, clock: clockState(clock), siteName, role, actor });
    }
    found.push({ column: columns.get(column) ?? '', values: shown });
  }
  return found;
}
