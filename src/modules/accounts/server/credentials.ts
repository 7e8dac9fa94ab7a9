// Which secret of an account counts. The hub's word begins an epoch; what the person changes, at the hub or offline, follows that word.
import type { CommandContext } from '#platform/command';
import type { Reader } from '#platform/db';
import { partition } from '#platform/partitions';
import { HUB_CONTROL } from './queries.ts';

export type CredentialKind = 'password' | 'totp';

export interface Credential {
  secret: string;
  epoch: string;
  set_at: number;
}

/**
 * The latest of the latest epoch. So a password that the hub gave anew beats every older change, also one whose telecentre
 * believed it was 2079 and whose change arrives later; and what was written knowing another always comes after it.
 */
export async function currentCredential(
  reader: Reader,
  account: string,
  kind: CredentialKind,
): Promise<Credential | undefined> {
  const word =
    (await wordIn(reader, 'credential', account, kind)) ?? (await wordIn(reader, 'credential_change', account, kind));
  if (!word) return undefined;
  let best: Credential | undefined;
  for (const table of ['credential', 'credential_change'] as const) {
    const row = await reader
      .selectFrom(table)
      .select(['secret', 'epoch', 'set_at'])
      .where('account', '=', account)
      .where('kind', '=', kind)
      .where('epoch', '=', word)
      .orderBy('set_at', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    const set_at = row?.set_at ?? 0;
    if (row && (!best || set_at > best.set_at)) best = { secret: row.secret ?? '', epoch: word, set_at };
  }
  return best;
}

/** The latest word that begins an epoch. The hub's goes before one that a telecentre began because the hub had given none. */
async function wordIn(
  reader: Reader,
  table: 'credential' | 'credential_change',
  account: string,
  kind: CredentialKind,
): Promise<string | undefined> {
  const row = await reader
    .selectFrom(table)
    .select('id')
    .where('account', '=', account)
    .where('kind', '=', kind)
    .whereRef('id', '=', 'epoch')
    .orderBy('set_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}

/** The secret that counts; null when there is none, or it was turned off. */
export async function latestCredential(reader: Reader, account: string, kind: CredentialKind): Promise<string | null> {
  return (await currentCredential(reader, account, kind))?.secret || null;
}

/** Gives a secret by the hub's word, here and in every copy: whatever was set before counts no more. */
export async function giveCredential(
  ctx: CommandContext,
  account: string,
  kind: CredentialKind,
  secret: string,
): Promise<void> {
  const id = ctx.newId();
  await write(ctx, account, kind, { secret, epoch: id, set_at: await after(ctx, account, kind) }, id);
}

/** The person's own change: at the hub into every copy, at a telecentre into its own log until it meets the hub. */
export async function changeCredential(
  ctx: CommandContext,
  account: string,
  kind: CredentialKind,
  secret: string,
): Promise<void> {
  const current = await currentCredential(ctx.tx, account, kind);
  const set_at = await after(ctx, account, kind);
  if (ctx.site.role === 'hub') {
    const id = ctx.newId();
    return write(ctx, account, kind, { secret, epoch: current?.epoch ?? id, set_at }, id);
  }
  // a second factor turned on offline before the hub ever gave one begins an epoch of its own
  const id = ctx.newId();
  const home = partition.sitePrivate(ctx.site.id ?? '');
  const epoch = current?.epoch ?? id;
  await ctx.tx.append('credential_change', { partition: home, id, account, kind, secret, epoch, set_at });
}

async function after(ctx: CommandContext, account: string, kind: CredentialKind): Promise<number> {
  const current = await currentCredential(ctx.tx, account, kind);
  return Math.max(ctx.now, (current?.set_at ?? 0) + 1);
}

async function write(
  ctx: CommandContext,
  account: string,
  kind: CredentialKind,
  credential: Credential,
  id: string,
): Promise<void> {
  const rows = await ctx.tx.selectFrom('account').select('partition').where('id', '=', account).execute();
  const homes = new Set([HUB_CONTROL, ...rows.map((row) => row.partition)]);
  for (const home of homes) await ctx.tx.append('credential', { partition: home, id, account, kind, ...credential });
}
