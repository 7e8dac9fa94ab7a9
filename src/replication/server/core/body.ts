// What the columns of one segment share while it is written or read: the coder, texts said once, noise that no coder helps, and what it may open to.
import { encodeId, type Origin } from '#platform/ids';
import { ByteReader, ByteWriter, Malformed, readTexts } from './bytes.ts';
import { compress, decompress } from './compress.ts';
import { Bits, codeTree, Ints, RangeReader, RangeWriter, type BitCoder } from './range.ts';
import { MAX_OPEN_BYTES } from './types.ts';

export interface Body {
  readonly coder: BitCoder;
  /** Makes so many; each counts towards what a segment may open to. */
  times<T>(count: number, make: (index: number) => T): T[];
  /** A number of things, 0 to what may still be opened. */
  count(given: number | undefined): number;
  /** A text that is said for the first time, or one said before in this segment. */
  word(given: string | undefined): string;
  /** Bytes that nothing makes shorter. */
  noise(length: number, given: Uint8Array | undefined): Uint8Array;
  float(given: number | undefined): number;
  /** Site, device and run of a record id: the same object for the same maker. */
  maker(given: Origin | undefined): Origin;
}

/** Errors: Malformed. */
export function idOf(maker: Origin, counter: number): string {
  try {
    return encodeId({ ...maker, counter });
  } catch {
    throw new Malformed('record id');
  }
}

abstract class Shared {
  abstract readonly coder: BitCoder;
  readonly #counts = new Ints();
  readonly #isKnown = new Bits(1);
  readonly #whichWord = new Ints();
  readonly #whichMaker = new Bits(4);
  readonly #makerIndex = new Ints();
  readonly #makerParts = [new Ints(), new Ints(), new Ints()];
  readonly words: string[] = [];
  readonly #places = new Map<string, number>();
  readonly #makers: Origin[] = [];
  #lastMaker = 0;
  #left = MAX_OPEN_BYTES;

  protected spend(size: number): void {
    this.#left -= size;
    if (this.#left < 0) throw new Malformed('opens to too much');
  }

  times<T>(count: number, make: (index: number) => T): T[] {
    this.spend(count);
    const out: T[] = [];
    for (let i = 0; i < count; i++) out.push(make(i));
    return out;
  }

  count(given: number | undefined): number {
    const count = this.#counts.code(this.coder, given);
    if (count < 0 || count > this.#left) throw new Malformed('count');
    return count;
  }

  protected abstract fresh(given: string | undefined): string;

  word(given: string | undefined): string {
    const place = given === undefined ? undefined : this.#places.get(given);
    const known = this.coder.bit(this.#isKnown, 0, place === undefined ? 0 : 1);
    const size = this.words.length;
    if (known) {
      const word =
        this.words[size - 1 - this.#whichWord.code(this.coder, place === undefined ? undefined : size - 1 - place)];
      if (word === undefined) throw new Malformed('word');
      this.spend(word.length);
      return word;
    }
    const word = this.fresh(given);
    this.spend(word.length);
    this.#places.set(word, size);
    this.words.push(word);
    return word;
  }

  /** The last one again, a known one, or a new one. */
  maker(given: Origin | undefined): Origin {
    const at = given
      ? this.#makers.findIndex(
          ({ site, device, run }) => site === given.site && device === given.device && run === given.run,
        )
      : 0;
    const how = codeTree(this.coder, this.#whichMaker, 2, given && (at < 0 ? 2 : at === this.#lastMaker ? 0 : 1));
    if (how === 2) {
      const of = (i: 0 | 1 | 2, part: number | undefined) => this.#makerParts[i]?.code(this.coder, part) ?? 0;
      const maker = { site: of(0, given?.site), device: of(1, given?.device), run: of(2, given?.run) };
      this.#lastMaker = this.#makers.push(maker) - 1;
      return maker;
    }
    if (how === 1) this.#lastMaker = this.#makerIndex.code(this.coder, given && at);
    const maker = how < 2 ? this.#makers[this.#lastMaker] : undefined;
    if (!maker) throw new Malformed('maker of a record id');
    return maker;
  }
}

export class BodyWriter extends Shared implements Body {
  override readonly coder = new RangeWriter();
  readonly #noise = new ByteWriter(4096);

  protected override fresh(given: string | undefined): string {
    if (given?.includes('\0')) throw new RangeError('text holds U+0000');
    return given ?? '';
  }
  noise(_length: number, given: Uint8Array | undefined): Uint8Array {
    this.#noise.raw(given ?? new Uint8Array());
    return given ?? new Uint8Array();
  }
  float(given: number | undefined): number {
    this.#noise.f64(given ?? 0);
    return given ?? 0;
  }
  /** Shape: texts with the dictionary, noise as it is, then the coder's bytes. */
  done(): Uint8Array {
    const texts = this.words.length > 0 ? compress(Buffer.from(this.words.join('\0'))) : new Uint8Array();
    return new ByteWriter(16_384).bytes(texts).bytes(this.#noise.done()).raw(this.coder.done()).done();
  }
}

export class BodyReader extends Shared implements Body {
  override readonly coder: RangeReader;
  readonly #noise: ByteReader;
  readonly #texts: string[];
  #next = 0;
  /** Errors: Malformed. */
  constructor(bytes: Uint8Array, dictionary: number) {
    super();
    const input = new ByteReader(bytes);
    const texts = input.bytes();
    this.#texts = texts.length > 0 ? readTexts(decompress(texts, dictionary)) : [];
    this.#noise = new ByteReader(input.bytes());
    this.coder = new RangeReader(input.raw(input.left));
  }
  protected override fresh(): string {
    const word = this.#texts[this.#next++];
    if (word === undefined) throw new Malformed('texts end early');
    return word;
  }
  noise(length: number): Uint8Array {
    if (length < 0) throw new Malformed('negative length');
    return Uint8Array.from(this.#noise.raw(length));
  }
  float(): number {
    const number = this.#noise.f64();
    if (Number.isNaN(number) || (Number.isSafeInteger(number) && !Object.is(number, -0)))
      throw new Malformed('number in another form than its own');
    return number;
  }
  /** Everything must have been read. */
  end(): void {
    if (this.#next !== this.#texts.length) throw new Malformed('texts follow the end');
    this.#noise.end();
    this.coder.end();
  }
}
