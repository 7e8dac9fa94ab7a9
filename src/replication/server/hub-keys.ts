// After the hub's key was replaced: which of its keys a telecentre can know already, by how far it holds `public/control`.
import type { KeyObject } from 'node:crypto';
import type { Reader } from '#platform/db';
import { partition } from '#platform/partitions';
import { privateKeyOf, type Identity, type KeyPair } from './identity.ts';
import type { Replica } from './replica.ts';

const CONTROL = partition.control(partition.public);

const pairsOf = ({ former = [], publicKey, privateKey }: Identity): KeyPair[] => [...former, { publicKey, privateKey }];

/** The newest own pair whose certificate lies in our feed at or before this number; undefined when none does. */
async function pairKnownAt(read: Reader, identity: Identity, feed: number): Promise<KeyPair | undefined> {
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
  return pairsOf(identity).findLast((pair) => known.has(pair.publicKey));
}

/**
 * The hub's database is older than it was, and may lack the certificate of the key in use: whoever has not heard it could not believe a
 * word of the hub. It speaks with the newest key that its log certifies, and the one in use waits to be announced anew. May be repeated.
 */
export async function speakAsCertified(replica: Replica): Promise<void> {
  const { identity, db } = replica;
  if (identity.role !== 'hub' || !identity.former?.length) return;
  const pairs = pairsOf(identity);
  const { publicKey, privateKey, next = { publicKey, privateKey } } = identity;
  const certified = (await pairKnownAt(db.read, identity, Number.MAX_SAFE_INTEGER)) ?? pairs[0]; // the first was told at enrolment
  if (!certified || certified.publicKey === publicKey) return;
  const former = pairs.filter((pair) => pair.publicKey !== next.publicKey);
  await replica.saveIdentity({ ...certified, hubPublicKey: certified.publicKey, former, next });
  replica.log.error('the key in use is not certified in this database: it is announced anew');
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
  return privateKeyOf((await pairKnownAt(read, identity, cursor)) ?? pairsOf(identity)[0] ?? identity);
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
