// Calendars that other programs read, and calendars that others give us (RFC 5545).
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

/** A whole calendar; lines folded at 75 octets and ended with CRLF. */
export function writeCalendar(events: readonly EventEntry[], { name, base, zone }: CalendarOptions): string {
  const calendar = new ICAL.Component('vcalendar');
  calendar.updatePropertyWithValue('version', '2.0');
  calendar.updatePropertyWithValue('prodid', '-//Ciudadanía Digital//ES');
  calendar.updatePropertyWithValue('method', 'PUBLISH');
  calendar.updatePropertyWithValue('x-wr-calname', name);
  const lima = new ICAL.Component(ICAL.parse(ZONE) as unknown[]).getFirstSubcomponent('vtimezone');
  if (lima && zone === 'America/Lima') calendar.addSubcomponent(lima);
  for (const event of events) calendar.addSubcomponent(componentOf(event, base, zone));
  return `${calendar.toString()}\r\n`;
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

export interface ReadEvent {
  uid: string;
  title: string;
  what: string;
  venue: string;
  day: string;
  lastDay: string;
  from: number | null;
  to: number | null;
  cancelled: boolean;
}

export interface ReadCalendar {
  events: ReadEvent[];
  /** What could not be read, each with its title or place in the file and a code. */
  problems: { what: string; code: string }[];
}

/** Events of one file that are looked at, repeated ones each by itself. */
export const MOST_READ = 500;
const MOST_BYTES = 2_000_000;

/** Errors: an Error whose message is a refusal's code, when it is no calendar at all. */
export function readCalendar(file: string, zone: string, until: string): ReadCalendar {
  if (file.length > MOST_BYTES) throw new Error('events.calendar-too-many');
  let parsed: unknown;
  try {
    parsed = ICAL.parse(file);
  } catch {
    throw new Error('events.calendar-unreadable');
  }
  const root = new ICAL.Component(parsed as unknown[]);
  if (root.name !== 'vcalendar') throw new Error('events.calendar-unreadable');
  const found: ReadCalendar = { events: [], problems: [] };
  const all = root.getAllSubcomponents('vevent');
  if (all.length === 0) throw new Error('events.calendar-empty');
  if (all.length > MOST_READ) throw new Error('events.calendar-too-many');
  for (const [at, one] of all.entries()) {
    try {
      readOne(one, zone, until, found);
    } catch (error) {
      const code =
        error instanceof Error && /^(events|field)\./.test(error.message) ? error.message : 'events.calendar-event';
      found.problems.push({ what: String(one.getFirstPropertyValue('summary') ?? at + 1).slice(0, 80), code });
    }
  }
  return found;
}

function readOne(component: ICAL.Component, zone: string, until: string, into: ReadCalendar): void {
  const event = new ICAL.Event(component);
  if (!event.startDate) throw new Error('events.calendar-event');
  const uid = String(component.getFirstPropertyValue('uid') ?? '').slice(0, 180);
  if (!uid) throw new Error('events.calendar-event');
  const title = (event.summary ?? '').trim().slice(0, 120);
  if (!title) throw new Error('field.required');
  const long = Math.max(0, event.duration?.toSeconds() ?? 0);
  const add = (start: ICAL.Time, own: string) => {
    if (into.events.length >= MOST_READ) throw new Error('events.calendar-too-many');
    const from = here(start, zone);
    const end = here(plus(start, start.isDate ? Math.max(0, long - 86_400) : long), zone);
    if (event.endDate && event.endDate.compare(event.startDate) < 0) throw new Error('events.ends-before');
    into.events.push({
      ...{ uid: own, title, what: (event.description ?? '').trim().slice(0, 3_000) },
      venue: (event.location ?? '').trim().slice(0, 160),
      ...{
        day: from.day,
        lastDay: end.day,
        from: from.minute,
        to: from.minute === null || long === 0 ? null : end.minute,
      },
      cancelled: String(component.getFirstPropertyValue('status') ?? '').toUpperCase() === 'CANCELLED',
    });
  };
  if (!event.isRecurring()) return add(event.startDate, uid);
  const turns = event.iterator();
  for (let turn = turns.next(); turn; turn = turns.next()) {
    const { day } = here(turn, zone);
    if (day > until) break;
    add(turn, `${uid} ${day}`);
  }
}

function plus(time: ICAL.Time, seconds: number): ICAL.Time {
  const later = time.clone();
  later.addDuration(ICAL.Duration.fromSeconds(seconds));
  return later;
}

/** As day and minute of the programme's zone; a time without a zone is meant where it is read. */
function here(time: ICAL.Time, zone: string): { day: string; minute: number | null } {
  const pad = (value: number) => String(value).padStart(2, '0');
  const plain = `${String(time.year).padStart(4, '0')}-${pad(time.month)}-${pad(time.day)}`;
  if (time.isDate) return { day: plain, minute: null };
  if (time.zone?.tzid !== 'UTC') return { day: plain, minute: time.hour * 60 + time.minute };
  const local = Temporal.Instant.fromEpochMilliseconds(time.toUnixTime() * 1_000).toZonedDateTimeISO(zone);
  return { day: local.toPlainDate().toString(), minute: local.hour * 60 + local.minute };
}
