// The outline of a district as it is kept: rings of whole ten-thousandths of a degree (11 m), each point as its step from the one before. No I/O.

/** Longitude and latitude, WGS-84. */
export type Point = [longitude: number, latitude: number];
/** Rings that are closed: the first point stands again at the end. Holes are rings of a polygon after its first. */
export type Polygons = Point[][][];

export const GRID = 10_000;
/** Largest outline, letters: two of them fit in an act. */
export const MOST_LETTERS = 6_000;

export const snap = (degrees: number): number => Math.round(degrees * GRID) / GRID;

export function packShape(polygons: Polygons): string {
  return JSON.stringify(
    polygons.map((rings) =>
      rings.map((ring) => {
        let [lastX, lastY] = [0, 0];
        return ring.flatMap(([longitude, latitude]) => {
          const [x, y] = [Math.round(longitude * GRID), Math.round(latitude * GRID)];
          const step = [x - lastX, y - lastY];
          [lastX, lastY] = [x, y];
          return step;
        });
      }),
    ),
  );
}

/** Errors: null for what is no outline. */
export function readShape(packed: string | null): Polygons | null {
  let found: unknown;
  try {
    found = JSON.parse(packed ?? 'null');
  } catch {
    return null;
  }
  if (!Array.isArray(found) || found.length === 0) return null;
  const polygons: Polygons = [];
  for (const rings of found as unknown[]) {
    if (!Array.isArray(rings) || rings.length === 0) return null;
    const read: Point[][] = [];
    for (const ring of rings as unknown[]) {
      const points = readRing(ring);
      if (!points) return null;
      read.push(points);
    }
    polygons.push(read);
  }
  return polygons;
}

function readRing(ring: unknown): Point[] | null {
  if (!Array.isArray(ring) || ring.length < 8 || ring.length % 2 !== 0) return null;
  let [x, y] = [0, 0];
  const points: Point[] = [];
  for (let at = 0; at < ring.length; at += 2) {
    const [dx, dy]: unknown[] = [ring[at], ring[at + 1]];
    if (!Number.isInteger(dx) || !Number.isInteger(dy)) return null;
    [x, y] = [x + (dx as number), y + (dy as number)];
    if (Math.abs(x) > 180 * GRID || Math.abs(y) > 90 * GRID) return null;
    points.push([x / GRID, y / GRID]);
  }
  const [first, last] = [points[0], points.at(-1)];
  return first?.[0] === last?.[0] && first?.[1] === last?.[1] ? points : null;
}
