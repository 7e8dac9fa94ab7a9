// From a row back to the act that made it: which command, when, under which clock, by whom; what "walked back" means.
import type { Reader } from '#platform/db';
import { clockState } from './clock-number.ts';
import { decodeAct, openSegment, type Act } from './core/index.ts';
import type { ClockState } from '#platform/clock';

export interface ActNote {
  command: string;
  at: number;
  clockState: ClockState;
  /** Account or person id; undefined where the log that this holder has does not tell. */
  actor: string | undefined;
  role: string | undefined;
  site: number;
  /** Identity of the operation, for support: `partition site.device.run.n`. */
  identity: string;
  /** Position in the site's chain, once closed: what the signature covers. */
  signed: boolean;
}

export interface MadeBy {
  partition: string;
  made_site: number;
  made_device: number;
  made_run: number;
  made_n: number;
}

/** The act behind one row, or undefined when its payload is not held here. */
export async function explainRow(read: Reader, row: MadeBy): Promise<ActNote | undefined> {
  const { partition, made_site: site, made_device: device, made_run: run, made_n: n } = row;
  const found = (await inOpenLog(read, row)) ?? (await inSegments(read, row));
  if (!found) return undefined;
  const { act, signed } = found;
  const named = await read
    .selectFrom('act_actor')
    .select('actor')
    .where('of', '=', partition)
    .where('site', '=', site)
    .where('run', '=', run)
    .where('first_n', '<=', n)
    .orderBy('first_n', 'desc')
    .limit(1)
    .executeTakeFirst();
  return {
    command: act.header.command,
    at: act.header.at,
    clockState: clockState(act.header.clock),
    actor: act.header.actor ?? named?.actor,
    role: act.header.role,
    site,
    identity: `${partition} ${site}.${device}.${run}.${n}`,
    signed,
  };
}

async function inOpenLog(read: Reader, row: MadeBy): Promise<{ act: Act; signed: boolean } | undefined> {
  const open = await read
    .selectFrom('log_open')
    .select(['act', 'run', 'first_n', 'count'])
    .where('partition', '=', row.partition)
    .where('device', '=', row.made_device)
    .where('first_n', '<=', row.made_n)
    .orderBy('first_n', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!open || open.run !== row.made_run || open.first_n + open.count <= row.made_n) return undefined;
  const act = decodeAct(open.act);
  return act.site === row.made_site ? { act, signed: false } : undefined;
}

async function inSegments(read: Reader, row: MadeBy): Promise<{ act: Act; signed: boolean } | undefined> {
  const range = await read
    .selectFrom('log_range')
    .select(['feed', 'to_n'])
    .where('partition', '=', row.partition)
    .where('site', '=', row.made_site)
    .where('device', '=', row.made_device)
    .where('run', '=', row.made_run)
    .where('from_n', '<=', row.made_n)
    .orderBy('from_n', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!range || range.to_n < row.made_n) return undefined;
  const segment = await read
    .selectFrom('log_segment')
    .select('bytes')
    .where('partition', '=', row.partition)
    .where('feed', '=', range.feed)
    .executeTakeFirst();
  if (!segment) return undefined;
  const act = openSegment(segment.bytes).acts.find(
    (one) =>
      one.device === row.made_device &&
      one.run === row.made_run &&
      one.firstN <= row.made_n &&
      row.made_n < one.firstN + one.operations.length,
  );
  return act ? { act, signed: true } : undefined;
}
