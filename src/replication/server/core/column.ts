// A column of values in a segment: like beside like, each kind by itself, in whichever of a few ways costs least. Both ways in one description.
import { decodeId, type Origin, type RecordIdParts } from '#platform/ids';
import { idOf, type Body } from './body.ts';
import { Malformed } from './bytes.ts';
import { DAY, dateText, dayOf } from './day.ts';
import { Bits, bitLength, codeTree, Ints, LEARNT, widthOf } from './range.ts';
import { codeTexts } from './texts.ts';
import type { Value } from './types.ts';

/** Kinds of values; for ever. */
const KIND = { null: 0, false: 1, true: 2, integer: 3, number: 4, text: 5, bytes: 6, id: 7, date: 8 } as const;
const KINDS = 9;

function kindOf(value: Value): number {
  if (value === null) return KIND.null;
  if (typeof value === 'boolean') return value ? KIND.true : KIND.false;
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? KIND.integer : KIND.number;
  if (typeof value !== 'string') return KIND.bytes;
  if (value.length >= 11 && value.length <= 21 && decodeId(value)) return KIND.id;
  return value.length === 10 && dayOf(value) !== null ? KIND.date : KIND.text;
}

/** `count` values; `stamps` are the instants of the acts that they stand in, for what happened at that moment or on that day. */
export function codeColumn(body: Body, count: number, stamps: readonly number[], given?: readonly Value[]): Value[] {
  if (count === 0) return [];
  const kinds = codeKinds(body, count, given?.map(kindOf));
  const out = new Array<Value>(count).fill(null);
  for (const kind of [...new Set(kinds)].sort((a, b) => a - b)) {
    if (kind === KIND.null) continue;
    const where = kinds.flatMap((one, at) => (one === kind ? [at] : []));
    const values = codeKind(
      body,
      kind,
      where.map((at) => stamps[at] ?? 0),
      given && where.map((at) => given[at] ?? null),
    );
    where.forEach((at, i) => (out[at] = values[i] ?? null));
  }
  return given ? [...given] : out;
}

function codeKinds(body: Body, count: number, given: readonly number[] | undefined): number[] {
  const first = body.coder.flat(4, given?.[0]);
  const mixed = body.coder.flat(1, given && (given.every((kind) => kind === first) ? 0 : 1));
  const bits = new Bits(16);
  const kinds = mixed
    ? body.times(count, (i) => codeTree(body.coder, bits, 4, given?.[i]))
    : body.times(count, () => first);
  if (kinds.some((kind) => kind >= KINDS)) throw new Malformed('kind of value');
  return kinds;
}

function codeKind(body: Body, kind: number, stamps: readonly number[], given: readonly Value[] | undefined): Value[] {
  const count = stamps.length;
  switch (kind) {
    case KIND.false:
    case KIND.true:
      return body.times(count, () => kind === KIND.true);
    case KIND.integer:
      return codeIntegers(body, count, given as number[] | undefined, stamps);
    case KIND.number:
      return body.times(count, (i) => body.float(given?.[i] as number | undefined));
    case KIND.text:
      return codeTexts(body, count, given as string[] | undefined);
    case KIND.bytes: {
      const lengths = codeIntegers(
        body,
        count,
        (given as Uint8Array[] | undefined)?.map(({ length }) => length),
      );
      return body.times(count, (i) => body.noise(lengths[i] ?? 0, given?.[i] as Uint8Array | undefined));
    }
    case KIND.id:
      return codeIds(body, count, given as string[] | undefined);
    default: {
      const days = stamps.map((at) => Math.floor(at / DAY));
      const read = codeIntegers(
        body,
        count,
        given?.map((value) => dayOf(value as string) ?? 0),
        days,
      );
      return read.map(dateText);
    }
  }
}

/** Ways to write whole numbers; for ever. */
const WAY = { plain: 0, steps: 1, beside: 2, listed: 3, stepsListed: 4, besideListed: 5 } as const;

const differences = (values: readonly number[]) => values.map((value, i) => value - (values[i - 1] ?? 0));
const distances = (values: readonly number[], beside: readonly number[]) =>
  values.map((value, i) => value - (beside[i] ?? 0));

function entropy(counts: Map<unknown, number>, total: number): number {
  let bits = 0;
  for (const count of counts.values()) bits += count * Math.log2(total / count);
  return bits;
}

function countOf<T, K>(values: readonly T[], key: (value: T) => K): Map<K, number> {
  const counts = new Map<K, number>();
  for (const value of values) counts.set(key(value), (counts.get(key(value)) ?? 0) + 1);
  return counts;
}

/** About how many bits a list takes: number by number, and as a list of the different ones with indexes. Infinity where it cannot be written so. */
function costs(values: readonly number[]): { plain: number; listed: number } {
  if (!values.every(Number.isSafeInteger)) return { plain: Infinity, listed: Infinity };
  let noise = 0;
  const marks = countOf(values, (value) => {
    const size = Math.abs(value);
    const left = Math.max(0, bitLength(size) - 1 - LEARNT);
    noise += left;
    return left * 64 + Math.floor(size / 2 ** left) + (value < 0 ? 100_000 : 0);
  });
  const different = countOf(values, (value) => value);
  const sorted = [...different.keys()].sort((a, b) => a - b);
  const steps = differences(sorted);
  // a step costs its sign, its length and what is not learnt of it
  const list = steps.reduce((sum, step) => sum + 3 + bitLength(Math.abs(step)), 0);
  return {
    plain: entropy(marks, values.length) + noise + 5 * marks.size,
    listed: steps.every(Number.isSafeInteger)
      ? entropy(different, values.length) + list + 2 * different.size
      : Infinity,
  };
}

