// Who is to be told that tomorrow is the day: registered with a way to reach them. Whoever sends the words keeps that they were sent.
import type { Reader } from '#platform/db';
import { eventPlace } from './tables.ts';

export interface DueReminder {
  /** The registration; a reminder of it is sent once. */
  place: string;
  event: string;
  title: string;
  venue: string;
  fromMinute: number | null;
  /** Telephone or e-mail, as it was given. */
  contact: string;
}

/** Places that stand, in events that begin on that civil day; so many after one. What was erased has no contact and is left out. */
export async function dueReminders(
  reader: Reader,
  day: string,
  { after, limit }: { after: string | null; limit: number },
): Promise<DueReminder[]> {
  let query = reader
    .selectFrom('event')
    .innerJoin('event_place as place', 'place.event', 'event.id')
    .innerJoin('ruled_claim as claim', (join) =>
      join
        .onRef('claim.partition', '=', 'place.partition')
        .onRef('claim.row', '=', 'place.id')
        .on('claim.table_number', '=', eventPlace.number),
    )
    // who waited and got a place left the contact with the row that waited
    .innerJoin('event_contact as reach', (join) =>
      join.on((eb) => eb('reach.id', '=', eb.fn.coalesce('place.instead', 'place.id'))),
    )
    .where('event.last_day', '>=', day)
    .where('event.day', '=', day)
    .where('event.state', '=', 'published')
    .where('claim.state', '=', 'accepted')
    .where('reach.contact', 'is not', null)
    .select(['place.id as place', 'event.id as event', 'event.title', 'event.venue'])
    .select(['event.from_minute as fromMinute', 'reach.contact']);
  if (after !== null) query = query.where('place.id', '>', after);
  const rows = await query.orderBy('place.id').limit(limit).execute();
  return rows.flatMap(({ title, venue, contact, ...row }) =>
    contact ? [{ ...row, title: title ?? '', venue: venue ?? '', contact }] : [],
  );
}
