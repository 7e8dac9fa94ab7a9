// Sites at the hub: planned, given a one-time code, enrolled with the key that will speak for them.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import { defineCommand, type Command } from '#platform/command';
import type { Reader } from '#platform/db';
import { ALPHABET, MAX_SITE } from '#platform/ids';
import { optionalRecordId, recordId, text, ubigeo } from '#platform/input';
import { partition } from '#platform/partitions';
import { certify, rootFingerprint, type Identity } from './identity.ts';
import { isRefilling } from './refill.ts';
import type { SiteKeyRow, SiteRow } from './tables.ts';

const CONTROL = partition.control(partition.public);
const CODE_LIFE = 14 * 86_400_000;
const SECRET_LETTERS = 9; // 45 bits; the hub answers few tries a minute
const PRINT_LETTERS = 5; // 25 bits of the root key's fingerprint

export interface SiteSummary {
  id: string;
  number: number;
  name: string;
  district: string;
  place: string | null;
  state: string;
}

const SUMMARY = ['id', 'number', 'name', 'district', 'place', 'state'] as const;

/** All sites, by name; a programme has at most a few thousand. */
export async function listSites(reader: Reader): Promise<SiteSummary[]> {
  return reader
    .selectFrom('site')
    .select(SUMMARY)
    .where('partition', '=', CONTROL)
    .orderBy('name')
    .limit(MAX_SITE)
    .execute();
}

