// Takes in what a courier brought: files of others are left alone, ours are believed only after the signature, and everything may come twice.
import type { LocalTx } from '#platform/db';
import { storageRefusal } from '#platform/errors';
import { raiseAlarm } from './alarms.ts';
import type { BundleSource } from './courier-files.ts';
import { openSealed, printOf } from './courier-key.ts';
import { peerByNumber, type Peer } from './courier-peer.ts';
import {
  BUNDLE_HEAD_BYTES,
  BUNDLE_VERSION,
  bundleHolds,
  carryOut,
  decodeBundleBody,
  Malformed,
  openBundle,
  readBundleHead,
  takePart,
  type BundleBody,
  type BundleHead,
  type BundlePart,
  type PartTaken,
  type TakeDoing,
} from './core/index.ts';
import { hasGiven, notePart, olderThanItWas, partDiffers } from './courier-note.ts';
import { publicKeyOf } from './identity.ts';
import { receiveSegment } from './receive.ts';
import { adoptKey } from './key-renewal.ts';
import { noteBack } from './refill.ts';
import type { Replica } from './replica.ts';
import { chainsBeyond } from './store.ts';
import { ownPairs } from './site-keys.ts';
import { lookAround } from './watch.ts';

export interface TakenFile {
  file: string;
  from: number;
  fromName: string;
  number: number;
  /** taken · known: nothing in it was new · incomplete: something before it is missing · refused: nothing of it was believed, or it could not go on */
  outcome: 'taken' | 'known' | 'incomplete' | 'refused';
  /** A code for the screen, when refused: `damaged`, `signature`, `disk-full`, … */
  problem?: string;
  operations: number;
  segments: number;
  /** Arrived and set aside, waiting for a person. */
  quarantined: number;
  /** Own operations that are receipted with this file and were not before. */
  receipted: number;
  /** Partitions whose rows differ though nothing is left to send. */
  differ: string[];
}

export interface UnpackReport {
  /** Nothing that was for us was refused or has to wait. */
  ok: boolean;
  files: TakenFile[];
  /** Bundles of others, left alone. */
  foreign: number;
  /** Files that are no bundles. */
  noBundles: string[];
}

interface Candidate {
  source: BundleSource;
  head: BundleHead;
}

/** All files of a stick, in the order in which they were made; a second look at those that came too early. Errors: Refusal before enrolment. */
export async function unpackBundles(replica: Replica, sources: readonly BundleSource[]): Promise<UnpackReport> {
  const report: UnpackReport = { ok: true, files: [], foreign: 0, noBundles: [] };
  const mine: Candidate[] = [];
  await peerByNumber(replica, 0); // says so when this telecentre is not enrolled
  for (const source of sources) {
    const head = await headOf(source);
    if (!head) report.noBundles.push(source.name);
    else if (head.to !== replica.identity.number) report.foreign += 1;
    else mine.push({ source, head });
  }
  mine.sort((a, b) => a.head.from - b.head.from || a.head.number - b.head.number);
  const results = new Map<Candidate, TakenFile>();
  let waiting = mine;
  for (let progress = true; progress && waiting.length > 0;) {
    progress = false;
    for (const candidate of waiting) {
      const taken = await unpackOne(replica, candidate);
      results.set(candidate, joined(results.get(candidate), taken));
      progress ||= taken.segments > 0;
      if (taken.problem === 'disk-full') return finished(report, results);
    }
    // what was stored may have filled the hole before a file that came too early
    waiting = waiting.filter((one) => results.get(one)?.outcome === 'incomplete');
  }
  await adoptKey(replica);
  await lookAround(replica);
  return finished(report, results);
}

function finished(report: UnpackReport, results: Map<Candidate, TakenFile>): UnpackReport {
  report.files = [...results.values()];
  report.ok = report.files.every(({ outcome }) => outcome === 'taken' || outcome === 'known');
  return report;
}

