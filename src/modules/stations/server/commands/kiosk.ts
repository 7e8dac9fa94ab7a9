// The screen of a public computer: how it becomes one, and what whoever sits there may do with it.
import { createHash, randomBytes, randomInt } from 'node:crypto';
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { recordId } from '#platform/input';
import { noticeGap } from '#modules/hours';
import { visitPurposes } from '#modules/visits';
import { announce } from '#platform/changes';
import type { Reader } from '#platform/db';
import { give, silence, type Given } from '../giving.ts';
import { stationsHere } from '../here.ts';
import { listStations, runningAt } from '../queries.ts';
import { endIt, extend } from './step-session.ts';
import { findPass } from './passes.ts';

const LIFE = 15 * 60_000;
const digest = (kind: string, secret: string) =>
  createHash('sha256').update(`${kind}\n${secret}`).digest('base64url').slice(0, 32);
const key = () => v.pipe(v.string('field.required'), v.maxLength(64, 'field.invalid'));

/** The desk asks for a number that is typed once at the computer. */
export const inviteKiosk = defineCommand({
  name: 'stations.invite-kiosk',
  permission: 'stations.manage',
  input: v.object({ station: recordId() }),
  async run(ctx: CommandContext, { station }): Promise<{ code: string; station: string }> {
    const { site } = stationsHere(ctx);
    if (!(await listStations(ctx.tx, site.id)).some(({ id }) => id === station)) ctx.refuse('stations.not-found');
    const code = String(randomInt(100_000_000)).padStart(8, '0');
    await ctx.tx.local.deleteFrom('station_invite').where('station', '=', station).execute();
    const row = { code_hash: digest('invite', code), station, ends_at: ctx.wall + LIFE };
    await ctx.tx.local.insertInto('station_invite').values(row).execute();
    return { code, station };
  },
});

/** At the computer itself: the number becomes a key that stays in its browser. Only the last one made counts. */
export const claimKiosk = defineCommand({
  name: 'stations.claim-kiosk',
  permission: null,
  input: v.object({ number: v.pipe(v.string('field.required'), v.minLength(1, 'field.required')) }),
  async run(ctx: CommandContext, { number }): Promise<{ key: string; station: string }> {
    stationsHere(ctx);
    const hash = digest('invite', number.replace(/\D/g, ''));
    const invite = await ctx.tx
      .selectFrom('station_invite')
      .selectAll()
      .where('code_hash', '=', hash)
      .executeTakeFirst();
    if (!invite || invite.ends_at <= ctx.wall || invite.ends_at - ctx.wall > LIFE)
      return ctx.refuse('stations.invite-wrong', { field: 'number' });
    const key = randomBytes(18).toString('base64url');
    const seat = { key_hash: digest('seat', key), screen_hash: null, set_at: ctx.wall };
    await ctx.tx.local
      .insertInto('station_seat')
      .values({ station: invite.station, ...seat })
      .onConflict((conflict) => conflict.column('station').doUpdateSet(seat))
      .execute();
    await ctx.tx.local.deleteFrom('station_invite').where('code_hash', '=', hash).execute();
    await ctx.audit({ event: 'stations.kiosk-claimed', subject: invite.station, detail: {} });
    return { key, station: invite.station };
  },
});

/** An entry is typed by nobody: the computer's agent opens the browser with it at once. */
const ENTRY = 60_000;

/** For the agent, which keeps the key: a code that makes a browser with an empty profile the screen of this computer, once. */
export const makeEntry = defineCommand({
  name: 'stations.make-entry',
  permission: null,
  input: v.object({ key: key() }),
  async run(ctx: CommandContext, { key: secret }): Promise<{ entry: string }> {
    const station = await seatOf(ctx, secret);
    const entry = randomBytes(18).toString('base64url');
    await ctx.tx.local.deleteFrom('station_entry').where('ends_at', '<=', ctx.wall).execute();
    const row = { entry_hash: digest('entry', entry), station, ends_at: ctx.wall + ENTRY };
    await ctx.tx.local.insertInto('station_entry').values(row).execute();
    return { entry };
  },
});

