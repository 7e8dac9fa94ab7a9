// What a module declares of what it knows of a person: her own page and her data as a file ask for it.
import type { Reader } from './db.ts';

export interface OwnItem {
  id: string;
  /** What it is, ready to read. */
  title: string;
  /** How it stands, ready to read. */
  state?: string | undefined;
  /** Milliseconds UTC. */
  at: number;
  /** Where it is read. */
  href?: string | undefined;
  /** All that is kept of it, for the file: by the name of the field. */
  data: Readonly<Record<string, string | number | boolean | null>>;
}

export interface OwnRequest {
  /** All ids that mean this person: several where cards were joined. */
  persons: readonly string[];
  language: string;
  limit: number;
}

export interface OwnSource {
  /** `proposals`; its heading is the text `own.<name>`. */
  name: string;
  /** The latest first. That somebody voted may stand here, how never. */
  list(reader: Reader, request: OwnRequest): Promise<OwnItem[]>;
}
