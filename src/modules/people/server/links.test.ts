// Joined cards: one person counts once in whatever order the decisions arrive, and a decision can be taken back.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk, verdict, type TestDesk } from '../../../../tests/support/desk.ts';
import { correctPerson } from './commands/correct-person.ts';
import { decideDuplicate } from './commands/decide-duplicate.ts';
import { openCard } from './commands/open-card.ts';
import { countsAs, joinedSets, type Link } from './links.ts';

const link = fc
  .record({
    a: fc.integer({ min: 0, max: 5 }),
    b: fc.integer({ min: 0, max: 5 }),
    verdict: fc.constantFrom('same' as const, 'different' as const),
    made_at: fc.integer({ min: 0, max: 3 }),
  })
  .filter(({ a, b }) => a !== b)
  .map(({ a, b, ...rest }) => ({ person: `P${Math.min(a, b)}`, other: `P${Math.max(a, b)}`, ...rest }));
const links = fc.array(link, { maxLength: 9 }).map((rows) => rows.map((row, at): Link => ({ id: `L${at}`, ...row })));

describe('joined sets', () => {
  it('are the same in every order of arrival, and twice is once', () => {
    const arriving = links.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), fc.shuffledSubarray(all)),
    );
    fc.assert(
      fc.property(arriving, ([all, order, again]) => {
        const sorted = (sets: Map<string, string>) => [...sets].toSorted();
        expect(sorted(joinedSets([...order, ...again]))).toEqual(sorted(joinedSets(all)));
      }),
    );
  });

  it('count as their least id, which counts as itself', () => {
    fc.assert(
      fc.property(links, (all) => {
        const sets = joinedSets(all);
        for (const [person, countsFor] of sets) {
          expect(countsFor <= person).toBe(true);
          expect(sets.get(countsFor)).toBe(countsFor);
        }
      }),
    );
  });
});

describe('people.decide-duplicate', () => {
  let desk: TestDesk;
  beforeAll(async () => {
    desk = await openDesk();
  });
  afterAll(() => desk.close());

  let named = 0;
  /** Registered under another name each, then corrected to the same: nobody was asked whether they are one. */
  async function lookAlike(): Promise<string> {
    const { id } = await desk.register({ given: `Distinta ${String.fromCharCode(65 + named++)}o` });
    const { version } = await desk.must(openCard, desk.operator, { person: id });
    const names = { given: 'Trilliza', surnames: 'Camposh', birthYear: '1988', sex: 'female' };
    await desk.must(correctPerson, desk.operator, { person: id, seen: version, ...names });
    return id;
  }

  it('is for those who may correct cards', async () => {
    const [a, b] = [await desk.register(), await desk.register()];
    const input = { person: a.id, other: b.id, verdict: 'same' };
    expect(verdict(await desk.run(decideDuplicate, desk.visitor, input))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(decideDuplicate, desk.actor('municipal-staff'), input))).toBe('permissions.denied');
    expect(verdict(await desk.run(decideDuplicate, desk.stranger, input))).toBe('permissions.denied');
    expect(verdict(await desk.run(decideDuplicate, desk.operator, { ...input, verdict: 'twin' }))).toBe(
      'verdict: field.choose',
    );
    expect(verdict(await desk.run(decideDuplicate, desk.operator, { ...input, other: a.id }))).toBe(
      'people.with-herself',
    );
    expect(verdict(await desk.run(decideDuplicate, desk.operator, { ...input, other: desk.site.id }))).toBe(
      'people.not-found',
    );
  });

  it('joins, is asked no more, and can be undone', async () => {
    const [a, b, c] = [await lookAlike(), await lookAlike(), await lookAlike()];
    const { read } = desk.app.db;
    const decide = (person: string, other: string, decision: string, key?: string) =>
      desk.must(decideDuplicate, desk.operator, { person, other, verdict: decision }, key);
    const probable = async (person: string) =>
      (await desk.must(openCard, desk.operator, { person })).probableDuplicates.map((one) => one.id).toSorted();
    expect(await probable(a)).toEqual([b, c].toSorted());
    await decide(b, a, 'same', 'k');
    await decide(b, a, 'same', 'k');
    await decide(b, c, 'same');
    const least = [a, b, c].toSorted()[0];
    expect([await countsAs(read, a), await countsAs(read, b), await countsAs(read, c)]).toEqual([least, least, least]);
    expect(await probable(a)).toEqual([]);
    desk.clock.forward(1000);
    await decide(a, b, 'different');
    expect(await countsAs(read, a)).toBe(a);
    expect(await countsAs(read, c)).toBe([b, c].toSorted()[0]);
    expect(await probable(a)).toEqual([c]);
  });
});
