// What a file of districts becomes: small outlines that share their borders; and what is refused, each with its own word.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { prepare, type Prepared, type Trouble } from './geojson.ts';
import { MOST_LETTERS, packShape, readShape, type Point, type Polygons } from './shapes.ts';

const KNOWN = ['120601', '120604'];
const one = (ubigeo: unknown, coordinates: unknown, type = 'Polygon', name = 'IDDIST') => ({
  type: 'Feature',
  properties: { [name]: ubigeo },
  geometry: { type, coordinates },
});
const file = (...features: unknown[]) => JSON.stringify({ type: 'FeatureCollection', features });
const SQUARE = [
  [-74.6, -11.2],
  [-74.6, -11.4],
  [-74.4, -11.4],
  [-74.4, -11.2],
  [-74.6, -11.2],
];
function good(read: Prepared | Trouble): Prepared {
  if ('code' in read) throw new Error(read.code);
  return read;
}
const code = (read: Prepared | Trouble) => ('code' in read ? read.code.replace('territory.boundary-', '') : 'good');
const outline = (read: Prepared, ubigeo: string): Polygons => {
  const polygons = readShape(read.shapes.find((shape) => shape.ubigeo === ubigeo)?.shape ?? null);
  if (!polygons) throw new Error(`no outline of ${ubigeo}`);
  return polygons;
};

/** Two districts on either side of a jagged border, each side written down on its own. */
const neighbours = fc
  .tuple(
    fc.array(fc.double({ min: -0.05, max: 0.05, noNaN: true }), { minLength: 2, maxLength: 1_500 }),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([steps, turned, open]) => {
    const border = steps.map((step, at): Point => [-74.5 + step, -11 - (at + 1) / (steps.length + 1)]);
    const west: Point[] = [[-75, -11], [-75, -12], [-74.5, -12], ...border.toReversed(), [-74.5, -11], [-75, -11]];
    const east: Point[] = [[-74.5, -11], ...border, [-74.5, -12], [-74, -12], [-74, -11], [-74.5, -11]];
    return { west: turned ? west.toReversed() : west, east: open ? east.slice(0, -1) : east };
  });

test('rings stay closed and inside, borders stay shared, and all of it fits in an act', () => {
  fc.assert(
    fc.property(neighbours, ({ west, east }) => {
      const read = good(prepare(file(one('120601', [west]), one('120604', [east])), KNOWN));
      const names = read.shapes.map(({ ubigeo, shape }) => {
        expect(shape.length).toBeLessThanOrEqual(MOST_LETTERS);
        return ubigeo;
      });
      expect(names).toEqual(KNOWN);
      const points = KNOWN.map((ubigeo) => {
        const rings = outline(read, ubigeo).flat();
        for (const ring of rings) {
          expect(ring.length).toBeGreaterThanOrEqual(4);
          expect(ring[0]).toEqual(ring.at(-1));
          for (const [x, y] of ring) {
            expect(x >= -75 && x <= -74 && y >= -12 && y <= -11, `${x} ${y}`).toBe(true);
          }
        }
        return new Set(rings.flat().map(String));
      });
      const inner = (set: Set<string> | undefined) =>
        [...(set ?? [])].filter((point) => !/^-7[45],/.test(point)).toSorted();
      expect(inner(points[0])).toEqual(inner(points[1]));
    }),
    { numRuns: 30 },
  );
});

test('an outline is read as it was packed, and nothing else is an outline', () => {
  const point = fc.tuple(fc.integer({ min: -1_800_000, max: 1_800_000 }), fc.integer({ min: -900_000, max: 900_000 }));
  const ring = fc
    .array(point, { minLength: 3, maxLength: 30 })
    .map((points) => [...points, points[0] ?? [0, 0]].map(([x, y]): Point => [x / 10_000, y / 10_000]));
  fc.assert(
    fc.property(
      fc.array(fc.array(ring, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
      (polygons) => {
        expect(readShape(packShape(polygons))).toEqual(polygons);
      },
    ),
  );
  fc.assert(fc.property(fc.json(), (text) => void readShape(text)));
  expect(readShape('[[[1,1,2,2,3,3,4,4]]]')).toBeNull();
  expect(readShape('[[[9e9,1,0,0,0,0,0,0]]]')).toBeNull();
  expect(readShape(null)).toBeNull();
});

describe('a file as people have it', () => {
  test.each([
    ['120601', 'UBIGEO'],
    [120601, 'ubigeo'],
    ['120601', 'CODIGO'],
    [' 120601 ', 'Cod_Dist'],
  ])('%s under %s', (value, name) => {
    expect(good(prepare(file(one(value, [SQUARE], 'Polygon', name)), KNOWN))).toMatchObject({
      absent: ['120604'],
      outside: false,
    });
  });
  test('another column, chosen by hand', () => {
    const odd = file(one('120601', [SQUARE], 'Polygon', 'campo 7'));
    expect(prepare(odd, KNOWN)).toEqual({ code: 'territory.boundary-no-match', params: { columns: 'campo 7' } });
    expect(code(prepare(odd, KNOWN, 'campo 7'))).toBe('good');
  });
  test('rings that run the wrong way or are open are mended and counted', () => {
    const read = good(prepare(file(one('120601', [SQUARE.toReversed().slice(0, -1)])), KNOWN));
    expect(read.mended).toBe(2);
    expect(outline(read, '120601')[0]?.[0]).toHaveLength(5);
  });
  test('several parts, a hole, a ring that crosses itself', () => {
    const far = SQUARE.map(([x = 0, y = 0]) => [x + 1, y]);
    const hole = SQUARE.map(([x = 0, y = 0]) => [-74.5 + (x + 74.5) / 4, -11.3 + (y + 11.3) / 4]);
    const read = good(prepare(file(one('120601', [[SQUARE, hole], [far]], 'MultiPolygon')), KNOWN));
    expect(outline(read, '120601').map((rings) => rings.length)).toEqual([2, 1]);
    const bow = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]];
    expect(code(prepare(file(one('120601', [bow])), KNOWN))).toBe('good');
  });
  test('outside Peru is told', () => {
    const lisbon = SQUARE.map(([x = 0, y = 0]) => [x + 65, y + 50]);
    expect(good(prepare(file(one('120601', [lisbon])), KNOWN)).outside).toBe(true);
  });
});

describe('what cannot be taken', () => {
  test.each([
    ['not-json', '{"type": "FeatureCollection", "features": [{'],
    ['not-collection', '{"type": "Feature"}'],
    ['not-collection', 'null'],
    ['no-match', file()],
    ['no-match', file(null, 7, { properties: 'x' })],
    ['projected', file(one('120601', [SQUARE.map(([x = 0, y = 0]) => [x * -8_000, y * -800_000])]))],
    ['broken', file(one('120601', [SQUARE.slice(0, 2)]))],
    ['broken', file(one('120601', [[['a', 'b']]]))],
    ['broken', file(one('120601', 'no'))],
    ['broken', file(one('120601', [SQUARE], 'LineString'))],
  ])('%s', (expected, text) => {
    expect(code(prepare(text, KNOWN))).toBe(expected);
  });
  test('nothing that is thrown at it makes it fall', () => {
    fc.assert(
      fc.property(fc.json(), fc.jsonValue(), (text, geometry) => {
        void prepare(text, KNOWN);
        const hostile = { properties: { UBIGEO: '120601' }, geometry: { type: 'Polygon', coordinates: geometry } };
        void prepare(file(hostile), KNOWN);
      }),
    );
  });
});
