// Over successive cuts nothing that is hidden can be found out by somebody who has everything that was ever published.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addEquation, addVariable, newSystem, solve } from './linear.fixtures.ts';
import {
  decideMonth,
  decideSince,
  RULE,
  type ExactMonth,
  type ExactTable,
  type PublishedCell,
  type Version,
} from './suppression.ts';

const SEXES = ['female', 'male', 'unknown'];
const PEOPLES = ['ashaninka', 'mestizo', 'nomatsigenga', 'unknown'];
const AGES = ['0-11', '12-17', '18-29', 'unknown'];
const DISTRICTS = ['120604', '120608'];

interface Visit {
  person: number;
  /** 0, 1, 2 …: the month in which it was, the cut by which the hub had it, the cut from which it is void. */
  month: number;
  known: number;
  voidAt: number;
  district: string;
}
interface Story {
  people: { sex: string; people: string; age: string }[];
  visits: Visit[];
  cuts: number;
}

/** Few people with few visits, so that nearly everything is small; some come late, some are voided. */
function stories(size: { cuts: number; people: number; visits: number; voids: boolean }): fc.Arbitrary<Story> {
  const person = fc.record({
    sex: fc.constantFrom(...SEXES),
    people: fc.constantFrom(...PEOPLES),
    age: fc.constantFrom(...AGES),
  });
  const visit = fc.record({
    person: fc.nat(),
    month: fc.nat(size.cuts - 1),
    delay: fc.constantFrom(0, 0, 0, 0, 1, 1, 2),
    life: fc.constantFrom(9, 9, 9, 9, 1, 2),
    district: fc.constantFrom(...DISTRICTS),
  });
  return fc
    .record({
      people: fc.array(person, { minLength: 1, maxLength: size.people }),
      visits: fc.array(visit, { maxLength: size.visits }),
    })
    .map(({ people, visits }) => ({
      people,
      cuts: size.cuts,
      visits: visits.map((one) => ({
        person: one.person % people.length,
        month: one.month,
        known: one.month + one.delay,
        voidAt: size.voids ? one.month + one.delay + one.life : Infinity,
        district: one.district,
      })),
    }));
}

type Counts = 'attentions' | 'people';

/** A month as the hub knows it at a cut. */
function exactMonth(story: Story, counts: Counts, month: number, cut: number): ExactMonth {
  const visits = story.visits.filter((visit) => visit.month === month && visit.known <= cut && visit.voidAt > cut);
  const count = (some: Visit[]) =>
    counts === 'attentions' ? some.length : new Set(some.map((visit) => visit.person)).size;
  const by = (
    breakdown: ExactTable['breakdown'],
    keys: string[],
    of: (visit: Visit) => string | undefined,
  ): ExactTable => ({
    breakdown,
    ...(breakdown === 'ageBand' ? { minors: ['0-11', '12-17'] } : {}),
    cells: keys.map((key) => ({ key, value: count(visits.filter((visit) => of(visit) === key)) })),
  });
  return {
    total: { key: 'total', value: count(visits) },
    tables: [
      by('sex', SEXES, (visit) => story.people[visit.person]?.sex),
      by('people', PEOPLES, (visit) => story.people[visit.person]?.people),
      by('ageBand', AGES, (visit) => story.people[visit.person]?.age),
      by('district', DISTRICTS, (visit) => visit.district),
    ],
  };
}

const day = (cut: number) => `2026-${String(cut + 1).padStart(2, '0')}-28`;

/** Everything that is ever said of every month, cut after cut. */
function publish(story: Story, counts: Counts): Map<number, Version[]> {
  const months = new Map<number, Version[]>();
  for (let cut = 0; cut < story.cuts + 2; cut++)
    for (let month = 0; month <= Math.min(cut, story.cuts - 1); month++) {
      const versions = months.get(month) ?? [];
      months.set(month, versions);
      const exact = exactMonth(story, counts, month, cut);
      const published = decideMonth(exact, versions, day(cut));
      if (published) versions.push({ published, exact });
    }
  return months;
}

const additive = (counts: Counts, breakdown: string) => counts === 'attentions' || breakdown !== 'district';
const threshold = (breakdown: string, key: string) =>
  breakdown === 'people' || ['0-11', '12-17'].includes(key) ? RULE.strict : RULE.k;

/**
 * What a reader with all versions of a month can compute: sums of every table under the total of its cut, and, where it is known that
 * nothing is ever voided, that figures only grow. Returns the figures that are hidden and yet come out as one number.
 */
