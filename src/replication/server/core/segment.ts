// Segments: closed, chained and signed pieces of one site's log of one partition, columnar and compressed.
import type { KeyObject } from 'node:crypto';
import { operationHash } from './act-codec.ts';
import { ByteReader, ByteWriter, Malformed } from './bytes.ts';
import { readColumn, readDeltas, readWords, times, writeColumn, writeDeltas, writeWords } from './columns.ts';
import { compress, decompress } from './compress.ts';
import { chainOn, signatureHolds, signBytes } from './crypto.ts';
import { clockMark, clockOf, readKnownColumns, writeKnownColumns } from './known.ts';
import type { Act, ActHeader, Dot, Operation, Value } from './types.ts';

const MAGIC = 0xc5;
const VERSION = 1;
const NO_DICTIONARY = 0;

export interface SegmentHead {
  partition: string;
  site: number;
  epoch: number;
  /** First position and number of operations. */
  seqFrom: number;
  count: number;
  /** Chain hash before the first operation, 32 bytes. */
  chainBefore: Uint8Array;
  /** Ed25519 of the site over partition, site, epoch, last position and chain hash after it. */
  signature: Uint8Array;
}

export interface OpenedSegment extends SegmentHead {
  acts: Act[];
  chainAfter: Uint8Array;
}

function signedText(
  head: Pick<SegmentHead, 'partition' | 'site' | 'epoch'>,
  seqTo: number,
  chain: Uint8Array,
): Uint8Array {
  return new ByteWriter(128)
    .text('ciudadania segment')
    .text(head.partition)
    .varint(head.site)
    .varint(head.epoch)
    .varint(seqTo)
    .raw(chain)
    .done();
}

/** The chain after these acts, or after the first `most` of their operations. */
export function chainOver(before: Uint8Array, acts: readonly Act[], most = Infinity): Uint8Array {
  let chain = before;
  let left = most;
  for (const act of acts)
    for (const operation of act.operations) if (left-- > 0) chain = chainOn(chain, operationHash(act, operation));
  return chain;
}

export interface SegmentInput {
  partition: string;
  site: number;
  epoch: number;
  seqFrom: number;
  chainBefore: Uint8Array;
  /** Whole acts in the order of their positions; all of this partition and site. */
  acts: readonly Act[];
}

/** Closes acts into a segment. Returns its bytes and the chain after it. Errors: RangeError for an empty list or a foreign act. */
export function closeSegment(
  input: SegmentInput,
  key: KeyObject,
): { bytes: Uint8Array; chainAfter: Uint8Array; seqTo: number } {
  const count = input.acts.reduce((sum, act) => sum + act.operations.length, 0);
  if (count === 0) throw new RangeError('an empty segment');
  if (input.acts.some((act) => act.partition !== input.partition || act.site !== input.site))
    throw new RangeError('an act of another log');
  const chainAfter = chainOver(input.chainBefore, input.acts);
  const seqTo = input.seqFrom + count - 1;
  const signature = signBytes(signedText(input, seqTo, chainAfter), key);
  const out = new ByteWriter(4096);
  out
    .u8(MAGIC)
    .u8(VERSION)
    .varint(NO_DICTIONARY)
    .text(input.partition)
    .varint(input.site)
    .varint(input.epoch)
    .varint(input.seqFrom)
    .varint(count);
  out
    .raw(input.chainBefore)
    .raw(signature)
    .bytes(compress(encodeActs(input.acts)));
  return { bytes: out.done(), chainAfter, seqTo };
}

function readHead(input: ByteReader): SegmentHead {
  if (input.u8() !== MAGIC) throw new Malformed('not a segment');
  const version = input.u8();
  if (version !== VERSION) throw new Malformed(`segment version ${version} is not known here`);
  const dictionary = input.varint();
  if (dictionary !== NO_DICTIONARY) throw new Malformed(`dictionary ${dictionary} is not known here`);
  const head = {
    partition: input.text(),
    site: input.varint(),
    epoch: input.varint(),
    seqFrom: input.varint(),
    count: input.varint(),
  };
  if (head.seqFrom < 1 || head.count < 1) throw new Malformed('positions');
  return { ...head, chainBefore: Uint8Array.from(input.raw(32)), signature: Uint8Array.from(input.raw(64)) };
}

/** The clear part only. Errors: Malformed. */
export function segmentHead(bytes: Uint8Array): SegmentHead {
  return readHead(new ByteReader(bytes));
}

