// Programs of several versions in one programme: each speaks with the hub in the newest version that both know, for two versions back.
import { describe, expect, it } from 'vitest';
import { Malformed, VERSIONS, type HeadCoder, type Versions } from '../../src/replication/server/core/index.ts';
import { run, scheduleOf } from '../../tools/simulate/schedule.ts';
import { World } from '../../tools/simulate/world.ts';

const shipped = VERSIONS.get(1) as HeadCoder; // reason: it is spoken

/** A version as it might have been: the same, marked, and without what a site says of itself. */
const marked = (mark: number): HeadCoder => ({
  writeRequest(out, head) {
    const known = { ...head };
    delete known.note;
    out.u8(mark);
    shipped.writeRequest(out, known);
  },
  readRequest(input, protocol) {
    if (input.u8() !== mark) throw new Malformed('another version');
    return shipped.readRequest(input, protocol);
  },
  writeAnswer(out, head) {
    out.u8(mark);
    shipped.writeAnswer(out, head);
  },
  readAnswer(input) {
    if (input.u8() !== mark) throw new Malformed('another version');
    return shipped.readAnswer(input);
  },
});

const spoken = (...numbers: number[]): Versions =>
  new Map(numbers.map((number) => [number, number === 4 ? shipped : marked(number)]));

const NOW = spoken(4, 3, 2);
const BEFORE = spoken(3, 2, 1);
const LONG_AGO = spoken(2, 1);
const FIRST = spoken(1);

/** One telecentre that has written, and its hub. */
function pair(hub: Versions, site: Versions) {
  const world = new World(5, 1, { versionsOf: (number) => (number === 0 ? hub : site) });
  for (let draw = 1; draw < 6; draw++) world.perform({ do: 'write', at: 1, draw });
  const [telecentre] = world.sites;
  if (!telecentre) throw new Error('one was asked for');
  return { world, telecentre };
}

const have = ({ hub, sites: [site] }: World) =>
  [hub, site].map((holder) =>
    [...(holder?.disk.stores.values() ?? [])].reduce((sum, { taken }) => sum + taken.size, 0),
  );

describe('a telecentre and a hub', () => {
  for (const [what, hub, site, requests] of [
    ['of the same version', NOW, NOW, 2],
    ['the hub one version newer', NOW, BEFORE, 2],
    ['the hub two versions newer', NOW, LONG_AGO, 2],
    ['the telecentre one version newer', BEFORE, NOW, 3],
    ['the telecentre two versions newer', LONG_AGO, NOW, 3],
  ] as const)
    it(`${what} exchange all, and the next session is one round trip`, () => {
      const { world, telecentre } = pair(hub, site);
      const first = world.meet(telecentre);
      expect(first.ended).toEqual({ ok: true });
      expect(first.requests).toBeLessThanOrEqual(requests + 1);
      expect(new Set(have(world)).size).toBe(1);
      expect(world.meet(telecentre).requests).toBe(1);
    });

  for (const [what, hub, site, code] of [
    ['the telecentre is too old', NOW, FIRST, 'program-too-old'],
    ['the hub is too old', FIRST, NOW, 'hub-too-old'],
  ] as const)
    it(`${what}: both are told apart in words, nothing is lost, and after the upgrade all is exchanged`, () => {
      const { world, telecentre } = pair(hub, site);
      const before = have(world);
      const { ended, requests } = world.meet(telecentre);
      expect(ended).toMatchObject({ ok: false, error: { code } });
      expect(requests).toBe(1);
      expect(have(world)).toEqual(before);
      for (const holder of world.holders) holder.versions = NOW;
      expect(world.meet(telecentre).ended).toEqual({ ok: true });
      expect(new Set(have(world)).size).toBe(1);
    });

  it('a hub that was upgraded is spoken to in the newer version once the telecentre starts again', () => {
    const { world, telecentre } = pair(BEFORE, NOW);
    world.meet(telecentre);
    expect(telecentre.protocol).toBe(3);
    world.hub.versions = NOW;
    expect(world.meet(telecentre).ended).toEqual({ ok: true });
    telecentre.start();
    expect(world.meet(telecentre).requests).toBe(1);
    expect(telecentre.protocol).toBeUndefined();
  });
});

it('nothing is lost, doubled or apart in schedules whose telecentres are of three versions', () => {
  const versionsOf = (number: number) => (number === 0 ? NOW : ([LONG_AGO, NOW, BEFORE][number % 3] ?? NOW));
  for (let seed = 1; seed <= 60; seed++)
    expect(run(scheduleOf(seed), { versionsOf }).failure, `seed ${seed}`).toBeUndefined();
}, 60_000);

it('nothing is lost, doubled or apart in schedules whose hub is the older one', () => {
  const versionsOf = (number: number) => (number === 0 ? LONG_AGO : ([LONG_AGO, NOW, BEFORE][number % 3] ?? NOW));
  for (let seed = 1; seed <= 60; seed++) {
    const { failure } = run(scheduleOf(seed), { versionsOf });
    expect(failure, `seed ${seed}`).toBeUndefined();
  }
}, 60_000);