/** The browser gives the code back and is the screen until it is closed. Its own key lasts as long as the agent's. */
export const useEntry = defineCommand({
  name: 'stations.use-entry',
  permission: null,
  input: v.object({ entry: key() }),
  async run(ctx: CommandContext, { entry }): Promise<{ key: string }> {
    const hash = digest('entry', entry);
    const row = await ctx.tx.selectFrom('station_entry').selectAll().where('entry_hash', '=', hash).executeTakeFirst();
    if (!row || row.ends_at <= ctx.wall || row.ends_at - ctx.wall > ENTRY) return ctx.refuse('stations.invite-wrong');
    await ctx.tx.local.deleteFrom('station_entry').where('entry_hash', '=', hash).execute();
    const key = randomBytes(18).toString('base64url');
    const screen = { screen_hash: digest('seat', key) };
    await ctx.tx.local.updateTable('station_seat').set(screen).where('station', '=', row.station).execute();
    return { key };
  },
});

/** Which computer a browser is the screen of. */
export async function stationOfKey(reader: Reader, key: string): Promise<string | undefined> {
  if (!key) return undefined;
  const row = await reader
    .selectFrom('station_seat')
    .select('station')
    .where((eb) => {
      const hash = digest('seat', key);
      return eb.or([eb('key_hash', '=', hash), eb('screen_hash', '=', hash)]);
    })
    .executeTakeFirst();
  return row?.station;
}

async function seatOf(ctx: CommandContext, secret: string): Promise<string> {
  const station = await stationOfKey(ctx.tx, secret);
  return station ?? ctx.refuse('stations.no-kiosk');
}

/** Somebody who signed in there, or who has a pass, begins. */
export const startHere = defineCommand({
  name: 'stations.start-here',
  permission: null,
  input: v.object({
    key: key(),
    /** Empty for whoever signed in with a card. */
    pass: v.optional(v.string('field.invalid'), ''),
    purposes: v.optional(visitPurposes()),
  }),
  async run(ctx: CommandContext, { key: secret, pass, purposes }): Promise<Given> {
    const station = await seatOf(ctx, secret);
    const person = ctx.actor.kind === 'resident' ? (ctx.actor.person ?? null) : null;
    if (!person && !pass.trim()) ctx.refuse('stations.sign-in-first');
    const slip = person ? null : await findPass(ctx, pass);
    const who = { person, category: null, pass: slip };
    return give(ctx, { ...who, station, minutes: null, by: 'kiosk', purposes: purposes ?? [], movedFrom: null });
  },
});

export const endHere = defineCommand({
  name: 'stations.end-here',
  permission: null,
  input: v.object({ key: key() }),
  async run(ctx: CommandContext, { key: secret }): Promise<null> {
    const { site, now } = stationsHere(ctx);
    await noticeGap(ctx);
    const session = await runningAt(ctx.tx, site.id, await seatOf(ctx, secret), now);
    if (session) await endIt(ctx, session, 'signed-out');
    return null;
  },
});

/** Longer, when the end is near. */
export const extendHere = defineCommand({
  name: 'stations.extend-here',
  permission: null,
  input: v.object({ key: key() }),
  async run(ctx: CommandContext, { key: secret }): Promise<{ minutes: number }> {
    const { site, now } = stationsHere(ctx);
    const session = await runningAt(ctx.tx, site.id, await seatOf(ctx, secret), now);
    if (!session) return ctx.refuse('stations.over-already');
    if (session.time.left > 10 * 60_000) ctx.refuse('stations.too-early');
    if (session.steps.some((step) => step.kind === 'extended')) ctx.refuse('stations.extended-already');
    return { minutes: await extend(ctx, session, null) };
  },
});

/** A computer that says nothing for longer does not answer, and whoever sits there gets it back. Milliseconds. */
export const SILENT = 60_000;

/** The computer answers again after a silence: what its person could not use is written down as a gap. */
export const stationBack = defineCommand({
  name: 'stations.back',
  permission: null,
  input: v.object({ key: key(), wall: v.number(), stamp: v.number() }),
  async run(ctx: CommandContext, { key: secret, ...since }): Promise<{ given: number }> {
    const { site, where, now } = stationsHere(ctx);
    const station = await seatOf(ctx, secret);
    await noticeGap(ctx);
    const session = await runningAt(ctx.tx, site.id, station, now);
    // what went before the session is nobody's time
    const from = session && session.stamp > since.stamp ? { wall: session.startedAt, stamp: session.stamp } : since;
    const silent = session ? await silence(ctx, station, from) : 0;
    if (silent < SILENT) return { given: 0 };
    await ctx.tx.append('service_gap', {
      ...{ partition: where, cause: 'station', from_at: ctx.wall - silent, to_at: ctx.wall, station },
    });
    ctx.afterCommit(() => announce('stations'));
    return { given: silent };
  },
});
