// A site's key is replaced: made and kept first, certified by the root second, used third. Each step may be cut and done again.
import * as v from 'valibot';
import { defineCommand, runCommand, type Command, type CommandContext } from '#platform/command';
import { partition } from '#platform/partitions';
import { system } from '#platform/permissions';
import { closeOpenActs } from './close.ts';
import { certificateHolds, certify, makeKeyPair, possessionHolds, provePossession, type KeyPair } from './identity.ts';
import type { Replica } from './replica.ts';
import { findSiteByNumber, siteKeys } from './sites.ts';

const CONTROL = partition.control(partition.public);
const RENEW = 'sites.renew-key';
/** Requests looked at in one go; a site makes one in years. */
const MOST = 100;

export interface KeyCommands {
  /** At a telecentre: asks the hub to certify the key that was made. At the hub: certifies its own. */
  announce: Command<Record<string, never>, null>;
  /** At the hub: certifies what telecentres asked for. */
  certify: Command<Record<string, never>, { certified: number }>;
}

export function keyCommands(replica: Replica): KeyCommands {
  const nothing = v.object({});
  return {
    announce: defineCommand({
      name: 'keys.announce',
      permission: 'sites.manage',
      input: nothing,
      async run(ctx) {
        const { next } = replica.identity;
        if (!next) return null;
        if (ctx.site.role === 'hub') await certifyKey(replica, ctx, 0, Buffer.from(next.publicKey, 'base64url'));
        else await ask(replica, ctx, next);
        return null;
      },
    }),
    certify: defineCommand({
      name: 'keys.certify',
      permission: 'sites.manage',
      input: nothing,
      run: async (ctx) => ({ certified: await certifyAsked(replica, ctx) }),
    }),
  };
}

/** Makes the new pair, durable before anybody hears of it, and announces it. Running it again goes on with the same pair. Errors: Refusal as outcome. */
export async function renewKey(replica: Replica): Promise<{ publicKey: string; inUse: boolean }> {
  if (!replica.identity.next) await replica.saveIdentity({ next: makeKeyPair() });
  const publicKey = replica.identity.next?.publicKey ?? replica.identity.publicKey;
  const outcome = await runCommand(replica.app(), replica.keyCommands.announce, { actor: system, input: {} });
  if (!outcome.ok) throw new Error(`the new key was not announced: ${outcome.refusal.code}`);
  await adoptKey(replica);
  return { publicKey, inUse: replica.identity.publicKey === publicKey };
}

/** At every opening: goes on where a renewal was cut. */
export async function resumeRenewals(replica: Replica): Promise<void> {
  const { role, next, rootPrivateKey } = replica.identity;
  if (role === 'hub' && next && rootPrivateKey) await renewKey(replica);
  await answerKeyRequests(replica);
  await adoptKey(replica);
}

/** Uses the new key once the root's word on it is here. At every opening and after every exchange. */
export async function adoptKey(replica: Replica): Promise<boolean> {
  const { identity } = replica;
  const { next, number, rootPublicKey, publicKey, privateKey, former = [] } = identity;
  if (!next || number === undefined || !rootPublicKey) return false;
  const raw = Buffer.from(next.publicKey, 'base64url');
  const word = (await siteKeys(replica.db.read, number)).find((key) => raw.equals(key.public_key));
  if (!word || !certificateHolds(rootPublicKey, number, raw, word.certificate)) return false;
  // what is open was written under the old key, and the hub's own word on the new one must be signed by the old
  await closeOpenActs(replica);
  await replica.saveIdentity({
    ...next,
    next: undefined,
    former: [...former, { publicKey, privateKey }],
    ...(identity.role === 'hub' ? { hubPublicKey: next.publicKey } : {}),
  });
  replica.log.info({ site: number }, 'the new key is in use');
  return true;
}

/** At the hub, when a request came and at every opening: what can be answered is. Does nothing while the root key is kept elsewhere. */
export async function answerKeyRequests(replica: Replica): Promise<void> {
  const { identity } = replica;
  if (identity.role !== 'hub' || !identity.rootPrivateKey) return;
  if ((await openRequests(replica, replica.db.read)).length === 0) return;
  const outcome = await runCommand(replica.app(), replica.keyCommands.certify, { actor: system, input: {} });
  if (!outcome.ok) replica.log.error({ code: outcome.refusal.code }, 'a new key was not certified');
}

async function ask(replica: Replica, ctx: CommandContext, next: KeyPair): Promise<void> {
  const { id, number } = replica.site();
  if (!id || number === undefined) return ctx.refuse('replication.not-enrolled');
  const asked = await ctx.tx
    .selectFrom('request')
    .select('payload')
    .where('partition', '=', partition.site(id))
    .where('command', '=', RENEW)
    .execute();
  if (asked.some(({ payload }) => readRequest(payload)?.publicKey === next.publicKey)) return;
  const proof = provePossession(next, number).toString('base64url');
  await ctx.tx.request(partition.site(id), RENEW, { publicKey: next.publicKey, proof });
}

const requestShape = v.object({
  publicKey: v.pipe(v.string(), v.regex(/^[\w-]{43}$/)),
  proof: v.pipe(v.string(), v.regex(/^[\w-]{86}$/)),
});

function readRequest(payload: string): v.InferOutput<typeof requestShape> | undefined {
  try {
    const read = v.safeParse(requestShape, JSON.parse(payload));
    return read.success ? read.output : undefined;
  } catch {
    return undefined; // what arrived says nothing readable
  }
}

/** Requests of members for keys that have no word of the root yet; each signed by the site's old key as any row of its log, and by the new one. */
async function openRequests(replica: Replica, read: CommandContext['tx'] | Replica['db']['read']) {
  const rows = await read
    .selectFrom('request')
    .select(['partition', 'made_site', 'payload'])
    .where('command', '=', RENEW)
    .orderBy('made_at', 'desc')
    .limit(MOST)
    .execute();
  const open: { number: number; publicKey: Buffer }[] = [];
  for (const { partition: where, made_site: number, payload } of rows) {
    const request = readRequest(payload);
    const site = request && (await findSiteByNumber(read, number));
    if (!request || site?.state !== 'enrolled' || where !== partition.site(site.id)) continue;
    const publicKey = Buffer.from(request.publicKey, 'base64url');
    if ((await siteKeys(read, number)).some((key) => publicKey.equals(key.public_key))) continue;
    if (possessionHolds(publicKey, number, Buffer.from(request.proof, 'base64url'))) open.push({ number, publicKey });
  }
  return open;
}

async function certifyAsked(replica: Replica, ctx: CommandContext): Promise<number> {
  if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
  const open = await openRequests(replica, ctx.tx);
  for (const { number, publicKey } of open) await certifyKey(replica, ctx, number, publicKey);
  return open.length;
}

async function certifyKey(replica: Replica, ctx: CommandContext, number: number, publicKey: Buffer): Promise<void> {
  const { rootPublicKey, rootPrivateKey } = replica.identity;
  if (!rootPublicKey || !rootPrivateKey) return ctx.refuse('sites.root-elsewhere');
  if ((await siteKeys(ctx.tx, number)).some((key) => publicKey.equals(key.public_key))) return;
  const certificate = certify({ publicKey: rootPublicKey, privateKey: rootPrivateKey }, number, publicKey);
  await ctx.tx.append('site_key', { partition: CONTROL, number, public_key: publicKey, certificate });
}
