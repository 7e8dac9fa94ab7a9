// Names: the same person written at two desks is found, brothers and sisters stay two people.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { duplicateKeys, nameWords, probablySame, sound, soundOfBeginning, type Named } from './names.ts';

const GIVEN = [
  'María',
  'José',
  'Carmen',
  'Luis',
  'Guillermo',
  'Yesenia',
  'Zoila',
  'Quintina',
  'Hermelinda',
  'Shirampari',
  'Kemari',
  'Víctor',
];
const SURNAMES = [
  'Quispe',
  'Huamán',
  'Villegas',
  'Chávez',
  'Ñaupari',
  'Cenepo',
  'Pérez',
  'Samaniego',
  'Tsirotsi',
  'Valbuena',
  'Camposh',
  'Ibáñez',
];

const personOf = (given: string[], surnames: string[], years: { min: number; max: number }) =>
  fc
    .record({
      given: fc.uniqueArray(fc.constantFrom(...given), { minLength: 1, maxLength: 2 }),
      surnames: fc.uniqueArray(fc.constantFrom(...surnames), { minLength: 1, maxLength: 2 }),
      birthYear: fc.option(fc.integer(years), { nil: null }),
    })
    .map((one): Named => ({ given: one.given.join(' '), surnames: one.surnames.join(' '), birthYear: one.birthYear }));
const person = personOf(GIVEN, SURNAMES, { min: 1930, max: 2020 });
/** A family in which many look alike. */
const relative = personOf(GIVEN.slice(0, 2), SURNAMES.slice(0, 2), { min: 1990, max: 1992 });

/** What a hurried or half-heard writing does to a name and keeps its sound. */
const ERRORS: ((name: string) => string)[] = [
  (name) => name.normalize('NFD').replace(/\p{M}/gu, ''),
  (name) => name.toUpperCase(),
  (name) => name.replace(/v/g, 'b'),
  (name) => name.replace(/b/g, 'v'),
  (name) => name.replace(/z/g, 's'),
  (name) => name.replace(/s/g, 'z'),
  (name) => name.replace(/[sz](?=[eiéí])/g, 'c'),
  (name) => name.replace(/ll/g, 'y'),
  (name) => name.replace(/y(?=[aeiou])/g, 'll'),
  (name) => name.replace(/qu(?=[eiéí])/gi, 'k'),
  (name) => name.replace(/k(?=[eiéí])/g, 'qu'),
  (name) => name.replace(/c(?=[aouáóú])/gi, 'k'),
  (name) =>
    name.replace(/h(?=[aeiouáéíóú])/gi, (letter, at: number) => (name[at - 1]?.toLowerCase() === 'c' ? letter : '')),
  (name) => name.replace(/\b[aeiou]/gi, (letter) => `h${letter}`),
  (name) => name.replace(/[nmrt]/g, (letter) => letter + letter),
  (name) => `  ${name.replace(/ /g, '  ')} `,
];
const error = fc.constantFrom(...ERRORS);
const misspelled = (name: string, errors: ((text: string) => string)[]) =>
  errors.reduce((text, change) => change(text), name);

describe('probable duplicates', () => {
  it('are a symmetric matter', () => {
    fc.assert(fc.property(relative, relative, (a, b) => probablySame(a, b) === probablySame(b, a)));
  });

  it('are found under spelling errors, surnames in another order, a missing second name and a year off by one', () => {
    fc.assert(
      fc.property(
        person,
        fc.array(error, { maxLength: 4 }),
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: -1, max: 1 }),
        (a, errors, swap, shorten, off) => {
          const surnames = a.surnames.split(' ');
          const written = swap ? surnames.toReversed() : surnames;
          const b: Named = {
            given: misspelled(shorten ? (a.given.split(' ')[0] ?? '') : a.given, errors),
            surnames: misspelled(written.slice(0, shorten ? 1 : 2).join(' '), errors),
            birthYear: a.birthYear === null ? 1990 : a.birthYear + off,
          };
          expect(probablySame(a, b)).toBe(true);
        },
      ),
    );
  });

  it('always share a key, so that looking by key misses none', () => {
    fc.assert(
      fc.property(relative, relative, (a, b) => {
        if (!probablySame(a, b)) return;
        const keys = new Set(duplicateKeys(a));
        expect(duplicateKeys(b).some((key) => keys.has(key))).toBe(true);
      }),
    );
    fc.assert(
      fc.property(person, fc.array(error, { maxLength: 4 }), (a, errors) => {
        const keys = new Set(duplicateKeys(a));
        expect(
          duplicateKeys({ given: misspelled(a.given, errors), surnames: misspelled(a.surnames, errors) }).every((key) =>
            keys.has(key),
          ),
        ).toBe(true);
      }),
    );
  });

  it('are not siblings, namesakes of another age or people with one surname in common', () => {
    const rosa = { given: 'Rosa Elena', surnames: 'Quispe Huamán', birthYear: 1988 };
    expect(probablySame(rosa, { ...rosa, given: 'Rosa María' })).toBe(false);
    expect(probablySame(rosa, { ...rosa, given: 'Carmen' })).toBe(false);
    expect(probablySame(rosa, { ...rosa, birthYear: 1990 })).toBe(false);
    expect(probablySame(rosa, { ...rosa, surnames: 'Quispe Chávez' })).toBe(false);
    expect(probablySame(rosa, { ...rosa, given: '', surnames: '' })).toBe(false);
  });

  it('know the spellings of the valley', () => {
    expect(sound('huaman')).toBe(sound('guaman'));
    expect(sound('huaman')).toBe(sound('waman'));
    expect(sound('quispe')).toBe(sound('kispe'));
    expect(sound('chavez')).toBe(sound('chabes'));
    expect(sound('chavez')).not.toBe(sound('cavez'));
    expect(sound('maria')).not.toBe(sound('mario'));
    expect(
      probablySame(
        { given: 'Juan', surnames: 'De la Cruz Ríos', birthYear: null },
        { given: 'JUAN', surnames: 'rios cruz', birthYear: 1970 },
      ),
    ).toBe(true);
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