export async function findSite(reader: Reader, id: string): Promise<SiteSummary | undefined> {
  return reader
    .selectFrom('site')
    .select(SUMMARY)
    .where('partition', '=', CONTROL)
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function findSiteByNumber(reader: Reader, number: number): Promise<SiteSummary | undefined> {
  return reader
    .selectFrom('site')
    .select(SUMMARY)
    .where('partition', '=', CONTROL)
    .where('number', '=', number)
    .executeTakeFirst();
}

/** Keys that may speak for a site, oldest first. */
export async function siteKeys(
  reader: Reader,
  number: number,
): Promise<Pick<SiteKeyRow, 'public_key' | 'certificate' | 'made_at'>[]> {
  return reader
    .selectFrom('site_key')
    .select(['public_key', 'certificate', 'made_at'])
    .where('partition', '=', CONTROL)
    .where('number', '=', number)
    .orderBy('made_at')
    .limit(50)
    .execute();
}

/** Fifteen letters in three groups: nine secret, five of the root key's fingerprint, one check over all. */
export function makeCode(identity: Identity): string {
  const secret = Array.from(randomBytes(SECRET_LETTERS), (byte) => ALPHABET[byte & 31]).join('');
  const body = secret + fingerprintLetters(identity.rootPublicKey ?? '');
  const code = body + checkLetter(body);
  return code.match(/.{5}/g)?.join('-') ?? code;
}

function fingerprintLetters(rootPublicKey: string): string {
  let bits = rootFingerprint(rootPublicKey).readUInt32BE(0) >>> 0;
  let letters = '';
  for (let i = 0; i < PRINT_LETTERS; i++) {
    letters += ALPHABET[bits & 31] ?? '0';
    bits >>>= 5;
  }
  return letters;
}

function checkLetter(body: string): string {
  return ALPHABET[(createHash('sha256').update(body).digest()[0] ?? 0) & 31] ?? '0';
}

/** A typed code, or null when letters are missing or wrong: said before anything is sent. */
export function readCode(typed: string): { secret: string; fingerprint: string } | null {
  const code = typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  if (code.length !== SECRET_LETTERS + PRINT_LETTERS + 1 || [...code].some((letter) => !ALPHABET.includes(letter)))
    return null;
  const body = code.slice(0, -1);
  if (checkLetter(body) !== code.at(-1)) return null;
  return { secret: body.slice(0, SECRET_LETTERS), fingerprint: body.slice(SECRET_LETTERS) };
}

export function fingerprintFits(fingerprint: string, rootPublicKey: string): boolean {
  return fingerprintLetters(rootPublicKey) === fingerprint;
}

function codeHash(siteId: string, secret: string): string {
  return createHash('sha256').update(`${siteId}\n${secret}`).digest('base64url');
}

export interface EnrolmentAnswer {
  number: number;
  siteId: string;
  name: string;
  district: string;
  programme: string;
  rootPublicKey: string;
  hubPublicKey: string;
  /** base64url; the root key's word for the hub's key (site number 0). */
  hubCertificate: string;
  /** Earlier keys of the hub with the root key's word, oldest first: they signed the beginning of its log. */
  hubFormer: { publicKey: string; certificate: string }[];
  demo: boolean;
  /** base64url; for the first session. */
  token?: string;
}

export interface SiteCommands {
  add: Command<{ name: string; district: string; place: string | null }, { id: string; number: number; code: string }>;
  newCode: Command<{ site: string }, { code: string }>;
  enrol: Command<{ secret: string; publicKey: string; demo: boolean }, EnrolmentAnswer>;
  end: Command<{ site: string; how: 'ended' | 'compromised' }, null>;
}

/** The hub's commands on sites; made with the installation's identity, which signs certificates. */
export function siteCommands(identity: Identity): SiteCommands {
  const hubOnly = (ctx: { site: { role: string }; refuse(code: string): never }) => {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
  };
  return {
    add: defineCommand({
      name: 'sites.add',
      permission: 'sites.manage',
      input: v.object({ name: text(80), district: ubigeo(), place: optionalRecordId() }),
      scope: (input) => ({ district: input.district }),
      async run(ctx, input) {
        hubOnly(ctx);
        if (await isRefilling(ctx.tx)) return ctx.refuse('hub.refilling');
        const sites = await listSites(ctx.tx);
        if (sites.some((site) => site.name.toLowerCase() === input.name.toLowerCase()))
          return ctx.refuse('sites.name-taken', { field: 'name' });
        const number = sites.reduce((most, site) => Math.max(most, site.number), 0) + 1;
        if (number > MAX_SITE) return ctx.refuse('sites.no-number-left');
        const id = await ctx.tx.append('site', {
          partition: CONTROL,
          number,
          name: input.name,
          district: input.district,
          place: input.place,
          state: 'planned',
        });
        const code = makeCode(identity);
        await keepCode(ctx, id, code);
        return { id, number, code };
      },
    }),
    newCode: defineCommand({
      name: 'sites.new-code',
      permission: 'sites.manage',
      input: v.object({ site: recordId() }),
      scope: async (input, ctx) => scopeOfSite(await findSite(ctx.tx, input.site)),
      async run(ctx, input) {
        hubOnly(ctx);
        const site = await findSite(ctx.tx, input.site);
        if (!site) return ctx.refuse('sites.unknown');
        if (site.state !== 'planned') return ctx.refuse('replication.already-enrolled');
        const code = makeCode(identity);
        await keepCode(ctx, site.id, code);
        return { code };
      },
    }),
    enrol: defineCommand({
      name: 'sites.enrol',
      permission: null,
      input: v.object({
        secret: text(20),
        publicKey: v.pipe(v.string('field.invalid'), v.regex(/^[\w-]{43}$/, 'field.invalid')),
        demo: v.boolean('field.invalid'),
      }),
      async run(ctx, input) {
        hubOnly(ctx);
        if (identity.demo !== input.demo) return ctx.refuse('replication.demo-refuses');
        const publicKey = Buffer.from(input.publicKey, 'base64url');
        const found = await matchCode(ctx.tx, input.secret);
        if (!found) return ctx.refuse('replication.code-wrong');
        if (found.expires_at < ctx.now && ctx.clockState !== 'unknown') return ctx.refuse('replication.code-expired');
        const site = await findSite(ctx.tx, found.site);
        if (!site) return ctx.refuse('sites.unknown');
        if (!identity.rootPrivateKey || !identity.rootPublicKey) return ctx.refuse('sites.root-elsewhere');
        if (site.state === 'ended' || site.state === 'compromised') return ctx.refuse('sites.ended-already');
        const root = { publicKey: identity.rootPublicKey, privateKey: identity.rootPrivateKey };
        if (found.used_at !== null) {
          // the answer may have been lost on the way: the same key gets the same answer, another key gets nothing
          const known = await siteKeys(ctx.tx, site.number);
          if (!known.some((key) => timingSafeEqual(Buffer.from(key.public_key), publicKey)))
            return ctx.refuse('replication.code-used');
        } else {
          const certificate = certify(root, site.number, publicKey);
          await ctx.tx.append('site_key', {
            partition: CONTROL,
            number: site.number,
            public_key: publicKey,
            certificate,
          });
          await ctx.tx.update('site', { partition: CONTROL, id: site.id }, { state: 'enrolled' });
          await ctx.tx.local
            .updateTable('enrolment_code')
            .set({ used_at: ctx.now })
            .where('site', '=', site.id)
            .execute();
        }
        return {
          number: site.number,
          siteId: site.id,
          name: site.name,
          district: site.district,
          programme: identity.programme,
          rootPublicKey: identity.rootPublicKey,
          hubPublicKey: identity.publicKey,
          hubCertificate: certify(root, 0, Buffer.from(identity.publicKey, 'base64url')).toString('base64url'),
          hubFormer: (identity.former ?? []).map(({ publicKey }) => ({
            publicKey,
            certificate: certify(root, 0, Buffer.from(publicKey, 'base64url')).toString('base64url'),
          })),
          demo: identity.demo,
        };
      },
    }),
    end: defineCommand({
      name: 'sites.end',
      permission: 'sites.manage',
      input: v.object({ site: recordId(), how: v.picklist(['ended', 'compromised'], 'field.choose') }),
      scope: async (input, ctx) => scopeOfSite(await findSite(ctx.tx, input.site)),
      async run(ctx, input) {
        hubOnly(ctx);
        const site = await findSite(ctx.tx, input.site);
        if (!site) return ctx.refuse('sites.unknown');
        if (site.state === 'planned' && input.how === 'compromised') return ctx.refuse('sites.not-enrolled');
        // from blocked there is no way back to ended: what was set aside is released act by act
        if (site.state === input.how || site.state === 'compromised') return ctx.refuse('sites.ended-already');
        await ctx.tx.update('site', { partition: CONTROL, id: site.id }, { state: input.how });
        return null;
      },
    }),
  };
}

function scopeOfSite(site: SiteSummary | undefined) {
  return site ? { site: site.id, district: site.district } : ({ programme: true } as const);
}

type Ctx = Parameters<SiteCommands['add']['run']>[0];

async function keepCode(ctx: Ctx, site: string, code: string): Promise<void> {
  const read = readCode(code);
  if (!read) throw new Error('a code that cannot be read was made');
  const row = { hash: codeHash(site, read.secret), made_at: ctx.now, expires_at: ctx.now + CODE_LIFE, used_at: null };
  await ctx.tx.local
    .insertInto('enrolment_code')
    .values({ site, ...row })
    .onConflict((conflict) => conflict.column('site').doUpdateSet(row))
    .execute();
}

async function matchCode(reader: Reader, secret: string) {
  const codes = await reader.selectFrom('enrolment_code').selectAll().limit(MAX_SITE).execute();
  return codes.find((code) => code.hash === codeHash(code.site, secret));
}

export type { SiteRow };
