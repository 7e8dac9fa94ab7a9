// One event: what, when, where, who, how many places are left, and what became of it; the same for everybody.
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';
import { attendanceOf, findEvent, momentOf, registrationRefusal } from '#modules/events';
import { formatDate, formatId } from '#lib/format/index.ts';
import { text } from '#lib/text/index.ts';
import { nowIn, placeNames, placesOfEvent, shownEvent } from '../../../events.ts';
import { linkedData } from '../linked-data.ts';

export const load: PageServerLoad = async ({ locals, params }) => {
  const { app, language } = locals;
  const event = await findEvent(app.db.read, params.id);
  if (!event || event.state === 'draft') error(404, text(language, 'refusal.events.not-found'));
  const now = nowIn(locals);
  const refusal = registrationRefusal(event, now);
  const places = event.kind === 'deadline' ? undefined : await placesOfEvent(locals, event);
  const { total } = await attendanceOf(app.db.read, event.id);
  return {
    event,
    shown: shownEvent(locals, event, await placeNames(locals)),
    moment: momentOf(event, now),
    code: formatId(event.id),
    open: refusal === null,
    closes: event.closes ? formatDate(language, event.closes, 'day') : '',
    places,
    came: total,
    linked: linkedData(event, app.config.publicUrl),
  };
};
