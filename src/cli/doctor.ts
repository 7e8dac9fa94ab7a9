// `ciudadania doctor`: looks at everything that must be whole, while the program serves or not, and says what to do. Changes nothing.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { inspectLog, type AnewReport, type Identity, type LogReport } from '#replication';
import { readConfig, type Config } from '#platform/config';
import { openDb, type Reader } from '#platform/db';
import { indexTables } from '#platform/manifest';
import { migrationsOf } from '#platform/migrate';
import { openKeys } from './backup.ts';
import { lookAtFiles, type Finding } from './doctor-files.ts';
import { configInput, type CommonFlags } from './flags.ts';
import { operate, print } from './operate.ts';
import { allModules, databaseFile } from './program.ts';

export async function doctor(
  flags: CommonFlags & { json?: boolean; rebuild?: boolean; repair?: boolean },
): Promise<void> {
  if (flags.rebuild) return rebuild(flags);
  if (flags.repair) throw new Error('--repair goes with --rebuild.');
  const config = readConfig(configInput(flags));
  const findings = await examine(config);
  const wrong = findings.some((finding) => finding.verdict === 'wrong');
  if (flags.json) print({ ok: !wrong, findings });
  else
    for (const { verdict, of, text } of findings)
      process.stdout.write(`${verdict.padEnd(9)} ${of.padEnd(8)} ${text}\n`);
  if (wrong) process.exitCode = 1;
}

/** Where the data are open: in the serving process, else here. */
async function rebuild(flags: CommonFlags & { json?: boolean; repair?: boolean }): Promise<void> {
  const config = readConfig(configInput(flags));
  if (noData(config)) throw new Error(`There are no data in ${config.dataDir}.`);
  const reports = (await operate(flags, 'make-anew', { repair: flags.repair === true })) as AnewReport[];
  const whole = (report: AnewReport) => report.digestHolds && (report.wrong === 0 || report.repaired >= report.wrong);
  if (flags.json) print({ ok: reports.every(whole), partitions: reports });
  else if (reports.length === 0) process.stdout.write('Nothing was written here yet.\n');
  else
    for (const report of reports) {
      const { partition, operations, rows, wrong, repaired, digestHolds, first } = report;
      const counted = `${operations} operations make ${rows} rows`;
      const found = wrong === 0 ? 'all as stored' : `${wrong} stored otherwise, ${repaired} repaired`;
      const digest = digestHolds ? 'the digest holds' : 'the digest does not hold';
      process.stdout.write(`${whole(report) ? 'ok   ' : 'wrong'} ${partition}: ${counted}; ${found}; ${digest}.\n`);
      for (const { table, id, how } of first) process.stdout.write(`      ${how} ${table} ${id}\n`);
    }
  if (!reports.every(whole)) process.exitCode = 1;
}

const noData = (config: Config) => !config.databaseUrl && !existsSync(databaseFile(config));

async function examine(config: Config): Promise<Finding[]> {
  if (noData(config)) return [{ verdict: 'wrong', of: 'files', text: `There are no data in ${config.dataDir}.` }];
  const findings = [...lookAtFiles(config), ...integrity(config)];
  if (findings.some(({ of, verdict }) => (of === 'database' || of === 'keys') && verdict === 'wrong')) return findings;
  const db = openDb({
    databaseUrl: config.databaseUrl,
    sqlite: config.databaseUrl ? undefined : { path: databaseFile(config), readOnly: true },
    connections: 1,
  });
  try {
    // one moment, though the program goes on writing; the reader is one connection here
    await (db.engine === 'sqlite' ? sql`BEGIN` : sql`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`).execute(db.read);
    findings.push(await schema(db.read));
    if (findings.every((finding) => finding.of !== 'schema' || finding.verdict !== 'wrong'))
      findings.push(...(await log(config, db.read)));
  } finally {
    await db.close();
  }
  return findings;
}

function integrity(config: Config): Finding[] {
  const stores = config.databaseUrl
    ? []
    : ([
        ['database', databaseFile(config)],
        ['keys', path.join(config.dataDir, 'keys.db')],
      ] as const);
  return stores.map(([of, file]): Finding => {
    try {
      const db = new DatabaseSync(file, { readOnly: true, timeout: 10_000 });
      try {
        const rows = db.prepare('PRAGMA integrity_check(20)').all() as { integrity_check: string }[];
        if (rows[0]?.integrity_check === 'ok') return { verdict: 'ok', of, text: 'Every page is whole.' };
        return { verdict: 'wrong', of, text: `Damaged (${rows[0]?.integrity_check}). Restore the last backup.` };
      } finally {
        db.close();
      }
    } catch (error) {
      return { verdict: 'wrong', of, text: `Cannot be read (${(error as Error).message}). Restore the last backup.` };
    }
  });
}

async function schema(reader: Reader): Promise<Finding> {
  const known = new Set(migrationsOf(allModules()).map(({ id }) => id));
  const applied = (await reader.selectFrom('schema_migration').select('id').execute()).map(({ id }) => id);
  const newer = applied.filter((id) => !known.has(id));
  if (newer.length > 0)
    return {
      verdict: 'wrong',
      of: 'schema',
      text: `Written by a newer version (${newer.join(', ')}): install that one.`,
    };
  const missing = known.size - applied.length;
  return missing === 0
    ? { verdict: 'ok', of: 'schema', text: `${applied.length} steps, as this version knows them.` }
    : { verdict: 'attention', of: 'schema', text: `${missing} steps are missing; the next start makes them.` };
}

async function log(config: Config, reader: Reader): Promise<Finding[]> {
  const store = await openKeys(config, { readOnly: true });
  try {
    const stored = await store.identity();
    if (stored === null)
      return [{ verdict: 'wrong', of: 'keys', text: 'It is not known who this installation is. Restore the keys.' }];
    const identity = JSON.parse(stored) as Identity;
    return logFindings(await inspectLog(reader, { tables: indexTables(allModules()), identity, keys: store }));
  } finally {
    await store.close();
  }
}

function logFindings(report: LogReport): Finding[] {
  const found: Finding[] = report.findings.map(({ code, partition, detail }) => ({
    verdict: 'wrong',
    of: 'log',
    text: `${partition}: ${detail} (${code}).`,
  }));
  if (found.length === 0)
    found.push({
      verdict: 'ok',
      of: 'log',
      text: `${report.segments} segments with ${report.operations} operations in ${report.partitions} partitions; ${report.rows} rows add up; ${report.open} acts are open.`,
    });
  if (report.held > 0)
    found.push({
      verdict: 'attention',
      of: 'log',
      text: `${report.held} operations wait for what belongs before them.`,
    });
  if (report.quarantined > 0)
    found.push({ verdict: 'attention', of: 'log', text: `${report.quarantined} operations are in quarantine.` });
  return found;
}
