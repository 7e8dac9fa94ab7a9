// Three numbers that are never mixed, and that no order of arrival changes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visitCode, visitOfCode } from './code.ts';
import { countVisits } from './rules.ts';
import { encodeId } from '#platform/ids';

const visit = fc.record({
  id: fc.integer({ min: 0, max: 6 }).map((n) => `V${n}`),
  person: fc.option(fc.constantFrom('ROSA', 'LUIS', 'ANA'), { nil: null }),
});
const rows = fc.record({
  visits: fc.uniqueArray(visit, { selector: (one) => one.id, maxLength: 7 }),
  attentions: fc.uniqueArray(
    fc.record({
      id: fc.integer({ min: 0, max: 12 }).map((n) => `A${n}`),
      visit: fc.integer({ min: 0, max: 8 }).map((n) => `V${n}`),
    }),
    { selector: (one) => one.id, maxLength: 12 },
  ),
  voided: fc.uniqueArray(
    fc.integer({ min: 0, max: 6 }).map((n) => `V${n}`),
    { maxLength: 3 },
  ),
});

describe('counting', () => {
  it('gives the same three numbers in every order of arrival, also when rows arrive twice', () => {
    const arriving = rows.chain(({ visits, attentions, voided }) =>
      fc.record({
        visits: fc.constant(visits),
        attentions: fc.constant(attentions),
        voided: fc.constant(voided),
        visitsLater: fc.shuffledSubarray(visits, { minLength: visits.length }),
        visitsAgain: fc.shuffledSubarray(visits),
        attentionsLater: fc.shuffledSubarray(attentions, { minLength: attentions.length }),
        attentionsAgain: fc.shuffledSubarray(attentions),
      }),
    );
    fc.assert(
      fc.property(arriving, (a) => {
        const expected = countVisits(a.visits, a.attentions, new Set(a.voided));
        const got = countVisits(
          [...a.visitsLater, ...a.visitsAgain],
          [...a.attentionsLater, ...a.attentionsAgain],
          new Set(a.voided.toReversed()),
        );
        expect(got).toEqual(expected);
      }),
    );
  });

  it('never has more people than visits with a card, and loses what is voided', () => {
    fc.assert(
      fc.property(rows, ({ visits, attentions, voided }) => {
        const counts = countVisits(visits, attentions, new Set(voided));
        expect(counts.people).toBeLessThanOrEqual(counts.visits - counts.unnamed);
        expect(countVisits(visits, attentions, new Set(visits.map((one) => one.id)))).toEqual({
          attentions: 0,
          visits: 0,
          people: 0,
          unnamed: 0,
        });
      }),
    );
  });
});

describe('the code on a receipt', () => {
  it('leads back to the visit at the telecentre that gave it, as it is read aloud', () => {
    const parts = fc.record({
      site: fc.integer({ min: 1, max: 32_767 }),
      device: fc.constant(0),
      run: fc.integer({ min: 0, max: 2 ** 20 - 1 }),
      counter: fc.integer({ min: 1, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(parts, (one) => {
        const id = encodeId(one);
        expect(visitOfCode(one.site, ` ${visitCode(id).toLowerCase()} `)).toBe(id);
        expect(visitOfCode(one.site, id)).toBe(id);
      }),
    );
    expect(visitOfCode(7, 'nothing')).toBeNull();
  });
});
