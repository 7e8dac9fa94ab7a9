// Texts of a column: few different ones by index; long ones word by word, because people repeat words more than sentences.
import { Malformed } from './bytes.ts';
import type { Body } from './body.ts';
import { Bits, codeTree, Ints, widthOf } from './range.ts';

/** Words, runs of digits, and anything else one by one: together always the whole text. */
const PIECES = /[\p{L}\p{M}]+|\d{1,15}|[^\p{L}\p{M}\d]/gu;
const DIGITS = /^\d{1,15}$/;

interface Piece {
  /** One space stands before it. */
  spaced: boolean;
  text: string;
  digits: boolean;
}

function piecesOf(text: string): Piece[] {
  const all = text.match(PIECES) ?? [];
  const out: Piece[] = [];
  let spaced = false;
  all.forEach((piece, at) => {
    const next = all[at + 1];
    if (piece === ' ' && !spaced && next !== undefined && next !== ' ') spaced = true;
    else {
      out.push({ spaced, text: piece, digits: DIGITS.test(piece) });
      spaced = false;
    }
  });
  return out;
}

/** Pieces pay where whole values seldom come again and pieces are not tiny, as those of a serial number are. */
function pays(values: readonly string[]): boolean {
  if (new Set(values).size * 2 <= values.length) return false;
  let length = 0;
  let pieces = 0;
  for (const value of values) {
    length += value.length;
    pieces += value.match(PIECES)?.length ?? 0;
  }
  return length >= pieces * 2;
}

export function codeTexts(body: Body, count: number, given: readonly string[] | undefined): string[] {
  const inPieces = body.coder.flat(1, given && (pays(given) ? 1 : 0));
  return inPieces ? codePieces(body, count, given) : codeSymbols(body, count, given);
}

/** Symbols: each is one that came before in this column, by index, or the next new one. */
class Symbols {
  readonly #body: Body;
  readonly #width: number;
  readonly #again = new Bits(1);
  readonly #which: Bits;
  readonly #list: string[] = [];
  readonly #places = new Map<string, number>();
  constructor(body: Body, different: number | undefined) {
    this.#body = body;
    const size = body.count(different);
    this.#width = widthOf(size);
    this.#which = new Bits(2 ** this.#width);
  }
  code(given: string | undefined): string {
    const { coder } = this.#body;
    const place = given === undefined ? undefined : this.#places.get(given);
    // the first can only be new
    const again = this.#list.length > 0 && coder.bit(this.#again, 0, place === undefined ? 0 : 1);
    if (again) {
      const symbol = this.#list[codeTree(coder, this.#which, this.#width, place)];
      if (symbol === undefined) throw new Malformed('index of a text');
      return symbol;
    }
    const symbol = this.#body.word(given);
    this.#places.set(symbol, this.#list.length);
    this.#list.push(symbol);
    return symbol;
  }
}

function codeSymbols(body: Body, count: number, given: readonly string[] | undefined): string[] {
  const symbols = new Symbols(body, given && new Set(given).size);
  return body.times(count, (i) => symbols.code(given?.[i]));
}

function codePieces(body: Body, count: number, given: readonly string[] | undefined): string[] {
  const all = given?.map(piecesOf);
  const symbols = new Symbols(
    body,
    all && new Set(all.flat().flatMap(({ digits, text }) => (digits ? [] : [text]))).size,
  );
  const lengths = new Ints();
  const spaced = new Bits(8);
  const isDigits = new Bits(8);
  const digits = new Digits();
  return body.times(count, (i) => {
    const pieces = all?.[i];
    const size = lengths.code(body.coder, pieces?.length);
    if (size < 0) throw new Malformed('negative number');
    let before = 2;
    return body
      .times(size, (at) => {
        const piece = pieces?.[at];
        const number = body.coder.bit(isDigits, before, piece && (piece.digits ? 1 : 0));
        const space = body.coder.bit(spaced, before * 2 + number, piece && (piece.spaced ? 1 : 0));
        before = number;
        return (space ? ' ' : '') + (number ? digits.code(body, piece?.text) : symbols.code(piece?.text));
      })
      .join('');
  });
}

/** Runs of digits, zeros in front kept: how many, then the number. */
class Digits {
  readonly #length = new Bits(16);
  readonly #high = new Bits(16 * 16);
  code(body: Body, given: string | undefined): string {
    const length = codeTree(body.coder, this.#length, 4, given?.length);
    if (length === 0) throw new Malformed('digits');
    // 10 bits hold three digits: at most 2.4 % more than they need
    let out = '';
    for (let at = 0; at < length; at += 3) {
      const part = given?.slice(at, at + 3);
      const size = Math.min(3, length - at);
      const width = size === 3 ? 10 : size === 2 ? 7 : 4;
      const value = part === undefined ? undefined : Number(part);
      const low = width - 4;
      const high = codeTree(
        body.coder,
        this.#high,
        4,
        value === undefined ? undefined : value >> low,
        (at === 0 ? length : 0) * 16,
      );
      const rest = low > 0 ? body.coder.flat(low, value === undefined ? undefined : value % 2 ** low) : 0;
      const text = String(high * 2 ** low + rest).padStart(size, '0');
      if (text.length > size) throw new Malformed('digits');
      out += text;
    }
    return out;
  }
}
