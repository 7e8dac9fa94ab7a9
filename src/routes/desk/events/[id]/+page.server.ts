// One event for who holds it.
import type { Actions, PageServerLoad } from './$types';
import {
  cancelEvent,
  countAttendance,
  giveUpPlace,
  markAttendance,
  publishEvent,
  register,
  writeMinutes,
} from '#modules/events';
import { personOfCard } from '../../../desk/card.ts';
import { manageOne } from '../../../event-desk.ts';
import { runForm } from '../../../run-form.ts';

export const load: PageServerLoad = (event) => manageOne(event, 'desk');

type Event = Parameters<NonNullable<Actions[string]>>[0];
const known = ({ params }: Event) => ({
  input: { event: params.id },
  next: () => `/desk/events/${params.id}?saved`,
});

export const actions: Actions = {
  publish: (event) => runForm(event, publishEvent, known(event)),
  cancel: (event) => runForm(event, cancelEvent, known(event)),
  minutes: (event) => runForm(event, writeMinutes, known(event)),
  count: (event) => runForm(event, countAttendance, known(event)),
  give: (event) => runForm(event, giveUpPlace, known(event)),
  attend: (event) => runForm(event, markAttendance, { ...known(event), read: personOfCard(event.locals) }),
  register: (event) => runForm(event, register, { ...known(event), read: personOfCard(event.locals) }),
};
