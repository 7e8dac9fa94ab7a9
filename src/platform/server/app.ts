// One running program: its database, clock, log and modules; what commands and screens are handed.
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Db } from './db.ts';
import type { Logger } from './log.ts';
import type { ModuleManifest, TableIndex } from './manifest.ts';
import type { Recorder } from './recorder.ts';

/** Who this installation is among all sites. */
export interface SiteContext {
  role: 'hub' | 'telecentre';
  /** 0 = hub. A telecentre before enrolment has no number. */
  number: number | undefined;
  /** Record id of the site's row; absent at the hub and before enrolment. */
  id: string | undefined;
  /** UBIGEO of the district of a telecentre. */
  district: string | undefined;
  name: string;
  /** Programme's name, for the head of every page. */
  programme: string;
}

export interface App {
  config: Config;
  db: Db;
  clock: Clock;
  log: Logger;
  modules: readonly ModuleManifest[];
  tables: TableIndex;
  roles: ReadonlyMap<string, ReadonlySet<string>>;
  recorder: Recorder;
  site: SiteContext;
  /** Secret of this installation, for form tokens and cookies; 32 bytes, never leaves the data folder. */
  secret: Uint8Array;
  close(): Promise<void>;
}

let current: App | undefined;

/** The app this process serves; the screens ask for it. Errors: throws before the start. */
export function currentApp(): App {
  if (!current) throw new Error('the program has not started');
  return current;
}

export function setCurrentApp(app: App | undefined): void {
  current = app;
}

let replica: unknown;

/** The replica of this process, for the screens; its type belongs to `#replication`, which the platform does not know. */
export function currentReplica(): unknown {
  return replica;
}

export function setCurrentReplica(value: unknown): void {
  replica = value;
}
