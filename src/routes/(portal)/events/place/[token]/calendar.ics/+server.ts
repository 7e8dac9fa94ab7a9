// One's own events behind the private link, for one's calendar: where one has a place or waits; what is called off says so there.
import { error } from '@sveltejs/kit';
import type { RequestHandler } from './$types';
import { eventsOfPerson, findEvents, placeOfToken, writeCalendar } from '#modules/events';
import { text } from '#lib/text/index.ts';
import { calendarAnswer } from '../../../../../events.ts';

const MOST = 100;

export const GET: RequestHandler = async ({ locals, params, url }) => {
  const { app, actor, language } = locals;
  const { read } = app.db;
  const place = await placeOfToken(read, params.token, actor.kind === 'resident' ? actor.person : undefined);
  if (!place) error(404, text(language, 'refusal.events.place-unknown'));
  const own = place.person ? await eventsOfPerson(read, [place.person], MOST) : [];
  const ids = new Set([...(place.state === 'ended' ? [] : [place.event]), ...own.map(({ event }) => event)]);
  const events = (await findEvents(read, [...ids])).filter(({ state }) => state !== 'draft');
  const answer = await calendarAnswer(locals, url, events, writeCalendar);
  answer.headers.set('cache-control', 'no-store');
  return answer;
};
