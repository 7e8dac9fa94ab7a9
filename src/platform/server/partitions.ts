// Partitions: the unit of permission and of subscription. A name is compared whole; its shape says who may hold it.
import type { PartitionKind } from './manifest.ts';

export interface PartitionName {
  kind: PartitionKind;
  /** District code, site id or organisation id; empty for `public` and `hub`. */
  of: string;
  /** The hub-written companion that travels first (lane 0). */
  control: boolean;
}

export const partition = {
  public: 'public',
  hub: 'hub',
  district: (ubigeo: string) => `d/${ubigeo}`,
  site: (site: string) => `t/${site}`,
  sitePrivate: (site: string) => `t/${site}/private`,
  organisation: (id: string) => `o/${id}`,
  control: (name: string) => `${name}/control`,
};

const SHAPE = /^(?:(public|hub)|d\/([0-9]{6})|t\/([0-9A-Z]{6,24})(\/private)?|o\/([0-9A-Z]{6,24}))(\/control)?$/;

/** Errors: null for anything that is not a partition's name. */
export function readPartition(name: string): PartitionName | null {
  const match = SHAPE.exec(name);
  if (!match) return null;
  const [, fixed, district, site, secret, organisation, control] = match;
  const rest = { control: control !== undefined };
  if (fixed === 'public' || fixed === 'hub') return { kind: fixed, of: '', ...rest };
  if (district) return { kind: 'district', of: district, ...rest };
  if (site) return { kind: secret ? 'site-private' : 'site', of: site, ...rest };
  return { kind: 'organisation', of: organisation ?? '', ...rest };
}

/** What a telecentre holds: control logs first, then its rows (this is also the order of a session). */
export function partitionsOfSite(site: string, district: string): string[] {
  const rows = [partition.public, partition.district(district), partition.site(site), partition.sitePrivate(site)];
  return [...rows.map(partition.control), ...rows];
}
