// Precision and recall of the search for duplicates, per kind of mistake: what the benchmark prints and the test puts a floor under.
import {
  keysOf,
  likeness,
  prepare,
  PROBABLE,
  ANY_YEAR,
  type Prepared,
} from '../../src/modules/people/server/similarity.ts';
import { drawing, drawPerson, LOOK_ALIKES, MISTAKES, type Drawn, type Mistake } from './drawn-people.ts';

export interface DuplicateFigures {
  kind: string;
  tried: number;
  /** Of the cards written twice, how many are asked about. */
  recall: number;
  /** Of the questions asked, how many are about one person. */
  precision: number;
  /** Of the cards written twice, how many have their other card first in the list. */
  first: number;
  /** Cards compared for one, at the mean. */
  compared: number;
}

/** As the database does it: cards that share a key and whose years may be the same. */
class Register {
  readonly #cards: Prepared[] = [];
  readonly #byKey = new Map<string, { at: number; year: number }[]>();

  add(card: Drawn): void {
    const prepared = prepare(card);
    const at = this.#cards.push(prepared) - 1;
    for (const { key, year } of keysOf(prepared)) {
      const rows = this.#byKey.get(key);
      if (rows) rows.push({ at, year });
      else this.#byKey.set(key, [{ at, year }]);
    }
  }

  ask(card: Drawn): { compared: number; probable: { at: number; score: number }[] } {
    const asked = prepare(card);
    const found = new Set<number>();
    for (const { key, year } of keysOf(asked))
      for (const row of this.#byKey.get(key) ?? [])
        if (year === ANY_YEAR || row.year === ANY_YEAR || Math.abs(year - row.year) <= 1) found.add(row.at);
    const probable = [...found]
      .map((at) => ({ at, score: likeness(asked, this.#cards[at] as Prepared).score })) // reason: found by its place
      .filter(({ score }) => score >= PROBABLE)
      .toSorted((a, b) => b.score - a.score || a.at - b.at);
    return { compared: found.size, probable };
  }
}

/** `people` are registered once; then up to `tries` of them once more with each mistake, and as many look-alikes. */
export function duplicateFigures(
  people: number,
  tries: number,
): { mistakes: DuplicateFigures[]; lookAlikes: DuplicateFigures[] } {
  const draw = drawing(20_261_127);
  const register = new Register();
  const drawn = Array.from({ length: people }, () => drawPerson(draw));
  for (const person of drawn) register.add(person);
  const measure = ([kind, mistake]: [string, Mistake]): DuplicateFigures => {
    let [tried, hits, asked, first, compared] = [0, 0, 0, 0, 0];
    for (let at = 0; at < people && tried < tries; at++) {
      const again = mistake(drawn[at] as Drawn, draw); // reason: below the length
      if (!again) continue;
      tried += 1;
      const answer = register.ask(again);
      compared += answer.compared;
      asked += answer.probable.length;
      const own = answer.probable.find((one) => one.at === at);
      if (!own) continue;
      hits += 1;
      if ((answer.probable[0]?.score ?? 0) <= own.score) first += 1;
    }
    return {
      kind,
      tried,
      recall: hits / tried,
      precision: asked === 0 ? 1 : hits / asked,
      first: first / tried,
      compared: compared / tried,
    };
  };
  return { mistakes: Object.entries(MISTAKES).map(measure), lookAlikes: Object.entries(LOOK_ALIKES).map(measure) };
}
