// One event for somebody's calendar.
import { error } from '@sveltejs/kit';
import type { RequestHandler } from './$types';
import { findEvent, writeCalendar } from '#modules/events';
import { text } from '#lib/text/index.ts';
import { calendarAnswer } from '../../../../events.ts';

export const GET: RequestHandler = async ({ locals, params, url }) => {
  const event = await findEvent(locals.app.db.read, params.id);
  if (!event || event.state === 'draft') error(404, text(locals.language, 'refusal.events.not-found'));
  return calendarAnswer(locals, url, [event], writeCalendar);
};
