// Which site may write, hold and receive which partition; asked when an act is written here and again by the hub when it arrives.
import type { MergeClass } from '#platform/manifest';
import type { ActHeader, Position } from './core/index.ts';
import { readPartition, type PartitionName } from '#platform/partitions';

/** Just what a right depends on. */
export interface SitePlace {
  role: 'hub' | 'telecentre';
  id?: string | undefined;
  district?: string | undefined;
}

/** Who wrote an act, as the hub judges it. */
export interface Writer extends SitePlace {
  /** Membership was taken: *ended* leaves what was written before the site heard, *compromised* nothing that had not arrived. */
  revoked?: 'ended' | 'compromised' | undefined;
  /** Where the hub's word stands in `public/control`; undefined while nobody can have heard it. */
  revokedAt?: Position | undefined;
}

/** Writers of the acts in question, by site number. */
export type Writers = ReadonlyMap<number, Writer>;

/** Why an act that arrives now does not stand, when its site's membership was taken; else null. */
export function judgeRevoked(writer: Writer, header: Pick<ActHeader, 'control'>): string | null {
  if (!writer.revoked) return null;
  if (writer.revoked === 'compromised') return 'site-compromised';
  return writer.revokedAt && hasHeard(header.control, writer.revokedAt) ? 'site-ended' : null;
}

/** Whether who knew the control log up to `known` had this word of it. A later epoch goes on from an earlier one. */
function hasHeard(known: Position | undefined, word: Position): boolean {
  if (!known) return false;
  return known.epoch === word.epoch ? known.seq >= word.seq : known.epoch > word.epoch;
}

/** Null when allowed, else the refusal code. `request` facts go through `mayRequest`. */
export function mayWrite(site: SitePlace, where: PartitionName, mergeClass: MergeClass): string | null {
  const refused = 'replication.not-allowed-here';
  if (site.role === 'hub') {
    // the hub is home of what is central; a telecentre's own rows are written by the telecentre
    return where.control || (where.kind !== 'site' && where.kind !== 'site-private') ? null : refused;
  }
  if (!site.id) return 'replication.not-enrolled';
  if (where.control) return refused; // control logs are hub-written
  if ((where.kind === 'site' || where.kind === 'site-private') && where.of === site.id) return null;
  if (where.kind === 'district' && where.of === site.district) return mergeClass === 'owned' ? refused : null;
  return refused;
}

/** Whether the site may hold (and so receive) the partition. */
export function mayHold(site: SitePlace, partitionName: string): boolean {
  const where = readPartition(partitionName);
  if (!where) return false;
  if (site.role === 'hub') return true;
  switch (where.kind) {
    case 'public':
      return true;
    case 'district':
      return where.of === site.district;
    case 'site':
    case 'site-private':
      return where.of === site.id;
    default:
      return false;
  }
}
