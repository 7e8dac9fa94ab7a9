// What there is only so much of is never given twice, whatever comes in whatever order, with loans, returns, lost disks and late sticks.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freeUnits, leftOf, ruleOn, shareFor, standings, voidOf, type Book, type Claim, type Loan } from './ruled.ts';
import type { Ruling, ShareReturn } from './ruled.ts';

const CAPACITY = 6;
const dot = (site: number, n: number, at: number, clock = 2) => ({ site, device: 0, run: 1, n, at, clock });

/** A set of everything, consistent or not: what a holder may ever have. */
const anyBook: fc.Arbitrary<Book> = fc.record({
  capacity: fc.option(fc.integer({ min: 0, max: 8 })),
  claims: fc.uniqueArray(
    fc.record({
      ...{ site: fc.integer({ min: 0, max: 3 }), device: fc.constant(0), run: fc.constant(1) },
      n: fc.integer({ min: 1, max: 30 }),
      at: fc.integer({ min: 0, max: 4 }),
      clock: fc.constantFrom(0, 1, 2),
      row: fc.constantFrom(...'abcdefgh'),
      units: fc.integer({ min: -1, max: 3 }),
      share: fc.constantFrom(null, null, 'L1', 'L2', 'unknown'),
    }),
    { selector: ({ row }) => row, maxLength: 8 },
  ),
  rulings: fc.uniqueArray(
    fc.record({
      row: fc.constantFrom(...'abcdefgh'),
      state: fc.constantFrom('accepted' as const, 'refused' as const, 'void' as const),
      reason: fc.constantFrom('share', 'room', 'taken'),
      turn: fc.integer({ min: 1, max: 3 }),
      made: fc.integer({ min: 1, max: 99 }).map((n) => dot(0, n, n % 5)),
    }),
    // one identity is one ruling
    { selector: ({ made }) => made.n, maxLength: 6 },
  ),
  loans: fc.uniqueArray(
    fc.record({
      id: fc.constantFrom('L1', 'L2'),
      site: fc.integer({ min: 1, max: 3 }),
      epoch: fc.constant(1),
      units: fc.integer({ min: 0, max: 4 }),
      ended: fc.boolean(),
    }),
    { selector: ({ id }) => id, maxLength: 2 },
  ),
  returns: fc.array(
    fc.record({
      loan: fc.constantFrom('L1', 'L2'),
      site: fc.integer({ min: 1, max: 3 }),
      units: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 3 },
  ),
  ended: fc.array(fc.constantFrom(...'abcdefgh'), { maxLength: 3 }),
});

/** The same book, everything in another order. */
const shuffled = anyBook.chain((book) =>
  fc
    .record({
      claims: fc.shuffledSubarray([...book.claims], { minLength: book.claims.length }),
      rulings: fc.shuffledSubarray([...book.rulings], { minLength: book.rulings.length }),
      loans: fc.shuffledSubarray([...book.loans], { minLength: book.loans.length }),
      returns: fc.shuffledSubarray([...book.returns], { minLength: book.returns.length }),
      // said twice, it is said once
      ended: fc.shuffledSubarray([...book.ended], { minLength: book.ended.length }).map((rows) => [...rows, ...rows]),
    })
    .map((other): [Book, Book] => [book, { ...book, ...other }]),
);

const byRow = <T extends { row: string }>(words: readonly T[]) => words.toSorted((a, b) => (a.row < b.row ? -1 : 1));

describe('the same set', () => {
  it('stands the same and is ruled the same in any order', () => {
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const sorted = (book: Book) => [...standings(book)].sort(([a], [b]) => (a < b ? -1 : 1));
        expect(sorted(other)).toEqual(sorted(one));
        expect(byRow(ruleOn(other))).toEqual(byRow(ruleOn(one)));
        expect(freeUnits(other)).toBe(freeUnits(one));
        expect([...leftOf(other)].sort()).toEqual([...leftOf(one)].sort());
      }),
      { numRuns: 500 },
    );
  });

  it('once ruled on has nothing provisional, and ruling again says nothing', () => {
    fc.assert(
      fc.property(anyBook, (book) => {
        const words = ruleOn(book).map((word, at): Ruling => ({ ...word, made: dot(0, 1000 + at, 9) }));
        const after = { ...book, rulings: [...book.rulings, ...words] };
        expect([...standings(after).values()].filter(({ state }) => state === 'provisional')).toEqual([]);
        expect(ruleOn(after)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a claim that was given up', () => {
  it('uses nothing, waits for nothing and gets no word, whatever else was said of it', () => {
    fc.assert(
      fc.property(anyBook, (book) => {
        const kept = (row: string) => !book.ended.includes(row);
        const without: Book = { ...book, claims: book.claims.filter(({ row }) => kept(row)), ended: [] };
        expect(freeUnits(book)).toBe(freeUnits(without));
        expect([...leftOf(book)]).toEqual([...leftOf(without)]);
        expect(byRow(ruleOn(book))).toEqual(byRow(ruleOn(without)));
        for (const [row, { state }] of standings(book)) if (!kept(row)) expect(state).toBe('ended');
      }),
      { numRuns: 500 },
    );
  });
});

describe('a claim', () => {
  const claim = (row: string, at: number, changes: Partial<Claim> = {}): Claim => ({
    ...{ row, units: 1, share: null },
    ...dot(1, at, at),
    ...changes,
  });
  const one: Book = { capacity: 1, claims: [], rulings: [], loans: [], returns: [], ended: [] };

  it('of two at once the earlier is accepted, and who has no clock comes after who has one', () => {
    expect(byRow(ruleOn({ ...one, claims: [claim('a', 5), claim('b', 3)] }))).toEqual([
      { row: 'a', state: 'refused', reason: 'taken', turn: 1 },
      { row: 'b', state: 'accepted', reason: 'room', turn: 1 },
    ]);
    const [first] = ruleOn({ ...one, claims: [claim('a', 5), claim('b', 0, { clock: 0 })] });
    expect(first).toMatchObject({ row: 'a', state: 'accepted' });
  });

  it('is provisional until the authority speaks', () => {
    expect(standings({ ...one, claims: [claim('a', 5)] }).get('a')?.state).toBe('provisional');
  });

  it('that was set aside gives its place back, and is decided anew when it is released', () => {
    const rulings: Ruling[] = [{ row: 'a', state: 'accepted', reason: 'room', turn: 1, made: dot(0, 1, 1) }];
    const [word] = voidOf(rulings, ['a', 'b']);
    expect(word).toEqual({ row: 'a', turn: 2 });
    rulings.push({ row: 'a', state: 'void', reason: '', turn: 2, made: dot(0, 2, 0) });
    expect(voidOf(rulings, ['a'])).toEqual([]);
    const [other] = ruleOn({ ...one, rulings, claims: [claim('b', 9)] });
    expect(other).toMatchObject({ row: 'b', state: 'accepted' });
    expect(ruleOn({ ...one, rulings, claims: [claim('a', 5)] })).toEqual([
      { row: 'a', state: 'accepted', reason: 'room', turn: 3 },
    ]);
  });

  it("within another's share or one that ended is like any other", () => {
    const loan: Loan = { id: 'L', site: 2, epoch: 1, units: 1, ended: false };
    const claims = [claim('a', 5, { share: 'L' })];
    expect(standings({ ...one, loans: [loan], claims }).get('a')?.state).toBe('provisional');
    const ended = { ...loan, site: 1, ended: true };
    expect(standings({ ...one, loans: [ended], claims }).get('a')?.state).toBe('provisional');
    expect(ruleOn({ ...one, loans: [ended], claims })).toMatchObject([{ state: 'accepted', reason: 'room' }]);
    expect(shareFor({ ...one, loans: [ended] }, 1, 1, 1)).toBeUndefined();
  });

  it("is not given what another site's word says was returned", () => {
    const loan: Loan = { id: 'L', site: 2, epoch: 1, units: 1, ended: false };
    const returns = [{ loan: 'L', site: 1, units: 1 }];
    expect(freeUnits({ ...one, loans: [loan], returns })).toBe(0);
    expect(freeUnits({ ...one, loans: [loan], returns: [{ loan: 'L', site: 2, units: 1 }] })).toBe(1);
  });
});

describe('two copies of one telecentre', () => {
  it('that use a share and give it back at once leave it used', () => {
    const loan: Loan = { id: 'L', site: 1, epoch: 1, units: 2, ended: false };
    const claims: Claim[] = [{ ...dot(1, 1, 1), row: 'a', units: 2, share: 'L' }];
    const rulings: Ruling[] = [{ row: 'a', state: 'accepted', reason: 'share', turn: 1, made: dot(0, 1, 1) }];
    const returns = [{ loan: 'L', site: 1, units: 2 }];
    const book: Book = { capacity: 3, claims, rulings, loans: [loan], returns, ended: [] };
    expect(freeUnits(book)).toBe(1);
    expect(leftOf(book).get('L')).toBe(0);
  });
});

/** What a site writes, in the order of its chain. */
type Written = { claim: Claim } | { back: ShareReturn } | { end: string };
interface Site {
  number: number;
  epoch: number;
  log: Written[];
  /** Loans it has heard of. */
  loans: Loan[];
  /** Claims that it heard were given up. */
  ends: string[];
  /** How much of the log was when the image was made, and what was heard then. */
  image: { length: number; loans: Loan[]; ends: string[] };
  /** Pasts that a restore took from the disk; a stick may still bring them. */
  lost: Written[][];
}

const doings = fc.array(
  fc.record({
    what: fc.constantFrom(
      'claim',
      'claim',
      'claim',
      'lend',
      'return',
      'hear',
      'arrive',
      'image',
      'restore',
      'late',
      'end',
      'give up',
      'give up at the hub',
    ),
    site: fc.integer({ min: 1, max: 3 }),
    units: fc.integer({ min: 1, max: 3 }),
    clock: fc.constantFrom(0, 2),
  }),
  { maxLength: 60 },
);

/** A hub and three sites. What arrives at the hub is ruled on at once; a late stick brings a lost past from its beginning. */
class World {
  readonly sites = [1, 2, 3].map((number): Site => {
    return { number, epoch: 1, log: [], loans: [], ends: [], image: { length: 0, loans: [], ends: [] }, lost: [] };
  });
  hub: { claims: Claim[]; returns: ShareReturn[]; loans: Loan[]; rulings: Ruling[]; ended: string[] } = {
    ...{ claims: [], returns: [], loans: [], rulings: [], ended: [] },
  };
  #next = 0;
  get book(): Book {
    return { capacity: CAPACITY, ...this.hub };
  }
  bookOf(site: Site): Book {
    return {
      capacity: CAPACITY,
      claims: site.log.flatMap((one) => ('claim' in one ? one.claim : [])),
      returns: site.log.flatMap((one) => ('back' in one ? one.back : [])),
      loans: site.loans,
      rulings: [],
      ended: [...site.ends, ...site.log.flatMap((one) => ('end' in one ? one.end : []))],
    };
  }
  take(written: readonly Written[]): void {
    for (const one of written) {
      if ('end' in one) {
        if (!this.hub.ended.includes(one.end)) this.hub.ended.push(one.end);
      } else if ('back' in one) {
        if (!this.hub.returns.includes(one.back)) this.hub.returns.push(one.back);
      } else if (!this.hub.claims.includes(one.claim)) this.hub.claims.push(one.claim);
    }
    for (const word of ruleOn(this.book)) this.hub.rulings.push({ ...word, made: dot(0, ++this.#next, this.#next) });
  }
  do({ what, site: number, units, clock }: { what: string; site: number; units: number; clock: number }): void {
    const site = this.sites[number - 1];
    if (!site) return;
    const n = ++this.#next;
    if (what === 'claim') {
      const share = shareFor(this.bookOf(site), number, site.epoch, units)?.id ?? null;
      site.log.push({ claim: { ...dot(number, n, n, clock), row: `R${n}`, units, share } });
    }
    if (what === 'lend' && freeUnits(this.book) >= units)
      this.hub.loans.push({ id: `L${n}`, site: number, epoch: site.epoch, units, ended: false });
    if (what === 'hear') {
      site.loans = this.hub.loans.filter((loan) => loan.site === number);
      site.ends = [...this.hub.ended];
    }
    if (what === 'give up') {
      const own = site.log.flatMap((one) => ('claim' in one ? one.claim : []));
      const chosen = own[units % Math.max(1, own.length)];
      if (chosen) site.log.push({ end: chosen.row });
    }
    if (what === 'give up at the hub') {
      const chosen = this.hub.claims[units % Math.max(1, this.hub.claims.length)];
      if (chosen) this.hub.ended.push(chosen.row);
    }
    if (what === 'return') {
      const loan = shareFor(this.bookOf(site), number, site.epoch, 1);
      const left = loan && leftOf(this.bookOf(site)).get(loan.id);
      if (loan && left) site.log.push({ back: { loan: loan.id, site: number, units: Math.min(units, left) } });
    }
    if (what === 'arrive') this.take(site.log);
    if (what === 'image') site.image = { length: site.log.length, loans: site.loans, ends: site.ends };
    if (what === 'restore') {
      site.lost.push(site.log);
      site.log = site.log.slice(0, site.image.length);
      site.loans = site.image.loans;
      site.ends = site.image.ends;
      site.epoch = n + 1;
    }
    if (what === 'late') for (const past of site.lost) this.take(past);
    // a share ends only with its borrower: here, with the epoch it was lent under
    if (what === 'end')
      this.hub.loans = this.hub.loans.map((one) =>
        one.site === number && one.epoch !== site.epoch ? { ...one, ended: true } : one,
      );
  }
}

const unitsOf = (book: Book, reason?: string) => {
  const stands = standings(book);
  return book.claims.reduce((sum, { row, units }) => {
    const standing = stands.get(row);
    return standing?.state === 'accepted' && (!reason || standing.reason === reason) ? sum + units : sum;
  }, 0);
};

describe('a hub and telecentres that lend, return, lose disks and find sticks', () => {
  it('never accept more than there is, nor does a telecentre more than was lent to it', () => {
    fc.assert(
      fc.property(doings, (all) => {
        const world = new World();
        for (const one of all) {
          world.do(one);
          expect(unitsOf(world.book)).toBeLessThanOrEqual(CAPACITY);
          expect(freeUnits(world.book)).toBeGreaterThanOrEqual(0);
          for (const site of world.sites) {
            const lent = world.hub.loans.filter((loan) => loan.site === site.number);
            expect(unitsOf(world.bookOf(site))).toBeLessThanOrEqual(lent.reduce((sum, { units }) => sum + units, 0));
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('whom a telecentre told yes within its share is accepted by the hub, as long as the share was not ended', () => {
    fc.assert(
      fc.property(doings, (all) => {
        const world = new World();
        for (const one of all.filter(({ what }) => what !== 'end')) world.do(one);
        for (const site of world.sites) world.do({ what: 'late', site: site.number, units: 1, clock: 2 });
        for (const site of world.sites) world.take(site.log);
        const stands = standings(world.book);
        for (const { row, share } of world.hub.claims)
          if (share && !world.hub.ended.includes(row)) expect(stands.get(row)?.state).toBe('accepted');
        for (const { state } of stands.values()) expect(state).not.toBe('provisional');
      }),
      { numRuns: 2_000 },
    );
  });

  it('a share is suspended under another epoch, and is neither used nor given back there', () => {
    const world = new World();
    const step = (what: string) => world.do({ what, site: 1, units: 1, clock: 2 });
    for (const what of ['lend', 'hear', 'image', 'claim']) step(what);
    expect(unitsOf(world.bookOf(world.sites[0] as Site))).toBe(1);
    for (const what of ['restore', 'claim', 'return', 'arrive']) step(what);
    expect(world.hub.returns).toEqual([]);
    expect(world.hub.claims.map(({ share }) => share)).toEqual([null]);
    step('late');
    expect(unitsOf(world.book)).toBe(2);
  });
});
