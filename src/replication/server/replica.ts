// One site's replica: its identity, the numbers it gives, its open log; opened once per process.
import { randomInt } from 'node:crypto';
import path from 'node:path';
import type { App, SiteContext } from '#platform/app';
import type { Clock } from '#platform/clock';
import type { Config } from '#platform/config';
import { onEnd, type Db, type LocalTx } from '#platform/db';
import { encodeId } from '#platform/ids';
import type { Logger } from '#platform/log';
import type { ModuleManifest, TableIndex } from '#platform/manifest';
import { schemaVersion } from '#platform/migrate';
import type { Recorder } from '#platform/recorder';
import { MOST_ASIDE } from './aside-quota.ts';
import { alarmCommands, type AlarmCommands } from './alarms.ts';
import { erasureCommands, type ErasureCommands } from './erasing.ts';
import { loadIdentity, type Identity } from './identity.ts';
import { openKeyFile, openKeySchema, type KeyStore } from './keys.ts';
import { createRecorder } from './recorder.ts';
import { judgingCommands, type JudgingCommands } from './judging.ts';
import { lineOf } from './hub-time.ts';
import type { Line } from './line.ts';
import { keyCommands, type KeyCommands } from './key-renewal.ts';
import { linkCommands, type LinkCommands } from './session-record.ts';
import { refillCommands, type RefillCommands } from './refill.ts';
import { ruleOpen } from './ruled.ts';
import { shareCommands, type ShareCommands } from './shares.ts';
import { siteCommands, type SiteCommands } from './sites.ts';
import { putState } from './state.ts';

export interface ReplicaParts {
  config: Config;
  db: Db;
  clock: Clock;
  log: Logger;
  modules: readonly ModuleManifest[];
  tables: TableIndex;
  /** Name of the programme, used at the first start of a hub. */
  programme?: string;
  /** Version of the program, told to the hub. */
  version?: string;
}

export interface Replica extends ReplicaParts {
  version: string;
  /** Bytes of one site that may wait aside here. */
  mostAside: number;
  /** Stamp of the moment at which this program began: another copy of this site is told by work that it wrote afterwards. */
  startedAt: number;
  identity: Identity;
  keys: KeyStore;
  recorder: Recorder;
  /** At the hub, after a refill: what waited is decided. */
  whole(): Promise<void>;
  /** At a telecentre: its connections to the hub. */
  line: Line;
  sites: SiteCommands;
  verdicts: JudgingCommands;
  keyCommands: KeyCommands;
  alarms: AlarmCommands;
  link: LinkCommands;
  shares: ShareCommands;
  refill: RefillCommands;
  erasures: ErasureCommands;
  /** Number of migrations known: announced with every act. */
  schema: number;
  site(): SiteContext;
  origin(): { site: number; device: number; run: number };
  newId(): string;
  /** The next operation number in a partition, asked inside the transaction that uses it. */
  nextNumber(tx: LocalTx, partition: string): Promise<number>;
  /** Tells that numbers below `next` were given in this transaction. */
  gaveNumbers(tx: LocalTx, partition: string, next: number): void;
  /** Something was written: a session may be worth while. */
  wrote(): void;
  onWrite(listener: () => void): void;
  saveIdentity(change: Partial<Identity>): Promise<void>;
  /** On PostgreSQL: takes over what another process of this hub changed, such as a new key. */
  refreshIdentity(): Promise<void>;
  /** Tests only: a telecentre that needs no hub. */
  pretendEnrolled(site: { number: number; siteId: string; district: string; name: string }): Promise<void>;
  attach(app: App): void;
  app(): App;
  close(): Promise<void>;
}

/** A record id's counter starts here times the number of starts: with the random run no two starts meet. */
const IDS_PER_START = 1_024;