function joined(before: TakenFile | undefined, now: TakenFile): TakenFile {
  if (!before) return now;
  const sum = (name: 'operations' | 'segments' | 'quarantined' | 'receipted') => before[name] + now[name];
  return {
    ...now,
    outcome: now.outcome === 'known' && before.segments > 0 ? 'taken' : now.outcome,
    operations: sum('operations'),
    segments: sum('segments'),
    quarantined: sum('quarantined'),
    receipted: sum('receipted'),
  };
}

/** Undefined for what is no bundle, or cannot be read. */
export async function headOf(source: BundleSource): Promise<BundleHead | undefined> {
  try {
    return readBundleHead((await source.start()).subarray(0, BUNDLE_HEAD_BYTES));
  } catch {
    return undefined;
  }
}

class Refused extends Error {
  readonly code: string;
  constructor(code: string, detail = code) {
    super(detail);
    this.code = code;
  }
}

async function unpackOne(replica: Replica, { source, head }: Candidate): Promise<TakenFile> {
  const taken: TakenFile = {
    file: source.name,
    from: head.from,
    fromName: '',
    number: head.number,
    outcome: 'known',
    operations: 0,
    segments: 0,
    quarantined: 0,
    receipted: 0,
    differ: [],
  };
  try {
    const peer = await peerByNumber(replica, head.from);
    if (!peer) throw new Refused('unknown-sender');
    taken.fromName = peer.name;
    const { body, print } = await believe(replica, peer, head, await wholeOf(source));
    const newest = await isNewest(replica, head);
    let complete = true;
    for (const part of body.parts) complete = (await takeIn(replica, peer, part, newest, taken)) && complete;
    await replica.db.transaction((tx) => keepTaken(replica, tx, taken, print, complete));
    if (taken.problem) taken.outcome = 'refused';
    else if (!complete) taken.outcome = 'incomplete';
    else if (taken.segments > 0 || taken.receipted > 0) taken.outcome = 'taken';
    for (const part of body.parts) if (await partDiffers(replica, peer, body, part)) taken.differ.push(part.partition);
    if (taken.differ.length > 0)
      replica.log.error({ from: head.from, partitions: taken.differ }, 'digests differ with nothing left to bring');
    for (const partition of taken.differ) await raiseAlarm(replica, 'digests-differ', partition);
    if (taken.problem) await raiseAlarm(replica, 'refused', `site/${head.from}`);
  } catch (error) {
    taken.outcome = 'refused';
    taken.problem = problemOf(error);
    if (DOUBTFUL.has(taken.problem)) await raiseAlarm(replica, 'refused', `site/${head.from}`);
    const told = { file: source.name, from: head.from, number: head.number, problem: taken.problem };
    if (taken.problem === 'fault') replica.log.error({ ...told, err: error }, 'a bundle could not be taken in');
    else replica.log.warn({ ...told, detail: error instanceof Error ? error.message : '' }, 'a bundle was refused');
  }
  return taken;
}

/** Not only damaged: somebody may have changed it, or sent what is not theirs to send. */
const DOUBTFUL = new Set(['signature', 'not-allowed']);

function problemOf(error: unknown): string {
  if (error instanceof Refused) return error.code;
  if (error instanceof Malformed) return 'damaged';
  return storageRefusal(error) ? 'disk-full' : 'fault';
}

async function wholeOf(source: BundleSource): Promise<Uint8Array> {
  try {
    return await source.read();
  } catch (error) {
    throw new Refused('unreadable', error instanceof Error ? error.message : String(error));
  }
}

