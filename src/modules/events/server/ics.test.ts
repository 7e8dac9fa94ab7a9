// Calendars read back by another reader say what the events said, whatever stands in them.
import fc from 'fast-check';
import ICAL from 'ical.js';
import { expect, it } from 'vitest';
import { readBeside } from './calendar-beside.ts';
import { readCalendar } from './calendar-reading.ts';
import { writeCalendar } from './ics.ts';
import type { EventEntry } from './queries.ts';

const base: EventEntry = {
  ...{ id: '0000AB12', partition: 'd/120608', kind: 'workshop', title: 'Taller', what: 'Qué', day: '2026-12-03' },
  ...{ lastDay: '2026-12-03', from: 540, to: 720, venue: 'Plaza', district: '120608', organiser: 'X' },
  ...{ audience: null, contact: null, help: null, capacity: null, closes: null, sequence: 2, state: 'published' },
  ...{ reason: null, minutes: null, series: null, uid: null, kept: null, at: Date.UTC(2026, 10, 24) },
};
const window = { zone: 'America/Lima', since: '2026-11-24', until: '2027-11-24' };
const options = { name: 'Todas', base: 'https://x.example', zone: 'America/Lima' };

it('is written as RFC 5545 asks', async () => {
  const text = await writeCalendar([base, { ...base, id: 'B', state: 'cancelled', from: null, to: null }], options);
  for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  expect(text.replace(/\r\n/g, '')).not.toContain('\n');
  for (const part of [
    'DTSTART;TZID=America/Lima:20261203T090000',
    'DTEND;TZID=America/Lima:20261203T120000',
    'UID:0000AB12@eventos.ciudadania-digital',
    'SEQUENCE:2',
    'STATUS:CONFIRMED',
    'STATUS:CANCELLED',
    'DTSTART;VALUE=DATE:20261203',
    'DTEND;VALUE=DATE:20261204',
    'BEGIN:VTIMEZONE',
    'URL:https://x.example/events/0000AB12',
  ])
    expect(text).toContain(part);
});

it('says the same when it is read back', async () => {
  // what a form takes: no control characters, nothing around it
  const words = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 90 })
    .map((text) => text.replace(/\p{Cc}/gu, ' ').trim() || 'x');
  await fc.assert(
    fc.asyncProperty(
      words,
      words,
      fc.integer({ min: 0, max: 1_300 }),
      fc.integer({ min: 1, max: 130 }),
      async (title, venue, from, long) => {
        const text = await writeCalendar([{ ...base, title, venue, from, to: from + long }], options);
        expect(new ICAL.Component(ICAL.parse(text) as unknown[]).getAllSubcomponents('vevent')).toHaveLength(1);
        const { events, problems } = readCalendar(text, window);
        expect(problems).toEqual([]);
        expect(events).toMatchObject([
          { title, venue, day: '2026-12-03', lastDay: '2026-12-03', from, to: from + long },
        ]);
      },
    ),
  );
});

const calendar = (...events: string[][]) =>
  [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0'],
    ...events.flatMap((lines, at) => ['BEGIN:VEVENT', `UID:${at}@x`, 'SUMMARY:Cabildo', ...lines, 'END:VEVENT']),
    'END:VCALENDAR',
  ].join('\r\n');
const read = (...lines: string[]) => readCalendar(calendar(lines), window);

it.each([
  [['DTSTART:20260231T090000'], 'events.calendar-day'],
  [['DTSTART;VALUE=DATE:20270229'], 'events.calendar-day'],
  [['DTSTART:20261201T090000', 'DTEND:20261201T080000'], 'events.ends-before'],
  [['DTSTART:20261201T090000', 'DURATION:-PT1H'], 'events.ends-before'],
  [['DTSTART:20261201T090000', 'DURATION:P99999999W'], 'events.calendar-long'],
  [['DTSTART:20261201T090000', 'RRULE:FREQ=SECONDLY'], 'events.calendar-repeats'],
  [['DTSTART:00010101T090000', 'RRULE:FREQ=DAILY'], 'events.calendar-repeats'],
  // no such day, ever
  [['DTSTART:20261201T090000', 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30'], 'events.calendar-repeats'],
  [['DTSTART:20261201T090000', 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'], 'events.calendar-repeats'],
  [['DESCRIPTION:sin día'], 'events.calendar-event'],
])('an event that cannot be is told and the others are read: %j', (lines, code) => {
  const { events, problems } = readCalendar(calendar(lines, ['DTSTART:20261201T090000']), window);
  expect(problems).toEqual([{ what: 'Cabildo', code }]);
  expect(events.map(({ uid }) => uid)).toEqual(['1@x']);
});

it('of what repeats for years only the days that come are read, without those that were taken out and where they were moved to', () => {
  const weekly = ['DTSTART:20150106T090000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY', 'EXDATE:20261201T090000'];
  const moved = ['RECURRENCE-ID:20261208T090000', 'DTSTART:20261209T150000', 'DURATION:PT1H'];
  const text = calendar(moved, weekly).replaceAll('UID:1@x', 'UID:0@x');
  const { events, problems } = readCalendar(text, { ...window, until: '2026-12-20' });
  expect(problems).toEqual([]);
  expect(events.map(({ uid, day, from }) => [uid, day, from])).toEqual([
    ['0@x 2026-11-24', '2026-11-24', 540],
    ['0@x 2026-12-08', '2026-12-09', 900],
    ['0@x 2026-12-15', '2026-12-15', 540],
  ]);
});

it('an hour of another zone becomes the hour here, and until midnight is until the end of the day', () => {
  expect(read('DTSTART:20261202T010000Z', 'DURATION:PT2H').events).toMatchObject([
    { day: '2026-12-01', lastDay: '2026-12-01', from: 1_200, to: 1_320 },
  ]);
  expect(read('DTSTART;TZID=Europe/Madrid:20261202T010000').events).toMatchObject([
    { day: '2026-12-01', from: 1_140, to: null },
  ]);
  expect(read('DTSTART;TZID=Hora de casa:20261202T010000').events).toMatchObject([{ day: '2026-12-02', from: 60 }]);
  expect(read('DTSTART:20261201T200000', 'DTEND:20261202T000000').events).toMatchObject([
    { day: '2026-12-01', lastDay: '2026-12-01', from: 1_200, to: 1_440 },
  ]);
});

it('what takes too long is ended, and says so', async () => {
  const good = calendar(['DTSTART:20261201T090000']);
  expect(await readBeside(good, window, 0)).toEqual({ code: 'events.calendar-slow' });
  const read = await readBeside(good, window);
  expect('events' in read && read.events).toHaveLength(1);
});
