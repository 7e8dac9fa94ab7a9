// After the hub's key was replaced: which of its keys a telecentre can know already, by how far it holds `public/control`.
import type { KeyObject } from 'node:crypto';
import type { Reader } from '#platform/db';
import { partition } from '#platform/partitions';
import { privateKeyOf, type Identity, type KeyPair } from './identity.ts';

const CONTROL = partition.control(partition.public);

/** The newest own pair whose certificate lies in our feed at or before this number; the oldest when none does. */
async function pairKnownAt(read: Reader, identity: Identity, feed: number): Promise<KeyPair> {
  const { former = [], publicKey, privateKey } = identity;
  const pairs = [...former, { publicKey, privateKey }];
  if (pairs.length === 1) return { publicKey, privateKey };
  const told = await read
    .selectFrom('site_key')
    .innerJoin('log_range', (join) =>
      join
        .onRef('log_range.partition', '=', 'site_key.partition')
        .onRef('log_range.site', '=', 'site_key.made_site')
        .onRef('log_range.device', '=', 'site_key.made_device')
        .onRef('log_range.run', '=', 'site_key.made_run')
        .onRef('log_range.from_n', '<=', 'site_key.made_n')
        .onRef('log_range.to_n', '>=', 'site_key.made_n'),
    )
    .select('site_key.public_key')
    .where('site_key.partition', '=', CONTROL)
    .where('site_key.number', '=', 0)
    .where('log_range.feed', '<=', feed)
    .execute();
  const known = new Set(told.map((row) => Buffer.from(row.public_key).toString('base64url')));
  return pairs.findLast((pair) => known.has(pair.publicKey)) ?? pairs[0] ?? { publicKey, privateKey };
}

/** How far a telecentre holds our `public/control`, as it said itself. */
export async function signingKeyFor(
  read: Reader,
  identity: Identity,
  said: { feedName: string; cursor: number } | undefined,
): Promise<KeyObject> {
  if (!identity.former?.length) return privateKeyOf(identity);
  const head = await read
    .selectFrom('log_partition')
    .select('feed_name')
    .where('partition', '=', CONTROL)
    .executeTakeFirst();
  const cursor = said && said.feedName === head?.feed_name ? said.cursor : 0;
  return privateKeyOf(await pairKnownAt(read, identity, cursor));
}

/** The same for a file: as far as the telecentre's last word says. */
export async function signingKeyForPeer(read: Reader, identity: Identity, peer: number): Promise<KeyObject> {
  if (identity.role !== 'hub' || !identity.former?.length) return privateKeyOf(identity);
  const said = await read
    .selectFrom('log_peer')
    .select(['feed_name', 'cursor'])
    .where('partition', '=', CONTROL)
    .where('peer', '=', peer)
    .executeTakeFirst();
  return signingKeyFor(read, identity, said && { feedName: said.feed_name, cursor: said.cursor });
}
