// What the command line asks about memberships, quarantine and keys.
import { findSiteByNumber, listAside, peerNamed, type AsideBatch } from '#replication';
import { Refusal } from '#platform/errors';
import type { Program } from './program.ts';

/** One word for a batch, to be typed or pasted: partition and operations. */
const nameOf = ({ partition, site, device, run, from_n, to_n }: AsideBatch) =>
  `${partition}:${site}.${device}.${run}.${from_n}-${to_n}`;

const NAME = /^([\w/]+):(\d+)\.(\d+)\.(\d+)\.(\d+)-(\d+)$/;

/** Errors: Refusal when it names nothing. */
export function batchNamed(name: string) {
  const [, partition, site, device, run, from_n, to_n] = NAME.exec(name.trim()) ?? [];
  if (!partition) throw new Refusal('quarantine.decided');
  return { partition, site, device, run, from_n, to_n };
}

export async function quarantineHere({ replica }: Program) {
  const { batches, more } = await listAside(replica);
  return {
    batches: batches.map((batch) => ({
      name: nameOf(batch),
      state: batch.state,
      reason: batch.reason,
      telecentre: batch.siteName,
      operations: batch.operations,
      since: new Date(batch.since).toISOString(),
      note: batch.note,
      acts: batch.acts.map(({ command, at, role, tables }) => ({
        command,
        at: new Date(at).toISOString(),
        role,
        tables,
      })),
    })),
    more,
  };
}

/** Id of the telecentre that somebody means. Errors: Refusal. */
export async function siteIdNamed({ replica }: Program, typed: string): Promise<string> {
  const { number } = await peerNamed(replica, typed);
  const site = await findSiteByNumber(replica.db.read, number);
  if (!site) throw new Refusal('sites.unknown');
  return site.id;
}
