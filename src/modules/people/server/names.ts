// How names are compared: by their sound in Spanish and Arawak spelling, because the same person is written differently at two desks.

/** Small letters, no accents, only letters and digits; words apart. */
export function nameWords(text: string): string[] {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/['’`´-]/g, '')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

export type Step = [letters: RegExp, by: string];

/** What Spanish writes in several ways; in order, each step relies on those before it. */
export const SPANISH_CONSONANTS: Step[] = [
  [/ll/g, 'y'],
  [/qu(?=[eiy])/g, 'k'],
  [/q/g, 'k'],
  [/c(?=[eiy])/g, 's'],
  [/c/g, 'k'],
  [/[zx]/g, 's'],
  [/v/g, 'b'],
];
export const HARD_U: Step = [/g?u(?=[aeio])/g, 'w']; // Huamán, Guamán, Wamán
/** Last: y and i, n before p and b, letters written twice (the long vowels of asháninka too). */
export const SPANISH_ENDING: Step[] = [
  [/y(?![aeiou])/g, 'i'],
  [/i(?=[aeou])/g, 'y'],
  [/iy/g, 'y'],
  [/n(?=[pb])/g, 'm'],
  [/(.)\1+/g, '$1'],
];

// The vowels stay as they are written.
const STEPS: Step[] = [
  [/ch/g, '1'], // a sound of its own, before the silent h goes
  [/h/g, ''],
  ...SPANISH_CONSONANTS,
  [/gu(?=[eiy])/g, '2'],
  [/g(?=[ei])/g, 'j'],
  [/2/g, 'g'],
  HARD_U,
  ...SPANISH_ENDING,
];

/** The sound of one word of `nameWords`. Equal sounds: accents, b/v, s/z/c, ll/y, k/c/qu, h, doubled letters. */
export function sound(word: string): string {
  return STEPS.reduce((spelled, [letters, by]) => spelled.replace(letters, by), word);
}

/**
 * How the sound of every word begins that begins with these letters ("mac" for Maceda). Letters whose sound hangs on the
 * next one are left out; empty when too little remains to search by sound.
 */
export function soundOfBeginning(letters: string): string {
  const sure = sound(letters.replace(/[cghilnquy]+$/, ''));
  return sure.length > 1 ? sure : '';
}
