// Membership that was taken: since which word of the hub, and who can have heard it.
import type { Reader } from '#platform/db';
import { partition } from '#platform/partitions';
import { compareDots, openSegment, stateOf, type Dot, type Position } from './core/index.ts';
import type { Replica } from './replica.ts';
import type { Writer } from './rights.ts';
import { findSiteByNumber } from './sites.ts';
import type { SiteRow } from './tables.ts';
import { siteTable } from './manifest.ts';

const CONTROL = partition.control(partition.public);

/** A site as the hub judges what it wrote. */
export async function writerOf(read: Reader, number: number): Promise<Writer> {
  const site = await read
    .selectFrom('site')
    .select(['id', 'district', 'state', 'meta'])
    .where('partition', '=', CONTROL)
    .where('number', '=', number)
    .executeTakeFirst();
  const writer: Writer = { role: 'telecentre', id: site?.id, district: site?.district };
  if (site?.state !== 'ended' && site?.state !== 'compromised') return writer;
  return { ...writer, revoked: site.state, revokedAt: await positionOf(read, CONTROL, stateDot(site)) };
}

/** Whether the hub took this telecentre's membership, as far as was heard here. */
export async function ownRevocation(replica: Replica): Promise<'ended' | 'compromised' | undefined> {
  const own = await findSiteByNumber(replica.db.read, replica.identity.number ?? 0);
  return own?.state === 'ended' || own?.state === 'compromised' ? own.state : undefined;
}

/** The operation that gave a site its state. */
function stateDot({ meta }: Pick<SiteRow, 'meta'>): Dot | undefined {
  const none = { site: 0, device: 0, run: 0, n: 0, at: 0, clock: 0 };
  return stateOf(none, new Map(), meta).live.get(siteTable.columns.state?.n ?? 0)?.[0];
}

/** Where an operation of the hub stands in its chain; undefined while it is not closed: then nobody can have heard it. */
async function positionOf(read: Reader, log: string, dot: Dot | undefined): Promise<Position | undefined> {
  if (!dot) return undefined;
  const range = await read
    .selectFrom('log_range')
    .select(['feed', 'to_n'])
    .where('partition', '=', log)
    .where('site', '=', dot.site)
    .where('device', '=', dot.device)
    .where('run', '=', dot.run)
    .where('from_n', '<=', dot.n)
    .orderBy('from_n', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!range || range.to_n < dot.n) return undefined;
  const segment = await read
    .selectFrom('log_segment')
    .select('bytes')
    .where('partition', '=', log)
    .where('feed', '=', range.feed)
    .executeTakeFirst();
  if (!segment) return undefined;
  const { epoch, seqFrom, acts } = openSegment(segment.bytes);
  const at = acts
    .flatMap((act) => act.operations.map(({ n }) => ({ ...act, n })))
    .findIndex((one) => compareDots(one, dot) === 0);
  return at < 0 ? undefined : { epoch, seq: seqFrom + at };
}
