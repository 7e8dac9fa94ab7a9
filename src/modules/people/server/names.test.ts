// Words of names as they are searched for: the beginning of a word finds the whole, in any spelling.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GIVEN, SURNAMES } from '../../../../tests/support/drawn-people.ts';
import { nameWords, sound, soundOfBeginning } from './names.ts';

describe('the sound of a word', () => {
  it('knows the spellings of the valley', () => {
    expect(sound('huaman')).toBe(sound('guaman'));
    expect(sound('huaman')).toBe(sound('waman'));
    expect(sound('quispe')).toBe(sound('kispe'));
    expect(sound('chavez')).toBe(sound('chabes'));
    expect(sound('chavez')).not.toBe(sound('cavez'));
    expect(sound('maria')).not.toBe(sound('mario'));
  });
});

describe('the beginning of a word', () => {
  it('sounds like the beginning of the whole word', () => {
    const word = fc.oneof(
      fc.constantFrom(...GIVEN, ...SURNAMES).map((name) => nameWords(name)[0] ?? ''),
      fc.string({ unit: fc.constantFrom(...'abcdeghijklmnopqrstuvwxyz'), minLength: 1, maxLength: 9 }),
    );
    fc.assert(
      fc.property(word, fc.nat(), (whole, at) => {
        const letters = whole.slice(0, 1 + (at % whole.length));
        expect(sound(whole).startsWith(soundOfBeginning(letters))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
