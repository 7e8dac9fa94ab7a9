// Pages and news as everybody reads them, with the language that is there; and as those see them who write.
import type { Reader } from '#platform/db';
import { partition as names } from '#platform/partitions';

export interface PageHead {
  id: string;
  partition: string;
  kind: string;
  slug: string | null;
  district: string;
  published: Readonly<Record<string, string>>;
  fromAt: number | null;
  state: 'draft' | 'published' | 'withdrawn';
  at: number;
}

export interface Version {
  id: string;
  page: string;
  language: string;
  title: string;
  summary: string;
  body: string;
  at: number;
}

const HEAD = ['id', 'partition', 'kind', 'slug', 'district', 'published', 'from_at', 'state', 'made_at'] as const;
const VERSION = ['id', 'page', 'language', 'title', 'summary', 'body', 'made_at'] as const;

function publishedIn(json: string | null): Record<string, string> {
  try {
    const value: unknown = JSON.parse(json ?? '{}');
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter(([, id]) => typeof id === 'string')) as Record<
      string,
      string
    >;
  } catch {
    return {};
  }
}

type HeadRow = {
  [K in (typeof HEAD)[number]]: K extends 'from_at'
    ? number | null
    : K extends 'made_at'
      ? number
      : K extends 'id' | 'partition'
        ? string
        : string | null;
};

const head = ({ published, from_at, made_at, kind, district, state, ...row }: HeadRow): PageHead => ({
  ...row,
  kind: kind ?? 'page',
  district: district ?? '',
  published: publishedIn(published),
  fromAt: from_at,
  state: state === 'published' || state === 'withdrawn' ? state : 'draft',
  at: made_at,
});

const version = (row: {
  id: string;
  page: string | null;
  language: string | null;
  title: string | null;
  summary: string | null;
  body: string | null;
  made_at: number;
}): Version => ({
  id: row.id,
  page: row.page ?? '',
  language: row.language ?? 'es',
  title: row.title ?? '',
  summary: row.summary ?? '',
  body: row.body ?? '',
  at: row.made_at,
});

export async function findPage(reader: Reader, id: string): Promise<PageHead | undefined> {
  const row = await reader.selectFrom('page').select(HEAD).where('id', '=', id).limit(1).executeTakeFirst();
  return row && head(row);
}

export async function findPageBySlug(reader: Reader, slug: string): Promise<PageHead | undefined> {
  const row = await reader
    .selectFrom('page')
    .select(HEAD)
    .where('slug', '=', slug)
    .where('kind', '=', 'page')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row && head(row);
}

/** The words of a district's front page. */
export async function findPlacePage(reader: Reader, district: string): Promise<PageHead | undefined> {
  const row = await reader
    .selectFrom('page')
    .select(HEAD)
    .where('district', '=', district)
    .where('kind', '=', 'place')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row && head(row);
}

/** Versions of some pages, the latest first. */
export async function versionsOf(reader: Reader, pages: readonly string[], most = 200): Promise<Version[]> {
  if (pages.length === 0) return [];
  const rows = await reader
    .selectFrom('page_version')
    .select(VERSION)
    .where('page', 'in', pages)
    .orderBy('made_at', 'desc')
    .orderBy('id', 'desc')
    .limit(most)
    .execute();
  return rows.map(version);
}

async function versionsById(reader: Reader, ids: readonly string[]): Promise<Map<string, Version>> {
  if (ids.length === 0) return new Map();
  const rows = await reader.selectFrom('page_version').select(VERSION).where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, version(row)]));
}

export interface ReadPage {
  id: string;
  kind: string;
  slug: string | null;
  district: string;
  /** Since when everybody reads it, milliseconds UTC. */
  since: number;
  updated: number;
  title: string;
  summary: string;
  body: string;
  /** Language of the words; another one than was asked for is told to who reads. */
  language: string;
}

const isOut = (page: PageHead, now: number) => page.state === 'published' && (page.fromAt ?? 0) <= now;

