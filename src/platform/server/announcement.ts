// What a module declares so that its things can be told on paper, by radio and by message: posters, scripts and cards ask for it.
import type { Reader } from './db.ts';

/** One thing in the words in which it is announced; every text is ready to read in the language that was asked for. */
export interface Announcement {
  title: string;
  /** What it is, in a few sentences of plain text. */
  what: string;
  /** Day with its name and hour; absent where nothing has a date. */
  when?: string | undefined;
  where?: string | undefined;
  /** For whom. */
  who?: string | undefined;
  /** What to do to take part. */
  how?: string | undefined;
  /** Who answers questions. */
  contact?: string | undefined;
  /** Pairs to read one under another: prices, results. */
  lines?: readonly { label: string; value: string }[] | undefined;
  /** Who says it: municipality, programme, organisation. */
  from: string;
  /** Where it is read, a path. */
  href: string;
  /** Short code, printed and spoken. */
  code: string;
  /** One of our drawings, by its name. */
  picture: string;
  /** It does not take place any more. */
  cancelled?: boolean | undefined;
}

export interface AnnouncementSource {
  /** `events`, `proposals`, `results` …: part of the address of posters and cards. */
  kind: string;
  /** Undefined for what is not public. */
  find(reader: Reader, id: string, language: string): Promise<Announcement | undefined>;
}
