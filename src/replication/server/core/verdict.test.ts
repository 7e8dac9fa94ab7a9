// Verdicts held to a model: whatever comes first, twice or late, a holder ends with the rows of the operations that are not withheld.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyOperation, emptyShelf, rebuildRow, rowKey, type Shelf } from './apply.ts';
import { sameDigest } from './digest.ts';
import { metaText } from './merge.ts';
import type { CoreTable } from './schema.ts';
import type { Act, Dot } from './types.ts';
import { isWithheld, nextTurn, verdictOn, type Verdict, type VerdictState } from './verdict.ts';

const columns = { a: { n: 1, type: 'integer' as const }, b: { n: 2, type: 'integer' as const } };
const table = (number: number, of: CoreTable['class']): CoreTable => ({
  number,
  name: of,
  class: of,
  subject: undefined,
  columns,
});
const TABLES = [table(1, 'fact'), table(2, 'owned'), table(3, 'shared')];
const tableOf = (number: number) => TABLES.find((one) => one.number === number);
const ROWS = ['r1', 'r2'];

/** Takes operations and verdicts in any order, as a site does: what was here before and what comes now. */
class Holder {
  readonly acts: Act[] = [];
  readonly verdicts: Verdict[] = [];
  readonly shelf: Shelf = { ...emptyShelf('public', tableOf), verdicts: this.verdicts };

  take(act: Act): void {
    this.acts.push(act);
    for (const operation of act.operations) applyOperation(this.shelf, act, operation);
  }

  hear(verdict: Verdict): void {
    if (this.verdicts.some((one) => one.made.n === verdict.made.n)) return;
    this.verdicts.push(verdict);
    const touched = this.acts.filter((act) => verdictOn([verdict], dotOf(act)));
    const keys = new Set(touched.map(keyOf));
    for (const key of keys) {
      const of = this.acts.filter((act) => keyOf(act) === key);
      const { shelf } = this;
      shelf.held = shelf.held.filter((kept) => rowKey(kept.table, kept.row) !== key);
      shelf.quarantined = shelf.quarantined.filter((kept) => rowKey(kept.table, kept.row) !== key);
      rebuildRow(shelf, of);
    }
  }

  /** Everything that a person or a digest could see. */
  seen() {
    const { shelf } = this;
    const name = ({ site, n }: Dot) => `${site}.${n}`;
    return {
      digest: Buffer.from(shelf.digest).toString('hex'),
      rows: [...shelf.rows].map(([key, row]) => [key, [...row.state.values].sort(), metaText(row.state)]).sort(),
      held: shelf.held.map(name).sort(),
      aside: shelf.quarantined.map((kept) => `${name(kept)} ${kept.reason} ${kept.state}`).sort(),
    };
  }
}

const dotOf = (act: Act): Dot => ({ site: act.site, device: 0, run: act.run, n: act.firstN });
const keyOf = (act: Act) => rowKey(act.operations[0]?.table ?? 0, act.operations[0]?.row ?? '');

const steps = fc.array(
  fc.record({
    site: fc.integer({ min: 1, max: 3 }),
    table: fc.constantFrom(1, 2, 3),
    row: fc.constantFrom(...ROWS),
    column: fc.constantFrom(1, 2),
    value: fc.integer({ min: 0, max: 3 }),
    at: fc.integer({ min: 0, max: 3 }),
    replaces: fc.nat({ max: 3 }),
  }),
  { minLength: 1, maxLength: 14 },
);
const words = fc.array(
  fc.record({
    site: fc.integer({ min: 1, max: 3 }),
    from: fc.integer({ min: 1, max: 8 }),
    count: fc.integer({ min: 1, max: 4 }),
    state: fc.constantFrom<VerdictState>('quarantined', 'released', 'rejected'),
    at: fc.integer({ min: 0, max: 2 }),
    /** How many of the words before it its writer knew. */
    knew: fc.nat({ max: 6 }),
  }),
  { maxLength: 6 },
);

/** One operation per act: the first of a row that comes makes it, what follows changes it; facts are made once. */
function actsOf(list: Step[]): Act[] {
  const next = new Map<number, number>();
  const made = new Map<string, Act[]>();
  return list.flatMap((step) => {
    const key = rowKey(step.table, step.row);
    const before = made.get(key) ?? [];
    if (step.table === 1 && before.length > 0) return [];
    const n = (next.get(step.site) ?? 0) + 1;
    next.set(step.site, n);
    const seen = before.slice(-1 - step.replaces).map(dotOf);
    const act: Act = {
      partition: 'public',
      site: step.site,
      device: 0,
      run: 1,
      firstN: n,
      header: { command: 'test.write', at: step.at, clock: 2, schema: 1 },
      operations: [
        {
          n,
          table: step.table,
          row: step.row,
          kind: before.length === 0 ? 'create' : 'set',
          fields: [[step.column, step.value]],
          ...(step.table === 3 && before.length > 0 ? { replaces: [[step.column, seen] as [number, Dot[]]] } : {}),
        },
      ],
    };
    made.set(key, [...before, act]);
    return [act];
  });
}
interface Step {
  site: number;
  table: number;
  row: string;
  column: number;
  value: number;
  at: number;
  replaces: number;
}

