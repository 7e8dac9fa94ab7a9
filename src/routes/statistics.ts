// The monthly statistics for the desk and the office: which month, where, and whether as they are or as they may be published.
import { error } from '@sveltejs/kit';
import { civilDate } from '#platform/clock';
import { runCommand } from '#platform/command';
import { can, contains, holdsSomewhere, type Scope } from '#platform/permissions';
import { listSites, type SiteSummary } from '#replication';
import { listDistricts } from '#modules/territory';
import { countStations } from '#modules/stations';
import {
  csvOf,
  monthsOf,
  openExact,
  pdfOf,
  freshen,
  reportOf,
  rowName,
  shownValue,
  sitesOf,
  totalOf,
  xlsxOf,
  type Report,
} from '#modules/statistics';
import { formatDate, formatMonth } from '#lib/format/index.ts';
import { text } from '#lib/text/index.ts';
import { enterArea } from './area.ts';

interface At {
  locals: App.Locals;
  url: URL;
}

export interface StatisticsPage {
  month: string;
  months: string[];
  /** `` = all, `d/<ubigeo>` or the record of a telecentre. */
  where: string;
  places: { value: string; label: string }[];
  placeName: string;
  report: Report | null;
  behind: boolean;
  over: boolean;
  mayExact: boolean;
  today: string;
}

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** What may be chosen: the programme, districts and telecentres that this person may read of. */
async function choices({ app, actor, language }: App.Locals) {
  const { read } = app.db;
  const may = (scope: Scope) => can(actor, 'statistics.read', scope);
  const sites = (await listSites(read)).filter(({ id, district }) => may({ site: id, district }));
  const districts = (await listDistricts(read)).filter(
    ({ ubigeo }) => ubigeo && may({ district: ubigeo }) && sites.some(({ district }) => district === ubigeo),
  );
  return {
    sites,
    districts,
    places: [
      ...(may({ programme: true }) ? [{ value: '', label: text(language, 'statistics.all') }] : []),
      ...districts.map(({ ubigeo, name }) => ({ value: `d/${ubigeo ?? ''}`, label: name })),
      ...sites.map(({ id, name }) => ({ value: id, label: name })),
    ],
  };
}

function scopeOf(where: string, sites: readonly SiteSummary[]): Scope | undefined {
  if (where === '') return { programme: true };
  if (where.startsWith('d/')) return { district: where.slice(2) };
  const site = sites.find(({ id }) => id === where);
  return site && { site: site.id, district: site.district };
}

export async function loadStatistics({ locals, url }: At): Promise<StatisticsPage> {
  const actor = enterArea(locals, url, 'statistics.read');
  const { app, language } = locals;
  const today = civilDate(app.clock.now(), app.config.zone);
  const { sites, places } = await choices(locals);
  const asked = url.searchParams.get('where') ?? app.site.id ?? places[0]?.value ?? '';
  const place = places.find(({ value }) => value === asked);
  const scope = place && scopeOf(place.value, sites);
  if (!scope) error(403, text(language, 'refusal.permissions.denied'));
  const wanted = url.searchParams.get('month') ?? '';
  const month = MONTH.test(wanted) ? wanted : today.slice(0, 7);
  await freshen(app, month);
  const total = await totalOf(app, scope, month);
  const exact = url.searchParams.has('exact') && (await opens(locals, month, scope));
  return {
    ...{ month, where: asked, places, placeName: place.label, today },
    months: [...new Set([today.slice(0, 7), ...(await monthsOf(app.db.read, scope))])].toSorted().reverse(),
    report:
      total &&
      reportOf({
        ...{ month, count: total.count, exact },
        equipment: month === today.slice(0, 7) ? await equipmentOf(locals, scope, sites) : undefined,
        places: 'site' in scope ? undefined : await byPlace(locals, scope, month, sites),
      }),
    behind: total?.behind ?? false,
    over: month < today.slice(0, 7),
    mayExact: holdsSomewhere(actor, 'statistics.exact') && can(actor, 'statistics.exact', scope),
  };
}