/** Opens a segment without judging its signature. Errors: Malformed. */
export function openSegment(bytes: Uint8Array): OpenedSegment {
  const input = new ByteReader(bytes);
  const head = readHead(input);
  const payload = input.bytes();
  input.end();
  const acts = decodeActs(new ByteReader(decompress(payload)), head);
  const count = acts.reduce((sum, act) => sum + act.operations.length, 0);
  if (count !== head.count) throw new Malformed('number of operations');
  return { ...head, acts, chainAfter: chainOver(head.chainBefore, acts) };
}

/** Whether one of the site's keys signed exactly these operations at exactly these positions. */
export function segmentHolds(segment: OpenedSegment, keys: readonly KeyObject[]): boolean {
  const text = signedText(segment, segment.seqFrom + segment.count - 1, segment.chainAfter);
  return keys.some((key) => signatureHolds(text, segment.signature, key));
}

interface Shape {
  table: number;
  kind: number;
  columns: number[];
  sealed: number[];
  replaced: number[];
}

function shapeOf(operation: Operation): Shape {
  return {
    table: operation.table,
    kind: operation.kind === 'create' ? 0 : 1,
    columns: operation.fields.map(([column]) => column),
    sealed: operation.sealed?.columns ?? [],
    replaced: operation.replaces?.map(([column]) => column) ?? [],
  };
}

function writeColumnNumbers(out: ByteWriter, numbers: readonly number[]): void {
  out.varint(numbers.length);
  for (const number of numbers) out.u8(number);
}

function readColumnNumbers(input: ByteReader): number[] {
  return Array.from(input.raw(input.count()));
}

function encodeActs(acts: readonly Act[]): Uint8Array {
  const out = new ByteWriter(16_384);
  out.varint(acts.length);
  writeDeltas(
    out,
    acts.map((act) => act.device),
  );
  writeDeltas(
    out,
    acts.map((act) => act.run),
  );
  writeDeltas(
    out,
    acts.map((act) => act.firstN),
  );
  writeDeltas(
    out,
    acts.map((act) => act.operations.length),
  );
  writeWords(
    out,
    acts.map((act) => act.header.command),
  );
  writeWords(
    out,
    acts.map((act) => act.header.actor ?? ''),
  );
  writeWords(
    out,
    acts.map((act) => act.header.role ?? ''),
  );
  writeDeltas(
    out,
    acts.map((act) => act.header.at),
  );
  writeDeltas(
    out,
    acts.map((act) => clockMark(act.header)),
  );
  writeDeltas(
    out,
    acts.map((act) => act.header.schema),
  );
  writeKnownColumns(
    out,
    acts.map((act) => act.header),
  );

  const shapes: Shape[] = [];
  const names = new Map<string, number>();
  const groups: Operation[][] = [];
  const order: number[] = [];
  for (const act of acts) {
    for (const operation of act.operations) {
      const shape = shapeOf(operation);
      const name = JSON.stringify(shape);
      let index = names.get(name);
      if (index === undefined) {
        index = shapes.length;
        names.set(name, index);
        shapes.push(shape);
        groups.push([]);
      }
      groups[index]?.push(operation);
      order.push(index);
    }
  }
  out.varint(shapes.length);
  for (const shape of shapes) {
    out.varint(shape.table).u8(shape.kind);
    writeColumnNumbers(out, shape.columns);
    writeColumnNumbers(out, shape.sealed);
    writeColumnNumbers(out, shape.replaced);
  }
  for (const index of order) out.varint(index);
  shapes.forEach((shape, index) => {
    const group = groups[index] ?? [];
    writeColumn(
      out,
      group.map((operation) => operation.row),
    );
    shape.columns.forEach((_, at) =>
      writeColumn(
        out,
        group.map((operation) => operation.fields[at]?.[1] ?? null),
      ),
    );
    if (shape.sealed.length > 0)
      writeColumn(
        out,
        group.map((operation) => operation.sealed?.bytes ?? null),
      );
    shape.replaced.forEach((_, at) => {
      const lists = group.map((operation) => operation.replaces?.[at]?.[1] ?? []);
      const dots = lists.flat();
      writeDeltas(
        out,
        lists.map((list) => list.length),
      );
      for (const part of ['site', 'device', 'run', 'n'] as const)
        writeDeltas(
          out,
          dots.map((dot) => dot[part]),
        );
    });
  });
  return out.done();
}

