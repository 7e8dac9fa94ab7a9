// Calendars read back by another reader say what the events said, whatever stands in them.
import fc from 'fast-check';
import ICAL from 'ical.js';
import { expect, it } from 'vitest';
import { readCalendar, writeCalendar } from './ics.ts';
import type { EventEntry } from './queries.ts';

const base: EventEntry = {
  ...{ id: '0000AB12', partition: 'd/120608', kind: 'workshop', title: 'Taller', what: 'Qué', day: '2026-12-03' },
  ...{ lastDay: '2026-12-03', from: 540, to: 720, venue: 'Plaza', district: '120608', organiser: 'X' },
  ...{ audience: null, contact: null, help: null, capacity: null, closes: null, sequence: 2, state: 'published' },
  ...{ reason: null, minutes: null, series: null, uid: null, at: Date.UTC(2026, 10, 24) },
};
const options = { name: 'Todas', base: 'https://x.example', zone: 'America/Lima' };

it('is written as RFC 5545 asks', () => {
  const text = writeCalendar([base, { ...base, id: 'B', state: 'cancelled', from: null, to: null }], options);
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

it('says the same when it is read back', () => {
  // what a form takes: no control characters, nothing around it
  const words = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 90 })
    .map((text) => text.replace(/\p{Cc}/gu, ' ').trim() || 'x');
  fc.assert(
    fc.property(
      words,
      words,
      fc.integer({ min: 0, max: 1_300 }),
      fc.integer({ min: 1, max: 130 }),
      (title, venue, from, long) => {
        const text = writeCalendar([{ ...base, title, venue, from, to: from + long }], options);
        expect(new ICAL.Component(ICAL.parse(text) as unknown[]).getAllSubcomponents('vevent')).toHaveLength(1);
        const { events, problems } = readCalendar(text, 'America/Lima', '2027-12-31');
        expect(problems).toEqual([]);
        expect(events).toMatchObject([
          { title, venue, day: '2026-12-03', lastDay: '2026-12-03', from, to: from + long },
        ]);
      },
    ),
  );
});
