// A telecentre and its hub with a long common past, made quickly: real acts in signed and chained segments, rows, positions and digests.
import { randomInt } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { registerPerson } from '#modules/people';
import { registerVisit } from '#modules/visits';
import { closeOpenActs, enrolWithHub, syncOnce } from '#replication';
import { createClock } from '#platform/clock';
import { runCommand, type Command } from '#platform/command';
import { readConfig } from '#platform/config';
import type { LocalTx } from '#platform/db';
import { encodeId } from '#platform/ids';
import { silentLog } from '#platform/log';
import { system, type Actor } from '#platform/permissions';
import { openProgram, type Program } from '../src/cli/program.ts';
import {
  addDigests,
  closeSegment,
  NO_CHAIN,
  writeCreate,
  type Act,
  type ChainHead,
  type Operation,
  type RowState,
  type Stamped,
  type Value,
} from '../src/replication/server/core/index.ts';
import { newEpoch } from '../src/replication/server/epoch.ts';
import { privateKeyOf } from '../src/replication/server/identity.ts';
import { insertRows } from '../src/replication/server/rows.ts';
import {
  insertMany,
  lockPartition,
  noteRanges,
  saveChain,
  saveHead,
  storeSegment,
} from '../src/replication/server/store.ts';
import { registration } from '../tests/support/desk.ts';
import { directLink } from '../tests/support/link.ts';

export const DISTRICT = '120608';
const ACTS_IN_SEGMENT = 1_000;
const RUN = 77;
const BEGAN = Date.UTC(2026, 10, 10);

export const openIn = (folder: string, role: 'hub' | 'telecentre', databaseUrl?: string): Promise<Program> => {
  mkdirSync(folder, { recursive: true });
  const config = readConfig({ role, port: 0, host: '127.0.0.1', dataDir: folder, databaseUrl }, {});
  return openProgram(config, { log: silentLog(), clock: createClock({ disciplined: () => true }) });
};

export async function must<I, O>(program: Program, command: Command<I, O>, actor: Actor, input: unknown): Promise<O> {
  const outcome = await runCommand(program.app, command, { actor, input });
  if (!outcome.ok) throw new Error(`${command.name}: ${outcome.refusal.code}`);
  return outcome.value;
}

export function operatorOf({ app }: Program): Actor {
  const { id, district } = app.site;
  if (!id || !district) throw new Error('the telecentre is not enrolled');
  const permissions = app.roles.get('operator') ?? new Set<string>();
  return {
    kind: 'account',
    account: 'ACCOUNT-operator',
    grants: [{ role: 'operator', scope: { site: id, district }, permissions }],
    language: 'es',
  };
}

/** Plans a telecentre at the hub, enrols it and holds a first session. */
export async function enrol(hub: Program, centre: Program, name = 'Puerto Ocopa'): Promise<void> {
  const { code } = await must(hub, hub.replica.sites.add, system, { name, district: DISTRICT });
  const transport = directLink(hub.replica);
  await enrolWithHub(centre.replica, { hubUrl: 'http://127.0.0.1', code, transport });
  await session(hub, centre);
}

export async function session(hub: Program, centre: Program): Promise<void> {
  const report = await syncOnce(centre.replica, { transport: directLink(hub.replica) });
  if (!report.ok || report.differ.length > 0) throw new Error(`a session failed: ${JSON.stringify(report)}`);
}

interface Piece {
  acts: Act[];
  rows: Map<string, { id: string; state: RowState }[]>;
  digest: Uint8Array;
}

/** Visits with one service each, as they would have been registered. */
function pieceOf(centre: Program, partition: string, from: number, many: number): Piece {
  const { identity, schema, tables } = centre.replica;
  const site = identity.number ?? 0;
  const piece: Piece = { acts: [], rows: new Map(), digest: new Uint8Array(16) };
  for (let visit = from; visit < from + many; visit++) {
    const firstN = visit * 2 + 1;
    const at = BEGAN + visit * 700;
    const operations: Operation[] = [];
    const add = (name: string, counter: number, columns: Record<string, Value>) => {
      const table = tables.byName.get(name);
      if (!table) throw new Error(`no table ${name}`);
      const n = firstN + operations.length;
      const id = encodeId({ site, device: 0, run: RUN, counter });
      const made: Stamped = { site, device: 0, run: RUN, n, at, clock: 2 };
      const fields = Object.entries(columns)
        .map(([column, value]): [number, Value] => [table.columns[column]?.n ?? 0, value])
        .sort(([a], [b]) => a - b);
      const { state, digest } = writeCreate(table, id, made, fields);
      operations.push({ n, table: table.number, row: id, kind: 'create', fields });
      piece.rows.set(name, [...(piece.rows.get(name) ?? [])]);
      piece.rows.get(name)?.push({ id, state });
      piece.digest = addDigests(piece.digest, digest);
      return id;
    };
    const day = new Date(at).toISOString().slice(0, 10);
    const id = add('visit', firstN, { category: 'woman', day, occurred_at: at, reported: 'desk' });
    add('attention', firstN + 1, { visit: id, purpose: 'homework' });
    const header = { command: 'visits.register', actor: 'ACCOUNT-operator', role: 'operator', at, clock: 2, schema };
    piece.acts.push({ partition, site, device: 0, run: RUN, firstN, header, operations });
  }
  return piece;
}

