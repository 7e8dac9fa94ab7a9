// Reading places: districts by their code, communities by district, names as people say them, holidays.
import type { Reader } from '#platform/db';
import { partition } from '#platform/partitions';
import { holidayDate, isLived, isValid } from './rules.ts';

export interface PlaceEntry {
  id: string;
  kind: string;
  /** Official name. */
  name: string;
  /** What people say; the official name when they say nothing else. */
  spoken: string;
  /** All names that people say. */
  spokenNames: string[];
  /** INEI code. */
  ubigeo: string | null;
  reniec: string | null;
  parent: string | null;
  inProgramme: boolean;
  latitude: number | null;
  longitude: number | null;
  validFrom: string | null;
  validTo: string | null;
  predecessor: string | null;
  status: string;
  source: string | null;
}

const ENTRY = [
  'id',
  'kind',
  'name',
  'spoken',
  'ubigeo',
  'reniec',
  'parent',
  'in_programme',
  'latitude',
  'longitude',
  'valid_from',
  'valid_to',
  'predecessor',
  'status',
  'source',
] as const;

/** A programme's places: some provinces, their districts and communities. */
const MOST = 5_000;

function namesIn(json: string | null): string[] {
  try {
    const names: unknown = JSON.parse(json ?? '[]');
    return Array.isArray(names) ? names.filter((name): name is string => typeof name === 'string' && name !== '') : [];
  } catch {
    return [];
  }
}

async function places(reader: Reader, where: { kinds?: string[]; ubigeo?: string; parent?: string; id?: string }) {
  let query = reader.selectFrom('place').select(ENTRY).where('partition', '=', partition.public);
  if (where.kinds) query = query.where('kind', 'in', where.kinds);
  if (where.ubigeo) query = query.where('ubigeo', '=', where.ubigeo);
  if (where.parent) query = query.where('parent', '=', where.parent);
  if (where.id) query = query.where('id', '=', where.id);
  const rows = await query.orderBy('id').limit(MOST).execute();
  return rows.map(({ in_programme, spoken, status, valid_from, valid_to, ...row }): PlaceEntry => {
    const spokenNames = namesIn(spoken);
    return {
      ...row,
      spoken: spokenNames[0] ?? row.name,
      spokenNames,
      inProgramme: in_programme ?? false,
      validFrom: valid_from,
      validTo: valid_to,
      status: status ?? 'verify',
    };
  });
}

const isNow = (place: PlaceEntry, on?: string) => isValid({ valid_from: place.validFrom, valid_to: place.validTo }, on);
const byCode = (a: PlaceEntry, b: PlaceEntry) => ((a.ubigeo ?? '') < (b.ubigeo ?? '') ? -1 : 1);
const byName = (a: PlaceEntry, b: PlaceEntry) => a.spoken.localeCompare(b.spoken, 'es');

/** Districts, those of the programme first, each by its code. */
export async function listDistricts(reader: Reader, onlyProgramme = false): Promise<PlaceEntry[]> {
  const districts = (await places(reader, { kinds: ['district'] })).filter((one) => isNow(one)).sort(byCode);
  const inside = districts.filter((one) => one.inProgramme);
  return onlyProgramme ? inside : [...inside, ...districts.filter((one) => !one.inProgramme)];
}

/** A district by its INEI code; with a day, the one that had the code then. RENIEC's codes are another system and find nothing here. */
export async function findDistrict(reader: Reader, ubigeo: string, on?: string): Promise<PlaceEntry | undefined> {
  return (await places(reader, { kinds: ['district'], ubigeo })).find((one) => isNow(one, on));
}

/** Any unit by its INEI code. */
export async function findByCode(reader: Reader, ubigeo: string): Promise<PlaceEntry | undefined> {
  return (await places(reader, { ubigeo })).find((one) => isNow(one));
}

/** A place by id, also one that has ended: older records name it. */
export async function findPlace(reader: Reader, id: string): Promise<PlaceEntry | undefined> {
  return (await places(reader, { id }))[0];
}

/** Communities and the main town of a district, by name. */
export async function listCommunities(reader: Reader, ubigeo: string): Promise<PlaceEntry[]> {
  const district = await findDistrict(reader, ubigeo);
  return district ? listInside(reader, district.id, true) : [];
}

/** What lies directly in a place. */
export async function listInside(reader: Reader, parent: string, onlyLived = false): Promise<PlaceEntry[]> {
  const inside = await places(reader, { parent });
  return inside.filter((one) => isNow(one) && (!onlyLived || isLived(one.kind))).sort(byName);
}

/** Every place that has not ended, each after what it lies in: departments, provinces, districts by code, communities by name. */
export async function listPlaces(reader: Reader): Promise<PlaceEntry[]> {
  const all = (await places(reader, {})).filter((one) => isNow(one));
  const known = new Set(all.map((one) => one.id));
  const out: PlaceEntry[] = [];
  const add = (parent: string | null) => {
    const here = all.filter((one) => (parent ? one.parent === parent : !one.parent || !known.has(one.parent)));
    for (const place of here.sort((a, b) => (a.ubigeo || b.ubigeo ? byCode(a, b) : byName(a, b)))) {
      out.push(place);
      add(place.id);
    }
  };
  add(null);
  return out;
}

export interface HolidayEntry {
  id: string;
  day: string;
  name: string;
  /** UBIGEO of where it is observed; empty = the nation. */
  scope: string;
  status: string;
  source: string | null;
  validFrom: string | null;
  validTo: string | null;
}

export async function findHoliday(reader: Reader, id: string): Promise<HolidayEntry | undefined> {
  return (await holidays(reader)).find((one) => one.id === id);
}

async function holidays(reader: Reader): Promise<HolidayEntry[]> {
  const rows = await reader
    .selectFrom('holiday')
    .select(['id', 'day', 'name', 'scope', 'status', 'source', 'valid_from', 'valid_to'])
    .where('partition', '=', partition.public)
    .orderBy('day')
    .limit(MOST)
    .execute();
  return rows.map(({ valid_from, valid_to, scope, status, ...row }) => ({
    ...row,
    scope: scope ?? '',
    status: status ?? 'verify',
    validFrom: valid_from,
    validTo: valid_to,
  }));
}

export interface HolidayOfYear extends HolidayEntry {
  date: string;
}

/** The holidays of a year in their order, movable ones on their day; of the nation and of every part of the territory. */
export async function holidaysOf(reader: Reader, year: number): Promise<HolidayOfYear[]> {
  const found = (await holidays(reader)).flatMap((one) => {
    const date = holidayDate(one.day, year);
    return date && isValid({ valid_from: one.validFrom, valid_to: one.validTo }, date) ? [{ ...one, date }] : [];
  });
  return found.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : byCodeOf(a, b)));
}

const byCodeOf = (a: HolidayEntry, b: HolidayEntry) => (a.scope < b.scope ? -1 : 1);
