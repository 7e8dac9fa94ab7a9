// Bounded binary writing and reading: every length is checked before memory is taken.

/** The bytes are not what they claim to be; nothing of them is used. */
export class Malformed extends Error {
  constructor(what: string) {
    super(`malformed: ${what}`);
    this.name = 'Malformed';
  }
}

// a byte order mark, as spreadsheets put in front, is part of the text: dropped here, hub and telecentre would hold different rows
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Errors: Malformed when it is not UTF-8 or holds U+0000, which PostgreSQL does not take. */
export function readUtf8(bytes: Uint8Array): string {
  if (bytes.includes(0)) throw new Malformed('text holds U+0000');
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Malformed('text is not UTF-8');
  }
}

/** Texts with U+0000 between them. Errors: Malformed. */
export function readTexts(bytes: Uint8Array): string[] {
  const texts: string[] = [];
  for (let from = 0; from <= bytes.length;) {
    const next = bytes.indexOf(0, from);
    const end = next < 0 ? bytes.length : next;
    texts.push(readUtf8(bytes.subarray(from, end)));
    from = end + 1;
  }
  return texts;
}

export class ByteWriter {
  #bytes: Buffer;
  #length = 0;
  constructor(size = 1024) {
    this.#bytes = Buffer.allocUnsafe(size);
  }
  get length(): number {
    return this.#length;
  }
  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
  u8(value: number): this {
    this.#room(1);
    this.#bytes[this.#length++] = value;
    return this;
  }
  /** Unsigned, up to 2^53 - 1. */
  varint(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not an unsigned integer: ${value}`);
    this.#room(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
    return this;
  }
  /** Signed: the sign in the lowest bit of the first byte, small magnitudes in one byte. */
  zigzag(value: number): this {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not an integer: ${value}`);
    const size = Math.abs(value);
    const rest = Math.floor(size / 64);
    this.u8((rest > 0 ? 0x80 : 0) | ((size % 64) << 1) | (value < 0 ? 1 : 0));
    return rest > 0 ? this.varint(rest) : this;
  }
  f64(value: number): this {
    this.#room(8);
    this.#bytes.writeDoubleBE(value, this.#length);
    this.#length += 8;
    return this;
  }
  raw(bytes: Uint8Array): this {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }
  bytes(bytes: Uint8Array): this {
    return this.varint(bytes.length).raw(bytes);
  }
  text(text: string): this {
    const length = Buffer.byteLength(text);
    this.varint(length).#room(length);
    this.#bytes.write(text, this.#length);
    this.#length += length;
    return this;
  }
  done(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  get at(): number {
    return this.#at;
  }
  get left(): number {
    return this.#bytes.length - this.#at;
  }
  u8(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new Malformed('ends early');
    this.#at += 1;
    return value;
  }
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (byte === 0 && i > 0) throw new Malformed('number written longer than it is');
        if (!Number.isSafeInteger(value)) throw new Malformed('number too large');
        return value;
      }
      scale *= 0x80;
    }
    throw new Malformed('number too long');
  }
  /** A count or length that the remaining bytes can hold, each item taking `each` bytes at least. */
  count(each = 1): number {
    const value = this.varint();
    if (value * each > this.left) throw new Malformed('count larger than what follows');
    return value;
  }
  zigzag(): number {
    const first = this.u8();
    const rest = first & 0x80 ? this.varint() : 0;
    if (first & 0x80 && rest === 0) throw new Malformed('number written longer than it is');
    const size = rest * 64 + ((first >> 1) & 0x3f);
    if (!Number.isSafeInteger(size)) throw new Malformed('number too large');
    if (size === 0 && first & 1) throw new Malformed('minus zero');
    return first & 1 ? -size : size;
  }
  f64(): number {
    if (this.left < 8) throw new Malformed('ends early');
    const value = this.#view.getFloat64(this.#at);
    this.#at += 8;
    return value;
  }
  raw(length: number): Uint8Array {
    if (length > this.left) throw new Malformed('ends early');
    const part = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return part;
  }
  bytes(): Uint8Array {
    return this.raw(this.count());
  }
  text(): string {
    return readUtf8(this.bytes());
  }
  /** Nothing may follow. */
  end(): void {
    if (this.left > 0) throw new Malformed('bytes follow the end');
  }
}
