// Bookings with the names of what is booked and of whom it is for.
import { findPeopleWithNames } from '#modules/people';
import { formatMinuteOfDay } from '#lib/format/index.ts';
import type { Desk } from '../desk.ts';
import { nameOf } from '../desk.ts';

interface Nameable {
  bookable: string | null;
  person: string | null;
  group: string | null;
  from: number;
  to: number;
}

export async function named<T extends Nameable>(
  { read, actor }: Desk,
  things: readonly { id: string; name: string }[],
  entries: readonly T[],
): Promise<(T & { what: string; who: string; hours: string })[]> {
  const ids = [...new Set(entries.flatMap(({ person }) => person ?? []))];
  const people = new Map((await findPeopleWithNames(read, actor, ids)).map((one) => [one.id, nameOf(one)]));
  return entries.map((one) => ({
    ...one,
    what: things.find(({ id }) => id === one.bookable)?.name ?? '',
    who: one.group ?? people.get(one.person ?? '') ?? '',
    hours: `${formatMinuteOfDay(one.from)}–${formatMinuteOfDay(one.to)}`,
  }));
}
