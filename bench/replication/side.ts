// One side of the measuring job: this program as it runs, with its server, its database and its sessions.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setCurrentApp, setCurrentReplica } from '#platform/app';
import { runCommand } from '#platform/command';
import { readConfig } from '#platform/config';
import { decodeId, encodeId } from '#platform/ids';
import type { ColumnType } from '#platform/manifest';
import { createClock } from '#platform/clock';
import type { RowValues } from '#platform/db';
import { startServer } from '#platform/http';
import { silentLog } from '#platform/log';
import { system } from '#platform/permissions';
import { loadTexts } from '#platform/texts';
import { closeOpenActs, enrolWithHub, syncOnce } from '#replication';
import { loadHandler, programRoot } from '../../src/cli/build.ts';
import { openProgram, type Program } from '../../src/cli/program.ts';
import { jobModule, jobTables } from './tables.ts';

const DISTRICT = '120608';
const PARTITION = `d/${DISTRICT}`;
const CODES = 'codes.json';

interface Change {
  t: string;
  id: string;
  op: 'put' | 'set';
  ts: number;
  f: Record<string, unknown>;
}

export interface SideConfig {
  dir: string;
  host: string;
  port: number;
  hubUrl: string;
  site: 'A' | 'B';
}

/** The job's short ids are a site, a run and a counter, as ours are: each is written as the one of ours with the same counter. */
const SHORT = /^07K3X9([0-9A-V]{4,})$/;
const OURS = { site: 7, device: 0, run: 3 };

function toId(id: string): string {
  const counter = SHORT.exec(id)?.[1];
  return counter === undefined ? id : encodeId({ ...OURS, counter: Number.parseInt(counter, 32) + 1 });
}

function fromId(id: string): string {
  const parts = decodeId(id);
  return parts && parts.site === OURS.site && parts.run === OURS.run
    ? `07K3X9${(parts.counter - 1).toString(32).toUpperCase().padStart(4, '0')}`
    : id;
}

const columnsOf = new Map(jobTables.map(({ name, columns }) => [name, columns]));

/** Instants travel as milliseconds. */
function toValue(type: ColumnType | undefined, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (type === 'instant') return Date.parse(value);
  return type === 'id' ? toId(value) : value;
}

function toRow(table: string, fields: Record<string, unknown>): RowValues {
  const columns = columnsOf.get(table);
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, toValue(columns?.[name]?.type, value)]),
  ) as RowValues; // reason: the job's values are texts, numbers, booleans and null
}

/** Every record as the job writes it. */
async function readState({ app }: Program): Promise<[string, Record<string, unknown>][]> {
  const state: [string, Record<string, unknown>][] = [];
  for (const { name, columns } of jobTables) {
    const rows = await app.db.read
      .selectFrom(name as 'site')
      .selectAll()
      .execute(); // reason: the job's tables are unknown to the program's types
    for (const row of rows as unknown as Record<string, unknown>[]) {
      const fields = Object.entries(columns).flatMap(([column, { type }]): [string, unknown][] => {
        const value = row[column];
        if (value === null || value === undefined) return [];
        if (type === 'instant') return [[column, new Date(Number(value)).toISOString()]];
        if (type === 'id') return [[column, fromId(String(value))]];
        return [[column, type === 'boolean' ? Boolean(value) : value]];
      });
      state.push([`${name}/${fromId(String(row.id))}`, Object.fromEntries(fields)]);
    }
  }
  return state;
}

/** What is on the disk at rest: the database without the part of its journal that is in it already. */
function settleDisk({ app }: Program): void {
  const db = new DatabaseSync(path.join(app.config.dataDir, 'programme.db'));
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

const open = (role: 'hub' | 'telecentre', { dir, host, port }: Pick<SideConfig, 'dir' | 'host' | 'port'>) =>
  openProgram(readConfig({ role, port, host, dataDir: dir }, {}), {
    log: silentLog(),
    modules: [jobModule],
    clock: createClock({ disciplined: () => true }),
  });

export async function startHub(config: SideConfig) {
  const program = await open('hub', config);
  const { app, replica } = program;
  const codes: Record<string, string> = {};
  for (const site of ['A', 'B']) {
    const planned = await runCommand(app, replica.sites.add, {
      actor: system,
      input: { name: `Telecentro ${site}`, district: DISTRICT },
    });
    if (!planned.ok) throw new Error(planned.refusal.code);
    codes[site] = planned.value.code;
  }
  writeFileSync(path.join(config.dir, CODES), JSON.stringify(codes));
  loadTexts(programRoot, app.config.dataDir);
  setCurrentApp(app);
  setCurrentReplica(replica);
  const server = await startServer({ app, handler: await loadHandler(), port: config.port, host: config.host });
  return {
    port: server.port,
    state: () => readState(program),
    flush: () => settleDisk(program),
    async stop() {
      await server.close();
      await program.close();
    },
  };
}

export async function startNode(config: SideConfig) {
  const program = await open('telecentre', { ...config, host: '127.0.0.1', port: 0 });
  const { app, replica } = program;
  const codes = JSON.parse(readFileSync(path.join(config.dir, '..', 'hub', CODES), 'utf8')) as Record<string, string>;
  await enrolWithHub(replica, { hubUrl: config.hubUrl, code: codes[config.site] ?? '' });
  return {
    /** One command and one transaction a change, as at a desk. */
    async load(changes: Change[]) {
      for (const { t, id, op, ts, f } of changes)
        await app.db.transaction(async (tx) => {
          const header = {
            command: `${t}.${op}`,
            actor: 'system',
            role: undefined,
            at: ts,
            clockState: 'synced' as const,
          };
          const act = replica.recorder.begin(tx, header);
          if (op === 'put') await act.append(t, { partition: PARTITION, id: toId(id), ...toRow(t, f) });
          else await act.update(t, { partition: PARTITION, id: toId(id) }, toRow(t, f));
          await act.finish();
        });
      await closeOpenActs(replica);
    },
    async sync() {
      const report = await syncOnce(replica);
      if (!report.ok || report.differ.length > 0) throw new Error(JSON.stringify(report));
    },
    state: () => readState(program),
    flush: () => settleDisk(program),
    stop: () => program.close(),
  };
}
