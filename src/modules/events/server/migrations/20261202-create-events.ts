// Actions and events, found by day, by their series and by where they came from; places by their event.
import type { Migration } from '#platform/manifest';
import { event, eventAttendance, eventContact, eventCount, eventPlace, eventWait, eventWaitEnd } from '../tables.ts';

export const createEvents: Migration = {
  id: '20261202-create-events',
  async up({ createReplicated }) {
    await createReplicated(event, ['last_day', 'day'], ['series'], ['uid'], ['district', 'last_day']);
    await createReplicated(eventPlace, ['event'], ['person']);
    await createReplicated(eventWait, ['event'], ['person']);
    await createReplicated(eventWaitEnd, ['wait']);
    await createReplicated(eventContact, ['digest']);
    await createReplicated(eventAttendance, ['event'], ['person']);
    await createReplicated(eventCount, ['event']);
  },
};