function foundOut(versions: readonly Version[], counts: Counts, grows: boolean): string[] {
  const system = newSystem();
  const watched: { name: string; variable: number }[] = [];
  const latest = new Map<string, number>();
  const variable = (name: string, cell: PublishedCell, least: number): number => {
    const known = cell.state === 'shown' ? (cell.value ?? 0) : undefined;
    const made = addVariable(system, known ?? least, known ?? Infinity);
    if (known === undefined) watched.push({ name, variable: made });
    return made;
  };
  const follows = (cell: string, made: number) => {
    const before = latest.get(cell);
    latest.set(cell, made);
    if (before === undefined || !grows) return;
    addEquation(system, [
      [made, 1],
      [before, -1],
      [addVariable(system, 0, Infinity), -1],
    ]);
  };
  for (const { published, exact } of versions) {
    const total = variable(`total ${published.cut}`, published.total, 1);
    follows('total', total);
    for (const table of published.tables) {
      if (table.cut !== published.cut) continue;
      const cells = table.cells.map((cell) => {
        const made = variable(`${table.breakdown} ${cell.key} ${table.cut}`, cell, table.withheld ? 0 : 1);
        follows(`${table.breakdown} ${cell.key}`, made);
        const real = exact.tables
          .find((one) => one.breakdown === table.breakdown)
          ?.cells.find((one) => one.key === cell.key)?.value;
        // that nobody was of a group is no secret: it also follows from a later table of which these records are a part
        if (table.withheld && real === 0) watched.pop();
        return made;
      });
      const twice = addVariable(system, 0, additive(counts, table.breakdown) ? 0 : Infinity);
      addEquation(system, [...cells.map((cell) => [cell, 1] as const), [total, -1], [twice, -1]]);
      for (const cell of cells)
        addEquation(system, [
          [total, 1],
          [cell, -1],
          [addVariable(system, 0, Infinity), -1],
        ]);
    }
  }
  solve(system);
  return watched.filter(({ variable: v }) => system.low[v] === system.high[v]).map(({ name }) => name);
}

