// An event as search engines read it (schema.org Event). A block of data, which no browser runs.
import type { EventEntry } from '#modules/events';

const hour = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00-05:00`;
const at = (day: string, minute: number | null) => (minute === null ? day : `${day}T${hour(Math.min(minute, 1_439))}`);

export function linkedData(event: EventEntry, base: string | undefined): string {
  const url = base ? `${base.replace(/\/$/, '')}/events/${event.id}` : undefined;
  const data = {
    '@context': 'https://schema.org',
    '@type': 'Event',
    name: event.title,
    description: event.what,
    startDate: at(event.day, event.from),
    endDate: at(event.lastDay, event.to),
    eventStatus: `https://schema.org/${event.state === 'cancelled' ? 'EventCancelled' : 'EventScheduled'}`,
    eventAttendanceMode: 'https://schema.org/OfflineEventAttendanceMode',
    location: { '@type': 'Place', name: event.venue, address: event.venue },
    organizer: { '@type': 'Organization', name: event.organiser },
    ...(url ? { url } : {}),
  };
  // what somebody wrote must not end the block
  return `<script type="application/ld+json">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>`;
}
