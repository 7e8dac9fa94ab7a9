// Entropy coding: an adaptive binary range coder. One description of a form serves both ways: what is given is written, what is not is read.
import { Malformed } from './bytes.ts';

/** Probabilities that learn: 16 bits each, quick at first, then slower. */
export class Bits {
  readonly #size: number;
  // most are never used: a column of one value asks nothing
  #moved: Int16Array | undefined;
  #seen: Uint8Array | undefined;
  constructor(size: number) {
    this.#size = size;
  }
  /** Of the next bit at `index` to be 0; never so sure that the other one costs more than eleven bits. */
  zero(index: number): number {
    const zero = HALF + (this.#moved?.[index] ?? 0);
    return zero < 32 ? 32 : zero > 65_504 ? 65_504 : zero;
  }
  learn(index: number, bit: number): void {
    const moved = (this.#moved ??= new Int16Array(this.#size));
    const seen = (this.#seen ??= new Uint8Array(this.#size));
    const zero = HALF + (moved[index] ?? 0);
    const times = seen[index] ?? 0;
    moved[index] = zero + Math.trunc(((bit ? 0 : 65_535) - zero) / (RATES[times] ?? SLOWEST)) - HALF;
    if (times < RATES.length) seen[index] = times + 1;
  }
}

const HALF = 0x8000;

/** A probability moves by one part in so many: as if each had seen one 0 and one 1 before. */
const SLOWEST = 80;
const RATES = Array.from({ length: SLOWEST - 2 }, (_, seen) => seen + 2);

/** Zeros at the end that a reader sees though they are not there. */
const UNDERSTOOD = 8;

const TOP = 2 ** 24;
const ALL = 2 ** 32;

/** Bits in, or bits out. `given` is written by a writer and ignored by a reader; both return the bit. */
export interface BitCoder {
  readonly writes: boolean;
  bit(bits: Bits, index: number, given: number | undefined): number;
  /** `count` bits (1 to 16) of equal chance. */
  flat(count: number, given: number | undefined): number;
}

/** Low end with carry and range, as LZMA's coder has them. */
export class RangeWriter implements BitCoder {
  readonly writes = true;
  #low = 0;
  #range = ALL - 1;
  #last = -1;
  #carries = 0;
  readonly #out: number[] = [];

  bit(bits: Bits, index: number, given = 0): number {
    const bound = Math.floor(this.#range / 65_536) * bits.zero(index);
    if (given) {
      this.#low += bound;
      this.#range -= bound;
    } else this.#range = bound;
    bits.learn(index, given);
    while (this.#range < TOP) this.#shift();
    return given;
  }

  flat(count: number, given = 0): number {
    this.#range = Math.floor(this.#range / 2 ** count);
    this.#low += this.#range * given;
    while (this.#range < TOP) this.#shift();
    return given;
  }

  #shift(): void {
    this.#range = (this.#range * 256) % ALL;
    this.#push();
  }

  /** The highest byte leaves; a run of 255 waits, because a carry may still run through it. */
  #push(): void {
    if (this.#low < 0xff00_0000 || this.#low >= ALL) {
      const carry = this.#low >= ALL ? 1 : 0;
      if (this.#last >= 0) this.#out.push((this.#last + carry) & 0xff);
      for (; this.#carries > 0; this.#carries--) this.#out.push((0xff + carry) & 0xff);
      this.#last = Math.floor(this.#low / TOP) & 0xff;
    } else this.#carries += 1;
    this.#low = (this.#low % TOP) * 256;
  }

  /** All bytes; a few zeros at the end are understood, so they are left out. */
  done(): Uint8Array {
    for (let i = 0; i < 5; i++) this.#push();
    let length = this.#out.length;
    const least = Math.max(0, length - UNDERSTOOD);
    while (length > least && this.#out[length - 1] === 0) length -= 1;
    return Uint8Array.from(this.#out.slice(0, length));
  }
}

export class RangeReader implements BitCoder {
  readonly writes = false;
  readonly #bytes: Uint8Array;
  #at = 0;
  #code = 0;
  #range = ALL - 1;
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    for (let i = 0; i < 4; i++) this.#code = this.#code * 256 + this.#next();
  }

  #next(): number {
    const at = this.#at++;
    if (at >= this.#bytes.length + UNDERSTOOD) throw new Malformed('ends early');
    return this.#bytes[at] ?? 0;
  }

  #shift(): void {
    this.#range = (this.#range * 256) % ALL;
    this.#code = (this.#code % TOP) * 256 + this.#next();
  }

  bit(bits: Bits, index: number): number {
    const bound = Math.floor(this.#range / 65_536) * bits.zero(index);
    let bit = 0;
    if (this.#code < bound) this.#range = bound;
    else {
      this.#code -= bound;
      this.#range -= bound;
      bit = 1;
    }
    bits.learn(index, bit);
    while (this.#range < TOP) this.#shift();
    return bit;
  }

  flat(count: number): number {
    this.#range = Math.floor(this.#range / 2 ** count);
    const value = Math.floor(this.#code / this.#range);
    if (value >= 2 ** count) throw new Malformed('code out of range');
    this.#code -= value * this.#range;
    while (this.#range < TOP) this.#shift();
    return value;
  }

  /** Nothing may follow. */
  end(): void {
    if (this.#at < this.#bytes.length) throw new Malformed('bytes follow the end');
  }
}

/** A number of `width` bits, its bits learnt along the way from the highest; `bits` has room for 2^width from `from` on. */
export function codeTree(coder: BitCoder, bits: Bits, width: number, given: number | undefined, from = 0): number {
  let node = 1;
  for (let at = width - 1; at >= 0; at--)
    node = node * 2 + coder.bit(bits, from + node, given === undefined ? undefined : (given >> at) & 1);
  return node - 2 ** width;
}

/** Bits that the number of different things takes: 0 for one. */
export const widthOf = (things: number): number => (things <= 1 ? 0 : bitLength(things - 1));

/** Of a whole number up to 2^53 - 1; 0 for 0. */
export function bitLength(size: number): number {
  const high = Math.floor(size / ALL);
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(size);
}

const MOST_BITS = 53;
/** So many bits below the highest are learnt; the rest are taken for noise. */
export const LEARNT = 4;

/** Whole numbers up to 2^53 - 1 with a sign: their length is learnt, the sign for each length, and the bits after the highest. */
export class Ints {
  readonly #length = new Bits(64);
  readonly #sign = new Bits(64);
  readonly #next = new Bits(64 * 2 ** LEARNT);

  code(coder: BitCoder, given: number | undefined): number {
    const size = given === undefined ? undefined : Math.abs(given);
    const length = codeTree(coder, this.#length, 6, size === undefined ? undefined : bitLength(size));
    if (length === 0) return 0;
    if (length > MOST_BITS) throw new Malformed('number too long');
    const negative = coder.bit(this.#sign, length, given === undefined ? undefined : given < 0 ? 1 : 0);
    let left = length - 1;
    const learnt = Math.min(left, LEARNT);
    left -= learnt;
    const part = (width: number) => (size === undefined ? undefined : Math.floor(size / 2 ** left) % 2 ** width);
    let value = 2 ** learnt + codeTree(coder, this.#next, learnt, part(learnt), length * 2 ** LEARNT);
    while (left > 0) {
      const width = Math.min(left, 16);
      left -= width;
      value = value * 2 ** width + coder.flat(width, part(width));
    }
    return negative ? -value : value;
  }
}
