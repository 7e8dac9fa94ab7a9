// Reading outlines, travel days and seasons.
import type { Reader } from '#platform/db';
import { partition } from '#platform/partitions';
import { readShape, type Polygons } from './shapes.ts';
import { occurrences } from './seasons.ts';

/** As many as a programme has districts, communities, seasons. */
const MOST = 2_000;

export async function boundaryRow(reader: Reader, ubigeo: string) {
  return reader
    .selectFrom('boundary')
    .select(['id', 'shape', 'source', 'licence'])
    .where('partition', '=', partition.public)
    .where('ubigeo', '=', ubigeo)
    .orderBy('id')
    .executeTakeFirst();
}

/** Districts with an outline: where it comes from and under which licence. */
export async function listBoundaries(reader: Reader) {
  const rows = await reader
    .selectFrom('boundary')
    .select(['id', 'ubigeo', 'source', 'licence', 'status'])
    .where('partition', '=', partition.public)
    .where('shape', 'is not', null)
    .orderBy('ubigeo')
    .limit(MOST)
    .execute();
  return rows.map((row) => ({ ...row, ubigeo: row.ubigeo ?? '', status: row.status ?? 'verify' }));
}

export interface Outline {
  ubigeo: string;
  polygons: Polygons;
}

/** The outlines of districts, for a map. */
export async function boundariesOf(reader: Reader, codes: readonly string[]): Promise<Outline[]> {
  if (codes.length === 0) return [];
  const rows = await reader
    .selectFrom('boundary')
    .select(['ubigeo', 'shape'])
    .where('partition', '=', partition.public)
    .where('ubigeo', 'in', [...codes])
    .where('shape', 'is not', null)
    .orderBy('ubigeo')
    .limit(MOST)
    .execute();
  return rows.flatMap(({ ubigeo, shape }) => {
    const polygons = readShape(shape);
    return ubigeo && polygons ? [{ ubigeo, polygons }] : [];
  });
}

export interface TravelDays {
  id: string;
  place: string;
  days: number;
  unit: string;
  source: string | null;
  status: string;
  from: string | null;
}

async function travel(reader: Reader, place?: string): Promise<TravelDays[]> {
  let query = reader
    .selectFrom('travel_days')
    .select(['id', 'place', 'days', 'unit', 'source', 'status', 'valid_from'])
    .where('partition', '=', partition.public)
    .where('valid_to', 'is', null);
  if (place) query = query.where('place', '=', place);
  const rows = await query.orderBy('id').limit(MOST).execute();
  return rows.flatMap(({ valid_from, ...row }) =>
    row.place === null || row.days === null
      ? []
      : [
          {
            ...row,
            place: row.place,
            days: row.days,
            unit: row.unit ?? '',
            status: row.status ?? 'verify',
            from: valid_from,
          },
        ],
  );
}

export const listTravelDays = (reader: Reader): Promise<TravelDays[]> => travel(reader);

/** Working days from a community to where papers are received; undefined where nobody has said. */
export async function travelDaysOf(reader: Reader, place: string): Promise<TravelDays | undefined> {
  return (await travel(reader, place))[0];
}

export interface SeasonEntry {
  id: string;
  kind: string;
  name: string;
  /** The part of it that was asked for, first and last day. */
  from: string;
  to: string;
  /** UBIGEO; empty = the whole territory. */
  district: string;
  place: string | null;
  source: string | null;
  status: string;
}

export async function seasonRow(reader: Reader, id: string) {
  return reader
    .selectFrom('season')
    .select(['id', 'district', 'valid_to'])
    .where('partition', '=', partition.public)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** What the time of the year brings between two days: of the whole territory and of a district (all of them without one). */
export async function seasonsOf(
  reader: Reader,
  asked: { district?: string | undefined; from: string; to: string },
): Promise<SeasonEntry[]> {
  let query = reader
    .selectFrom('season')
    .select(['id', 'kind', 'name', 'starts', 'ends', 'district', 'place', 'source', 'status', 'valid_to'])
    .where('partition', '=', partition.public)
    .where((eb) => eb.or([eb('valid_to', 'is', null), eb('valid_to', '>=', asked.from)]));
  if (asked.district) query = query.where('district', 'in', ['', asked.district]);
  const rows = await query.orderBy('id').limit(MOST).execute();
  const found = rows.flatMap(({ starts, ends, valid_to, ...row }) => {
    if (!starts || !ends) return [];
    const to = valid_to && valid_to < asked.to ? valid_to : asked.to;
    return occurrences(starts, ends, asked.from, to).map((part) => ({
      ...row,
      ...part,
      kind: row.kind ?? '',
      name: row.name ?? '',
      district: row.district ?? '',
      status: row.status ?? 'verify',
    }));
  });
  return found.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : a.name.localeCompare(b.name, 'es')));
}
