// Events for posters, radio and messages.
import { formatId } from '#lib/format/index.ts';
import { text } from '#lib/text/index.ts';
import type { AnnouncementSource } from '#platform/announcement';
import { findEvent } from './queries.ts';
import { whenOf } from './words.ts';

export const announcementSource: AnnouncementSource = {
  kind: 'events',
  async find(reader, id, language) {
    const event = await findEvent(reader, id);
    if (!event || event.state === 'draft') return undefined;
    return {
      title: event.title,
      what: event.what,
      when: whenOf(language, event),
      where: event.venue,
      who: event.audience ?? undefined,
      how: event.kind === 'deadline' ? undefined : text(language, 'events.how'),
      contact: event.contact ?? undefined,
      from: event.organiser,
      href: `/events/${event.id}`,
      code: formatId(event.id),
      picture: event.kind,
      cancelled: event.state === 'cancelled',
    };
  },
};
