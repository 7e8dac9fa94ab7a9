// Rules about people: the latest answer counts in any order of arrival, no wrong clock brings an old yes back, age is judged with care.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeCard, readCard, showCard } from './card.ts';
import { ANSWERS, type Answer } from './purposes.ts';
import {
  ageBand,
  consents,
  currentConsent,
  currentProfile,
  ofAge,
  profilePeople,
  standing,
  type ConsentFact,
  type ProfileFact,
} from './rules.ts';

/** A history as it is written: each answer replaces some of those before it; clocks say what they like. */
const history = fc
  .array(
    fc.record({
      answer: fc.constantFrom(...ANSWERS),
      made_at: fc.integer({ min: 0, max: 5 }),
      knows: fc.nat({ max: 7 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((acts) =>
    acts.map(({ answer, made_at, knows }, at): ConsentFact => {
      const before = acts.slice(0, at).map((_, index) => `C${index}`);
      return { id: `C${at}`, answer, made_at, expires: null, replaces: before.slice(0, knows).join(',') || null };
    }),
  );

/** The same facts, in another order of arrival. */
const shuffled = fc.array(fc.integer(), { minLength: 8, maxLength: 8 });
function inOrder<T>(rows: readonly T[], keys: readonly number[]): T[] {
  return rows
    .map((row, at) => ({ row, key: keys[at] ?? 0, at }))
    .toSorted((a, b) => a.key - b.key || b.at - a.at)
    .map(({ row }) => row);
}

const fact = (
  id: string,
  answer: Answer,
  made_at: number,
  replaces: string | null = null,
  expires: string | null = null,
): ConsentFact => ({ id, answer, made_at, replaces, expires });

describe('the answer that counts', () => {
  it('is the same in every order of arrival, and twice is once', () => {
    fc.assert(
      fc.property(history, shuffled, (facts, keys) => {
        const expected = currentConsent(facts);
        expect(currentConsent(inOrder(facts, keys))).toEqual(expected);
        expect(currentConsent([...facts, ...inOrder(facts, keys)])).toEqual(expected);
      }),
    );
  });

  it('is the latest one when every answer knew those before it, whatever the clocks say', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ answer: fc.constantFrom(...ANSWERS), made_at: fc.integer() }), {
          minLength: 1,
          maxLength: 6,
        }),
        (acts) => {
          let known: ConsentFact[] = [];
          for (const [at, act] of acts.entries()) {
            const replaces = standing(known)
              .map((one) => one.id)
              .join(',');
            known = [...known, { id: `C${at}`, expires: null, replaces: replaces || null, ...act }];
          }
          expect(currentConsent(known)?.id).toBe(`C${acts.length - 1}`);
        },
      ),
    );
  });

  it('is the later of two that did not know of each other, and at the same moment the more careful one', () => {
    expect(currentConsent([fact('A', 'no', 5), fact('B', 'yes', 9)])?.answer).toBe('yes');
    expect(currentConsent([fact('A', 'no', 5), fact('B', 'yes', 5)])?.answer).toBe('no');
    expect(currentConsent([fact('B', 'yes', 5), fact('A', 'prefers-not', 5)])?.answer).toBe('prefers-not');
    expect(currentConsent([])).toBeUndefined();
  });

  it('is worth nothing after its last day', () => {
    const until = fact('A', 'yes', 1, null, '2026-12-31');
    expect(consents(until, '2026-12-31')).toBe(true);
    expect(consents(until, '2027-01-01')).toBe(false);
    expect(consents(undefined, '2026-01-01')).toBe(false);
    expect(consents(fact('A', 'prefers-not', 1), '2026-01-01')).toBe(false);
  });
});

describe('the profile that counts', () => {
  const value = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: null });
  const profiles = fc
    .array(
      fc.record({
        made_at: fc.integer({ min: 0, max: 4 }),
        sex: value,
        birth_year: fc.option(fc.integer({ min: 1950, max: 1960 }), { nil: null }),
        district: value,
        place: value,
        people: value,
        language: value,
      }),
      { maxLength: 8 },
    )
    .map((rows) => rows.map((row, at): ProfileFact => ({ id: `P${at}`, ...row })));

  it('is the same in every order of arrival', () => {
    fc.assert(
      fc.property(profiles, shuffled, (facts, keys) => {
        expect(currentProfile(inOrder(facts, keys))).toEqual(currentProfile(facts));
      }),
    );
  });

  it('keeps a field of which a later fact says nothing', () => {
    const empty = { sex: null, birth_year: null, district: null, place: null, people: null, language: null };
    const facts = [
      { ...empty, id: 'A', made_at: 1, sex: 'female', people: 'ashaninka' },
      { ...empty, id: 'B', made_at: 2, sex: 'prefers-not-to-say' },
    ];
    expect(currentProfile(facts)).toMatchObject({ sex: 'prefers-not-to-say', people: 'ashaninka', language: null });
  });
});

describe('what figures may know of a people', () => {
  it('needs a yes to that purpose', () => {
    expect(profilePeople('yes', 'ashaninka')).toBe('ashaninka');
    expect(profilePeople('no', 'ashaninka')).toBe('unknown');
    expect(profilePeople(undefined, 'ashaninka')).toBe('unknown');
    expect(profilePeople('prefers-not', 'ashaninka')).toBe('prefers-not-to-say');
    expect(profilePeople(undefined, 'prefers-not-to-say')).toBe('prefers-not-to-say');
    expect(profilePeople('yes', null)).toBe('unknown');
  });
});

describe('age', () => {
  it('with the whole date changes on the birthday, with the year alone a year later', () => {
    expect(ofAge({ birthYear: 2008, birthDate: '2008-11-24' }, '2026-11-24')).toBe(true);
    expect(ofAge({ birthYear: 2008, birthDate: '2008-11-25' }, '2026-11-24')).toBe(false);
    expect(ofAge({ birthYear: 2008, birthDate: '2008-02-29' }, '2026-02-28')).toBe(false);
    expect(ofAge({ birthYear: 2008, birthDate: null }, '2026-12-31')).toBe(false);
    expect(ofAge({ birthYear: 2007, birthDate: null }, '2026-01-01')).toBe(true);
    expect(ofAge({ birthYear: null, birthDate: null }, '2026-01-01')).toBe(false);
  });

  it('falls into one band', () => {
    expect([2020, 2014, 2008, 1996, 1966, 1900, null, 2030].map((year) => ageBand(year, '2026-11-24'))).toEqual([
      '0-11',
      '12-17',
      '18-29',
      '30-59',
      '60+',
      'unknown',
      'unknown',
      'unknown',
    ]);
  });
});

describe('a card number', () => {
  it('survives being typed with spaces, and one wrong digit is noticed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 32_767 }),
        fc.string({ minLength: 11, maxLength: 12 }),
        fc.nat(),
        fc.integer({ min: 1, max: 9 }),
        (site, person, place, off) => {
          const card = makeCard(site, person);
          expect(readCard(` ${showCard(card)} `)).toBe(card);
          const at = place % card.length;
          const wrong = card.slice(0, at) + String((Number(card[at]) + off) % 10) + card.slice(at + 1);
          expect(readCard(wrong)).toBeNull();
        },
      ),
    );
    expect(readCard('María')).toBeNull();
    expect(readCard('')).toBeNull();
  });
});