function verdictsOf(
  list: { site: number; from: number; count: number; state: VerdictState; at: number; knew: number }[],
) {
  const all: Verdict[] = [];
  list.forEach(({ site, from, count, state, at, knew }, i) => {
    const made = { site: 0, device: 0, run: 5, n: i + 1, at, clock: 2 };
    const span = { site, device: 0, run: 1, from_n: from, to_n: from + count - 1 };
    all.push({ ...span, state, reason: `why ${i}`, turn: nextTurn(all.slice(0, knew)), made });
  });
  return all;
}

test('verdicts before, after and between the operations, twice, in any order: the rows of what is not withheld', () => {
  let withheldEver = 0;
  const scenario = fc.tuple(steps, words).chain(([list, said]) => {
    const acts = actsOf(list);
    const events: ({ act: Act } | { verdict: Verdict })[] = [
      ...acts.map((act) => ({ act })),
      ...verdictsOf(said).flatMap((verdict) => [{ verdict }, { verdict }]),
    ];
    return fc.tuple(
      fc.constant(events),
      fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length }),
    );
  });
  fc.assert(
    fc.property(scenario, ([events, shuffled]) => {
      const holder = new Holder();
      for (const event of shuffled)
        if ('act' in event) holder.take(event.act);
        else holder.hear(event.verdict);
      // the model: everything is known, then made once from the operations that count
      const model = new Holder();
      const verdicts = events.flatMap((event) => ('verdict' in event ? [event.verdict] : []));
      const acts = events.flatMap((event) => ('act' in event ? [event.act] : []));
      const counts = (act: Act) => !isWithheld(verdictOn(verdicts, dotOf(act)));
      for (const act of acts.filter(counts)) model.take(act);
      const { rows, held, digest } = model.seen();
      const aside = acts.flatMap((act) => {
        const verdict = verdictOn(verdicts, dotOf(act));
        const state = verdict?.state === 'rejected' ? 'rejected' : 'waiting';
        return verdict && isWithheld(verdict) ? [`${act.site}.${act.firstN} ${verdict.reason} ${state}`] : [];
      });
      withheldEver += aside.length;
      expect(holder.seen()).toEqual({ rows, held, digest, aside: aside.sort() });
    }),
    { numRuns: 2_000 },
  );
  expect(withheldEver).toBeGreaterThan(100);
});

test('a person’s decision counts though the clock of who took it was behind', () => {
  const word = (state: VerdictState, turn: number, at: number): Verdict => ({
    ...{ site: 1, device: 0, run: 1, from_n: 1, to_n: 9, state, reason: 'why', turn },
    made: { site: 0, device: 0, run: 5, n: turn, at, clock: 0 },
  });
  const first = word('quarantined', 1, 9_000);
  const dot = { site: 1, device: 0, run: 1, n: 3 };
  const second = word('released', nextTurn([first]), 0);
  expect(verdictOn([second, first], dot)?.state).toBe('released');
  expect(verdictOn([first, second], dot)?.state).toBe('released');
  expect(verdictOn([first, second], { ...dot, run: 2 })).toBe(undefined);
});

test('of two first operations of one row the hub’s stands everywhere, whichever came first', () => {
  const create = (site: number): Act => ({
    partition: 'public',
    site,
    device: 0,
    run: 1,
    firstN: 1,
    header: { command: 'test.write', at: site, clock: 2, schema: 1 },
    operations: [{ n: 1, table: 2, row: 'r1', kind: 'create', fields: [[1, site]] }],
  });
  const made = { site: 0, device: 0, run: 5, n: 1, at: 1, clock: 2 };
  const span = { site: 2, device: 0, run: 1, from_n: 1, to_n: 1 };
  const verdict: Verdict = { ...span, state: 'quarantined', reason: 'two-contents', turn: 1, made };
  const ends = [
    [1, 2],
    [2, 1],
  ].map((order) => {
    const holder = new Holder();
    for (const site of order) holder.take(create(site));
    expect(holder.shelf.rows.get(rowKey(2, 'r1'))?.state.values.get(1)).toBe(order[0]);
    holder.hear(verdict);
    expect(holder.shelf.quarantined.map((kept) => [kept.site, kept.unsaid])).toEqual([[2, false]]);
    return holder;
  });
  for (const { shelf } of ends) expect(shelf.rows.get(rowKey(2, 'r1'))?.state.values.get(1)).toBe(1);
  const [a, b] = ends as [Holder, Holder]; // reason: two orders were tried
  expect(sameDigest(a.shelf.digest, b.shelf.digest)).toBe(true);
});
