// A column of values as bytes: like beside like, differences instead of values, so that compression finds what repeats.
import { decodeId, encodeId, type RecordIdParts } from '#platform/ids';
import { readValue, writeValue } from './act-codec.ts';
import { Malformed, readUtf8, type ByteReader, type ByteWriter } from './bytes.ts';
import type { Value } from './types.ts';

/** Ways to write a column; for ever. */
const MODE = { mixed: 0, integers: 1, ids: 2, dates: 3, words: 4, texts: 5, bytes: 6, booleans: 7 } as const;
const EPOCH = Temporal.PlainDate.from('1970-01-01');

/** Days since 1970-01-01 of YYYY-MM-DD, or null when the text is not exactly such a date. */
function dayOf(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  try {
    const day = EPOCH.until(Temporal.PlainDate.from(text), { largestUnit: 'days' }).days;
    return dateText(day) === text ? day : null;
  } catch {
    return null; // no such day in the calendar
  }
}

function dateText(day: number): string {
  if (Math.abs(day) > 100_000_000) throw new Malformed('date out of range');
  return EPOCH.add({ days: day }).toString();
}

function modeOf(values: readonly Value[]): number {
  if (values.every((value) => typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0)))
    return MODE.integers;
  if (values.every((value) => typeof value === 'boolean')) return MODE.booleans;
  if (values.every((value) => value instanceof Uint8Array)) return MODE.bytes;
  if (!values.every((value): value is string => typeof value === 'string')) return MODE.mixed;
  if (values.every((value) => decodeId(value))) return MODE.ids;
  if (values.every((value) => dayOf(value) !== null)) return MODE.dates;
  return new Set(values).size * 2 <= values.length ? MODE.words : MODE.texts;
}

/** Errors: none; every list of values has a form. */
export function writeColumn(out: ByteWriter, values: readonly Value[]): void {
  const mode = values.length === 0 ? MODE.mixed : modeOf(values);
  out.u8(mode);
  switch (mode) {
    case MODE.integers:
      writeDeltas(out, values as number[]);
      break;
    case MODE.ids:
      writeIds(out, values as string[]);
      break;
    case MODE.dates:
      writeDeltas(
        out,
        (values as string[]).map((value) => dayOf(value) ?? 0),
      );
      break;
    case MODE.words:
      writeWords(out, values as string[]);
      break;
    case MODE.texts:
      writeTexts(out, values as string[]);
      break;
    case MODE.bytes:
      for (const value of values as Uint8Array[]) out.varint(value.length);
      for (const value of values as Uint8Array[]) out.raw(value);
      break;
    case MODE.booleans:
      for (const value of values) out.u8(value ? 1 : 0);
      break;
    default:
      for (const value of values) writeValue(out, value);
  }
}

export function readColumn(input: ByteReader, count: number): Value[] {
  const mode = input.u8();
  switch (mode) {
    case MODE.integers:
      return readDeltas(input, count);
    case MODE.ids:
      return readIds(input, count);
    case MODE.dates:
      return readDeltas(input, count).map(dateText);
    case MODE.words:
      return readWords(input, count);
    case MODE.texts:
      return readTexts(input, count);
    case MODE.bytes: {
      const lengths = times(count, () => input.varint());
      return lengths.map((length) => Uint8Array.from(input.raw(length)));
    }
    case MODE.booleans:
      return times(count, () => {
        const bit = input.u8();
        if (bit > 1) throw new Malformed('boolean');
        return bit === 1;
      });
    case MODE.mixed:
      return times(count, () => readValue(input));
    default:
      throw new Malformed(`column mode ${mode}`);
  }
}

export function times<T>(count: number, make: (index: number) => T): T[] {
  const out: T[] = [];
  for (let i = 0; i < count; i++) out.push(make(i));
  return out;
}

export function writeDeltas(out: ByteWriter, values: readonly number[]): void {
  let last = 0;
  for (const value of values) {
    const delta = value - last;
    // two safe integers can be further apart than a safe integer: an escape keeps both exact
    if (Number.isSafeInteger(delta) && delta !== Number.MAX_SAFE_INTEGER) out.zigzag(delta);
    else out.zigzag(Number.MAX_SAFE_INTEGER).zigzag(value);
    last = value;
  }
}

export function readDeltas(input: ByteReader, count: number): number[] {
  let last = 0;
  return times(count, () => {
    const delta = input.zigzag();
    last = delta === Number.MAX_SAFE_INTEGER ? input.zigzag() : last + delta;
    if (!Number.isSafeInteger(last)) throw new Malformed('difference out of range');
    return last;
  });
}

/** Record ids by their parts; makers repeat, counters step. */
export function writeIds(out: ByteWriter, ids: readonly string[]): void {
  const parts = ids.map((id) => {
    const found = decodeId(id);
    if (!found) throw new RangeError(`not a record id: ${id}`);
    return found;
  });
  const makers: string[] = [];
  const makerOf = (part: RecordIdParts) => `${part.site} ${part.device} ${part.run}`;
  for (const part of parts) if (!makers.includes(makerOf(part))) makers.push(makerOf(part));
  out.varint(makers.length);
  for (const maker of makers) for (const number of maker.split(' ')) out.varint(Number(number));
  const last = makers.map(() => 0);
  for (const part of parts) out.varint(makers.indexOf(makerOf(part)));
  for (const part of parts) {
    const maker = makers.indexOf(makerOf(part));
    out.zigzag(part.counter - (last[maker] ?? 0));
    last[maker] = part.counter;
  }
}

export function readIds(input: ByteReader, count: number): string[] {
  const makers = times(input.count(3), () => ({ site: input.varint(), device: input.varint(), run: input.varint() }));
  const which = times(count, () => input.varint());
  const last = makers.map(() => 0);
  return which.map((index) => {
    const maker = makers[index];
    if (!maker) throw new Malformed('maker of a record id');
    const counter = (last[index] ?? 0) + input.zigzag();
    last[index] = counter;
    try {
      return encodeId({ ...maker, counter });
    } catch {
      throw new Malformed('record id');
    }
  });
}

/** Few different texts: each once, then indexes. */
export function writeWords(out: ByteWriter, values: readonly string[]): void {
  const index = new Map<string, number>();
  for (const value of values) if (!index.has(value)) index.set(value, index.size);
  out.varint(index.size);
  for (const word of index.keys()) out.text(word);
  for (const value of values) out.varint(index.get(value) ?? 0);
}

export function readWords(input: ByteReader, count: number): string[] {
  const words = times(input.count(), () => input.text());
  return times(count, () => {
    const word = words[input.varint()];
    if (word === undefined) throw new Malformed('word index');
    return word;
  });
}

function writeTexts(out: ByteWriter, values: readonly string[]): void {
  const encoded = values.map((value) => Buffer.from(value));
  for (const bytes of encoded) out.varint(bytes.length);
  for (const bytes of encoded) out.raw(bytes);
}

function readTexts(input: ByteReader, count: number): string[] {
  const lengths = times(count, () => input.varint());
  return lengths.map((length) => readUtf8(input.raw(length)));
}
