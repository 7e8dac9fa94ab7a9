// Calendars that others give us (RFC 5545): each event as day and hour here, and of each that is no good what is wrong with it.
import ICAL from 'ical.js';

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

export interface ReadOptions {
  zone: string;
  /** Of what repeats, the days from here. */
  since: string;
  until: string;
}

/** Events of one file that are looked at, repeated ones each by itself. */
export const MOST_READ = 500;
export const MOST_BYTES = 2_000_000;
/** Turns of one repetition that are gone through, those behind us too. */
const MOST_TURNS = 5_000;
const DAY = 86_400;
const LONGEST = 366 * DAY;

/** Rules that calendars of people have. Others can have no day at all, and whoever looks for it never ends. */
const RULES: Readonly<Record<string, readonly string[]>> = {
  DAILY: ['BYDAY'],
  WEEKLY: ['BYDAY'],
  MONTHLY: ['BYDAY', 'BYMONTHDAY', 'BYSETPOS'],
  YEARLY: ['BYDAY', 'BYMONTH'],
};

const KNOWN = /^(events|field)\./;

/** Errors: an Error whose message is a refusal's code, when it is no calendar at all. */
export function readCalendar(file: string, options: ReadOptions): ReadCalendar {
  if (file.length > MOST_BYTES) throw new Error('events.calendar-too-many');
  let parsed: unknown;
  try {
    parsed = ICAL.parse(file);
  } catch {
    throw new Error('events.calendar-unreadable');
  }
  const root = new ICAL.Component(parsed as unknown[]);
  if (root.name !== 'vcalendar') throw new Error('events.calendar-unreadable');
  const all = root.getAllSubcomponents('vevent');
  if (all.length === 0) throw new Error('events.calendar-empty');
  if (all.length > MOST_READ) throw new Error('events.calendar-too-many');
  const events = new Map<string, ReadEvent>();
  const problems: ReadCalendar['problems'] = [];
  // one day of a repetition that was moved comes after the repetition and takes its place
  const moved = (one: ICAL.Component) => (one.hasProperty('recurrence-id') ? 1 : 0);
  for (const [at, one] of all.toSorted((a, b) => moved(a) - moved(b)).entries()) {
    try {
      readOne(one, options, events);
    } catch (error) {
      const code = error instanceof Error && KNOWN.test(error.message) ? error.message : 'events.calendar-event';
      const summary = one.getFirstPropertyValue('summary');
      problems.push({ what: (typeof summary === 'string' && summary ? summary : String(at + 1)).slice(0, 80), code });
    }
  }
  return { events: [...events.values()], problems };
}

const wordsOf = (component: ICAL.Component, name: string): string => {
  const value = component.getFirstPropertyValue(name);
  return typeof value === 'string' ? value.trim() : '';
};

/** Errors: an Error when the calendar names a 31st of February; the library would make it the 3rd of March. */
function timeIn(component: ICAL.Component, name: string): ICAL.Time | undefined {
  const property = component.getFirstProperty(name);
  if (!property) return undefined;
  const written: unknown = property.jCal[3];
  try {
    if (typeof written === 'string') Temporal.PlainDate.from(written.slice(0, 10), { overflow: 'reject' });
  } catch {
    throw new Error('events.calendar-day');
  }
  const time = property.getFirstValue();
  return time instanceof ICAL.Time ? time : undefined;
}

function secondsOf(component: ICAL.Component, start: ICAL.Time): number {
  const end = timeIn(component, 'dtend');
  const lasts = component.getFirstPropertyValue('duration');
  const seconds =
    lasts instanceof ICAL.Duration ? lasts.toSeconds() : end ? end.toUnixTime() - start.toUnixTime() : undefined;
  if (seconds !== undefined && seconds < 0) throw new Error('events.ends-before');
  if (seconds !== undefined && seconds > LONGEST) throw new Error('events.calendar-long');
  return seconds ?? (start.isDate ? DAY : 0);
}

