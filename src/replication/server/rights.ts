// Which site may write, hold and receive which partition; asked when an act is written here and again by the hub when it arrives.
import type { MergeClass } from '#platform/manifest';
import { readPartition, type PartitionName } from '#platform/partitions';

/** Just what a right depends on. */
export interface SitePlace {
  role: 'hub' | 'telecentre';
  id?: string | undefined;
  district?: string | undefined;
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
  if (where.kind === 'district' && where.of === site.district)
    return mergeClass === 'fact' || mergeClass === 'shared' ? null : refused;
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
