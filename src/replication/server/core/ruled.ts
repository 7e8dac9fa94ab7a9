// Class ruled: who gets what there is only so much of. The authority rules on claims; a site decides alone within a share that was lent to it.
import { compareDots } from './merge.ts';
import type { Stamped } from './types.ts';

/** Somebody wants units of one thing: a row of a ruled table, made once and never changed. */
export interface Claim extends Stamped {
  row: string;
  units: number;
  /** The loan within which its writer decided; null = the authority decides. */
  share: string | null;
}

/** One word of the authority on a claim. `void`: the claim was set aside, and is decided anew if it comes back. */
export interface Ruling {
  row: string;
  state: 'accepted' | 'refused' | 'void';
  /** Why: a code. Of what was accepted: within its `share`, or from the `room` that is left. */
  reason: string;
  /** One more than the latest word on this claim that its writer knew: clocks decide nothing. */
  turn: number;
  made: Stamped;
}

/** Units that the authority lent to one site for as long as its chain goes on under one epoch. */
export interface Loan {
  id: string;
  site: number;
  epoch: number;
  units: number;
  /** The borrower is no more: what it had not used is the authority's again. */
  ended: boolean;
}

/** The borrower gives units back. */
export interface ShareReturn {
  loan: string;
  /** Who wrote it; only the borrower's counts. */
  site: number;
  units: number;
}

/** All that is known of one thing. Whatever order it came in, the same set says the same. */
export interface Book {
  /** How many units there are; null = the authority has not said. */
  capacity: number | null;
  claims: readonly Claim[];
  rulings: readonly Ruling[];
  loans: readonly Loan[];
  returns: readonly ShareReturn[];
  /** Rows of claims that were given up: for everybody, for ever, whatever else was said of them. */
  ended: readonly string[];
}

export interface Standing {
  /** `provisional` counts in no figure and may still be refused. */
  state: 'accepted' | 'refused' | 'provisional' | 'ended';
  reason: string;
}

const later = (a: Ruling, b: Ruling) => a.turn - b.turn || a.made.at - b.made.at || compareDots(a.made, b.made);

/** The word that counts on every claim. */
function latestWords(rulings: readonly Ruling[]): Map<string, Ruling> {
  const words = new Map<string, Ruling>();
  for (const ruling of rulings) {
    const known = words.get(ruling.row);
    if (!known || later(ruling, known) > 0) words.set(ruling.row, ruling);
  }
  return words;
}

/** Better clocks first, then the earlier stamp, then the lesser identity: the same for everybody. */
const inTurn = (a: Claim, b: Claim) =>
  b.clock - a.clock || a.at - b.at || compareDots(a, b) || (a.row < b.row ? -1 : 1);

const whole = (units: number) => (Number.isSafeInteger(units) && units > 0 ? units : 0);

/** Counts over one book, each word taken into account once. */
class Count {
  readonly #book: Book;
  readonly #words: Map<string, Ruling>;
  readonly #loans: Map<string, Loan>;
  /** Claims that were not given up. */
  readonly claims: readonly Claim[];
  /** Units accepted within each loan, and outside of any. */
  readonly #spent = new Map<string, number>();
  #fromRoom = 0;
  constructor(book: Book) {
    this.#book = book;
    this.#words = latestWords(book.rulings);
    this.#loans = new Map(book.loans.map((loan) => [loan.id, loan]));
    const ended = new Set(book.ended);
    this.claims = book.claims.filter(({ row }) => !ended.has(row));
    for (const claim of this.claims) {
      const word = this.#words.get(claim.row);
      if (word?.state === 'accepted') this.take(claim, word.reason);
    }
  }

  take(claim: Claim, reason: string): void {
    if (reason === 'share' && claim.share !== null)
      this.#spent.set(claim.share, this.spent(claim.share) + whole(claim.units));
    else this.#fromRoom += whole(claim.units);
  }

  word(row: string): Ruling | undefined {
    const word = this.#words.get(row);
    return word?.state === 'void' ? undefined : word;
  }

