// What a module declares so that its things are found: the index asks for words and imports no source of data.
import type { Reader } from './db.ts';
import type { AppliedRow } from './manifest.ts';
import type { Scope } from './permissions.ts';

export interface SearchEntry {
  /** Of the thing, once within its kind. */
  id: string;
  title: string;
  /** Further words by which it is found, plain text. */
  text: string;
  /** Where it is read. */
  href: string;
  /** Everybody finds it, or who holds a permission in its place. */
  reach: 'public' | { permission: string; scope: Scope };
  /** UBIGEO of the district it belongs to; null = the whole programme. */
  district: string | null;
  /** Milliseconds UTC: of two that fit alike the later stands first. */
  at: number;
}

export interface SearchSource {
  /** What is found, e.g. `proposals`; its name is the text `search.kind.<kind>`. */
  kind: string;
  /** Replicated tables whose rows make these things. */
  tables: readonly string[];
  /** The things to which written rows belong; inside the writing transaction, so it is short. */
  thingsOf(reader: Reader, table: string, rows: readonly AppliedRow[]): Promise<string[]>;
  /** The things as they are now. One that is not given back is found no more. At most 200 are asked for. */
  entries(reader: Reader, ids: readonly string[]): Promise<SearchEntry[]>;
  /** Ids of all things in a stable order, those after one: for building the index anew. */
  ids(reader: Reader, after: string | null, limit: number): Promise<string[]>;
}
