// Somebody takes a place or waits for one, and gives it up again: a resident, an operator for somebody, or anybody on the public site.
import { createHash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import type { Reader } from '#platform/db';
import { Refusal } from '#platform/errors';
import { optionalRecordId, optionalText, recordId } from '#platform/input';
import { partition as names } from '#platform/partitions';
import { can } from '#platform/permissions';
import { findPerson } from '#modules/people';
import { endClaim, leftToGive } from '#replication';
import { findEvent, type EventEntry } from '../queries.ts';
import { countPlaces, findPlace, placeOfPerson, placesOf } from '../registrations.ts';
import { registrationRefusal } from '../rules.ts';
import { eventPlace } from '../tables.ts';
import { nowOf, scopeOfEvent } from '../place.ts';
import { keepQuota, promoteWaiting } from './promoting.ts';

export const digestOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

export interface Registered {
  id: string;
  event: string;
  state: 'taken' | 'provisional' | 'waiting';
  /** For the link with which it is looked at and given up; empty where it was registered before. */
  token: string;
}

export const register = defineCommand({
  name: 'events.register',
  permission: null,
  input: v.object({
    event: recordId(),
    /** By who assists: the card of somebody. */
    person: optionalRecordId(),
    name: optionalText(80),
    contact: optionalText(120),
  }),
  async run(ctx: CommandContext, input): Promise<Registered> {
    const found = await findEvent(ctx.tx, input.event);
    if (!found || found.state === 'draft') return ctx.refuse('events.not-found');
    const refusal = registrationRefusal(found, nowOf(ctx));
    if (refusal) ctx.refuse(refusal);
    // a telecentre writes into its own district only
    if (ctx.site.district && ctx.site.district !== found.district) ctx.refuse('events.other-district');
    await keepQuota(ctx, found); // a telecentre's event may have arrived a moment ago
    const person = await personOf(ctx, input.person);
    if (person) {
      const has = await placeOfPerson(ctx.tx, found, person);
      const place = has ? await findPlace(ctx.tx, has) : undefined;
      if (place && place.state !== 'ended') return { id: place.id, event: found.id, state: place.state, token: '' };
    } else if (!input.name) ctx.refuse('field.required', { field: 'name' });
    const { id, state } = await takeOrWait(ctx, found, { person, name: person ? null : input.name });
    const token = randomBytes(18).toString('base64url');
    const where = ctx.site.id ? names.sitePrivate(ctx.site.id) : names.hub;
    const reach = { holder: person ?? id, contact: input.contact, digest: digestOf(token) };
    await ctx.tx.append('event_contact', { partition: where, id, ...reach });
    return { id, event: found.id, state, token };
  },
});

/** A resident registers herself; somebody else's card only who may. */
async function personOf(ctx: CommandContext, asked: string | null): Promise<string | null> {
  const id = ctx.actor.kind === 'resident' ? (ctx.actor.person ?? null) : asked;
  if (!id) return null;
  const card = await findPerson(ctx.tx, id);
  if (!card || card.gone) return ctx.refuse('people.not-found', { field: 'person' });
  if (ctx.actor.kind !== 'resident' && !can(ctx.actor, 'events.attend', { district: card.district }) && !mayHere(ctx))
    ctx.refuse('permissions.denied');
  return id;
}

const mayHere = (ctx: CommandContext): boolean =>
  ctx.site.id !== undefined &&
  can(ctx.actor, 'events.attend', { site: ctx.site.id, district: ctx.site.district ?? '' });

async function takeOrWait(
  ctx: CommandContext,
  of: EventEntry,
  who: { person: string | null; name: string | null },
): Promise<{ id: string; state: Registered['state'] }> {
  const partition = placesOf(of);
  const id = ctx.newId();
  const row = {
    partition,
    id,
    event: of.id,
    ...who,
    holder: who.person ?? id,
    site: ctx.site.id ?? null,
    day: ctx.today(),
  };
  // who waits comes first; what a telecentre was lent it gives to who comes there
  const { waiting } = await countPlaces(ctx.tx, of);
  const lent = ctx.site.id ? await leftToGive(ctx, eventPlace, partition, { event: of.id }) : 0;
  if (waiting === 0 || lent > 0)
    try {
      const { state } = await ctx.tx.claim(eventPlace.name, row);
      return { id, state: state === 'accepted' ? 'taken' : 'provisional' };
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'ruled.taken') throw error;
    }
  await ctx.tx.append('event_wait', row);
  return { id, state: 'waiting' };
}

export const giveUpPlace = defineCommand({
  name: 'events.give-up',
  permission: null,
  input: v.object({ place: recordId(), token: optionalText(60) }),
  async run(ctx: CommandContext, { place: id, token }): Promise<{ event: string }> {
    const place = await findPlace(ctx.tx, id);
    const of = place && (await findEvent(ctx.tx, place.event));
    if (!place || !of) return ctx.refuse('events.place-unknown');
    if (!(await mayGiveUp(ctx, { place: place.id, person: place.person, of, token }))) ctx.refuse('permissions.denied');
    if (place.state === 'ended') return { event: of.id };
    if (ctx.site.district && ctx.site.district !== of.district) ctx.refuse('events.other-district');
    const claimed = await ctx.tx.selectFrom('event_place').select('id').where('id', '=', place.id).executeTakeFirst();
    if (claimed) await endClaim(ctx, eventPlace, place.partition, place.id);
    else await ctx.tx.append('event_wait_end', { partition: place.partition, wait: place.id });
    if (of.state === 'published' && !registrationRefusal(of, nowOf(ctx))) await promoteWaiting(ctx, of);
    return { event: of.id };
  },
});

/** Who has the link, whose card it is, or who holds the event. */
async function mayGiveUp(
  ctx: CommandContext,
  asked: { place: string; person: string | null; of: EventEntry; token: string | null },
): Promise<boolean> {
  if (ctx.actor.kind === 'resident') return asked.person !== null && ctx.actor.person === asked.person;
  if (can(ctx.actor, 'events.attend', scopeOfEvent(asked.of)) || mayHere(ctx)) return true;
  if (!asked.token) return false;
  return (await placeOfToken(ctx.tx, asked.token))?.id === asked.place;
}

/** The registration that a private link is about, followed to where it stands now; a person's own also by its id. */
export async function placeOfToken(reader: Reader, token: string, person?: string) {
  const row = await reader
    .selectFrom('event_contact')
    .select('id')
    .where('digest', '=', digestOf(token))
    .executeTakeFirst();
  if (row) return findPlace(reader, row.id);
  const own = person ? await findPlace(reader, token) : undefined;
  return own?.person === person ? own : undefined;
}
