// How alike two cards are: the same person written at two desks is found, brothers, sisters and namesakes stay two people.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawing, drawPerson, GIVEN, MISTAKES, SURNAMES, type Drawn } from '../../../../tests/support/drawn-people.ts';
import { duplicateFigures } from '../../../../tests/support/duplicate-figures.ts';
import { fold, foldLoosely } from './folding.ts';
import { nameWords } from './names.ts';
import { bandOf, keysOf, likeness, prepare, PROBABLE, type Named } from './similarity.ts';

const score = (a: Named, b: Named) => likeness(prepare(a), prepare(b)).score;
const found = (a: Named, b: Named) =>
  Object.fromEntries(likeness(prepare(a), prepare(b)).parts.map(({ of, found: what }) => [of, what]));

const letters = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0'), minLength: 0, maxLength: 12 });
const word = fc.oneof(
  letters,
  fc.string({ unit: fc.constantFrom(...'cghilnquyaesxz'), maxLength: 9 }),
  fc.constantFrom(...GIVEN, ...SURNAMES).map((name) => nameWords(name)[0] ?? ''),
);

describe('folding', () => {
  it('is idempotent: what was folded folds to itself', () => {
    fc.assert(
      fc.property(word, (one) => {
        expect(fold(fold(one))).toBe(fold(one));
        expect(foldLoosely(foldLoosely(one))).toBe(foldLoosely(one));
      }),
      { numRuns: 3_000 },
    );
  });

  it('folds loosely what it folds, and makes no word longer', () => {
    fc.assert(
      fc.property(word, word, (one, other) => {
        if (fold(one) === fold(other)) expect(foldLoosely(one)).toBe(foldLoosely(other));
        expect(fold(one).length).toBeLessThanOrEqual(one.length);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['huaman', 'guaman'],
    ['huaman', 'waman'],
    ['quispe', 'kispe'],
    ['chavez', 'chabes'],
    ['villegas', 'biyegas'],
    ['jimenez', 'gimenes'],
    ['hermelinda', 'ermelinda'],
    ['zoila', 'soyla'],
    ['sophia', 'sofia'],
    ['shumpate', 'shunpate'],
  ])('hears %s as %s', (one, other) => expect(fold(one)).toBe(fold(other)));

  it.each([
    ['tsirotsi', 'chirotzi'],
    ['shumpate', 'sumpate'],
    ['condori', 'kunturi'],
    ['yesica', 'jesica'],
    ['vilmer', 'wilmer'],
    ['naupari', 'nyaupari'],
  ])('reads %s as %s by the rules of transliteration', (one, other) => {
    expect(fold(one)).not.toBe(fold(other));
    expect(foldLoosely(one)).toBe(foldLoosely(other));
  });

  it.each([
    ['chavez', 'cavez'],
    ['maria', 'mario'],
    ['guerra', 'gerra'],
    ['luis', 'luz'],
  ])('keeps %s and %s apart', (one, other) => expect(fold(one)).not.toBe(fold(other)));
});

const drawn = fc.nat().map((seed): Drawn => drawPerson(drawing(seed)));
/** A family in which many look alike. */
const relative = fc.record({
  given: fc
    .uniqueArray(fc.constantFrom('María', 'José', 'Josefa'), { minLength: 0, maxLength: 3 })
    .map((all) => all.join(' ')),
  surnames: fc
    .array(fc.constantFrom('Quispe', 'Kispe', 'De la Cruz', 'Huamán'), { minLength: 0, maxLength: 3 })
    .map((all) => all.join(' ')),
  birthYear: fc.option(fc.integer({ min: 1990, max: 1992 }), { nil: null }),
  birthDate: fc.constantFrom(null, '1990-03-04', '1990-04-03', '1991-03-04'),
  sex: fc.constantFrom(null, 'female', 'male', 'prefers-not-to-say'),
  place: fc.constantFrom(null, 'A', 'B'),
});
const shuffled = (text: string) => {
  const words = text.split(' ');
  return fc.shuffledSubarray(words, { minLength: words.length }).map((all) => all.join(' '));
};

describe('likeness', () => {
  it('is symmetric, and between 0 and 100', () => {
    fc.assert(
      fc.property(fc.oneof(relative, drawn), fc.oneof(relative, drawn), (a, b) => {
        expect(score(a, b)).toBe(score(b, a));
        expect(score(a, b)).toBeGreaterThanOrEqual(0);
        expect(score(a, b)).toBeLessThanOrEqual(100);
      }),
      { numRuns: 1_000 },
    );
  });

  it('asks the same whatever the order in which names are written', () => {
    const reordered = drawn.chain((one) => fc.tuple(fc.constant(one), shuffled(one.given), shuffled(one.surnames)));
    fc.assert(
      fc.property(reordered, drawn, ([one, given, surnames], other) => {
        const again = { ...one, given, surnames };
        expect(score(one, again)).toBeGreaterThanOrEqual(score(one, one) - 6);
        // order costs a few points and is never what two people are told apart by
        expect(Math.abs(score(again, other) - score(one, other))).toBeLessThanOrEqual(6);
      }),
    );
  });

  it('is the greatest for the same card, and nothing for names that were erased', () => {
    fc.assert(
      fc.property(drawn, drawn, (one, other) => {
        expect(score(one, one)).toBeGreaterThanOrEqual(score(one, other));
        expect(score({ ...one, given: '', surnames: '' }, { ...one, given: '', surnames: '' })).toBe(0);
      }),
    );
  });

  it('is only ever high where the cards share a key, so that looking by key misses nothing that is asked', () => {
    const mistake = fc.constantFrom(...Object.keys(MISTAKES).filter((kind) => !kind.startsWith('one letter')));
    fc.assert(
      fc.property(drawn, mistake, fc.nat(), (one, kind, seed) => {
        const again = MISTAKES[kind]?.(one, drawing(seed));
        if (!again || score(one, again) < PROBABLE) return;
        const keys = new Set(keysOf(prepare(one)).map(({ key }) => key));
        expect(keysOf(prepare(again)).some(({ key }) => keys.has(key))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('says in parts what it found', () => {
    const rosa = { given: 'Rosa Elena', surnames: 'Quispe Huamán', birthYear: 1988 };
    expect(found(rosa, { given: 'ROSA', surnames: 'Kispe Guamán', birthYear: 1989 })).toEqual({
      surnames: 'sound',
      given: 'missing',
      birth: 'year-off',
    });
    expect(
      found({ ...rosa, birthDate: '1988-03-04' }, { ...rosa, birthDate: '1988-04-03', surnames: 'Huamán Quispe' }),
    ).toEqual({ surnames: 'order', given: 'same', birth: 'exchanged' });
    expect(found(rosa, { given: 'Quispe Huamán', surnames: 'Rosa Elena', birthYear: 1988 })).toMatchObject({
      fields: 'exchanged',
    });
    expect(
      score(
        { given: 'Juan', surnames: 'De la Cruz Ríos', birthYear: null },
        { given: 'JUAN', surnames: 'rios cruz', birthYear: 1970 },
      ),
    ).toBeGreaterThanOrEqual(PROBABLE);
    expect(bandOf(score(rosa, rosa))).toBe('high');
  });

  it('is low for siblings, namesakes of another age and people with one surname in common', () => {
    const rosa = { given: 'Rosa Elena', surnames: 'Quispe Huamán', birthYear: 1988, sex: 'female', place: 'A' };
    const other = (changes: Partial<Named>) => score(rosa, { ...rosa, ...changes });
    expect(other({ given: 'Rosa María' })).toBeLessThan(PROBABLE);
    expect(other({ given: 'Carmen' })).toBeLessThan(PROBABLE);
    expect(other({ birthYear: 1990 })).toBeLessThan(PROBABLE);
    expect(other({ surnames: 'Quispe Chávez' })).toBeLessThan(PROBABLE);
    expect(score({ ...rosa, birthDate: '1988-03-04' }, { ...rosa, birthDate: '1988-11-20', place: 'B' })).toBeLessThan(
      PROBABLE,
    );
    expect(other({ place: 'B' })).toBeLessThan(other({}));
  });
});

describe('among 5,000 drawn people', () => {
  const { mistakes, lookAlikes } = duplicateFigures(5_000, 150);
  /** Below what was measured; lower these only knowing why. */
  const RECALL: Record<string, number> = {
    'one letter wrong in a given name': 0.96,
    'one letter wrong in a surname': 0.96,
  };
  const PRECISION: Record<string, number> = { 'second surname missing': 0.75, 'year of birth unknown': 0.35 };

  it.each(mistakes)('$kind: found, and first in the list', ({ kind, tried, recall, precision, first, compared }) => {
    expect(tried).toBeGreaterThan(50);
    expect(recall).toBeGreaterThanOrEqual(RECALL[kind] ?? 0.99);
    expect(first).toBeGreaterThanOrEqual((RECALL[kind] ?? 0.99) - 0.02);
    expect(precision).toBeGreaterThanOrEqual(PRECISION[kind] ?? 0.85);
    if (kind !== 'year of birth unknown') expect(compared).toBeLessThan(50);
  });

  it.each(lookAlikes)('$kind: is not asked about', ({ recall }) => expect(recall).toBeLessThanOrEqual(0.03));
});