/** Whether numbers may be shown as they are; that they were is written down. */
async function opens({ app, actor, language }: App.Locals, month: string, scope: Scope): Promise<boolean> {
  const site = 'site' in scope ? scope.site : null;
  const outcome = await runCommand(app, openExact, { actor, input: { month, site } });
  if (!outcome.ok) error(403, text(language, `refusal.${outcome.refusal.code}`));
  return true;
}

async function equipmentOf({ app }: App.Locals, scope: Scope, sites: readonly SiteSummary[]) {
  const counts = await countStations(app.db.read);
  const sum = { working: 0, total: 0 };
  for (const { id, district } of sites) {
    if (!contains(scope, { site: id, district })) continue;
    sum.total += counts.get(id)?.total ?? 0;
    sum.working += counts.get(id)?.working ?? 0;
  }
  return sum.total > 0 ? sum : undefined;
}

/** Districts for the programme, telecentres for a district. */
async function byPlace({ app }: App.Locals, scope: Scope, month: string, sites: readonly SiteSummary[]) {
  const counts = await sitesOf(app, scope, month);
  const names = new Map((await listDistricts(app.db.read)).map(({ ubigeo, name }) => [ubigeo ?? '', name]));
  const rows = new Map<string, { key: string; name: string; attentions: number }>();
  for (const site of sites) {
    const count = counts.get(site.id);
    if (!contains(scope, { site: site.id, district: site.district })) continue;
    const key = 'programme' in scope ? site.district : site.id;
    const row = rows.get(key) ?? {
      key,
      name: 'programme' in scope ? (names.get(key) ?? key) : site.name,
      attentions: 0,
    };
    row.attentions += count?.attentions ?? 0;
    rows.set(key, row);
  }
  return [...rows.values()];
}

const TYPES: Record<string, string> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
};

/** The page as a file: `statistics/2026-11.pdf?where=…`. */
export async function statisticsFile(event: At & { params: { file: string } }): Promise<Response> {
  const [, month = '', kind = ''] = /^(\d{4}-\d{2})\.(csv|xlsx|pdf)$/.exec(event.params.file) ?? [];
  const { locals } = event;
  const { language, app } = locals;
  const url = new URL(event.url);
  url.searchParams.set('month', month);
  const page = await loadStatistics({ locals, url });
  const type = TYPES[kind];
  if (!type || !page.report) error(404, text(language, 'statistics.none'));
  const period = formatMonth(language, page.month);
  const head = {
    title: text(language, 'statistics.title'),
    from: `${app.site.programme} · ${page.placeName}`,
    about: period,
    code: `E-${page.month}-${page.where.replace('d/', '') || '0'}`,
    language: language === 'en' ? 'en' : 'es-PE',
    notes: [
      text(language, page.report.exact ? 'statistics.exact.note' : 'statistics.made', {
        day: formatDate(language, page.today),
      }),
      text(language, 'statistics.source'),
      ...(page.over ? [] : [text(language, 'statistics.not-over')]),
    ],
  };
  const body =
    kind === 'csv'
      ? Buffer.from(csvOf(language, page.report))
      : kind === 'xlsx'
        ? await xlsxOf(language, page.report, head)
        : await pdfOf(language, page.report, head);
  return new Response(new Uint8Array(body), {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${head.code}.${kind}"`,
      'cache-control': 'no-store',
    },
  });
}

/** The page's figures in words, ready for the screen. */
export async function statisticsInWords(event: At) {
  const { report, ...page } = await loadStatistics(event);
  const { language } = event.locals;
  const sections = (report?.sections ?? []).map(({ key, rows }) => ({
    key,
    rows: rows.map((row) => ({ key: row.key, name: rowName(language, row), shown: shownValue(language, row) })),
  }));
  return { ...page, sections, exact: report?.exact ?? false };
}
