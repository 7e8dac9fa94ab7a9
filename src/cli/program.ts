// Joins the parts into one running program: database, modules, replication. Screens, command line and tests all open it here.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { modules as shipped } from '../modules/manifests.ts';
import { openLog, openReplica, performErasures, replicationModule, resumeRenewals, type Replica } from '#replication';
import { programVersion } from './version.ts';
import type { App } from '#platform/app';
import { createClock, type Clock } from '#platform/clock';
import type { Config } from '#platform/config';
import { openDb } from '#platform/db';
import { createLog, type Logger } from '#platform/log';
import { indexTables, type ModuleManifest } from '#platform/manifest';
import { migrate } from '#platform/migrate';
import { rolePermissions } from '#platform/permissions';
import { platformModule } from '#platform/platform-module';

export interface Program {
  app: App;
  replica: Replica;
  close(): Promise<void>;
}

export interface ProgramOptions {
  clock?: Clock;
  log?: Logger;
  modules?: readonly ModuleManifest[];
  /** Called before a database that holds data is migrated: the backup. */
  beforeMigration?: (config: Config) => Promise<void>;
}

/** Every manifest of this program. */
export const allModules = (shippedOnly = shipped): ModuleManifest[] => [
  platformModule,
  replicationModule,
  ...shippedOnly,
];

export function databaseFile(config: Config): string {
  return path.join(config.dataDir, 'programme.db');
}

/** Errors: NewerDatabase; an Error with a sentence when the data folder belongs to another role. */
export async function openProgram(config: Config, options: ProgramOptions = {}): Promise<Program> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const log = options.log ?? createLog(config.dataDir, config.logLevel);
  const modules = allModules(options.modules);
  const tables = indexTables(modules);
  const replicatedNames = new Set(tables.byName.keys());
  const db = openDb({
    databaseUrl: config.databaseUrl,
    sqlite: config.databaseUrl ? undefined : { path: databaseFile(config), readOnly: false, maxPages: config.maxPages },
    replicated: () => replicatedNames,
  });
  try {
    await migrate(
      db,
      modules,
      options.beforeMigration ? () => options.beforeMigration?.(config) ?? Promise.resolve() : undefined,
    );
    const clock = options.clock ?? createClock(config.role === 'hub' ? { disciplined: () => true } : {});
    const replica = await openReplica({ config, db, clock, log, modules, tables, version: programVersion });
    const app: App = {
      config,
      db,
      clock,
      log,
      modules,
      tables,
      roles: rolePermissions(modules),
      recorder: replica.recorder,
      get site() {
        return replica.site();
      },
      secret: Buffer.from(replica.identity.secret, 'base64url'),
      close: () => close(),
    };
    replica.attach(app);
    await openLog(replica);
    for (const module of modules) await module.onOpen?.(db.read);
    await resumeRenewals(replica);
    await performErasures(replica);
    const close = async () => {
      await replica.close();
      await db.close();
    };
    return { app, replica, close };
  } catch (error) {
    await db.close();
    throw error;
  }
}
