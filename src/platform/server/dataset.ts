// What a module declares of its data that is open to everybody: the read API, its description and the catalogue ask for it.
import type { Reader } from './db.ts';

export interface DatasetColumn {
  name: string;
  type: 'text' | 'integer' | 'number' | 'boolean' | 'date' | 'instant';
  /** What it says, with unit: a text key. */
  about: string;
}

export type DatasetRow = Record<string, string | number | boolean | null>;

export interface DatasetRequest {
  /** Key of the last row that was given; null = from the beginning. */
  after: string | null;
  limit: number;
  /** UBIGEO; null = all. */
  district: string | null;
  /** Further filters of the dataset, by name; what is not declared does not come here. */
  filters: Readonly<Record<string, string>>;
  language: string;
  /** Civil day in the programme's zone. */
  today: string;
}

export interface Dataset {
  /** Part of the address, for ever: `proposals`. Title and description are the texts `dataset.<name>.title` and `.about`. */
  name: string;
  /** First column is the key: unique, and the order of rows. */
  columns: readonly DatasetColumn[];
  /** Names of further filters, each with the text `dataset.filter.<name>`. */
  filters: readonly string[];
  /** Columns with degrees of latitude and longitude, where rows are points that may be public. */
  point?: { latitude: string; longitude: string } | undefined;
  /** Only rows that may be public, ordered by the key. */
  rows(reader: Reader, request: DatasetRequest): Promise<DatasetRow[]>;
}
