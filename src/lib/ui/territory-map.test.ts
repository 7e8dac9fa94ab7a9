// A map travels over 2G: what is drawn is small, and neighbours still meet.
import { expect, test } from 'vitest';
import { drawMap, type Outline } from './territory-map.ts';

/** A border of very many points between two squares. */
const border = Array.from({ length: 3_000 }, (_, at): [number, number] => [
  -74.5 + 0.03 * Math.sin(at / 7),
  -11 - (at + 1) / 3_001,
]);
const WEST: Outline = {
  ubigeo: '120601',
  polygons: [[[[-75, -11], [-75, -12], [-74.5, -12], ...border.toReversed(), [-74.5, -11], [-75, -11]]]],
};
const EAST: Outline = {
  ubigeo: '120604',
  polygons: [[[[-74.5, -11], ...border, [-74.5, -12], [-74, -12], [-74, -11], [-74.5, -11]]]],
};

function pointsOf(way: string): Set<string> {
  const numbers = [...way.matchAll(/-?\d+/g)].map(([digits]) => Number(digits));
  const out = new Set<string>();
  let [x, y] = [0, 0];
  for (let at = 0; at < numbers.length; at += 2) {
    [x, y] = [x + (numbers[at] ?? 0), y + (numbers[at + 1] ?? 0)];
    out.add(`${x} ${y}`);
  }
  return out;
}

test('is small, inside its frame, and a border is the same line on both sides', () => {
  const map = drawMap([WEST, EAST]);
  const [west, east] = map.districts;
  expect((west?.way.length ?? 0) + (east?.way.length ?? 0)).toBeLessThanOrEqual(5_500);
  const sides = [west, east].map((one) => pointsOf(one?.way ?? ''));
  for (const point of sides.flatMap((side) => [...side])) {
    const [x = -1, y = -1] = point.split(' ').map(Number);
    expect(x >= 0 && x <= map.width && y >= 0 && y <= map.height, point).toBe(true);
  }
  const shared = [...(sides[0] ?? [])].filter((point) => sides[1]?.has(point));
  expect(shared.length).toBeGreaterThan(60);
  // beside the shared line each has only its own corners
  expect((sides[0]?.size ?? 0) - shared.length).toBeLessThanOrEqual(2);
});

test('a name stands inside its district, also where the middle is not', () => {
  const hook: Outline = {
    ubigeo: '120606',
    polygons: [
      [
        [
          [0, 0],
          [10, 0],
          [10, 10],
          [0, 10],
          [0, 8],
          [8, 8],
          [8, 2],
          [0, 2],
          [0, 0],
        ],
      ],
    ],
  };
  const [drawn] = drawMap([hook]).districts;
  const scale = (360 - 12) / 10;
  const [x = 0] = drawn?.at ?? [];
  const [, y = 0] = drawn?.at ?? [];
  const inHook = x > 6 + 8 * scale || y < 6 + 2.2 * scale || y > 6 + 7.8 * scale;
  expect(inHook).toBe(true);
});