/** What everybody reads of these pages now, in the language asked for or in Spanish, or in what there is. */
export async function readPages(
  reader: Reader,
  pages: readonly PageHead[],
  { language, now }: { language: string; now: number },
): Promise<ReadPage[]> {
  const chosen = pages
    .filter((page) => isOut(page, now))
    .flatMap((page) => {
      const id = page.published[language] ?? page.published.es ?? Object.values(page.published)[0];
      return id ? [{ page, id }] : [];
    });
  const words = await versionsById(
    reader,
    chosen.map(({ id }) => id),
  );
  return chosen.flatMap(({ page, id }) => {
    const said = words.get(id);
    if (!said) return [];
    const { title, summary, body, language: written } = said;
    const since = page.fromAt ?? page.at;
    return [
      {
        ...{ id: page.id, kind: page.kind, slug: page.slug, district: page.district },
        ...{ since, updated: Math.max(said.at, since), title, summary, body, language: written },
      },
    ];
  });
}

export interface NewsAsked {
  language: string;
  /** Milliseconds UTC. */
  now: number;
  /** Of this district and of the whole programme; absent = all. */
  district?: string | undefined;
  limit: number;
  offset?: number;
}

/** News that everybody may read, the latest first. */
export async function listNews(
  reader: Reader,
  { district, limit, offset = 0, ...how }: NewsAsked,
): Promise<ReadPage[]> {
  let query = reader
    .selectFrom('page')
    .select(HEAD)
    .where('kind', '=', 'news')
    .where('state', '=', 'published')
    .where('from_at', '<=', how.now);
  if (district) query = query.where((eb) => eb.or([eb('district', '=', district), eb('partition', '=', names.public)]));
  const rows = await query.orderBy('from_at', 'desc').orderBy('id').limit(limit).offset(offset).execute();
  return readPages(reader, rows.map(head), how);
}

/** Everything that somebody writes at, the latest change first. At most 300. */
export async function listPages(reader: Reader, kind?: string): Promise<PageHead[]> {
  let query = reader.selectFrom('page').select(HEAD);
  if (kind) query = query.where('kind', '=', kind);
  return (await query.orderBy('made_at', 'desc').orderBy('id').limit(300).execute()).map(head);
}

export async function pageOfIds(reader: Reader, ids: readonly string[]): Promise<PageHead[]> {
  if (ids.length === 0) return [];
  return (await reader.selectFrom('page').select(HEAD).where('id', 'in', ids).execute()).map(head);
}

/** Ids of pages in a stable order, those after one. */
export async function idsOfPages(reader: Reader, after: string | null, limit: number): Promise<string[]> {
  let query = reader.selectFrom('page').select('id');
  if (after !== null) query = query.where('id', '>', after);
  return (await query.orderBy('id').limit(limit).execute()).map(({ id }) => id);
}

export interface Programme {
  id: string;
  purpose: string;
  objectives: string[];
  results: string[];
  partners: string[];
  visibility: string;
  contact: string;
  links: { name: string; href: string }[];
  starts: string | null;
  ends: string | null;
  status: string;
  source: string;
}

const lines = (text: string | null) =>
  (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** Links as typed: a name, then an address that browsers may follow. */
export function readLinks(text: string | null): { name: string; href: string }[] {
  return lines(text).flatMap((line) => {
    const found = /^(.*?)\s*(https?:\/\/\S+)$/.exec(line);
    return found?.[2] ? [{ name: found[1]?.trim() || found[2], href: found[2] }] : [];
  });
}

/** What the programme says of itself; of two rows the lesser id counts. */
export async function findProgramme(reader: Reader): Promise<Programme | undefined> {
  const row = await reader.selectFrom('programme').selectAll().orderBy('id').limit(1).executeTakeFirst();
  if (!row) return undefined;
  return {
    id: row.id,
    purpose: row.purpose ?? '',
    objectives: lines(row.objectives),
    results: lines(row.results),
    partners: lines(row.partners),
    visibility: row.visibility ?? '',
    contact: row.contact ?? '',
    links: readLinks(row.links),
    starts: row.starts,
    ends: row.ends,
    status: row.status ?? 'verify',
    source: row.source ?? '',
  };
}

/** What this account typed and did not save. */
export async function unsavedOf(
  reader: Reader,
  account: string,
  page: string,
): Promise<{ fields: Record<string, string>; at: number } | undefined> {
  const row = await reader
    .selectFrom('page_draft')
    .select(['fields', 'at'])
    .where('account', '=', account)
    .where('page', '=', page)
    .executeTakeFirst();
  return row && { fields: JSON.parse(row.fields) as Record<string, string>, at: row.at };
}