  turnAfter(row: string): number {
    return (this.#words.get(row)?.turn ?? 0) + 1;
  }

  spent(loan: string): number {
    return this.#spent.get(loan) ?? 0;
  }

  /** Units of a loan that are still the borrower's and not used. */
  left(loan: Loan): number {
    return loan.ended ? 0 : Math.max(0, this.#kept(loan) - this.spent(loan.id));
  }

  #kept(loan: Loan): number {
    const back = this.#book.returns.filter((one) => one.loan === loan.id && one.site === loan.site);
    return whole(loan.units) - back.reduce((sum, one) => sum + whole(one.units), 0);
  }

  /** Units that are neither given nor lent. What two copies of a borrower used and gave back at once stays used. */
  free(): number {
    const { capacity, loans } = this.#book;
    const held = loans.map((loan) => this.spent(loan.id) + this.left(loan));
    return (capacity ?? 0) - this.#fromRoom - held.reduce((sum, one) => sum + one, 0);
  }

  /** Whether a claim's own loan covers it now. */
  covers(claim: Claim): boolean {
    const loan = claim.share === null ? undefined : this.#loans.get(claim.share);
    return loan !== undefined && loan.site === claim.site && whole(claim.units) > 0 && claim.units <= this.left(loan);
  }

  /** Claims without a word, in their turn. */
  undecided(): Claim[] {
    return this.claims.filter(({ row }) => !this.word(row)).sort(inTurn);
  }
}

/** How every claim stands, as far as is known here: by the authority's word; else accepted within a share, or provisional. */
export function standings(book: Book): Map<string, Standing> {
  const count = new Count(book);
  const found = new Map<string, Standing>(book.claims.map(({ row }) => [row, { state: 'ended', reason: '' }]));
  for (const claim of count.claims) {
    const word = count.word(claim.row);
    if (word) found.set(claim.row, { state: word.state === 'accepted' ? 'accepted' : 'refused', reason: word.reason });
  }
  for (const claim of count.undecided()) {
    const covered = count.covers(claim);
    if (covered) count.take(claim, 'share');
    found.set(claim.row, covered ? { state: 'accepted', reason: 'share' } : { state: 'provisional', reason: '' });
  }
  return found;
}

export type Word = Pick<Ruling, 'row' | 'reason' | 'turn'> & { state: 'accepted' | 'refused' };

/** The authority's words on all claims that have none. What a share covers was promised and goes first; the rest gets what is left, in turn. */
export function ruleOn(book: Book): Word[] {
  const count = new Count(book);
  const words: Word[] = [];
  const say = (claim: Claim, state: Word['state'], reason: string) => {
    if (state === 'accepted') count.take(claim, reason);
    words.push({ row: claim.row, state, reason, turn: count.turnAfter(claim.row) });
  };
  const open = count.undecided();
  const uncovered = open.filter((claim) => {
    const covered = count.covers(claim);
    if (covered) say(claim, 'accepted', 'share');
    return !covered;
  });
  for (const claim of uncovered) {
    if (book.capacity === null) say(claim, 'refused', 'no-quota');
    else if (whole(claim.units) === 0) say(claim, 'refused', 'no-units');
    else if (claim.units <= count.free()) say(claim, 'accepted', 'room');
    else say(claim, 'refused', claim.share === null ? 'taken' : 'share-over');
  }
  return words;
}

/** Words that take back what was accepted, for claims whose operations were set aside. */
export function voidOf(rulings: readonly Ruling[], rows: readonly string[]): Pick<Ruling, 'row' | 'turn'>[] {
  const words = latestWords(rulings);
  return rows.flatMap((row) => {
    const word = words.get(row);
    return word && word.state !== 'void' ? [{ row, turn: word.turn + 1 }] : [];
  });
}

/** Units that are neither given nor lent: what the authority may still lend. */
export const freeUnits = (book: Book): number => new Count(book).free();

/**
 * The loan within which a site may decide on so many units itself: lent to it under the epoch it works in now. A site that began another
 * epoch does not know what it had used before: its shares are suspended.
 */
export function shareFor(book: Book, site: number, epoch: number | undefined, units: number): Loan | undefined {
  const left = leftOf(book);
  return book.loans
    .filter((loan) => loan.site === site && loan.epoch === epoch && (left.get(loan.id) ?? 0) >= units)
    .sort((a, b) => (a.id < b.id ? -1 : 1))[0];
}

/** What is left of every loan: what its borrower may still use or give back. */
export function leftOf(book: Book): Map<string, number> {
  const count = new Count(book);
  for (const claim of count.undecided()) if (count.covers(claim)) count.take(claim, 'share');
  return new Map(book.loans.map((loan) => [loan.id, count.left(loan)]));
}
