// What actions and events declare.
import { defineModule } from '#platform/manifest';
import { announcementSource } from './announcements.ts';
import { settleAll } from './settling.ts';
import { eventsDataset } from './datasets.ts';
import { feedSource } from './feeds.ts';
import { attendedIndicator } from './figures.ts';
import { createEvents } from './migrations/20261202-create-events.ts';
import { indexEvents } from './migrations/20261203-index-events.ts';
import { ownSource } from './own.ts';
import { searchSource } from './search.ts';
import { taskSource } from './tasks.ts';
import { event, eventAttendance, eventContact, eventCount, eventPlace, eventWait, eventWaitEnd } from './tables.ts';

export const eventsModule = defineModule({
  name: 'events',
  permissions: ['events.plan', 'events.attend'],
  roles: [
    { role: 'operator', permissions: ['events.plan', 'events.attend'] },
    { role: 'facilitator', permissions: ['events.attend'] },
    { role: 'coordinator', permissions: ['events.plan', 'events.attend'] },
    { role: 'municipal-staff', permissions: ['events.plan', 'events.attend'] },
    { role: 'programme-staff', permissions: ['events.plan', 'events.attend'] },
    { role: 'administrator', permissions: ['events.plan', 'events.attend'] },
  ],
  tables: [event, eventPlace, eventWait, eventWaitEnd, eventContact, eventAttendance, eventCount],
  migrations: [createEvents, indexEvents],
  indicators: [attendedIndicator],
  search: [searchSource],
  feeds: [feedSource],
  announcements: [announcementSource],
  datasets: [eventsDataset],
  tasks: [taskSource],
  own: [ownSource],
  jobs: [
    {
      name: 'events.settle-places',
      every: 60_000,
      role: 'hub',
      run: settleAll,
    },
  ],
  refusals: [
    'events.not-found',
    'events.ends-before',
    'events.begin-needed',
    'events.past',
    'events.kept-more',
    'events.over',
    'events.closed',
    'events.closes-after',
    'events.no-registration',
    'events.cancelled-already',
    'events.planned-elsewhere',
    'events.other-district',
    'events.place-unknown',
    'events.not-begun',
    'events.total-differs',
    'events.calendar-unreadable',
    'events.calendar-empty',
    'events.calendar-too-many',
    'events.calendar-event',
    'events.calendar-day',
    'events.calendar-long',
    'events.calendar-repeats',
    'events.calendar-slow',
  ],
});
