// Where a site lies: a grant for a telecentre also says which district it belongs to.
import { findSite } from '#replication';
import type { Reader } from '#platform/db';

export type SiteOf = (id: string) => Promise<{ district: string } | undefined>;

export const sitesFrom =
  (reader: Reader): SiteOf =>
  (id) =>
    findSite(reader, id);
