// One act as bytes, alone: how it waits in the open log, how it is kept when held, and what its operations' hashes cover.
import { ByteReader, ByteWriter, Malformed } from './bytes.ts';
import { sha256 } from './crypto.ts';
import { clockMark, clockOf, readKnown, writeKnown } from './known.ts';
import type { Act, ActHeader, Dot, Operation, Value } from './types.ts';

const FORMAT = 1;
/** Tags of values; for ever. */
const TAG = { null: 0, false: 1, true: 2, integer: 3, number: 4, text: 5, bytes: 6 } as const;

export function writeValue(out: ByteWriter, value: Value): void {
  if (value === null) out.u8(TAG.null);
  else if (value === false) out.u8(TAG.false);
  else if (value === true) out.u8(TAG.true);
  else if (typeof value === 'number') {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) out.u8(TAG.integer).zigzag(value);
    else out.u8(TAG.number).f64(value);
  } else if (typeof value === 'string') out.u8(TAG.text).text(value);
  else out.u8(TAG.bytes).bytes(value);
}

export function readValue(input: ByteReader): Value {
  const tag = input.u8();
  switch (tag) {
    case TAG.null:
      return null;
    case TAG.false:
      return false;
    case TAG.true:
      return true;
    case TAG.integer:
      return input.zigzag();
    case TAG.number: {
      const number = input.f64();
      // one value, one form: whole numbers have a tag of their own
      if (Number.isNaN(number) || (Number.isSafeInteger(number) && !Object.is(number, -0)))
        throw new Malformed('number in another form than its own');
      return number;
    }
    case TAG.text:
      return input.text();
    case TAG.bytes:
      return Uint8Array.from(input.bytes());
    default:
      throw new Malformed(`value tag ${tag}`);
  }
}

function writeDot(out: ByteWriter, dot: Dot): void {
  out.varint(dot.site).varint(dot.device).varint(dot.run).varint(dot.n);
}

function readDot(input: ByteReader): Dot {
  return { site: input.varint(), device: input.varint(), run: input.varint(), n: input.varint() };
}

function writeHeader(out: ByteWriter, header: ActHeader): void {
  out
    .text(header.command)
    .text(header.actor ?? '')
    .text(header.role ?? '')
    .zigzag(header.at)
    .u8(clockMark(header))
    .varint(header.schema);
  writeKnown(out, header);
}

function readHeader(input: ByteReader): ActHeader {
  const command = input.text();
  const actor = input.text();
  const role = input.text();
  const at = input.zigzag();
  const mark = input.u8();
  const header: ActHeader = { command, at, clock: clockOf(mark), schema: input.varint(), ...readKnown(input, mark) };
  if (actor) header.actor = actor;
  if (role) header.role = role;
  return header;
}

function writeOperation(out: ByteWriter, operation: Operation): void {
  out
    .varint(operation.table)
    .text(operation.row)
    .u8(operation.kind === 'create' ? 0 : 1);
  out.varint(operation.fields.length);
  for (const [column, value] of operation.fields) {
    out.u8(column);
    writeValue(out, value);
  }
  out.varint(operation.sealed?.columns.length ?? 0);
  if (operation.sealed) {
    for (const column of operation.sealed.columns) out.u8(column);
    out.bytes(operation.sealed.bytes);
  }
  out.varint(operation.replaces?.length ?? 0);
  for (const [column, dots] of operation.replaces ?? []) {
    out.u8(column).varint(dots.length);
    for (const dot of dots) writeDot(out, dot);
  }
}

function readOperation(input: ByteReader, n: number): Operation {
  const table = input.varint();
  const row = input.text();
  const kind = input.u8();
  if (kind > 1) throw new Malformed('kind of operation');
  const operation: Operation = { n, table, row, kind: kind === 0 ? 'create' : 'set', fields: [] };
  for (let i = input.count(2); i > 0; i--) operation.fields.push([input.u8(), readValue(input)]);
  const sealedColumns = input.count();
  if (sealedColumns > 0) {
    const columns = Array.from(input.raw(sealedColumns));
    operation.sealed = { columns, bytes: Uint8Array.from(input.bytes()) };
  }
  const replaced = input.count(2);
  if (replaced > 0) {
    operation.replaces = [];
    for (let i = 0; i < replaced; i++) {
      const column = input.u8();
      operation.replaces.push([column, Array.from({ length: input.count(4) }, () => readDot(input))]);
    }
  }
  return operation;
}

/** Bytes of one act. Shape: format, partition, origin, header, operations. */
export function encodeAct(act: Act): Uint8Array {
  const out = new ByteWriter(512);
  out.u8(FORMAT).text(act.partition).varint(act.site).varint(act.device).varint(act.run).varint(act.firstN);
  writeHeader(out, act.header);
  out.varint(act.operations.length);
  for (const operation of act.operations) writeOperation(out, operation);
  return out.done();
}

/** Errors: Malformed. */
export function decodeAct(bytes: Uint8Array): Act {
  const input = new ByteReader(bytes);
  if (input.u8() !== FORMAT) throw new Malformed('unknown format of an act');
  const act: Act = {
    partition: input.text(),
    site: input.varint(),
    device: input.varint(),
    run: input.varint(),
    firstN: input.varint(),
    header: readHeader(input),
    operations: [],
  };
  const count = input.count(4);
  for (let i = 0; i < count; i++) act.operations.push(readOperation(input, act.firstN + i));
  input.end();
  return act;
}

/**
 * Hash of one operation with its identity and its act's header: what chain and signature cover. Canonical: it does not
 * depend on how segments were cut or compressed, and it can stand alone where the payload is withheld.
 */
export function operationHash(act: Act, operation: Operation): Uint8Array {
  const out = new ByteWriter(256);
  out.u8(FORMAT).text(act.partition).varint(act.site).varint(act.device).varint(act.run).varint(operation.n);
  // where its act begins and how long it is belong to the identity of what must be applied together
  out.varint(act.firstN).varint(act.operations.length);
  writeHeader(out, act.header);
  writeOperation(out, operation);
  return sha256(out.done());
}
