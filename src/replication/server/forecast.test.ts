import fc from 'fast-check';
import { expect, test } from 'vitest';
import { forecast, type Measured } from './forecast.ts';

/** As a link of this rate and way would have measured it. */
function measured(bytes: number, rate: number, way: number): Measured {
  const roundTrips = 1 + Math.floor(bytes / 131_072);
  return { bytes, roundTrips, seconds: roundTrips * way + bytes / rate };
}

test('says the size, and no time before anything was measured', () => {
  expect(forecast(3_000_000, [])).toMatchObject({ seconds: undefined });
  expect(forecast(3_000_000, []).bytes).toBeGreaterThanOrEqual(3_000_000);
});

test('on a link as it was, the time is right within a quarter', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2_000, max: 1_000_000 }),
      fc.double({ min: 0.02, max: 3, noNaN: true }),
      fc.integer({ min: 50_000, max: 5_000_000 }),
      fc.array(fc.integer({ min: 20_000, max: 400_000 }), { minLength: 3, maxLength: 12 }),
      (rate, way, waiting, sizes) => {
        const past = [...sizes, 554, 554, 700].map((bytes) => measured(bytes, rate, way));
        const { bytes, seconds = 0 } = forecast(waiting, past);
        const real = measured(bytes, rate, way).seconds;
        // a way that is long beside what was carried hides the rate: then it is said too long rather than too short
        fc.pre(sizes.every((size) => size / rate > way));
        expect(seconds).toBeGreaterThan(real * 0.75);
        expect(seconds).toBeLessThan(real * 1.25);
      },
    ),
  );
});

test('more takes longer, and whatever was measured the time is a time', () => {
  const past = fc.array(fc.record({ bytes: fc.nat(5_000_000), seconds: fc.nat(10_000), roundTrips: fc.nat(2_000) }), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(past, fc.nat(5_000_000), fc.nat(5_000_000), (list, one, more) => {
      const first = forecast(one, list);
      const second = forecast(one + more, list);
      for (const { seconds } of [first, second])
        if (seconds !== undefined) expect(Number.isFinite(seconds) && seconds >= 0).toBe(true);
      expect(second.bytes).toBeGreaterThanOrEqual(first.bytes);
      if (first.bytes >= 8_000 && first.seconds !== undefined)
        expect(second.seconds).toBeGreaterThanOrEqual(first.seconds);
    }),
  );
});