/** Signature, key and form, in this order; nothing was stored until here. Errors: Refused, Malformed. */
async function believe(
  replica: Replica,
  peer: Peer,
  head: BundleHead,
  bytes: Uint8Array,
): Promise<{ body: BundleBody; print: string }> {
  if (head.version !== BUNDLE_VERSION) throw new Refused('newer');
  const bundle = openBundle(bytes);
  if (!bundleHolds(bundle, peer.keys.map(publicKeyOf))) throw new Refused('signature');
  const plain = await openOwn(replica, bundle.sealed);
  if (!plain) throw new Refused('other-key');
  const body = decodeBundleBody(plain);
  // a site that puts its own name on another's sealed body would speak of a chain that is not its own
  if (body.to !== head.to || body.from !== head.from || body.number !== head.number) throw new Refused('signature');
  if (body.parts.some((part) => !peer.partitions.includes(part.partition))) throw new Refused('not-allowed');
  return { body, print: printOf(bytes) };
}

/** With the key in use, or one before or after it: a file may have been sealed months ago. */
async function openOwn(replica: Replica, sealed: Uint8Array): Promise<Uint8Array | undefined> {
  for (const pair of ownPairs(replica.identity)) {
    const plain = await openSealed(pair, sealed);
    if (plain) return plain;
  }
  return undefined;
}

/** Whether what this bundle says of its sender is the latest we heard by courier. */
async function isNewest(replica: Replica, head: BundleHead): Promise<boolean> {
  const last = await replica.db.read
    .selectFrom('courier_taken')
    .select((e) => e.fn.max('number').as('number'))
    .where('peer', '=', head.from)
    .executeTakeFirst();
  return head.number >= Number(last?.number ?? 0);
}

/** Why a segment was refused, where there is something to do about it. */
const OWN_WORDS = new Set(['chain', 'unknown-site', 'aside-full']);

/** False when something before it is missing, here or in the sender's feed. */
async function takeIn(
  replica: Replica,
  peer: Peer,
  part: BundlePart,
  newest: boolean,
  taken: TakenFile,
): Promise<boolean> {
  const { db, identity, log } = replica;
  const came = await carryOut<TakeDoing, PartTaken>(takePart(part, newest, identity.number ?? 0), {
    receive: (partition, bytes, keys) => receiveSegment(replica, partition, bytes, { keys }),
    lacks: async (partition, vector) =>
      identity.role === 'telecentre' &&
      (await chainsBeyond(db.read, partition, vector, identity.number ?? 0)).length > 0,
    async note(told) {
      const noted = await db.transaction((tx) => notePart(replica, tx, peer, told));
      if (noted.ahead && replica.identity.role === 'telecentre') await olderThanItWas(replica);
      if (identity.role === 'hub' && (await hasGiven(db.read, peer.number, told)))
        await noteBack(replica, peer.number, [told.part.partition]);
      return noted;
    },
  });
  if (came.refused) {
    taken.problem = OWN_WORDS.has(came.refused.reason) ? came.refused.reason : 'part';
    log.warn({ partition: part.partition, from: peer.number, ...came.refused }, 'a segment of a bundle was refused');
  }
  for (const name of ['segments', 'operations', 'quarantined', 'receipted'] as const) taken[name] += came[name];
  return came.complete;
}

async function keepTaken(
  replica: Replica,
  tx: LocalTx,
  taken: TakenFile,
  print: string,
  complete: boolean,
): Promise<void> {
  const key = { peer: taken.from, number: taken.number, print };
  const before = await tx
    .selectFrom('courier_taken')
    .select(['segments', 'operations'])
    .where('peer', '=', key.peer)
    .where('number', '=', key.number)
    .where('print', '=', print)
    .executeTakeFirst();
  const row = {
    taken_at: replica.clock.now(),
    segments: (before?.segments ?? 0) + taken.segments,
    operations: (before?.operations ?? 0) + taken.operations,
    outcome: complete ? 'taken' : 'incomplete',
  };
  await tx.local
    .insertInto('courier_taken')
    .values({ ...key, ...row })
    .onConflict((conflict) => conflict.columns(['peer', 'number', 'print']).doUpdateSet(row))
    .execute();
}