/** Both have `operations` of the telecentre in its own partition, receipted, and agree. */
export async function longPast(
  hub: Program,
  centre: Program,
  operations: number,
  actsInSegment = ACTS_IN_SEGMENT,
): Promise<void> {
  const { identity } = centre.replica;
  const site = identity.number ?? 0;
  const partition = `t/${identity.siteId}`;
  const key = privateKeyOf(identity);
  const epoch = newEpoch();
  let chain: ChainHead = { site, epoch, seq: 0, chain: NO_CHAIN };
  const both = async (work: (program: Program, tx: LocalTx) => Promise<void>) => {
    for (const program of [hub, centre])
      await program.app.db.transaction((tx) => work(program, tx), { isolation: 'read committed' });
  };
  for (let visit = 0; visit < operations / 2; visit += actsInSegment) {
    const { acts, rows, digest } = pieceOf(centre, partition, visit, Math.min(actsInSegment, operations / 2 - visit));
    const closed = closeSegment(
      { partition, site, epoch, seqFrom: chain.seq + 1, chainBefore: chain.chain, acts },
      key,
    );
    const next = { site, epoch, seq: closed.seqTo, chain: closed.chainAfter };
    const span = { site, device: 0, run: RUN, from_n: chain.seq + 1, to_n: closed.seqTo };
    await both(async ({ replica }, tx) => {
      const head = await lockPartition(tx, partition);
      const feed = head.feed + 1;
      for (const [name, lines] of rows) {
        const table = replica.tables.byName.get(name);
        if (table) await insertRows(tx, table, partition, lines);
      }
      const { bytes } = closed;
      const place = { seq_from: span.from_n, seq_to: span.to_n, feed, stored_at: BEGAN };
      await storeSegment(tx, partition, { site, epoch, ...place, bytes });
      await noteRanges(tx, partition, [span], feed);
      await saveHead(tx, { ...head, feed, digest: addDigests(head.digest, digest) });
      await saveChain(tx, partition, next);
    });
    chain = next;
  }
  const whole = { partition, site, device: 0, run: RUN, from_n: 1, to_n: chain.seq };
  await both(async (_program, tx) => insertMany(tx, 'log_applied', [whole]));
  const head = await hub.app.db.transaction((tx) => lockPartition(tx, partition));
  const known = { feed_name: head.feed_name, cursor: head.feed, acked_epoch: epoch, acked_seq: chain.seq };
  await centre.app.db.transaction((tx) =>
    tx.local
      .insertInto('log_peer')
      .values({ partition, peer: 0, ...known })
      .onConflict((conflict) => conflict.columns(['partition', 'peer']).doUpdateSet(known))
      .execute(),
  );
}

/** A data folder of a telecentre that has its tables and was never started: to be copied. Returns the folder. */
export async function emptyCentre(folder: string): Promise<string> {
  const program = await openIn(folder, 'telecentre');
  await program.close();
  for (const name of ['keys.db', 'marker.json']) rmSync(path.join(folder, name), { force: true });
  const db = new DatabaseSync(path.join(folder, 'programme.db'));
  db.exec('DELETE FROM replica_state; PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
  return folder;
}

const PEOPLE = 6;
const VISITS = 62;

/** Nobody is called like that, and hardly two alike. */
const word = () => Array.from({ length: 5 }, () => letter('bdfklmnprt') + letter('aeiou')).join('');
const letter = (of: string) => of.charAt(randomInt(of.length));

/** 148 operations in closed segments. */
export async function dayOfWork(centre: Program): Promise<void> {
  const operator = operatorOf(centre);
  for (let person = 0; person < PEOPLE; person++)
    await must(
      centre,
      registerPerson,
      operator,
      registration({ notADuplicate: 'on', given: word(), surnames: word() }),
    );
  for (let visit = 0; visit < VISITS; visit++)
    await must(centre, registerVisit, operator, { category: 'woman', purposes: ['homework'] });
  await closeOpenActs(centre.replica);
}
