// At the hub, every minute: which events to come want a word about their places, and that word.
import type { App } from '#platform/app';
import { runCommand } from '#platform/command';
import type { Reader } from '#platform/db';
import { partition as names } from '#platform/partitions';
import { system } from '#platform/permissions';
import { SETTLED_AT_ONCE, settlePlaces } from './commands/promoting.ts';
import { civilDateTime } from './now.ts';
import { comingAfter, type EventEntry, type Walked } from './queries.ts';
import { planningSite } from './place.ts';
import { lentPlaces, UNLIMITED } from './rules.ts';
import { eventPlace } from './tables.ts';

/** Events that are looked at in one round. */
const AT_ONCE = 200;
/** Acts for one portion of events; what is left then has its turn in a minute. */
const MOST_ACTS = 40;

/** Walks through all events to come; writes only where something is to be said. */
export async function settleAll(app: App): Promise<void> {
  const today = civilDateTime(app.clock.now(), app.config.zone).day;
  for (let after: Walked | undefined; ;) {
    const page: EventEntry[] = await comingAfter(app.db.read, { today, after, limit: AT_ONCE });
    const open = await unsettledOf(app.db.read, page);
    for (let at = 0; at < open.length; at += SETTLED_AT_ONCE) await settle(app, open.slice(at, at + SETTLED_AT_ONCE));
    after = page.at(-1);
    if (page.length < AT_ONCE) return;
  }
}

async function settle(app: App, events: string[]): Promise<void> {
  for (let act = 0; act < MOST_ACTS; act += 1) {
    const outcome = await runCommand(app, settlePlaces, { actor: system, input: { events } });
    if (!outcome.ok) app.log.error({ code: outcome.refusal.code, events }, 'places of events could not be settled');
    if (!outcome.ok || outcome.value.done === 0) return;
  }
}

/**
 * Of these events: whose number of places was not said yet, for which somebody waits, in which somebody has two places,
 * of which the telecentre that plans it was not lent what it is to give. */
export async function unsettledOf(reader: Reader, events: readonly EventEntry[]): Promise<string[]> {
  if (events.length === 0) return [];
  const ids = events.map(({ id }) => id);
  const keys = new Map(events.map((one) => [JSON.stringify([one.id]), one]));
  const where = [...new Set(events.map(({ district }) => names.control(names.district(district))))];
  const quotas = await reader
    .selectFrom('quota')
    .select(['key', 'units'])
    .where('partition', 'in', where)
    .where('of_table', '=', eventPlace.number)
    .where('key', 'in', [...keys.keys()])
    .execute();
  const said = new Map(quotas.map(({ key, units }) => [keys.get(key ?? '')?.id, units]));
  const open = new Set(events.filter((one) => said.get(one.id) !== (one.capacity ?? UNLIMITED)).map(({ id }) => id));
  const waits = await reader
    .selectFrom('event_wait as wait')
    .leftJoin('event_wait_end as ended', 'ended.wait', 'wait.id')
    .leftJoin('event_place as later', 'later.instead', 'wait.id')
    .where('wait.event', 'in', ids)
    .where('ended.id', 'is', null)
    .where('later.id', 'is', null)
    .select('wait.event')
    .distinct()
    .execute();
  const claims = () =>
    reader
      .selectFrom('event_place as place')
      .innerJoin('ruled_claim as claim', (join) =>
        join
          .onRef('claim.partition', '=', 'place.partition')
          .onRef('claim.row', '=', 'place.id')
          .on('claim.table_number', '=', eventPlace.number),
      )
      .where('place.event', 'in', ids);
  const refused = await claims()
    .leftJoin('event_place as later', 'later.instead', 'place.id')
    .where('claim.state', '=', 'refused')
    .where('later.id', 'is', null)
    .select('place.event')
    .distinct()
    .execute();
  const twice = await claims()
    .where('claim.state', '=', 'accepted')
    .select('place.event')
    .groupBy(['place.event', (eb) => eb.fn.coalesce('place.person', 'place.instead', 'place.id')])
    .having((eb) => eb.fn.countAll(), '>', 1)
    .execute();
  const lending = events.filter((one) => planningSite(one) !== undefined && lentPlaces(one) > 0);
  const loans = await reader
    .selectFrom('loan')
    .select(['key', (eb) => eb.fn.sum<number>('units').as('units')])
    .where('partition', 'in', where)
    .where('of_table', '=', eventPlace.number)
    .where('key', 'in', [...keys.keys()])
    .where('ended', '=', false)
    .groupBy('key')
    .execute();
  const lent = new Map(loans.map(({ key, units }) => [keys.get(key ?? '')?.id, Number(units)]));
  for (const one of lending) if ((lent.get(one.id) ?? 0) < lentPlaces(one)) open.add(one.id);
  for (const { event } of [...waits, ...refused, ...twice]) if (event) open.add(event);
  return [...open];
}
