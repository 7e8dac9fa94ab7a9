// Answers a session at the hub: carries out what the core's `hubSession` asks for.
import { randomBytes } from 'node:crypto';
import { storageRefusal } from '#platform/errors';
import { partition as names } from '#platform/partitions';
import { raiseAlarm } from './alarms.ts';
import { closeOpenActs } from './close.ts';
import { keepPosition, saidEpoch } from './courier-note.ts';
import {
  carryOut,
  hubSession,
  TOKEN_BYTES,
  type Doers,
  type HubDoing,
  type RequestHead,
  type Status,
} from './core/index.ts';
import { signingKeyFor } from './hub-keys.ts';
import { privateKeyOf, publicKeyOf } from './identity.ts';
import { keysBeside } from './key-travel.ts';
import { receiveSegment, saveCursor } from './receive.ts';
import type { Replica } from './replica.ts';
import { mayHold } from './rights.ts';
import { beginAgain } from './epoch.ts';
import { noteBack } from './refill.ts';
import { resumeRenewals } from './key-renewal.ts';
import { rawKeysOf } from './site-keys.ts';
import { keepSaid } from './site-report.ts';
import { findSiteByNumber } from './sites.ts';
import { readState, writeState } from './state.ts';
import { chainHead, chainsOf, lockPartition, segmentsAfter } from './store.ts';
import { inTurn } from './turns.ts';

const CONTROL = names.control(names.public);
const keyInUse = (site: number) => `key-in-use/${site}`;

export interface HubAnswer {
  status: Status;
  body: Uint8Array;
}

/** Answers one request of a session. Never throws for what the other side sent; a cut in the middle keeps what was complete. */
export async function answerSession(replica: Replica, body: AsyncIterable<Uint8Array>): Promise<HubAnswer> {
  await replica.refreshIdentity();
  const input = { key: privateKeyOf(replica.identity), schema: replica.schema };
  const { status, body: parts } = await carryOut<HubDoing, { status: Status; body: Uint8Array[] }>(
    hubSession(input),
    inTurn<HubDoing>(doersOf(replica, body[Symbol.asyncIterator]()), ['next']),
  );
  return { status, body: Buffer.concat(parts) };
}

function doersOf(replica: Replica, request: AsyncIterator<Uint8Array>): Doers<HubDoing> {
  const { db, log } = replica;
  const { read } = db;
  return {
    async next() {
      const { value, done } = await request.next();
      return done ? null : (value as Uint8Array); // reason: TypeScript does not narrow the two together
    },
    async site(number) {
      const site = await findSiteByNumber(read, number);
      if (!site) return undefined;
      const raw = await rawKeysOf(read, replica.identity, number);
      const inUse = await readState(read, keyInUse(number));
      const from = raw.findIndex((key) => Buffer.from(key).toString('base64url') === inUse);
      const keys = raw.slice(Math.max(0, from)).map(publicKeyOf);
      const row = await read.selectFrom('session_token').select('token').where('site', '=', number).executeTakeFirst();
      return { number, state: site.state, keys, token: row?.token };
    },
    async mayHold(number, partition) {
      const site = await findSiteByNumber(read, number);
      return site !== undefined && mayHold({ role: 'telecentre', id: site.id, district: site.district }, partition);
    },
    usesKey: (site, key) => writeState(db, keyInUse(site), key.export({ format: 'jwk' }).x ?? ''),
    keyFor: ({ parts }) =>
      signingKeyFor(
        read,
        replica.identity,
        parts.find(({ partition }) => partition === CONTROL),
      ),
    newToken: (site, said) => newToken(replica, site, said),
    async receive(partition, bytes, keys, site) {
      try {
        const received = await receiveSegment(replica, partition, bytes, { keys, strict: true });
        if (received.outcome === 'refused')
          log.warn({ site, partition, reason: received.reason, detail: received.detail }, 'a segment was refused');
        // damage on the way is nobody's, and another chain is what a restored telecentre sends before it knows
        if (received.outcome === 'refused' && received.reason !== 'chain' && received.reason !== 'malformed')
          await raiseAlarm(replica, 'refused', `site/${site}`);
        return received;
      } catch (error) {
        if (!storageRefusal(error)) throw error;
        log.error({ err: error, site }, 'no room for what arrives');
        return { outcome: 'full' };
      }
    },
    async close() {
      await closeOpenActs(replica);
    },
    async feed(partition) {
      const row = await read
        .selectFrom('log_partition')
        .select(['feed_name', 'feed', 'digest'])
        .where('partition', '=', partition)
        .executeTakeFirst();
      const head = row ?? (await db.transaction((tx) => lockPartition(tx, partition), { isolation: 'read committed' }));
      return { name: head.feed_name, feed: head.feed, digest: head.digest };
    },
    stored: (partition, site, epoch) => chainHead(read, partition, site, epoch),
    vector: (partition) => chainsOf(read, partition),
    async beginAgain() {
      log.error('a telecentre holds more of this hub’s work than the hub: its database is older than it was');
      await beginAgain(replica);
      await resumeRenewals(replica);
      await raiseAlarm(replica, 'database-older');
    },
    after: (partition, cursor, limit) => segmentsAfter(read, partition, cursor, limit),
    keysOf: (bytes) => keysBeside(replica, read, bytes),
    async noteCursor(site, partition, feedName, cursor, epoch) {
      const said = await saidEpoch(read, partition, site);
      if (said !== 0 && said !== epoch)
        await db.transaction((tx) => keepPosition(tx, site, partition, { epoch, seq: 0 }));
      const known = await read
        .selectFrom('log_peer')
        .select(['feed_name', 'cursor'])
        .where('partition', '=', partition)
        .where('peer', '=', site)
        .executeTakeFirst();
      if (known ? known.feed_name === feedName && known.cursor === cursor : cursor === 0) return;
      await db.transaction((tx) => saveCursor(tx, partition, { peer: site, feedName, cursor }), {
        isolation: 'read committed',
      });
    },
    hasGiven: (site, partitions) => noteBack(replica, site, partitions),
    now: () => replica.clock.now(),
  };
}

/** A fresh one for this site, kept. */
export async function newToken(replica: Replica, site: number, said?: RequestHead): Promise<Uint8Array> {
  const token = randomBytes(TOKEN_BYTES);
  await replica.db.transaction(
    async (tx) => {
      await tx.local
        .insertInto('session_token')
        .values({ site, token })
        .onConflict((conflict) => conflict.column('site').doUpdateSet({ token }))
        .execute();
      if (said) await keepSaid(tx, replica.clock.now(), said);
    },
    { isolation: 'read committed' },
  );
  return token;
}
