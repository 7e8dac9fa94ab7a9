// From a number to the records behind it, and from a record to the act that made it, for who may read them, in their own place.
import * as v from 'valibot';
import { explainRow, listSites, type ActNote } from '#replication';
import type { App } from '#platform/app';
import { defineCommand, type CommandContext } from '#platform/command';
import type { Reader } from '#platform/db';
import {
  BREAKDOWNS,
  type BreakdownName,
  type EvidencePage,
  type FigureCell,
  type Indicator,
} from '#platform/indicators';
import { readPartition } from '#platform/partitions';
import type { ReplicatedTable } from '#platform/manifest';
import type { Scope } from '#platform/permissions';

export interface LiveRequest {
  period: { from: string | null; to: string };
  scope: Scope;
  today: string;
}

/** The figures as they are now: total and every breakdown, nothing hidden. Only for who holds `results.read` in the scope. */
export async function liveFigures(
  reader: Reader,
  indicator: Indicator,
  request: LiveRequest,
): Promise<{ total: FigureCell; tables: { breakdown: BreakdownName; cells: FigureCell[] }[] }> {
  const [total = { key: 'total', value: null }] = await indicator.figures(reader, { ...request, breakdown: null });
  const tables = [];
  for (const { name, keys } of indicator.breakdowns) {
    const found = await indicator.figures(reader, { ...request, breakdown: name });
    const cells = keys?.map((key) => found.find((cell) => cell.key === key) ?? { key, value: 0 }) ?? found;
    tables.push({ breakdown: name, cells });
  }
  return { total, tables };
}

/** Where a partition lies; undefined for what belongs to no place. */
async function scopeOf(reader: Reader, name: string): Promise<Scope | undefined> {
  const where = readPartition(name);
  if (where?.kind === 'district') return { district: where.of };
  if (where?.kind !== 'site' && where?.kind !== 'site-private') return undefined;
  const site = (await listSites(reader)).find((one) => one.id === where.of);
  return site ? { site: site.id, district: site.district } : undefined;
}

const cellInput = {
  indicator: v.pipe(v.string(), v.maxLength(80)),
  from: v.nullable(v.pipe(v.string(), v.isoDate())),
  to: v.pipe(v.string(), v.isoDate()),
  breakdown: v.nullable(v.picklist(BREAKDOWNS)),
  cell: v.pipe(v.string(), v.maxLength(80)),
  page: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100_000)),
};

/** The records behind one number of one place. Looking is written to the audit. */
export const openRecords = (app: App, place: Scope) =>
  defineCommand({
    name: 'results.open-records',
    permission: 'results.read',
    input: v.object(cellInput),
    scope: () => place,
    async run(ctx: CommandContext, input): Promise<EvidencePage> {
      const indicator = app.modules.flatMap((module) => module.indicators).find((one) => one.code === input.indicator);
      if (!indicator) ctx.refuse('results.unknown');
      const { breakdown, cell, page, from, to } = input;
      await ctx.audit({
        event: 'results.records-viewed',
        subject: indicator.code,
        detail: { from: from ?? '', to, breakdown: breakdown ?? 'total', cell, page },
      });
      const request = { period: { from, to }, breakdown, scope: place, today: ctx.today(), cell, page };
      return indicator.records(ctx.tx, request);
    },
  });

export interface OpenedRecord {
  table: string;
  partition: string;
  id: string;
  /** Columns that hold no personal field, with their values as text. */
  fields: { name: string; value: string }[];
  act: ActNote | undefined;
  /** Name of the telecentre that wrote it; undefined for the hub. */
  site: string | undefined;
}

/** One record with the act behind it: no name and no sealed field. Looking is written to the audit. */
export const openRecord = (app: App) =>
  defineCommand({
    name: 'results.open-record',
    permission: 'results.read',
    input: v.object({
      table: v.pipe(v.string(), v.maxLength(60)),
      partition: v.pipe(v.string(), v.maxLength(60)),
      id: v.pipe(v.string(), v.maxLength(60)),
    }),
    async scope(input, ctx) {
      return (await scopeOf(ctx.tx, input.partition)) ?? { programme: true };
    },
    async run(ctx: CommandContext, input): Promise<OpenedRecord> {
      const table = app.tables.byName.get(input.table);
      if (!table || !isEvidence(app, table)) ctx.refuse('results.unknown');
      const row = await findRow(ctx.tx, table, input.partition, input.id);
      if (!row) ctx.refuse('results.unknown');
      await ctx.audit({ event: 'results.record-viewed', subject: input.id, detail: { table: table.name } });
      const sites = await listSites(ctx.tx);
      return {
        table: table.name,
        partition: input.partition,
        id: input.id,
        fields: openFields(table, row),
        act: await explainRow(ctx.tx, row),
        site: sites.find((site) => site.number === row.made_site)?.name,
      };
    },
  });

/** Tables whose rows lie where figures are counted; books of control and of the hub are not walked into from here. */
function isEvidence(app: App, table: ReplicatedTable): boolean {
  const owner = app.modules.find((module) => module.tables.some(({ name }) => name === table.name));
  return (owner?.indicators.length ?? 0) > 0 && !table.control && !table.partitions.includes('site-private');
}

type FoundRow = Record<string, unknown> & {
  partition: string;
  made_site: number;
  made_device: number;
  made_run: number;
  made_n: number;
};

async function findRow(
  reader: Reader,
  table: ReplicatedTable,
  where: string,
  id: string,
): Promise<FoundRow | undefined> {
  // the name comes from the manifests, never from the wire
  const rows = reader.selectFrom(table.name as 'visit').selectAll();
  const row = await rows.where('partition', '=', where).where('id', '=', id).executeTakeFirst();
  return row && { ...row };
}

function openFields(table: ReplicatedTable, row: FoundRow): OpenedRecord['fields'] {
  return Object.entries(table.columns).flatMap(([name, column]) => {
    const value = row[name];
    if (column.sealed || column.type === 'bytes' || value === null || value === undefined) return [];
    return [{ name, value: typeof value === 'object' ? JSON.stringify(value) : String(value as string | number) }];
  });
}
