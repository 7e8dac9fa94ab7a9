// Looks at a whole log without changing it: chains without gaps and with their signatures, rows that add up to their digest, what waits.
import type { Reader } from '#platform/db';
import type { TableIndex } from '#platform/manifest';
import {
  addDigests,
  decodeAct,
  hashOf,
  Malformed,
  openSegment,
  sameDigest,
  segmentHolds,
  subjectOf,
  ZERO_DIGEST,
  type Act,
  type OpenedSegment,
} from './core/index.ts';
import type { Identity } from './identity.ts';
import type { KeyStore } from './keys.ts';
import { readSubject, rowsOf } from './rows.ts';
import { keysOfSite } from './site-keys.ts';
import { countQuarantined } from './status.ts';

export interface LogFinding {
  /** What is wrong. */
  code: 'segment-damaged' | 'signature' | 'gap' | 'chain' | 'digest' | 'open-damaged' | 'no-key';
  partition: string;
  detail: string;
}

export interface LogReport {
  partitions: number;
  segments: number;
  operations: number;
  rows: number;
  /** Written here and not closed into a segment yet. */
  open: number;
  held: number;
  quarantined: number;
  findings: LogFinding[];
}

const AT_ONCE = 200;

/** What a look at the log is handed besides the log. */
export interface InspectWith {
  tables: TableIndex;
  identity: Identity;
  keys: Pick<KeyStore, 'state'>;
}

/** Sealed fields nobody erased and nobody can open: their persons' keys are missing here. */
class MissingKeys {
  readonly #reader: Reader;
  readonly #with: InspectWith;
  readonly #seen = new Map<string, boolean>();
  readonly operations = new Map<string, number>();
  constructor(reader: Reader, looking: InspectWith) {
    this.#reader = reader;
    this.#with = looking;
  }
  async look(act: Act): Promise<void> {
    for (const operation of act.operations) {
      const table = operation.sealed ? this.#with.tables.byNumber.get(operation.table) : undefined;
      if (!table) continue;
      const subject =
        subjectOf(table, operation.row, new Map(operation.fields)) ??
        (await readSubject(this.#reader, table, act.partition, operation.row));
      if (subject && (await this.#missing(act.partition, subject)))
        this.operations.set(act.partition, (this.operations.get(act.partition) ?? 0) + 1);
    }
  }
  async #missing(partition: string, subject: string): Promise<boolean> {
    const name = `${partition} ${subject}`;
    const known = this.#seen.get(name) ?? (await this.#with.keys.state(partition, subject)) === 'absent';
    this.#seen.set(name, known);
    return known;
  }
}

/** Reads everything; on a large hub this takes minutes and belongs in a process of its own. */
export async function inspectLog(reader: Reader, looking: InspectWith): Promise<LogReport> {
  const missing = new MissingKeys(reader, looking);
  const report: LogReport = {
    partitions: 0,
    segments: 0,
    operations: 0,
    rows: 0,
    open: await countOf(reader, 'log_open'),
    held: await countOf(reader, 'log_held'),
    quarantined: await countQuarantined(reader),
    findings: [],
  };
  const partitions = await reader.selectFrom('log_partition').select(['partition', 'digest']).execute();
  for (const { partition } of partitions) {
    report.partitions += 1;
    await inspectChains(reader, looking.identity, partition, report, missing);
  }
  const digests = await digestsOf(reader, looking.tables, report);
  const open = await reader.selectFrom('log_open').select(['partition', 'digest', 'act']).execute();
  for (const { partition, act } of open) {
    try {
      await missing.look(decodeAct(act));
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      report.findings.push({ code: 'open-damaged', partition, detail: 'an act that is still open cannot be read' });
    }
  }
  for (const { partition, digest } of partitions) {
    const kept = open
      .filter((row) => row.partition === partition)
      .reduce<Uint8Array>((sum, row) => addDigests(sum, Uint8Array.from(row.digest)), Uint8Array.from(digest));
    if (!sameDigest(kept, digests.get(partition) ?? ZERO_DIGEST))
      report.findings.push({ code: 'digest', partition, detail: 'the rows are not what the log says they are' });
  }
  for (const [partition, count] of missing.operations)
    report.findings.push({ code: 'no-key', partition, detail: `${count} sealed operations have no key here` });
  return report;
}

type Counted = 'log_open' | 'log_held';

async function countOf(reader: Reader, table: Counted): Promise<number> {
  const row = await reader
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

async function inspectChains(
  reader: Reader,
  identity: Identity,
  partition: string,
  report: LogReport,
  missing: MissingKeys,
): Promise<void> {
  const heads = await reader
    .selectFrom('log_chain')
    .select(['site', 'epoch', 'seq', 'chain'])
    .where('partition', '=', partition)
    .execute();
  for (const head of heads) {
    const find = (code: LogFinding['code'], detail: string) =>
      report.findings.push({ code, partition, detail: `site ${head.site}: ${detail}` });
    const keys = await keysOfSite(reader, identity, head.site);
    let next = 1;
    let chain: Uint8Array = new Uint8Array(32);
    for (;;) {
      const rows = await reader
        .selectFrom('log_segment')
        .select(['seq_from', 'seq_to', 'bytes'])
        .where('partition', '=', partition)
        .where('site', '=', head.site)
        .where('epoch', '=', head.epoch)
        .where('seq_from', '>=', next)
        .orderBy('seq_from')
        .limit(AT_ONCE)
        .execute();
      for (const row of rows) {
        report.segments += 1;
        if (row.seq_from !== next) find('gap', `positions ${next} to ${row.seq_from - 1} are missing`);
        next = row.seq_to + 1;
        const segment = opened(row.bytes);
        if (!segment) {
          find('segment-damaged', `position ${row.seq_from} cannot be read`);
          continue;
        }
        report.operations += segment.acts.reduce((sum, act) => sum + act.operations.length, 0);
        if (!Buffer.from(segment.chainBefore).equals(chain))
          find('chain', `position ${row.seq_from} follows another past`);
        if (!segmentHolds(segment, keys)) find('signature', `position ${row.seq_from} is not what was signed`);
        chain = segment.chainAfter;
        for (const act of segment.acts) await missing.look(act);
      }
      if (rows.length < AT_ONCE) break;
    }
    if (next !== head.seq + 1) find('gap', `the chain should end at ${head.seq} and ends at ${next - 1}`);
    else if (!Buffer.from(head.chain).equals(chain)) find('chain', 'its end is not what was noted');
  }
}

/** Undefined when it is damaged, whatever the damage makes of it. */
function opened(bytes: Uint8Array): OpenedSegment | undefined {
  try {
    return openSegment(bytes);
  } catch {
    return undefined;
  }
}

/** Sum of the hashes of all rows, per partition. */
async function digestsOf(reader: Reader, tables: TableIndex, report: LogReport): Promise<Map<string, Uint8Array>> {
  const sums = new Map<string, Uint8Array>();
  for (const table of tables.byName.values())
    for await (const { partition, id, state } of rowsOf(reader, table)) {
      report.rows += 1;
      sums.set(partition, addDigests(sums.get(partition) ?? ZERO_DIGEST, hashOf(table, id, state.values)));
    }
  return sums;
}
