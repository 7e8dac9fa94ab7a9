// Made-up telecentres for the tests of the publication rule: people with visits, some reported late, counted as indicators count them.
import fc from 'fast-check';
import type { ExactRelease, ExactTable, ExactWindow } from './releases.ts';

export const SEXES = ['female', 'male', 'unknown'];
export const PEOPLES = ['ashaninka', 'mestizo', 'unknown'];
export const DISTRICTS = ['120604', '120608'];

interface Visit {
  person: number;
  /** 0, 1, 2 …: the month in which it was and the cut by which the hub had it. */
  month: number;
  known: number;
  district: string;
}
export interface Story {
  people: { sex: string; people: string }[];
  visits: Visit[];
  cuts: number;
}

export const month = (at: number) => {
  const from = new Date(Date.UTC(2026, at, 1)).toISOString().slice(0, 10);
  const to = new Date(Date.UTC(2026, at + 1, 0)).toISOString().slice(0, 10);
  return { from, to };
};

/** Few people with few visits, so that nearly everything is small; `late`: some visits reach the hub one or two cuts later. */
export function stories(options: { cuts: number; people: number; visits: number; late: boolean }): fc.Arbitrary<Story> {
  const { cuts } = options;
  const person = fc.record({ sex: fc.constantFrom(...SEXES), people: fc.constantFrom(...PEOPLES) });
  return fc
    .record({
      people: fc.array(person, { minLength: 1, maxLength: options.people }),
      visits: fc.array(
        fc.record({
          person: fc.nat(),
          month: fc.nat(cuts - 1),
          delay: fc.constantFrom(0, 0, 0, 0, 0, 1, 2),
          district: fc.constantFrom(...DISTRICTS),
        }),
        { maxLength: options.visits },
      ),
    })
    .map(({ people, visits }) => ({
      people,
      cuts,
      visits: visits.map((visit) => ({
        person: visit.person % people.length,
        month: visit.month,
        known: visit.month + (options.late ? visit.delay : 0),
        district: visit.district,
      })),
    }));
}

/** What is counted at one cut: attentions (`sum`) or distinct people (`cumulative`). */
export function exactAt(story: Story, cut: number, counts: 'sum' | 'cumulative', districts = false): ExactRelease {
  const window = (first: number | null): ExactWindow => {
    const visits = story.visits.filter(
      (visit) => visit.known <= cut && visit.month <= cut && (first === null || visit.month >= first),
    );
    const count = (some: Visit[]) => (counts === 'sum' ? some.length : new Set(some.map((one) => one.person)).size);
    const table = (
      breakdown: 'sex' | 'people' | 'district',
      keys: string[],
      of: (visit: Visit) => string,
    ): ExactTable => ({
      breakdown,
      additive: breakdown !== 'district' || counts === 'sum',
      cells: keys.map((key) => ({ key, value: count(visits.filter((visit) => of(visit) === key)) })),
    });
    return {
      from: first === null ? null : month(first).from,
      to: month(cut).to,
      total: { key: 'total', value: count(visits) },
      tables: [
        table('sex', SEXES, (visit) => story.people[visit.person]?.sex ?? ''),
        table('people', PEOPLES, (visit) => story.people[visit.person]?.people ?? ''),
        ...(districts ? [table('district', DISTRICTS, (visit) => visit.district)] : []),
      ],
    };
  };
  return {
    indicator: counts === 'sum' ? 'test.attentions' : 'test.people',
    version: 1,
    accumulation: counts,
    cut: month(cut).to,
    windows: [window(cut), window(null)],
  };
}
