// How alike two cards are, in parts that a person can read; it ranks what is asked and never decides.
import { fold, foldLoosely } from './folding.ts';
import { birthPart, type Birthday } from './birth-match.ts';
import { nameWords } from './names.ts';

/** What is compared of a card. */
export interface Named extends Birthday {
  given: string;
  surnames: string;
  sex?: string | null;
  place?: string | null;
}

export interface Part {
  of: 'surnames' | 'given' | 'birth' | 'sex' | 'place' | 'fields';
  /** Code of what was found; with `of` the key of its sentence. */
  found: string;
  points: number;
}

export interface Likeness {
  /** 0-100. */
  score: number;
  parts: Part[];
}

/** From here on a person is asked. */
export const PROBABLE = 57;

interface Word {
  text: string;
  sound: string;
  loose: string;
  /** As loose, where an l may have been doubled by mistake. */
  single: string;
}

/** A card whose words are folded already, for many comparisons. */
export interface Prepared {
  card: Named;
  given: Word[];
  surnames: Word[];
}

/** Words inside names that people leave out or add. */
const PARTICLES = new Set(['de', 'del', 'la', 'las', 'los', 'y', 'e', 'da', 'do', 'dos']);
/** Nobody needs more to be told apart; what is received may be of any length. */
const MOST_WORDS = 5;
const LONGEST_WORD = 40;

function wordsOf(text: string): Word[] {
  const all = nameWords(text.slice(0, 400));
  const telling = all.filter((word) => !PARTICLES.has(word));
  return (telling.length > 0 ? telling : all).slice(0, MOST_WORDS).flatMap((long) => {
    const word = long.slice(0, LONGEST_WORD);
    const sound = fold(word);
    return sound === ''
      ? []
      : [{ text: word, sound, loose: foldLoosely(word), single: foldLoosely(word.replace(/l+/g, 'l')) }];
  });
}

export function prepare(card: Named): Prepared {
  return { card, given: wordsOf(card.given), surnames: wordsOf(card.surnames) };
}

type Level = 'same' | 'sound' | 'loose' | 'typo' | 'initial';
const WORTH: Record<Level, number> = { same: 1, sound: 0.97, loose: 0.85, typo: 0.6, initial: 0.5 };

function levelOf(a: Word, b: Word): Level | null {
  if (a.text === b.text) return 'same';
  if (a.sound === b.sound) return 'sound';
  if (a.loose === b.loose || a.single === b.single) return 'loose';
  if (a.text.length === 1 || b.text.length === 1) return a.sound[0] === b.sound[0] ? 'initial' : null;
  if (sexApart(a.text, b.text) || sexApart(a.sound, b.sound)) return null;
  return slipped(a.text, b.text) || slipped(a.sound, b.sound) ? 'typo' : null;
}

/** Only a last a or o is another or missing: Mario and María are two people. */
const sexApart = (a: string, b: string) => a.replace(/[ao]$/, '') === b.replace(/[ao]$/, '');

/** One letter wrong, missing, too many or exchanged with the next; two in a long word. */
function slipped(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length < 4 || long.length < 5 || long.length - short.length > 2) return false;
  const allowed = short.length >= 9 ? 2 : 1;
  return distance(short, long, allowed) <= allowed;
}

/** Letters to change, put in, take out or exchange with their neighbour; more than `enough` is not counted exactly. */
function distance(a: string, b: string, enough: number): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    if (Math.min(...row) > enough) return enough + 1;
    [before, above] = [above, row];
  }
  return above[b.length] ?? 0;
}

interface Matching {
  /** Least of the levels of matched words. */
  level: Level | null;
  /** Sum of what matched words are worth. */
  worth: number;
  matched: number;
  /** Words of one side, and of the other, that nothing answers to. */
  left: [number, number];
  ordered: boolean;
}

/** The pairing of words that is worth most. */
function match(a: readonly Word[], b: readonly Word[]): Matching {
  const levels = a.map((one) => b.map((other) => levelOf(one, other)));
  let best: { worth: number; pairs: [number, number][]; ordered: boolean } = { worth: 0, pairs: [], ordered: true };
  const look = (at: number, taken: number, worth: number, pairs: [number, number][]): void => {
    if (at === a.length) {
      const ordered = pairs.every(([, j], n) => n === 0 || j > (pairs[n - 1]?.[1] ?? -1));
      if (worth > best.worth || (worth === best.worth && ordered && !best.ordered)) best = { worth, pairs, ordered };
      return;
    }
    look(at + 1, taken, worth, pairs);
    for (const [j, level] of (levels[at] ?? []).entries())
      if (level && !(taken & (1 << j))) look(at + 1, taken | (1 << j), worth + WORTH[level], [...pairs, [at, j]]);
  };
  look(0, 0, 0, []);
  const found = best.pairs.flatMap(([i, j]) => levels[i]?.[j] ?? []);
  return {
    level: found.reduce<Level | null>((least, one) => (!least || WORTH[one] < WORTH[least] ? one : least), null),
    worth: best.worth,
    matched: found.length,
    left: [a.length - found.length, b.length - found.length],
    ordered: best.ordered,
  };
}

const joined = (words: readonly Word[]) => words.map((word) => word.text).join('');

/** `De la Cruz` and `Delacruz`, `Ana María` and `Anamaría`. */
function writtenTogether(a: readonly Word[], b: readonly Word[]): boolean {
  return a.length !== b.length && fold(joined(a)) === fold(joined(b));
}

