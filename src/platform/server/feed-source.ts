// What a module declares so that people can follow it: feeds and digests ask for entries and import no source of data.
import type { Reader } from './db.ts';

export interface FeedEntry {
  /** Of the thing; permanent, once within its topic. */
  id: string;
  title: string;
  /** Plain text, a few sentences. */
  summary: string;
  /** Where it is read, a path. */
  href: string;
  /** Milliseconds UTC: when it became public, and when it last changed. */
  published: number;
  updated: number;
  /** UBIGEO; null = the whole programme. */
  district: string | null;
  /** Who says it. */
  author?: string | undefined;
}

export interface FeedRequest {
  /** Only what belongs to this district or to the whole programme; null = everything. */
  district: string | null;
  /** Language of sentences that the program itself puts in. */
  language: string;
  /** Only what changed after this moment, milliseconds UTC. */
  since: number | null;
  /** Now, milliseconds UTC: what is to be public later is left out. */
  now: number;
  limit: number;
}

export interface FeedSource {
  /** `news`, `events` …; its name is the text `follow.topic.<topic>`. */
  topic: string;
  /** What is public, the latest change first. */
  latest(reader: Reader, request: FeedRequest): Promise<FeedEntry[]>;
}
