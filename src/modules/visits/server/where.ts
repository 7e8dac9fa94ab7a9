// Which telecentres lie in a scope: what figures add up over.
import { listSites, type SiteSummary } from '#replication';
import type { Reader } from '#platform/db';
import { partition } from '#platform/partitions';
import { contains, type Scope } from '#platform/permissions';

export interface Place {
  /** Partition of the telecentre's visits. */
  partition: string;
  district: string;
}

/** `all` at programme scope: also visits of telecentres whose row has not arrived. */
export async function placesIn(reader: Reader, scope: Scope): Promise<{ all: boolean; places: Place[] }> {
  const sites = await listSites(reader);
  const inside = (site: SiteSummary) => contains(scope, { site: site.id, district: site.district });
  return {
    all: 'programme' in scope,
    places: sites.filter(inside).map((site) => ({ partition: partition.site(site.id), district: site.district })),
  };
}
