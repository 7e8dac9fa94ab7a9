// Operations of the log by their identities, and the operations of a row: from the segments, the open log and what is kept beside the rows.
import type { Reader } from '#platform/db';
import {
  compareDots,
  decodeAct,
  isIn,
  openSegment,
  singleActs,
  type Act,
  type Dot,
  type Operation,
  type Span,
} from './core/index.ts';

const AT_ONCE = 40;

const dotOf = ({ site, device, run, firstN }: Act): Dot => ({ site, device, run, n: firstN });

/** Every operation of these spans that is in the log here, each once and as an act of its own, by identity. */
export async function actsOfSpans(read: Reader, partition: string, spans: readonly Span[]): Promise<Act[]> {
  const found: Act[] = [];
  const feeds = new Set<number>();
  for (const span of spans) {
    for (const { feed } of await rangesOf(read, partition, span)) feeds.add(feed);
    for (const { act } of await openOf(read, partition, span)) found.push(...singleActs(decodeAct(act)));
  }
  const sorted = [...feeds].sort((a, b) => a - b);
  for (let at = 0; at < sorted.length; at += AT_ONCE) {
    const segments = await read
      .selectFrom('log_segment')
      .select('bytes')
      .where('partition', '=', partition)
      .where('feed', 'in', sorted.slice(at, at + AT_ONCE))
      .execute();
    for (const { bytes } of segments) found.push(...openSegment(bytes).acts.flatMap(singleActs));
  }
  return eachOnce(found.filter((act) => isIn(spans, dotOf(act))));
}

const rangesOf = (read: Reader, partition: string, span: Span) =>
  read
    .selectFrom('log_range')
    .select('feed')
    .where('partition', '=', partition)
    .where('site', '=', span.site)
    .where('device', '=', span.device)
    .where('run', '=', span.run)
    .where('from_n', '<=', span.to_n)
    .where('to_n', '>=', span.from_n)
    .execute();

const openOf = (read: Reader, partition: string, span: Span) =>
  read
    .selectFrom('log_open')
    .select('act')
    .where('partition', '=', partition)
    .where('device', '=', span.device)
    .where('run', '=', span.run)
    .where('first_n', '<=', span.to_n)
    .where((e) => e(e('first_n', '+', e.ref('count')), '>', span.from_n))
    .execute();

/** By identity, each operation once. */
export function eachOnce(acts: Act[]): Act[] {
  const sorted = acts.sort((a, b) => compareDots(dotOf(a), dotOf(b)));
  return sorted.filter((act, at) => {
    const before = sorted[at - 1];
    return !before || compareDots(dotOf(before), dotOf(act)) !== 0;
  });
}

/** All operations of some rows of one table, by row: `made` are those that made the rows that are stored. */
export async function actsOfRows(
  read: Reader,
  partition: string,
  table: number,
  made: ReadonlyMap<string, Dot | undefined>,
): Promise<Map<string, Act[]>> {
  const rows = [...made.keys()];
  const beside: Act[] = [];
  for (const kept of ['log_held', 'log_quarantine'] as const) {
    const lines = await read
      .selectFrom(kept)
      .select('act')
      .where('partition', '=', partition)
      .where('table_number', '=', table)
      .where('row', 'in', rows)
      .execute();
    beside.push(...lines.map(({ act }) => decodeAct(act)));
  }
  const edits = await read
    .selectFrom('log_edit')
    .select(['site', 'device', 'run', 'n'])
    .where('partition', '=', partition)
    .where('table_number', '=', table)
    .where('row', 'in', rows)
    .execute();
  const dots: Dot[] = [...edits, ...[...made.values()].filter((dot) => dot !== undefined)];
  const spans = dots.map(({ site, device, run, n }) => ({ site, device, run, from_n: n, to_n: n }));
  // what is kept beside for a later schema lacks the columns that were applied: the log has it whole
  const all = eachOnce([...(await actsOfSpans(read, partition, spans)), ...beside]);
  return Map.groupBy(all, (act) => act.operations[0]?.row ?? '');
}

/** Lines for `log_edit`: what these acts change in rows that others may have made. */
export function editsOf(acts: readonly Act[]) {
  return acts.flatMap((act) =>
    act.operations
      .filter((operation: Operation) => operation.kind === 'set')
      .map(({ n, table, row }) => {
        const { partition, site, device, run } = act;
        return { partition, table_number: table, row, site, device, run, n };
      }),
  );
}
