// Calendars that other programs read (RFC 5545).
import { setImmediate as breath } from 'node:timers/promises';
import ICAL from 'ical.js';
import type { EventEntry } from './queries.ts';

/** Stable for ever, whatever the address of the server: what it names is the record. */
const uidOf = (id: string): string => `${id}@eventos.ciudadania-digital`;

/** Lima has no summer time: five hours behind UTC all year. */
const ZONE = [
  'BEGIN:VCALENDAR',
  'BEGIN:VTIMEZONE',
  'TZID:America/Lima',
  'BEGIN:STANDARD',
  'DTSTART:19940401T000000',
  'TZOFFSETFROM:-0500',
  'TZOFFSETTO:-0500',
  'TZNAME:-05',
  'END:STANDARD',
  'END:VTIMEZONE',
  'END:VCALENDAR',
].join('\r\n');

/** The zone stands beside the time as its TZID. */
const FLOATING = ICAL.Timezone.localTimezone;

function timeOf(day: string, minute: number | null): ICAL.Time {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  if (minute === null) return new ICAL.Time({ year, month, day: date, isDate: true }, FLOATING);
  return new ICAL.Time(
    { year, month, day: date, hour: Math.floor(minute / 60), minute: minute % 60, second: 0, isDate: false },
    FLOATING,
  );
}

export interface CalendarOptions {
  /** Shown by calendars as their name. */
  name: string;
  /** Where the program is reached, without a slash at the end; links are left out where it is unknown. */
  base: string | undefined;
  zone: string;
}

/** Written between two breaths: five hundred at once would keep everybody waiting. */
const AT_ONCE = 50;

/** A whole calendar; lines folded at 75 octets and ended with CRLF. */
export async function writeCalendar(
  events: readonly EventEntry[],
  { name, base, zone }: CalendarOptions,
): Promise<string> {
  const calendar = new ICAL.Component('vcalendar');
  calendar.updatePropertyWithValue('version', '2.0');
  calendar.updatePropertyWithValue('prodid', '-//Ciudadanía Digital//ES');
  calendar.updatePropertyWithValue('method', 'PUBLISH');
  calendar.updatePropertyWithValue('x-wr-calname', name);
  const lima = new ICAL.Component(ICAL.parse(ZONE) as unknown[]).getFirstSubcomponent('vtimezone');
  if (lima && zone === 'America/Lima') calendar.addSubcomponent(lima);
  const frame = calendar.toString();
  const last = frame.lastIndexOf('END:VCALENDAR');
  const parts = [frame.slice(0, last)];
  for (const [at, event] of events.entries()) {
    if (at > 0 && at % AT_ONCE === 0) await breath();
    parts.push(`${componentOf(event, base, zone).toString()}\r\n`);
  }
  return `${parts.join('')}${frame.slice(last).trimEnd()}\r\n`;
}

function componentOf(event: EventEntry, base: string | undefined, zone: string): ICAL.Component {
  const one = new ICAL.Component('vevent');
  one.updatePropertyWithValue('uid', event.uid ?? uidOf(event.id));
  one.updatePropertyWithValue('dtstamp', ICAL.Time.fromJSDate(new Date(event.at), true));
  one.updatePropertyWithValue('last-modified', ICAL.Time.fromJSDate(new Date(event.at), true));
  one.updatePropertyWithValue('sequence', event.sequence);
  const timed = (property: string, day: string, minute: number | null) => {
    const set = one.updatePropertyWithValue(property, timeOf(day, minute));
    if (minute !== null) set.setParameter('tzid', zone);
  };
  timed('dtstart', event.day, event.from);
  // without an hour the end is the day after the last (RFC 5545, 3.6.1)
  if (event.from === null) timed('dtend', dayAfter(event.lastDay), null);
  else if (event.to !== null && event.to < 1_440) timed('dtend', event.lastDay, event.to);
  else if (event.to === 1_440) timed('dtend', dayAfter(event.lastDay), 0);
  one.updatePropertyWithValue('summary', event.title);
  one.updatePropertyWithValue('description', [event.what, event.reason].filter(Boolean).join('\n\n'));
  one.updatePropertyWithValue('location', event.venue);
  one.updatePropertyWithValue('status', event.state === 'cancelled' ? 'CANCELLED' : 'CONFIRMED');
  one.updatePropertyWithValue('categories', event.kind);
  if (base) one.updatePropertyWithValue('url', `${base}/events/${event.id}`);
  return one;
}

const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