describe.each(['attentions', 'people'] as const)('%s over successive cuts', (counts) => {
  it('are never small, and what is said is true at its cut', () => {
    fc.assert(
      fc.property(stories({ cuts: 3, people: 40, visits: 120, voids: true }), (story) => {
        for (const versions of publish(story, counts).values())
          for (const { published, exact } of versions) {
            const { total } = published;
            expect(total.state === 'shown' ? total.value : undefined).toBe(
              total.state === 'shown' ? exact.total.value : undefined,
            );
            if (total.state === 'shown') expect(total.value === 0 || (total.value ?? 0) >= RULE.k).toBe(true);
            for (const table of published.tables.filter((one) => one.cut === published.cut))
              for (const cell of table.cells) {
                const real = exact.tables
                  .find((one) => one.breakdown === table.breakdown)
                  ?.cells.find((one) => one.key === cell.key)?.value;
                if (cell.state === 'suppressed') expect(cell.value).toBeUndefined();
                else {
                  expect(cell.value).toBe(real);
                  expect(real === 0 || (real ?? 0) >= threshold(table.breakdown, cell.key)).toBe(true);
                }
              }
          }
      }),
      { numRuns: 150 },
    );
  });

  it('change by nothing or by k and more between any two cuts', () => {
    fc.assert(
      fc.property(stories({ cuts: 3, people: 60, visits: 160, voids: true }), (story) => {
        for (const versions of publish(story, counts).values()) {
          const values = new Map<string, number[]>();
          const note = (name: string, k: number, cell: PublishedCell) => {
            if (cell.state !== 'shown') return;
            for (const before of values.get(name) ?? []) {
              const step = Math.abs((cell.value ?? 0) - before);
              expect(step === 0 || step >= k, `${name} moved by ${step}`).toBe(true);
            }
            values.set(name, [...(values.get(name) ?? []), cell.value ?? 0]);
          };
          for (const { published } of versions) {
            note('total', RULE.k, published.total);
            for (const { breakdown, cells } of published.tables)
              for (const cell of cells) note(`${breakdown} ${cell.key}`, threshold(breakdown, cell.key), cell);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it.each([true, false])(
    'leave every hidden figure open, also when it is known that nothing is voided (%s)',
    (grows) => {
      fc.assert(
        fc.property(stories({ cuts: 2, people: 30, visits: 80, voids: !grows }), (story) => {
          for (const versions of publish(story, counts).values()) expect(foundOut(versions, counts, grows)).toEqual([]);
        }),
        { numRuns: 400 },
      );
    },
  );
});

it('the attacker finds what a careless rule would have told', () => {
  const cell = (key: string, value: number): PublishedCell => ({ key, state: 'shown', value });
  const published = {
    cut: day(0),
    total: cell('total', 20),
    tables: [
      {
        breakdown: 'sex' as const,
        cut: day(0),
        cells: [cell('female', 17), { key: 'male', state: 'suppressed' as const }],
      },
    ],
  };
  const exact: ExactMonth = { total: { key: 'total', value: 20 }, tables: [] };
  expect(foundOut([{ published, exact }], 'attentions', false)).toEqual([`sex male ${day(0)}`]);
});

describe('a programme with many people', () => {
  it('has nearly everything shown', () => {
    const story: Story = {
      people: Array.from({ length: 600 }, (_, i) => ({
        sex: i % 2 ? 'female' : 'male',
        people: PEOPLES[i % 4] ?? '',
        age: AGES[i % 3] ?? '',
      })),
      visits: Array.from({ length: 4_000 }, (_, i) => ({
        person: (i * 7) % 600,
        month: i % 3,
        known: i % 3,
        voidAt: Infinity,
        district: DISTRICTS[i % 2] ?? '',
      })),
      cuts: 3,
    };
    const cells = [...publish(story, 'attentions').values()].flatMap((versions) =>
      versions.flatMap(({ published }) => published.tables.flatMap((table) => table.cells)),
    );
    expect(cells.filter((one) => one.state !== 'shown')).toEqual([]);
  });

  it('tells of what came late as soon as enough of it came', () => {
    const month = (women: number, men: number): ExactMonth => ({
      total: { key: 'total', value: women + men },
      tables: [
        {
          breakdown: 'sex',
          cells: [
            { key: 'female', value: women },
            { key: 'male', value: men },
          ],
        },
      ],
    });
    const versions: Version[] = [];
    const next = (exact: ExactMonth, cut: string) => {
      const published = decideMonth(exact, versions, cut);
      if (published) versions.push({ published, exact });
      return published;
    };
    expect(next(month(40, 30), day(0))?.total.value).toBe(70);
    expect(next(month(42, 30), day(1))).toBeUndefined();
    expect(next(month(44, 33), day(2))).toMatchObject({ total: { value: 77 }, tables: [{ cut: day(0) }] });
    expect(next(month(46, 36), day(3))?.tables[0]?.cells.map((cell) => cell.value)).toEqual([46, 36]);
    expect(next(month(46, 36), day(4))).toBeUndefined();
  });
});

describe('distinct people since the beginning', () => {
  const shown = (from: string, value: number) => ({ from, total: { key: 'total', state: 'shown' as const, value } });
  const hidden = (from: string) => ({ from, total: { key: 'total', state: 'suppressed' as const } });
  const people = (value: number) => ({ key: 'total', value });

  it('move in steps of k and more, or not at all', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -6, max: 12 }), { maxLength: 20 }), (steps) => {
        let now = 0;
        const said: { cut: string; value: number }[] = [];
        steps.forEach((step, at) => {
          now = Math.max(0, now + step);
          const cell = decideSince(people(now), said, []);
          if (cell) said.push({ cut: day(at), value: cell.value ?? 0 });
        });
        for (const [at, one] of said.entries())
          for (const before of said.slice(0, at))
            expect(one.value === before.value || Math.abs(one.value - before.value) >= RULE.k).toBe(true);
      }),
    );
  });

  it('do not tell how few stayed away in a month, nor how many came in a month that is hidden', () => {
    expect(decideSince(people(33), [], [shown('2026-01-01', 30)])).toBeUndefined();
    expect(decideSince(people(30), [], [shown('2026-01-01', 30)])?.value).toBe(30);
    const before = [{ cut: '2026-01-31', value: 30 }];
    expect(decideSince(people(39), before, [shown('2026-02-01', 5), hidden('2026-03-01')])).toBeUndefined();
    expect(decideSince(people(35), before, [shown('2026-02-01', 5), hidden('2026-03-01')])?.value).toBe(35);
    expect(decideSince(people(4), [], [])).toBeUndefined();
  });
});