function bestWay(values: readonly number[], beside: readonly number[] | undefined): number {
  const plain = costs(values);
  if (plain.listed < 16) return WAY.listed;
  const steps = costs(differences(values));
  const near = beside ? costs(distances(values, beside)) : { plain: Infinity, listed: Infinity };
  const ways = [plain.plain, steps.plain, near.plain, plain.listed, steps.listed, near.listed];
  return ways.indexOf(Math.min(...ways));
}

/** Safe integers. */
export function codeIntegers(
  body: Body,
  count: number,
  given: readonly number[] | undefined,
  beside?: readonly number[],
): number[] {
  if (count === 0) return [];
  const way = body.coder.flat(3, given && bestWay(given, beside));
  const some = (list: (values: readonly number[]) => number[]) => given && list(given);
  const checked = (values: number[]) => {
    if (!body.coder.writes && !values.every(Number.isSafeInteger)) throw new Malformed('number out of range');
    return values;
  };
  const summed = (steps: number[]) => {
    let last = 0;
    return checked(steps.map((step) => (last += step)));
  };
  const near = (found: number[]) => checked(found.map((value, i) => value + (beside?.[i] ?? 0)));
  switch (way) {
    case WAY.plain:
      return plainly(body, count, given);
    case WAY.steps:
      return summed(plainly(body, count, some(differences)));
    case WAY.beside:
      return near(
        plainly(
          body,
          count,
          some((values) => distances(values, beside ?? [])),
        ),
      );
    case WAY.listed:
      return listed(body, count, given);
    case WAY.stepsListed:
      return summed(listed(body, count, some(differences)));
    case WAY.besideListed:
      return near(
        listed(
          body,
          count,
          some((values) => distances(values, beside ?? [])),
        ),
      );
    default:
      throw new Malformed('way of a column');
  }
}

function plainly(body: Body, count: number, given: readonly number[] | undefined): number[] {
  const ints = new Ints();
  return body.times(count, (i) => ints.code(body.coder, given?.[i]));
}

/** The different ones in order, then indexes. */
function listed(body: Body, count: number, given: readonly number[] | undefined): number[] {
  const list = given && [...new Set(given)].sort((a, b) => a - b);
  const size = body.count(list?.length);
  const steps = new Ints();
  let last = 0;
  const all = body.times(size, (i) => (last += steps.code(body.coder, list && (list[i] ?? 0) - last)));
  if (!all.every(Number.isSafeInteger)) throw new Malformed('number out of range');
  return codeIndexes(body, count, all, given);
}

export function codeIndexes<T>(body: Body, count: number, list: readonly T[], given: readonly T[] | undefined): T[] {
  const width = widthOf(list.length);
  const bits = new Bits(2 ** width);
  const places = given && new Map(list.map((value, at) => [value, at]));
  return body.times(count, (i) => {
    const index = codeTree(body.coder, bits, width, given && places?.get(given[i] as T));
    const value = list[index];
    if (value === undefined) throw new Malformed('index');
    return value;
  });
}

const NO_PARTS: RecordIdParts = { site: 0, device: 0, run: 0, counter: 1 };
const partsOf = (id: string) => decodeId(id) ?? NO_PARTS;

function compareParts(a: RecordIdParts, b: RecordIdParts): number {
  return a.site - b.site || a.device - b.device || a.run - b.run || a.counter - b.counter;
}

/** Record ids by their parts. Makers are few in a segment; counters step, or few rows are named often. */
function codeIds(body: Body, count: number, given: readonly string[] | undefined): string[] {
  const different = given && [...new Set(given)];
  const often = body.coder.flat(1, different && (different.length * 2 <= count ? 1 : 0));
  if (!often) return codeIdsInOrder(body, count, given?.map(partsOf));
  const list = different?.map((id) => ({ id, parts: partsOf(id) })).sort((a, b) => compareParts(a.parts, b.parts));
  const size = body.count(list?.length);
  const read = codeIdsInOrder(
    body,
    size,
    list?.map(({ parts }) => parts),
  );
  return codeIndexes(body, count, list?.map(({ id }) => id) ?? read, given);
}

function codeIdsInOrder(body: Body, count: number, given: readonly RecordIdParts[] | undefined): string[] {
  const makers = body.times(count, (i) => body.maker(given?.[i]));
  const last = new Map<Origin, number>();
  const stepFrom = (maker: Origin, counter: number) => {
    const step = counter - (last.get(maker) ?? 0);
    last.set(maker, counter);
    return step;
  };
  const steps = codeIntegers(body, count, given && makers.map((maker, i) => stepFrom(maker, given[i]?.counter ?? 0)));
  if (given) return [];
  return makers.map((maker, i) => {
    const counter = (last.get(maker) ?? 0) + (steps[i] ?? 0);
    last.set(maker, counter);
    return idOf(maker, counter);
  });
}
