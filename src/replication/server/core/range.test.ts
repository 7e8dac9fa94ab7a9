import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Malformed } from './bytes.ts';
import { Bits, bitLength, codeTree, Ints, RangeReader, RangeWriter, widthOf } from './range.ts';

interface Token {
  kind: 'tree' | 'flat' | 'int';
  value: number;
}

const tokens = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('tree' as const), value: fc.nat({ max: 31 }) }),
    fc.record({ kind: fc.constant('flat' as const), value: fc.oneof(fc.nat({ max: 65_535 }), fc.constant(0)) }),
    fc.record({
      kind: fc.constant('int' as const),
      value: fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -20, max: 20 })),
    }),
  ),
  { maxLength: 300 },
);

function code(coder: RangeWriter | RangeReader, list: readonly Token[]): number[] {
  const bits = new Bits(32);
  const ints = new Ints();
  return list.map(({ kind, value }) => {
    const given = coder.writes ? value : undefined;
    if (kind === 'tree') return codeTree(coder, bits, 5, given);
    return kind === 'flat' ? coder.flat(16, given) : ints.code(coder, given);
  });
}

test('what was written is read, and nothing follows', () => {
  fc.assert(
    fc.property(tokens, (list) => {
      const writer = new RangeWriter();
      code(writer, list);
      const reader = new RangeReader(writer.done());
      expect(code(reader, list)).toEqual(list.map(({ value }) => (Object.is(value, -0) ? 0 : value)));
      reader.end();
    }),
    { numRuns: 2_000 },
  );
});

test('zeros at the end come back, however many', () => {
  for (let length = 0; length < 100; length++) {
    const list = Array.from({ length }, () => ({ kind: 'flat' as const, value: 0 }));
    const writer = new RangeWriter();
    code(writer, list);
    const reader = new RangeReader(writer.done());
    expect(code(reader, list)).toEqual(list.map(() => 0));
    reader.end();
  }
});

test('a carry runs through a row of the highest bytes', () => {
  // always the unlikely side, so that the low end comes close to every boundary
  for (let seed = 1; seed < 200; seed++) {
    const writer = new RangeWriter();
    const list = Array.from({ length: 400 }, (_, i) => ({
      kind: 'flat' as const,
      value: (i * seed) % 7 ? 65_535 : seed,
    }));
    code(writer, list);
    expect(code(new RangeReader(writer.done()), list)).toEqual(list.map(({ value }) => value));
  }
});

test('what always comes costs next to nothing, what is noise costs itself', () => {
  const always = new RangeWriter();
  code(
    always,
    Array.from({ length: 10_000 }, () => ({ kind: 'int', value: 0 })),
  );
  expect(always.done().length).toBeLessThan(100);
  const noise = new RangeWriter();
  code(
    noise,
    Array.from({ length: 1_000 }, (_, i) => ({ kind: 'flat', value: (i * 40_503) % 65_536 })),
  );
  expect(noise.done().length).toBeLessThan(2_010);
});

test('a number longer than can be exact, and reading far past the end, are refused', () => {
  expect(() =>
    code(
      new RangeReader(new Uint8Array(2_000).fill(0xff)),
      Array.from({ length: 20_000 }, () => ({ kind: 'int', value: 0 })),
    ),
  ).toThrow(Malformed);
  expect(() =>
    code(
      new RangeReader(new Uint8Array(3)),
      Array.from({ length: 50 }, () => ({ kind: 'flat', value: 0 })),
    ),
  ).toThrow(Malformed);
});

test('widths', () => {
  expect([0, 1, 2, 3, 4, 5, 256, 257].map(widthOf)).toEqual([0, 0, 1, 2, 2, 3, 8, 9]);
  expect([0, 1, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER].map(bitLength)).toEqual([0, 1, 32, 33, 53]);
});
