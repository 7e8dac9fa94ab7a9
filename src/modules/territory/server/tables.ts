// Places, holidays, boundaries, travel days and seasons: data with their source and status, written by the hub, read by all.
import { replicated, type EngineColumns } from '#platform/manifest';

export const place = replicated({
  number: 1,
  name: 'place',
  class: 'owned',
  partitions: ['public'],
  columns: {
    kind: { n: 1, type: 'text' },
    name: { n: 2, type: 'text' },
    spoken: { n: 3, type: 'json' },
    ubigeo: { n: 4, type: 'text' },
    reniec: { n: 5, type: 'text' },
    parent: { n: 6, type: 'id' },
    in_programme: { n: 7, type: 'boolean' },
    latitude: { n: 8, type: 'number' },
    longitude: { n: 9, type: 'number' },
    valid_from: { n: 10, type: 'date' },
    valid_to: { n: 11, type: 'date' },
    predecessor: { n: 12, type: 'id' },
    source: { n: 13, type: 'text' },
    status: { n: 14, type: 'text' },
  },
});

export const holiday = replicated({
  number: 2,
  name: 'holiday',
  class: 'owned',
  partitions: ['public'],
  columns: {
    /** `MM-DD` every year, or a full date for one year; movable feasts by name. */
    day: { n: 1, type: 'text' },
    name: { n: 2, type: 'text' },
    /** UBIGEO of where it is observed; empty = the nation. */
    scope: { n: 3, type: 'text' },
    source: { n: 4, type: 'text' },
    status: { n: 5, type: 'text' },
    valid_from: { n: 6, type: 'date' },
    valid_to: { n: 7, type: 'date' },
  },
});

/** The outline of a district for maps, simplified. */
export const boundary = replicated({
  number: 3,
  name: 'boundary',
  class: 'owned',
  partitions: ['public'],
  wide: true,
  columns: {
    ubigeo: { n: 1, type: 'text' },
    /** Empty where the outline was taken away. See boundaries.ts. */
    shape: { n: 2, type: 'json' },
    source: { n: 3, type: 'text' },
    licence: { n: 4, type: 'text' },
    status: { n: 5, type: 'text' },
  },
});

/** Working days from a community to the nearest place where papers are received (término de la distancia). */
export const travelDays = replicated({
  number: 4,
  name: 'travel_days',
  class: 'owned',
  partitions: ['public'],
  columns: {
    place: { n: 1, type: 'id' },
    days: { n: 2, type: 'integer' },
    /** Where papers are received. */
    unit: { n: 3, type: 'text' },
    /** The act that approved the table. */
    source: { n: 4, type: 'text' },
    status: { n: 5, type: 'text' },
    valid_from: { n: 6, type: 'date' },
    valid_to: { n: 7, type: 'date' },
  },
});

export const season = replicated({
  number: 5,
  name: 'season',
  class: 'owned',
  partitions: ['public'],
  columns: {
    kind: { n: 1, type: 'text' },
    name: { n: 2, type: 'text' },
    /** `MM-DD` every year (it may go over the end of the year), or full dates once. */
    starts: { n: 3, type: 'text' },
    ends: { n: 4, type: 'text' },
    /** UBIGEO of a district; empty = the whole territory. */
    district: { n: 5, type: 'text' },
    place: { n: 6, type: 'id' },
    source: { n: 7, type: 'text' },
    status: { n: 8, type: 'text' },
    /** Last day on which it is told. */
    valid_to: { n: 9, type: 'date' },
  },
});

interface Key extends EngineColumns {
  partition: string;
  id: string;
  meta: string | null;
}
export interface PlaceRow extends Key {
  /** `department`, `province`, `district`, `capital` (a district's main town), `community`. */
  kind: string;
  /** Official name. */
  name: string;
  /** JSON list of names that people say. */
  spoken: string | null;
  /** INEI code; RENIEC's differs from the first digits on and has a column of its own. */
  ubigeo: string | null;
  reniec: string | null;
  parent: string | null;
  /** Of districts only. */
  in_programme: boolean | null;
  /** WGS-84, approximate. */
  latitude: number | null;
  longitude: number | null;
  /** First and last day, inclusive; empty = not known, still valid. */
  valid_from: string | null;
  valid_to: string | null;
  /** The unit of which this one was made. */
  predecessor: string | null;
  source: string | null;
  /** `text`, `secondary` or `verify`. */
  status: string | null;
}
export interface HolidayRow extends Key {
  day: string;
  name: string;
  scope: string | null;
  source: string | null;
  status: string | null;
  valid_from: string | null;
  valid_to: string | null;
}
export interface BoundaryRow extends Key {
  ubigeo: string | null;
  shape: string | null;
  source: string | null;
  licence: string | null;
  status: string | null;
}
export interface TravelDaysRow extends Key {
  place: string | null;
  days: number | null;
  unit: string | null;
  source: string | null;
  status: string | null;
  valid_from: string | null;
  valid_to: string | null;
}
export interface SeasonRow extends Key {
  kind: string | null;
  name: string | null;
  starts: string | null;
  ends: string | null;
  district: string | null;
  place: string | null;
  source: string | null;
  status: string | null;
  valid_to: string | null;
}

declare module '#platform/db' {
  interface Tables {
    place: PlaceRow;
    holiday: HolidayRow;
    boundary: BoundaryRow;
    travel_days: TravelDaysRow;
    season: SeasonRow;
  }
}
