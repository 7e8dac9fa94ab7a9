import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isIn, joinSpans, type Span } from './intervals.ts';

const runs = fc.record({ site: fc.nat({ max: 1 }), device: fc.constant(0), run: fc.nat({ max: 1 }) });
const spans: fc.Arbitrary<Span> = fc
  .tuple(runs, fc.integer({ min: 1, max: 20 }), fc.nat({ max: 4 }))
  .map(([run, from, more]) => ({ ...run, from_n: from, to_n: from + more }));

test('intervals hold exactly the identities that were put in, in any order, and none touches another', () => {
  fc.assert(
    fc.property(fc.array(spans, { maxLength: 12 }), (list) => {
      let known: Span[] = [];
      const put = new Set<string>();
      for (const span of list) {
        const { gone, made } = joinSpans(known, [span]);
        known = [...known.filter((one) => !gone.includes(one)), ...made];
        for (let n = span.from_n; n <= span.to_n; n++) put.add(`${span.site} ${span.run} ${n}`);
      }
      for (const site of [0, 1])
        for (const run of [0, 1])
          for (let n = 0; n <= 26; n++)
            expect(isIn(known, { site, device: 0, run, n })).toBe(put.has(`${site} ${run} ${n}`));
      for (const a of known)
        for (const b of known)
          expect(
            a !== b && a.site === b.site && a.run === b.run && a.to_n + 1 >= b.from_n && a.from_n <= b.from_n,
          ).toBe(false);
    }),
  );
});
