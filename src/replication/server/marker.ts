// The marker: a small file beside the database that remembers how far its log once was, so that an older database put in its place is noticed.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import { raise } from './alarms.ts';
import type { Replica } from './replica.ts';
import { markRestored } from './restored.ts';
import { siteKeys } from './sites.ts';

interface Marker {
  /** Starts of the program, and the sum of all feed numbers; both only grow. */
  starts: number;
  feeds: number;
}

const fileOf = (replica: Replica) => path.join(replica.config.dataDir, 'marker.json');

async function present(replica: Replica): Promise<Marker> {
  const { read } = replica.db;
  const row = await read.selectFrom('replica_state').select('value').where('key', '=', 'starts').executeTakeFirst();
  const sum = await read
    .selectFrom('log_partition')
    .select((e) => e.fn.sum('feed').as('feeds'))
    .executeTakeFirst();
  return { starts: Number(row?.value ?? 0), feeds: Number(sum?.feeds ?? 0) };
}

/** Undefined when there is none, or what stands there is no marker. */
function remembered(replica: Replica): Marker | undefined {
  try {
    const { starts, feeds } = JSON.parse(readFileSync(fileOf(replica), 'utf8')) as Partial<Marker>;
    return Number.isSafeInteger(starts) && Number.isSafeInteger(feeds)
      ? { starts: starts ?? 0, feeds: feeds ?? 0 }
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * At every opening, before anything is written: a database that is behind its marker, or has lost it, is treated as restored. On PostgreSQL
 * a missing marker tells nothing: each machine of a hub has its own, and a new one begins without.
 */
export async function checkMarker(replica: Replica): Promise<void> {
  const now = await present(replica);
  const then = remembered(replica);
  const behind = then !== undefined && (now.starts <= then.starts || now.feeds < then.feeds);
  const older = behind || (await lacksOwnCertificate(replica));
  const missing = then === undefined && now.starts > 1 && replica.db.engine === 'sqlite';
  if (!older && !missing) return;
  replica.log.error({ now, then }, 'this database is older than it was, or was put here without its marker');
  await replica.db.transaction(async (tx) => {
    await markRestored(tx);
    await raise(tx, replica.clock.now(), 'database-older');
  });
}

/** A key is taken into use only once its certificate is here, and is kept elsewhere: this database is from before that. */
async function lacksOwnCertificate({ db, identity }: Replica): Promise<boolean> {
  const { former = [], next, number, publicKey } = identity;
  if (former.length === 0 || next || number === undefined) return false;
  const certified = await siteKeys(db.read, number);
  return !certified.some((key) => Buffer.from(publicKey, 'base64url').equals(key.public_key));
}

/** Whole or not at all; a marker that lies behind is no harm, one ahead of its database would be a false alarm. */
export async function writeMarker(replica: Replica): Promise<void> {
  const { dataDir } = replica.config;
  if (!existsSync(dataDir)) return;
  const whole = `${JSON.stringify(await present(replica))}\n`;
  const making = `${fileOf(replica)}.new`;
  try {
    const file = openSync(making, 'w', 0o600);
    try {
      writeSync(file, whole);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(making, fileOf(replica));
  } catch (error) {
    replica.log.warn({ err: error }, 'the marker could not be written');
  }
}