function unsigned(values: number[]): number[] {
  if (values.some((value) => value < 0)) throw new Malformed('negative number');
  return values;
}

function decodeActs(input: ByteReader, head: SegmentHead): Act[] {
  const count = input.count(10);
  const devices = unsigned(readDeltas(input, count));
  const runs = unsigned(readDeltas(input, count));
  const firsts = unsigned(readDeltas(input, count));
  const sizes = unsigned(readDeltas(input, count));
  const commands = readWords(input, count);
  const actors = readWords(input, count);
  const roles = readWords(input, count);
  const stamps = readDeltas(input, count);
  const clocks = unsigned(readDeltas(input, count));
  const schemas = unsigned(readDeltas(input, count));
  const known = readKnownColumns(input, clocks);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > input.left || sizes.includes(0)) throw new Malformed('acts');

  const shapes = times(input.count(5), (): Shape => {
    const table = input.varint();
    const kind = input.u8();
    if (kind > 1) throw new Malformed('kind of operation');
    return {
      table,
      kind,
      columns: readColumnNumbers(input),
      sealed: readColumnNumbers(input),
      replaced: readColumnNumbers(input),
    };
  });
  const order = times(total, () => input.varint());
  const sizesOfShapes = shapes.map(() => 0);
  for (const index of order) {
    if (index >= shapes.length) throw new Malformed('shape index');
    sizesOfShapes[index] = (sizesOfShapes[index] ?? 0) + 1;
  }
  const queues = shapes.map((shape, index) => readGroup(input, shape, sizesOfShapes[index] ?? 0));
  input.end();

  const taken = shapes.map(() => 0);
  let at = 0;
  return times(count, (i): Act => {
    const firstN = firsts[i] ?? 0;
    const header: ActHeader = {
      command: commands[i] ?? '',
      at: stamps[i] ?? 0,
      clock: clockOf(clocks[i] ?? 0),
      schema: schemas[i] ?? 0,
      ...known[i],
    };
    if (actors[i]) header.actor = actors[i];
    if (roles[i]) header.role = roles[i];
    const operations = times(sizes[i] ?? 0, (j): Operation => {
      const shape = order[at++] ?? 0;
      const next = taken[shape] ?? 0;
      taken[shape] = next + 1;
      const operation = queues[shape]?.[next];
      if (!operation) throw new Malformed('operations');
      return { ...operation, n: firstN + j };
    });
    return {
      partition: head.partition,
      site: head.site,
      device: devices[i] ?? 0,
      run: runs[i] ?? 0,
      firstN,
      header,
      operations,
    };
  });
}

function readGroup(input: ByteReader, shape: Shape, size: number): Omit<Operation, 'n'>[] {
  const rows = readColumn(input, size);
  const columns = shape.columns.map(() => readColumn(input, size));
  const sealed = shape.sealed.length > 0 ? readColumn(input, size) : undefined;
  const replaced = shape.replaced.map(() => {
    const lengths = unsigned(readDeltas(input, size));
    const total = lengths.reduce((sum, length) => sum + length, 0);
    if (total * 4 > input.left) throw new Malformed('replaced operations');
    const [sites, devices, runs, ns] = [0, 1, 2, 3].map(() => unsigned(readDeltas(input, total)));
    let at = 0;
    return lengths.map((length) =>
      times(length, (): Dot => {
        const dot = { site: sites?.[at] ?? 0, device: devices?.[at] ?? 0, run: runs?.[at] ?? 0, n: ns?.[at] ?? 0 };
        at += 1;
        return dot;
      }),
    );
  });
  return rows.map((row, i) => {
    if (typeof row !== 'string') throw new Malformed('row id');
    const operation: Omit<Operation, 'n'> = {
      table: shape.table,
      row,
      kind: shape.kind === 0 ? 'create' : 'set',
      fields: shape.columns.map((column, at): [number, Value] => [column, columns[at]?.[i] ?? null]),
    };
    const noise = sealed?.[i];
    if (sealed) {
      if (!(noise instanceof Uint8Array)) throw new Malformed('sealed fields');
      operation.sealed = { columns: shape.sealed, bytes: noise };
    }
    if (replaced.length > 0)
      operation.replaces = shape.replaced.map((column, at): [number, Dot[]] => [column, replaced[at]?.[i] ?? []]);
    return operation;
  });
}
