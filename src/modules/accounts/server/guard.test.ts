// How long one waits after how many wrong tries, and what is forgiven.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testProgram, type TestProgram } from '../../../../tests/support/program.ts';
import { countsNow, settle, take, waitAfter, type Guard, type GuardKind } from './guard.ts';

const KINDS: GuardKind[] = ['account', 'code', 'card', 'device', 'site'];

describe('waiting', () => {
  test('never shorter after more failures, never without end', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), fc.nat(5_000), (kind, failures) => {
        const wait = waitAfter(failures, kind);
        expect(waitAfter(failures + 1, kind)).toBeGreaterThanOrEqual(wait);
        expect(wait).toBeLessThanOrEqual(15 * 60_000);
      }),
    );
  });

  test('time takes failures away one by one where they fade, and a clock that went back takes none', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...KINDS),
        fc.nat(200),
        fc.integer({ min: -1e9, max: 1e9 }),
        (kind, failures, passed) => {
          const at = 1_800_000_000_000;
          const left = countsNow({ failures, until: 0, at }, kind, at + passed);
          expect(left).toBeLessThanOrEqual(failures);
          expect(left).toBeGreaterThanOrEqual(0);
          if (passed <= 0 || kind === 'account' || kind === 'code' || kind === 'card') expect(left).toBe(failures);
        },
      ),
    );
  });
});

describe('a card', () => {
  let program: TestProgram;
  beforeAll(async () => void (program = await testProgram()));
  afterAll(() => program.close());

  test('takes twenty wrong tries in all; each of its owner’s successes gives back two', async () => {
    const card: Guard = { kind: 'card', of: 'SOMEBODY' };
    const at = (now: number) => program.app.db.transaction((tx) => take(tx, [card], now));
    let now = program.clock.now();
    let wrong = 0;
    for (let visit = 0; visit < 200; visit++) {
      // somebody guesses once before each of the owner's visits: two are forgiven, so it never adds up
      now += 3_600_000;
      expect(await at(now)).toEqual({ ok: true });
      now += 3_600_000;
      expect(await at(now)).toEqual({ ok: true });
      await program.app.db.transaction((tx) => settle(tx, [card], now));
    }
    for (; wrong < 100; wrong++) {
      now += 3_600_000;
      const taken = await at(now);
      if (!taken.ok) {
        expect(taken.stopped).toBe(true);
        break;
      }
    }
    expect(wrong).toBe(20);
    now += 10 * 365 * 86_400_000;
    expect(await at(now)).toMatchObject({ ok: false, stopped: true });
  });
});
