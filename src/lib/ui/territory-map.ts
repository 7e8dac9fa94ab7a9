// Outlines become paths of a map: projected so that they fill it, drawn in whole steps so that it stays small. Runs on the server only.
import { geoMercator } from 'd3-geo';

export interface Outline {
  ubigeo: string;
  /** Polygons of closed rings, longitude and latitude. */
  polygons: readonly (readonly (readonly [longitude: number, latitude: number])[])[][];
}
export interface DrawnDistrict {
  ubigeo: string;
  way: string;
  /** Where its name stands: inside, as far from its borders as can be. */
  at: [x: number, y: number];
}
export interface DrawnMap {
  width: number;
  height: number;
  districts: DrawnDistrict[];
}

const WIDTH = 360;
const TALLEST = 420;
const EDGE = 6;
/** All paths together, letters: a map travels over 2G. */
const MOST = 5_500;

type Ring = [number, number][];

export function drawMap(outlines: readonly Outline[]): DrawnMap {
  const points = outlines.flatMap(({ polygons }) => polygons.flat(2)) as [number, number][];
  const projection = geoMercator().fitExtent(
    [
      [EDGE, EDGE],
      [WIDTH - EDGE, TALLEST - EDGE],
    ],
    { type: 'MultiPoint', coordinates: points },
  );
  const placed = points.map((point) => projection(point)?.[1] ?? 0);
  const top = Math.min(...spread(placed)) - EDGE;
  const height = Math.ceil(Math.max(...spread(placed)) - top + EDGE);
  for (let step = 1; ; step += 0.5) {
    const districts = outlines.map(({ ubigeo, polygons }) => {
      // a point gives the same step in both districts whose border it is
      const rings = polygons
        .flatMap((polygon) => polygon)
        .map((ring) =>
          onGrid(
            ring.map((point): [number, number] => projection([point[0], point[1]]) ?? [0, 0]),
            top,
            step,
          ),
        )
        .filter((ring) => ring.length > 3);
      return { ubigeo, way: rings.map(path).join(''), at: inside(rings) };
    });
    const letters = districts.reduce((sum, { way }) => sum + way.length, 0);
    if (letters <= MOST || step > 12) return { width: WIDTH, height, districts };
  }
}

/** The least and the most, without spreading a long list over a call. */
function spread(values: readonly number[]): [number, number] {
  return values.reduce<[number, number]>(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}

function onGrid(ring: Ring, top: number, step: number): Ring {
  const out: Ring = [];
  for (const [x, y] of ring) {
    const [gx, gy] = [Math.round(Math.round(x / step) * step), Math.round(Math.round((y - top) / step) * step)];
    const last = out.at(-1);
    if (last?.[0] !== gx || last[1] !== gy) out.push([gx, gy]);
  }
  return out;
}

function path(ring: Ring): string {
  let [x, y] = ring[0] ?? [0, 0];
  let way = `M${x} ${y}l`;
  for (const [nx, ny] of ring.slice(1, -1)) {
    const dy = ny - y;
    way += `${way.endsWith('l') || nx - x < 0 ? '' : ' '}${nx - x}${dy < 0 ? '' : ' '}${dy}`;
    [x, y] = [nx, ny];
  }
  return `${way}z`;
}

const LOOKS = 14;

/** Of a lattice of places the one inside that is farthest from every border. */
function inside(rings: readonly Ring[]): [number, number] {
  const all = rings.flat();
  const [left, right] = spread(all.map(([x]) => x));
  const [high, low] = spread(all.map(([, y]) => y));
  let best: [number, number] = [Math.round((left + right) / 2), Math.round((high + low) / 2)];
  let far = 0;
  for (let i = 1; i < LOOKS; i += 1)
    for (let k = 1; k < LOOKS; k += 1) {
      const [x, y] = [left + ((right - left) * i) / LOOKS, high + ((low - high) * k) / LOOKS];
      if (!holds(rings, x, y)) continue;
      const near = Math.min(...rings.map((ring) => distance(ring, x, y)));
      if (near > far) [far, best] = [near, [Math.round(x), Math.round(y)]];
    }
  return best;
}

/** To the nearest line of a ring. A name is wider than tall: room to the sides counts for more. */
function distance(ring: Ring, x: number, y: number): number {
  return ring.slice(1).reduce((least, [bx, by], at) => {
    const [ax, ay] = ring[at] ?? [bx, by];
    const [dx, dy, px, py] = [(bx - ax) / 2, by - ay, (x - ax) / 2, y - ay];
    const along = Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy || 1)));
    return Math.min(least, Math.hypot(px - along * dx, py - along * dy));
  }, Infinity);
}

function holds(rings: readonly Ring[], x: number, y: number): boolean {
  let odd = false;
  for (const ring of rings)
    for (let at = 1; at < ring.length; at += 1) {
      const [[ax, ay], [bx, by]] = [ring[at - 1] ?? [0, 0], ring[at] ?? [0, 0]];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
    }
  return odd;
}