export async function openReplica(parts: ReplicaParts): Promise<Replica> {
  const { config, db } = parts;
  const keys = config.databaseUrl
    ? await openKeySchema(config.databaseUrl)
    : openKeyFile(path.join(config.dataDir, 'keys.db'));
  const identity = await loadIdentity(keys, {
    role: config.role,
    programme: parts.programme ?? 'Ciudadanía Digital',
    demo: config.demo,
  });
  let lastStored = (await keys.identity()) ?? undefined;
  const device = 0;
  const { starts, run } = await countStart(db);
  let counter = starts * IDS_PER_START;
  const next = new Map<string, number>();
  const listeners: (() => void)[] = [];
  let attached: App | undefined;

  const replica: Replica = {
    ...parts,
    version: parts.version ?? '0.0.0',
    mostAside: MOST_ASIDE,
    startedAt: Infinity, // until the log is open
    identity,
    keys,
    line: lineOf(parts),
    schema: schemaVersion(parts.modules),
    // reason: these are set below, they need the replica itself
    recorder: undefined as never as Recorder,
    verdicts: undefined as never as JudgingCommands,
    keyCommands: undefined as never as KeyCommands,
    shares: undefined as never as ShareCommands,
    erasures: undefined as never as ErasureCommands,
    sites: siteCommands(identity),
    alarms: alarmCommands(),
    link: linkCommands(),
    refill: refillCommands(() => replica.whole()),
    whole: () => ruleOpen(replica),
    site: () => ({
      role: config.role,
      number: identity.number,
      id: identity.siteId,
      district: identity.district,
      name: identity.name,
      programme: identity.programme,
    }),
    origin: () => ({ site: identity.number ?? 0, device, run }),
    newId() {
      counter += 1;
      return encodeId({ site: identity.number ?? 0, device, run, counter });
    },
    async nextNumber(tx, partition) {
      const known = next.get(partition);
      if (known !== undefined) return known;
      return readNextNumber(tx, partition, identity.number ?? 0, device);
    },
    gaveNumbers(tx, partition, following) {
      next.set(partition, following);
      // rolled back or unknown: ask the log again, so that no number is given twice and none is skipped
      onEnd(tx, (committed) => committed || next.delete(partition));
    },
    wrote() {
      for (const listener of listeners) listener();
    },
    onWrite: (listener) => void listeners.push(listener),
    async refreshIdentity() {
      const stored = config.databaseUrl ? await keys.identity() : null;
      if (stored && lastStored && stored !== lastStored) becomes(identity, JSON.parse(stored) as Identity);
      lastStored = stored ?? undefined;
    },
    async saveIdentity(change) {
      await replica.refreshIdentity();
      Object.assign(identity, change);
      lastStored = JSON.stringify(identity);
      await keys.saveIdentity(lastStored);
    },
    async pretendEnrolled(site) {
      const siteId = site.siteId || encodeId({ site: 0, device: 0, run: 0, counter: site.number });
      await replica.saveIdentity({ number: site.number, siteId, district: site.district, name: site.name });
    },
    attach: (app) => void (attached = app),
    app() {
      if (!attached) throw new Error('the replica was not attached to its program');
      return attached;
    },
    close() {
      replica.line.close();
      return keys.close();
    },
  };
  replica.recorder = createRecorder(replica);
  replica.verdicts = judgingCommands(replica);
  replica.keyCommands = keyCommands(replica);
  replica.shares = shareCommands(replica);
  replica.erasures = erasureCommands(replica);
  return replica;
}

/** The same object, since many hold it. */
function becomes(identity: Identity, stored: Identity): void {
  for (const name of Object.keys(identity) as (keyof Identity)[])
    if (!(name in stored)) Reflect.deleteProperty(identity, name);
  Object.assign(identity, stored);
}

/** Counts this start and draws its run. Where several processes may be open at once no two of them ever draw the same one. */
async function countStart(db: Db): Promise<{ starts: number; run: number }> {
  return db.transaction(async (tx) => {
    const row = await tx.selectFrom('replica_state').select('value').where('key', '=', 'starts').executeTakeFirst();
    const starts = Number(row?.value ?? 0) + 1;
    await putState(tx, 'starts', String(starts));
    for (;;) {
      const run = randomInt(0, 2 ** 20);
      if (db.engine === 'sqlite') return { starts, run };
      const drawn = await tx.local
        .insertInto('replica_state')
        .values({ key: `run/${run}`, value: String(starts) })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (drawn.numInsertedOrUpdatedRows === 1n) return { starts, run };
    }
  });
}

/** One more than the highest own number in the open log and in what was closed or came back from the hub; runs do not matter. */
async function readNextNumber(tx: LocalTx, partition: string, site: number, device: number): Promise<number> {
  const open = await tx
    .selectFrom('log_open')
    .select((e) => e.fn.max(e('first_n', '+', e.ref('count'))).as('next'))
    .where('partition', '=', partition)
    .where('device', '=', device)
    .executeTakeFirst();
  const closed = await tx
    .selectFrom('log_applied')
    .select((e) => e.fn.max('to_n').as('to_n'))
    .where('partition', '=', partition)
    .where('site', '=', site)
    .where('device', '=', device)
    .executeTakeFirst();
  return Math.max(Number(open?.next ?? 1), Number(closed?.to_n ?? 0) + 1);
}
