// Every telecentre as the hub last heard of it: open or not, what was done this month, who waits, what is broken, what needs help.
import { civilDate } from '#platform/clock';
import { csvText } from '#platform/csv';
import { can } from '#platform/permissions';
import { NEEDS, siteBoard, type BoardRow } from '#replication';
import { openState, showIntervals } from '#modules/hours';
import { readQueue } from '#modules/queue';
import { countToTell, freshen, sitesOf, type MonthCount } from '#modules/statistics';
import { countStations } from '#modules/stations';
import { listDistricts } from '#modules/territory';
import { formatInstant } from '#lib/format/index.ts';
import { text } from '#lib/text/index.ts';

export interface TelecentreRow {
  id: string;
  name: string;
  district: string;
  districtName: string;
  need: BoardRow['need'];
  alarms: string[];
  /** Last session or bundle in words; empty when there was none. */
  seen: string;
  open: 'open' | 'closed' | 'unknown';
  hours: string;
  waiting: number;
  computers: number;
  broken: number;
  /** This month; null = small, and not said. */
  attentions: number | null;
  people: number | null;
  /** Hours served of those planned, per cent; null where none were planned. */
  served: number | null;
}

/** What a telecentre said of today is believed for so long after it was last heard. */
const FRESH = 12 * 3_600_000;

function servedShare({ planned, lost }: MonthCount['hours']): number | null {
  const missed = Object.values(lost).reduce((sum, minutes) => sum + minutes, 0);
  return planned === 0 ? null : Math.round(((planned - missed) / planned) * 100);
}

export interface BoardAsked {
  name: string;
  district: string;
  need: string;
  page: number;
}

export async function telecentreBoard(locals: App.Locals, asked: BoardAsked) {
  const { app, replica, actor, language } = locals;
  const { read } = app.db;
  const now = app.clock.now();
  const today = civilDate(now, app.config.zone);
  const month = today.slice(0, 7);
  const board = await siteBoard(replica, { ...asked, need: NEEDS.find((one) => one === asked.need) });
  const mine = board.rows.filter(({ id, district }) => can(actor, 'statistics.read', { site: id, district }));
  await freshen(app, month);
  const counts = await sitesOf(app, { programme: true }, month);
  const names = new Map((await listDistricts(read)).map(({ ubigeo, name }) => [ubigeo ?? '', name]));
  const computers = await countStations(read);
  const rows: TelecentreRow[] = [];
  for (const site of mine) {
    const { since, plan } = await openState(read, site, today);
    const fresh = site.seen !== undefined && now - site.seen < FRESH;
    const queue = fresh ? await readQueue(read, site.id, today, now) : undefined;
    const count = counts.get(site.id);
    rows.push({
      ...{ id: site.id, name: site.name, district: site.district, need: site.need },
      districtName: names.get(site.district) ?? site.district,
      alarms: site.alarms.map((code) => text(language, `alarm.${code}`)),
      seen: site.seen === undefined ? '' : formatInstant(language, site.seen),
      open: !fresh ? 'unknown' : since === null ? 'closed' : 'open',
      hours: showIntervals(plan.planned),
      waiting: queue?.waiting.length ?? 0,
      computers: computers.get(site.id)?.total ?? 0,
      broken: (computers.get(site.id)?.total ?? 0) - (computers.get(site.id)?.working ?? 0),
      attentions: countToTell(count?.attentions ?? 0),
      people: countToTell(count?.people ?? 0),
      served: count ? servedShare(count.hours) : null,
    });
  }
  const people = [...counts].map(([id, { people: many }]) => [id, countToTell(many)] as const);
  return { ...{ rows, page: board.page, more: board.more, counts: board.counts, month }, people: new Map(people) };
}

/** The same as lines for a spreadsheet. */
export function boardCsv(language: string, rows: readonly TelecentreRow[]): string {
  const t = (key: string) => text(language, `telecentres.column.${key}`);
  const head = [
    'name',
    'district',
    'need',
    'open',
    'attentions',
    'people',
    'served',
    'waiting',
    'computers',
    'broken',
    'seen',
  ];
  const told = (count: number | null) => count ?? text(language, 'statistics.hidden');
  const lines = rows.map((row) => [
    ...[row.name, row.districtName, text(language, `telecentres.need.${row.need}`)],
    ...[text(language, `telecentres.open.${row.open}`), told(row.attentions), told(row.people), row.served],
    ...[row.waiting, row.computers, row.broken, row.seen],
  ]);
  return csvText([head.map(t), ...lines]);
}
