// Spellings of one name folded together, for finding duplicates: what one desk writes b, ll or qu another writes v, y or k.

import { HARD_U, SPANISH_CONSONANTS, SPANISH_ENDING, type Step } from './names.ts';

/** Capital letters stand for sounds that no later step may touch: C is ch, X is sh, G is the hard g. */
const SOUND: Step[] = [
  [/t?ch/g, 'C'],
  [/sh/g, 'X'],
  [/ph/g, 'f'],
  [/h/g, ''],
  ...SPANISH_CONSONANTS,
  [/gu(?=[eiy])/g, 'G'],
  [/g(?=[eiy])/g, 'j'],
  HARD_U,
  [/g/g, 'G'],
  ...SPANISH_ENDING,
];

/**
 * What else varies when names of Quechua and of the Amazonian languages are written by Spanish ears: three vowels heard as
 * five, voiced and voiceless, sh, ch and ts, w and b. Letters only: no name is known here.
 */
const LOOSE: Step[] = [
  [/t?[CX]|ts/g, 's'],
  [/e/g, 'i'],
  [/o/g, 'u'],
  [/[wp]/g, 'b'],
  [/d/g, 't'],
  [/G/g, 'k'],
  [/j/g, 'y'],
  [/ny/g, 'n'],
];

/** Folds until nothing changes, so that folding twice is folding once. No step makes a word longer. */
function settle(word: string, steps: readonly Step[]): string {
  let folded = word;
  for (let turn = 0; turn <= word.length + 4; turn++) {
    const next = steps.reduce((text, [letters, by]) => text.replace(letters, by), folded);
    if (next === folded) break;
    folded = next;
  }
  return folded;
}

/** A word of `nameWords` by its sound in Spanish. Equal: accents, b/v, s/z/c/x, ll/y, k/c/qu, g/j, n/ñ, mute h, doubled letters. */
export const fold = (word: string): string => settle(word, SOUND);

/** The same more loosely: also equal are spellings that general rules of transliteration lead to. */
export const foldLoosely = (word: string): string => settle(word, [...SOUND, ...LOOSE]);
