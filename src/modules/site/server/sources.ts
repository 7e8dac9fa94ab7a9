// News and pages for who searches, follows, tells others and reads data; and what waits for who writes.
import { formatId, formatInstant } from '#lib/format/index.ts';
import { text } from '#lib/text/index.ts';
import type { AnnouncementSource } from '#platform/announcement';
import type { Dataset } from '#platform/dataset';
import type { FeedSource } from '#platform/feed-source';
import { can } from '#platform/permissions';
import type { SearchSource } from '#platform/search-source';
import type { TaskSource } from '#platform/task-source';
import { plainText } from './markup.ts';
import {
  findPage,
  idsOfPages,
  listNews,
  listPages,
  pageOfIds,
  readPages,
  versionsOf,
  type PageHead,
  type ReadPage,
} from './queries.ts';

/** A moment that no page lies behind: what is to come is left out by who asks. */
const NEVER = Number.MAX_SAFE_INTEGER;

export const hrefOf = (page: Pick<ReadPage, 'kind' | 'id' | 'slug' | 'district'>): string =>
  page.kind === 'news'
    ? `/news/${page.id}`
    : page.kind === 'place'
      ? `/places/${page.district}`
      : `/pages/${page.slug ?? ''}`;

const scopeOf = (page: PageHead) => (page.district ? { district: page.district } : { programme: true as const });

export const searchSource: SearchSource = {
  kind: 'news',
  tables: ['page'],
  thingsOf: (_reader, _table, rows) => Promise.resolve(rows.map(({ id }) => id)),
  async entries(reader, ids) {
    const pages = await pageOfIds(reader, ids);
    const out = new Map((await readPages(reader, pages, { language: 'es', now: NEVER })).map((one) => [one.id, one]));
    const drafts = await versionsOf(
      reader,
      pages.filter(({ id }) => !out.has(id)).map(({ id }) => id),
    );
    return pages.flatMap((page) => {
      const read = out.get(page.id);
      const draft = read ?? drafts.find((one) => one.page === page.id);
      if (!draft) return [];
      // what is to appear later is found by who writes it, until it is there and is marked again
      const everybody = read !== undefined && (page.fromAt ?? 0) <= page.at;
      return [
        {
          id: page.id,
          title: draft.title,
          text: `${draft.summary} ${plainText(draft.body)}`,
          href: read && everybody ? hrefOf(read) : `/office/site/${page.id}`,
          reach: everybody ? ('public' as const) : { permission: 'site.edit', scope: scopeOf(page) },
          district: page.district || null,
          at: page.fromAt ?? page.at,
        },
      ];
    });
  },
  ids: idsOfPages,
};

export const feedSource: FeedSource = {
  topic: 'news',
  async latest(reader, { district, language, since, now, limit }) {
    const news = await listNews(reader, { language, now, limit, ...(district ? { district } : {}) });
    return news
      .filter((one) => since === null || one.updated > since)
      .map((one) => ({
        id: one.id,
        title: one.title,
        summary: one.summary,
        href: hrefOf(one),
        published: one.since,
        updated: one.updated,
        district: one.district || null,
      }));
  },
};

export const announcementSource: AnnouncementSource = {
  kind: 'news',
  async find(reader, id, language) {
    const page = await findPage(reader, id);
    const [read] = page?.kind === 'news' ? await readPages(reader, [page], { language, now: Date.now() }) : [];
    if (!read) return undefined;
    return {
      title: read.title,
      what: read.summary,
      when: formatInstant(language, read.since, 'day'),
      from: text(language, 'site.programme'),
      href: hrefOf(read),
      code: formatId(read.id),
      picture: 'news',
    };
  },
};

export const newsDataset: Dataset = {
  name: 'news',
  columns: [
    { name: 'id', type: 'text', about: 'dataset.column.id' },
    { name: 'title', type: 'text', about: 'dataset.news.name' },
    { name: 'summary', type: 'text', about: 'dataset.news.summary' },
    { name: 'district', type: 'text', about: 'dataset.column.district' },
    { name: 'published', type: 'instant', about: 'dataset.news.published' },
    { name: 'language', type: 'text', about: 'dataset.news.language' },
  ],
  filters: [],
  async rows(reader, { after, limit, district, language }) {
    const ids = await idsOfPages(reader, after, limit);
    const pages = (await pageOfIds(reader, ids)).filter(
      (one) => one.kind === 'news' && (!district || one.district === district),
    );
    const read = await readPages(reader, pages, { language, now: Date.now() });
    return read
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map((one) => ({
        id: one.id,
        title: one.title,
        summary: one.summary,
        district: one.district || null,
        published: one.since,
        language: one.language,
      }));
  },
};

/** Drafts older than this wait for somebody; milliseconds. */
const WAITS = 3 * 86_400_000;

export const taskSource: TaskSource = {
  name: 'site.drafts',
  permission: 'site.edit',
  async list(app, { actor, language, limit }) {
    if (app.site.role !== 'hub') return { tasks: [], count: 0 };
    const old = (await listPages(app.db.read)).filter(
      (page) => page.state === 'draft' && page.at < app.clock.now() - WAITS && can(actor, 'site.edit', scopeOf(page)),
    );
    const versions = await versionsOf(
      app.db.read,
      old.map(({ id }) => id),
    );
    const tasks = old.slice(0, limit).map((page) => ({
      id: page.id,
      title: text(language, 'site.task', { title: versions.find((one) => one.page === page.id)?.title ?? '' }),
      href: `/office/site/${page.id}`,
      due: null,
      since: page.at,
    }));
    return { tasks, count: old.length };
  },
};
