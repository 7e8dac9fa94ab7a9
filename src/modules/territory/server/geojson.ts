// From a file of districts to outlines that are small and still share their borders. Takes what people have: any usual name of the code,
// rings that run the wrong way round or are not closed; says in a code what it cannot take. No I/O.
import { feature } from 'topojson-client';
import { topology } from 'topojson-server';
import { presimplify } from 'topojson-simplify';
import type { MultiPolygon, Polygon } from 'geojson';
import { MOST_LETTERS, packShape, snap, type Point, type Polygons } from './shapes.ts';

/** What people name the column with INEI's code, as written without case and underscores. */
const CODES = ['iddist', 'ubigeo', 'codigo', 'ubigeodis', 'coddist', 'codubigeo', 'ubigeoinei', 'inei', 'idubigeo'];
/** Peru with its coast, degrees. */
const PERU = { west: -82, east: -68, south: -19, north: 0.5 };
/** Points that every border keeps, however small the district. */
const KEPT = 6;

export interface Prepared {
  shapes: { ubigeo: string; shape: string }[];
  /** Districts that the file does not have. */
  absent: string[];
  /** Rings that were closed or turned round. */
  mended: number;
  /** Some of it lies outside Peru. */
  outside: boolean;
}
export type Trouble = { code: string; params: Record<string, string> };

/** `known`: codes of the districts that are wanted. `column`: chosen by hand. */
export function prepare(text: string, known: readonly string[], column = ''): Prepared | Trouble {
  let file: unknown;
  try {
    file = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return trouble('not-json');
  }
  const features = (file as { features?: unknown } | null)?.features;
  if (!Array.isArray(features)) return trouble('not-collection');
  const found = new Map<string, Polygons>();
  const columns = new Set<string>();
  const told = { mended: 0, outside: false };
  for (const one of features as unknown[]) {
    const { properties, geometry } = (one ?? {}) as { properties?: unknown; geometry?: unknown };
    const fields = properties && typeof properties === 'object' ? (properties as Record<string, unknown>) : {};
    for (const name of Object.keys(fields).slice(0, 40)) columns.add(name);
    const code = codeIn(fields, known, column);
    if (!code) continue;
    const polygons = polygonsOf(geometry);
    if (!polygons) return trouble('broken', { place: code });
    const clean = cleanPolygons(polygons, told);
    if (clean === 'projected') return trouble('projected', { place: code });
    if (clean.length === 0) return trouble('broken', { place: code });
    found.set(code, [...(found.get(code) ?? []), ...clean]);
  }
  if (found.size === 0) return trouble('no-match', { columns: [...columns].slice(0, 12).join(', ') });
  const shapes = simplify(found);
  if (!shapes) return trouble('too-large');
  return { shapes, absent: known.filter((code) => !found.has(code)), ...told };
}

const trouble = (code: string, params: Record<string, string> = {}): Trouble => ({
  code: `territory.boundary-${code}`,
  params,
});

function codeIn(fields: Record<string, unknown>, known: readonly string[], column: string): string | undefined {
  const named = column
    ? [column]
    : Object.keys(fields).filter((name) => CODES.includes(name.toLowerCase().replace(/[_\s-]/g, '')));
  for (const name of named) {
    const value = fields[name];
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    // a table once opened as numbers has lost its leading zero
    const code = String(value).trim().padStart(6, '0');
    if (known.includes(code)) return code;
  }
  return undefined;
}

function polygonsOf(geometry: unknown): unknown[] | undefined {
  const { type, coordinates } = (geometry ?? {}) as { type?: unknown; coordinates?: unknown };
  if (!Array.isArray(coordinates)) return undefined;
  if (type === 'Polygon') return [coordinates];
  return type === 'MultiPolygon' ? (coordinates as unknown[]) : undefined;
}

function cleanPolygons(polygons: unknown[], told: { mended: number; outside: boolean }): Polygons | 'projected' {
  const out: Polygons = [];
  for (const rings of polygons) {
    if (!Array.isArray(rings)) continue;
    const clean: Point[][] = [];
    for (const [at, ring] of (rings as unknown[]).entries()) {
      const points = Array.isArray(ring) ? cleanRing(ring as unknown[], told) : [];
      if (points === 'projected') return points;
      if (points.length < 4) {
        if (at === 0) break;
        continue;
      }
      // RFC 7946: outer rings counterclockwise, holes clockwise
      if (turn(points) > 0 !== (at === 0)) {
        points.reverse();
        told.mended += 1;
      }
      clean.push(points);
    }
    if (clean.length > 0) out.push(clean);
  }
  return out;
}

function cleanRing(ring: unknown[], told: { mended: number; outside: boolean }): Point[] | 'projected' {
  const points: Point[] = [];
  for (const position of ring) {
    if (!Array.isArray(position)) return [];
    const [x, y]: unknown[] = position as unknown[];
    if (typeof x !== 'number' || typeof y !== 'number' || !Number.isFinite(x) || !Number.isFinite(y)) return [];
    if (Math.abs(x) > 180 || Math.abs(y) > 90) return 'projected';
    if (x < PERU.west || x > PERU.east || y < PERU.south || y > PERU.north) told.outside = true;
    const point: Point = [snap(x), snap(y)];
    const last = points.at(-1);
    if (last?.[0] !== point[0] || last[1] !== point[1]) points.push(point);
  }
  const [first, last] = [points[0], points.at(-1)];
  if (first && last && (first[0] !== last[0] || first[1] !== last[1])) {
    points.push([first[0], first[1]]);
    told.mended += 1;
  }
  return points;
}

/** Twice the area; positive = counterclockwise. */
function turn(ring: readonly Point[]): number {
  let sum = 0;
  for (let at = 1; at < ring.length; at += 1) {
    const [a, b] = [ring[at - 1], ring[at]];
    if (a && b) sum += a[0] * b[1] - b[0] * a[1];
  }
  return sum;
}

/** Coarser and coarser until each fits; a border that two share is one line here, so it stays one. */
function simplify(found: ReadonlyMap<string, Polygons>): Prepared['shapes'] | null {
  const objects = Object.fromEntries(
    [...found].map(([code, coordinates]) => [code, { type: 'MultiPolygon', coordinates } as MultiPolygon]),
  );
  const made = presimplify(topology(objects) as Parameters<typeof presimplify>[0]);
  const arcs = made.arcs as unknown as [number, number, number][][];
  const floors = arcs.map((arc) => arc.map((point) => point[2]).toSorted((a, b) => b - a)[KEPT + 1] ?? 0);
  for (let least = 1e-9; least < 10; least *= 1.6) {
    const lines = arcs.map((arc, at) =>
      arc.filter((point) => point[2] >= Math.min(least, floors[at] ?? 0)).map(([x, y]): [number, number] => [x, y]),
    );
    const coarse = { ...made, arcs: lines };
    const shapes = Object.keys(objects).map((ubigeo) => {
      const object = coarse.objects[ubigeo];
      const geometry = object && (feature(coarse, object) as { geometry?: Polygon | MultiPolygon }).geometry;
      const polygons = geometry?.type === 'Polygon' ? [geometry.coordinates] : (geometry?.coordinates ?? []);
      return { ubigeo, shape: packShape(polygons as Polygons) };
    });
    if (shapes.every(({ shape }) => shape.length <= MOST_LETTERS)) return shapes;
  }
  return null;
}