interface Weights {
  all: number;
  order: number;
  /** For each name that one card lacks. */
  missing: number;
  partly: number;
  other: number;
}
const SURNAMES: Weights = { all: 40, order: -4, missing: -12, partly: -30, other: -40 };
const GIVEN: Weights = { all: 30, order: -2, missing: -6, partly: -32, other: -40 };

function namePart(of: 'surnames' | 'given', a: readonly Word[], b: readonly Word[], weights: Weights): Part {
  const part = (found: string, points: number): Part => ({ of, found, points: Math.round(points) });
  if (a.length === 0 || b.length === 0) return part('unknown', 0);
  if (writtenTogether(a, b)) return part('sound', weights.all * WORTH.sound);
  const { level, worth, matched, left, ordered } = match(a, b);
  if (!level) return part('other', weights.other);
  const most = matched + Math.max(...left);
  if (left[0] > 0 && left[1] > 0) return part('partly', (weights.all * worth) / most + weights.partly);
  const value = (weights.all * worth) / matched;
  if (left[0] + left[1] > 0)
    return part(level === 'same' ? 'missing' : `missing-${level}`, value + (left[0] + left[1]) * weights.missing);
  if (!ordered) return part(level === 'same' ? 'order' : `order-${level}`, value + weights.order);
  return part(level, value);
}

function names(a: Prepared, b: Prepared): Part[] {
  const straight = [namePart('surnames', a.surnames, b.surnames, SURNAMES), namePart('given', a.given, b.given, GIVEN)];
  if (straight.some(({ found }) => found !== 'other')) return straight;
  // given names written where surnames belong
  const across = [namePart('surnames', a.surnames, b.given, SURNAMES), namePart('given', a.given, b.surnames, GIVEN)];
  if (across.some(({ points }) => points <= 0)) return straight;
  return [...across, { of: 'fields', found: 'exchanged', points: -8 }];
}

function sexPart(a: Named, b: Named): Part[] {
  const [one, other] = [a.sex, b.sex].map((sex) => (sex === 'prefers-not-to-say' ? null : sex));
  if (!one || !other) return [];
  return [one === other ? { of: 'sex', found: 'same', points: 2 } : { of: 'sex', found: 'other', points: -12 }];
}

function placePart(a: Named, b: Named): Part[] {
  if (!a.place || !b.place) return [];
  return [
    a.place === b.place ? { of: 'place', found: 'same', points: 6 } : { of: 'place', found: 'other', points: -8 },
  ];
}

/** Symmetric; the order of names does not matter but for a few points. */
export function likeness(a: Prepared, b: Prepared): Likeness {
  const parts = [
    ...names(a, b),
    { of: 'birth' as const, ...birthPart(a.card, b.card) },
    ...sexPart(a.card, b.card),
    ...placePart(a.card, b.card),
  ];
  const unnamed = parts.some(({ of, found }) => found === 'unknown' && (of === 'given' || of === 'surnames'));
  const sum = parts.reduce((total, { points }) => total + points, 0);
  return { score: unnamed ? 0 : Math.max(0, Math.min(100, sum)), parts };
}

/** In words beside the number: how sure one may be before asking the person. */
export function bandOf(score: number): 'high' | 'middle' | 'low' {
  return score >= 85 ? 'high' : score >= 70 ? 'middle' : 'low';
}

const START = 3;
/** How a word begins, loosely: what is written wrongly is more often the middle or the end. */
const starts = (word: Word) => [...new Set([word.loose.slice(0, START), word.single.slice(0, START)])];
const both = (a: string, b: string) => (a < b ? `${a}|${b}` : `${b}|${a}`);
const KEY_WORDS = 3;

export interface Key {
  key: string;
  /** 0: goes with every year of birth. */
  year: number;
}

/** What is stored for a year that nobody knows, or only about. */
export const ANY_YEAR = 0;

/** Under which year a card is looked for. */
export function keyYear({ birthYear, birthBasis }: Birthday): number {
  return birthYear === null || birthBasis === 'estimated' ? ANY_YEAR : birthYear;
}

/**
 * Keys under which a card is kept, so that who is looked for is compared with few: a given name with a surname, the surnames
 * with each other, the day of birth in either order with a given name. Who has few names gets some where one of them counts by
 * its first letter only. Only cards that share a key are compared.
 */
export function keysOf({ card, given, surnames }: Prepared): Key[] {
  const [firsts, lasts] = [given.slice(0, KEY_WORDS), surnames.slice(0, KEY_WORDS)];
  const named = firsts.flatMap((one) =>
    lasts.flatMap((other) => starts(one).flatMap((a) => starts(other).map((b) => both(a, b)))),
  );
  const families = lasts.flatMap((one, at) =>
    lasts.slice(at + 1).flatMap((other) => starts(one).flatMap((a) => starts(other).map((b) => `=${both(a, b)}`))),
  );
  const few = firsts.length < 2 || lasts.length < 2;
  const whole = few
    ? firsts.flatMap((one) =>
        lasts.flatMap((other) => [`${one.loose}~${other.loose.charAt(0)}`, `${other.loose}~${one.loose.charAt(0)}`]),
      )
    : [];
  const day = /^\d{4}-(\d\d)-(\d\d)$/.exec(card.birthDate ?? '');
  const days = day
    ? firsts.flatMap((word) => starts(word).map((one) => `${both(day[1] ?? '', day[2] ?? '')}|${one}`))
    : [];
  const year = keyYear(card);
  return [
    ...[...new Set([...named, ...families, ...whole])].sort().map((key) => ({ key, year })),
    ...[...new Set(days)].sort().map((key) => ({ key, year: ANY_YEAR })),
  ];
}