function readOne(component: ICAL.Component, options: ReadOptions, into: Map<string, ReadEvent>): void {
  const start = timeIn(component, 'dtstart');
  const uid = wordsOf(component, 'uid').slice(0, 180);
  if (!start || !uid) throw new Error('events.calendar-event');
  const title = wordsOf(component, 'summary').slice(0, 120);
  if (!title) throw new Error('field.required');
  const long = secondsOf(component, start);
  const zoned = start.zone?.tzid === 'UTC' ? 'UTC' : component.getFirstProperty('dtstart')?.getParameter('tzid');
  const written = typeof zoned === 'string' ? zoned : undefined;
  const shared = {
    title,
    what: wordsOf(component, 'description').slice(0, 3_000),
    venue: wordsOf(component, 'location').slice(0, 160),
    cancelled: wordsOf(component, 'status').toUpperCase() === 'CANCELLED',
  };
  const read = (turn: ICAL.Time, own: string): ReadEvent => {
    const from = here(turn, written, options.zone);
    const end = here(plus(turn, start.isDate ? Math.max(0, long - DAY) : long), written, options.zone);
    const timed = from.minute !== null && long > 0;
    // until midnight is until the end of the day before
    const midnight = timed && end.minute === 0 && end.day > from.day;
    return {
      ...{ uid: own, ...shared, day: from.day, from: from.minute },
      lastDay: midnight ? dayBefore(end.day) : end.day,
      to: timed ? (midnight ? 1_440 : end.minute) : null,
    };
  };
  const add = (one: ReadEvent) => {
    if (into.size >= MOST_READ && !into.has(one.uid)) throw new Error('events.calendar-too-many');
    into.set(one.uid, one);
  };
  const instead = timeIn(component, 'recurrence-id');
  if (instead) return add(read(start, `${uid} ${here(instead, written, options.zone).day}`));
  const event = new ICAL.Event(component);
  if (!event.isRecurring()) return add(read(start, uid));
  for (const rule of component.getAllProperties('rrule')) knownRule(rule.getFirstValue());
  const turns = event.iterator();
  for (let turn = turns.next(), at = 0; turn; turn = turns.next(), at += 1) {
    if (at >= MOST_TURNS) throw new Error('events.calendar-repeats');
    const one = read(turn, '');
    if (one.day > options.until) break;
    if (one.lastDay >= options.since) add({ ...one, uid: `${uid} ${one.day}` });
  }
}

function knownRule(rule: unknown): void {
  if (!(rule instanceof ICAL.Recur)) throw new Error('events.calendar-repeats');
  const allowed = RULES[rule.freq];
  const parts = Object.keys(rule.parts);
  if (!allowed || parts.some((part) => !allowed.includes(part))) throw new Error('events.calendar-repeats');
}

function plus(time: ICAL.Time, seconds: number): ICAL.Time {
  const later = time.clone();
  later.addDuration(ICAL.Duration.fromSeconds(seconds));
  return later;
}

const dayBefore = (day: string): string => Temporal.PlainDate.from(day).subtract({ days: 1 }).toString();

/** As day and minute of the programme's zone; a time without a zone, or of one that nobody knows, is meant where it is read. */
function here(time: ICAL.Time, written: string | undefined, zone: string): { day: string; minute: number | null } {
  const { year, month, day, hour, minute } = time;
  if (time.isDate) return { day: new Temporal.PlainDate(year, month, day).toString(), minute: null };
  let local = new Temporal.PlainDateTime(year, month, day, hour, minute);
  try {
    if (written) local = local.toZonedDateTime(written).withTimeZone(zone).toPlainDateTime();
  } catch {
    // «Hora de Lima» and the like: names that only the program that wrote them knows
  }
  return { day: local.toPlainDate().toString(), minute: local.hour * 60 + local.minute };
}
