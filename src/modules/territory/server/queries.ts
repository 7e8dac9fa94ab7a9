// Reading places: districts by their code, communities by district, names as people say them.
import type { Reader } from '#platform/db';
import { partition } from '#platform/partitions';

export interface PlaceEntry {
  id: string;
  kind: string;
  name: string;
  /** What people say, the official name when they say nothing else. */
  spoken: string;
  ubigeo: string | null;
  parent: string | null;
  inProgramme: boolean;
  latitude: number | null;
  longitude: number | null;
  status: string;
  source: string | null;
}

const ENTRY = [
  'id',
  'kind',
  'name',
  'spoken',
  'ubigeo',
  'parent',
  'in_programme',
  'latitude',
  'longitude',
  'status',
  'source',
] as const;

interface Row {
  id: string;
  kind: string;
  name: string;
  spoken: string | null;
  ubigeo: string | null;
  parent: string | null;
  in_programme: boolean | null;
  latitude: number | null;
  longitude: number | null;
  status: string | null;
  source: string | null;
}

function toEntry({ in_programme, spoken, status, ...row }: Row): PlaceEntry {
  const names: unknown = spoken ? JSON.parse(spoken) : [];
  const said = Array.isArray(names) ? names.find((name): name is string => typeof name === 'string') : undefined;
  return { ...row, spoken: said ?? row.name, inProgramme: in_programme ?? false, status: status ?? 'verify' };
}

const places = (reader: Reader) =>
  reader.selectFrom('place').select(ENTRY).where('partition', '=', partition.public).where('valid_to', 'is', null);

/** Districts, those of the programme first. */
export async function listDistricts(reader: Reader, onlyProgramme = false): Promise<PlaceEntry[]> {
  const rows = await places(reader).where('kind', '=', 'district').orderBy('ubigeo').limit(2_000).execute();
  const entries = rows.map(toEntry);
  return onlyProgramme
    ? entries.filter((entry) => entry.inProgramme)
    : entries.sort((a, b) => Number(b.inProgramme) - Number(a.inProgramme));
}

/** A district by its INEI code. */
export async function findDistrict(reader: Reader, ubigeo: string): Promise<PlaceEntry | undefined> {
  const row = await places(reader)
    .where('kind', '=', 'district')
    .where('ubigeo', '=', ubigeo)
    .limit(1)
    .executeTakeFirst();
  return row && toEntry(row);
}

export async function findPlace(reader: Reader, id: string): Promise<PlaceEntry | undefined> {
  const row = await reader
    .selectFrom('place')
    .select(ENTRY)
    .where('partition', '=', partition.public)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && toEntry(row);
}

/** Communities and populated centres of a district, by name. */
export async function listCommunities(reader: Reader, ubigeo: string): Promise<PlaceEntry[]> {
  const district = await findDistrict(reader, ubigeo);
  if (!district) return [];
  const rows = await places(reader)
    .where('kind', '=', 'community')
    .where('parent', '=', district.id)
    .orderBy('name')
    .limit(2_000)
    .execute();
  return rows.map(toEntry);
}

/** Every place that counts, for the administration's list; at most 2,000. */
export async function listPlaces(reader: Reader): Promise<PlaceEntry[]> {
  const rows = await places(reader).orderBy('ubigeo').orderBy('name').limit(2_000).execute();
  return rows.map(toEntry);
}

/** Spoken names of districts by code, for tables and charts. */
export async function districtNames(reader: Reader): Promise<Record<string, string>> {
  const names: Record<string, string> = {};
  for (const district of await listDistricts(reader)) if (district.ubigeo) names[district.ubigeo] = district.name;
  return names;
}

export interface HolidayEntry {
  id: string;
  day: string;
  name: string;
  scope: string | null;
  status: string | null;
}

export async function listHolidays(reader: Reader): Promise<HolidayEntry[]> {
  return reader
    .selectFrom('holiday')
    .select(['id', 'day', 'name', 'scope', 'status'])
    .where('valid_to', 'is', null)
    .orderBy('day')
    .limit(500)
    .execute();
}
