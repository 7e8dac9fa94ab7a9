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

// In order: each step relies on those before it. The vowels stay as they are written.
const STEPS: [RegExp, string][] = [
  [/ch/g, '1'], // a sound of its own, before the silent h goes
  [/h/g, ''],
  [/ll/g, 'y'],
  [/qu(?=[eiy])/g, 'k'],
  [/q/g, 'k'],
  [/c(?=[eiy])/g, 's'],
  [/c/g, 'k'],
  [/[zx]/g, 's'],
  [/v/g, 'b'],
  [/gu(?=[eiy])/g, '2'],
  [/g(?=[ei])/g, 'j'],
  [/2/g, 'g'],
  [/g?u(?=[aeio])/g, 'w'], // Huamán, Guamán, Wamán
  [/y(?![aeiou])/g, 'i'],
  [/i(?=[aeou])/g, 'y'],
  [/iy/g, 'y'],
  [/n(?=[pb])/g, 'm'],
  [/(.)\1+/g, '$1'], // also the long vowels of asháninka
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

/** Words inside surnames that people leave out or add. */
const PARTICLES = new Set(['de', 'del', 'la', 'las', 'los', 'y', 'e', 'da', 'do', 'dos']);

export interface Named {
  given: string;
  surnames: string;
  /** Year of birth, or null when nobody knows it. */
  birthYear: number | null;
}

function sounds(text: string): Set<string> {
  const words = nameWords(text);
  const telling = words.filter((word) => !PARTICLES.has(word));
  return new Set((telling.length > 0 ? telling : words).map(sound).filter((one) => one !== ''));
}

/**
 * Keys under which a person is looked for before registering: one per pair of given name and surname, by sound. Two
 * persons that `probablySame` calls the same share at least one; the year is compared beside the key.
 */
export function duplicateKeys(person: Pick<Named, 'given' | 'surnames'>): string[] {
  const surnames = [...sounds(person.surnames)];
  return [...sounds(person.given)].flatMap((given) => surnames.map((surname) => `${given}|${surname}`)).sort();
}

/**
 * Whether two cards probably mean one person. Order of surnames does not count, one of them or a second given name may be
 * missing, the year may be off by one. Symmetric. Brothers and sisters (same surnames, other given names) are two people.
 */
export function probablySame(a: Named, b: Named): boolean {
  if (a.birthYear !== null && b.birthYear !== null && Math.abs(a.birthYear - b.birthYear) > 1) return false;
  return oneHoldsOther(sounds(a.given), sounds(b.given)) && oneHoldsOther(sounds(a.surnames), sounds(b.surnames));
}

function oneHoldsOther(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  if (a.size === 0 || b.size === 0) return false;
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  return [...small].every((one) => large.has(one));
}
