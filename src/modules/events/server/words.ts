// An event in words: when and where, in the language of who reads.
import { formatDate, formatMinuteOfDay } from '#lib/format/index.ts';
import { text } from '#lib/text/index.ts';
import type { EventEntry } from './queries.ts';

/** «jueves, 3 de diciembre, de 9:00 a 12:00»; more days from one to the other. */
export function whenOf(language: string, event: Pick<EventEntry, 'day' | 'lastDay' | 'from' | 'to'>): string {
  const day = formatDate(language, event.day, 'day');
  const last = event.lastDay === event.day ? undefined : formatDate(language, event.lastDay, 'day');
  const hours =
    event.from === null
      ? ''
      : event.to === null
        ? text(language, 'events.when.from', { from: formatMinuteOfDay(event.from) })
        : text(language, 'events.when.hours', { from: formatMinuteOfDay(event.from), to: formatMinuteOfDay(event.to) });
  const days = last ? text(language, 'events.when.days', { from: day, to: last }) : day;
  return hours ? `${days}, ${hours}` : days;
}
