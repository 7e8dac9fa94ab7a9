// `ciudadania doctor`: looks at everything that must be whole, while the program serves or not, and says what to do. Changes nothing.
import { existsSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { inspectLog, type Identity } from '#replication';
import { readConfig, type Config } from '#platform/config';
import { openDb, type Reader } from '#platform/db';
import { indexTables } from '#platform/manifest';
import { migrationsOf } from '#platform/migrate';
import { openKeys } from './backup.ts';
import { configInput, type CommonFlags } from './flags.ts';
import { print } from './operate.ts';
import { allModules, databaseFile } from './program.ts';

type Verdict = 'ok' | 'attention' | 'wrong';

interface Finding {
  verdict: Verdict;
  of: 'database' | 'keys' | 'schema' | 'log' | 'files' | 'disk';
  text: string;
}

const LITTLE_ROOM = 500_000_000;

export async function doctor(flags: CommonFlags & { json?: boolean }): Promise<void> {
  const config = readConfig(configInput(flags));
  const findings = await examine(config);
  const wrong = findings.some((finding) => finding.verdict === 'wrong');
  if (flags.json) print({ ok: !wrong, findings });
  else
    for (const { verdict, of, text } of findings)
      process.stdout.write(`${verdict.padEnd(9)} ${of.padEnd(8)} ${text}\n`);
  if (wrong) process.exitCode = 1;
}

async function examine(config: Config): Promise<Finding[]> {
  if (!config.databaseUrl && !existsSync(databaseFile(config)))
    return [{ verdict: 'wrong', of: 'files', text: `There are no data in ${config.dataDir}.` }];
  const findings = [...files(config), ...integrity(config)];
  if (findings.some((finding) => finding.of === 'database' && finding.verdict === 'wrong')) return findings;
  const db = openDb({
    databaseUrl: config.databaseUrl,
    sqlite: config.databaseUrl ? undefined : { path: databaseFile(config), readOnly: true },
  });
  try {
    // one moment, though the program goes on writing; the reader is one connection here
    if (db.engine === 'sqlite') await sql`BEGIN`.execute(db.read);
    findings.push(await schema(db.read));
    if (findings.every((finding) => finding.of !== 'schema' || finding.verdict !== 'wrong'))
      findings.push(...(await log(config, db.read)));
  } finally {
    await db.close();
  }
  return findings;
}

function files(config: Config): Finding[] {
  const found: Finding[] = [];
  const open = [config.dataDir, path.join(config.dataDir, 'control.sock')].filter(
    (file) => existsSync(file) && (statSync(file).mode & 0o077) !== 0,
  );
  found.push(
    open.length === 0
      ? { verdict: 'ok', of: 'files', text: 'The data folder opens for its owner only.' }
      : { verdict: 'wrong', of: 'files', text: `Others may open ${open.join(', ')}: chmod go-rwx.` },
  );
  const { bavail, bsize } = statfsSync(config.dataDir);
  const free = Math.round((bavail * bsize) / 1_000_000);
  found.push({
    verdict: bavail * bsize < LITTLE_ROOM ? 'attention' : 'ok',
    of: 'disk',
    text: `${free} MB are free.`,
  });
  return found;
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
  const store = await openKeys(config);
  let identity: Identity | undefined;
  try {
    const stored = await store.identity();
    identity = stored === null ? undefined : (JSON.parse(stored) as Identity);
  } finally {
    await store.close();
  }
  if (!identity)
    return [{ verdict: 'wrong', of: 'keys', text: 'It is not known who this installation is. Restore the keys.' }];
  const report = await inspectLog(reader, indexTables(allModules()), identity);
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
