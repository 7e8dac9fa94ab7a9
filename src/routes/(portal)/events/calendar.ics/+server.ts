// Events to come as a calendar that other programs subscribe to: all, or of a district or kind.
import type { RequestHandler } from './$types';
import { listEvents, writeCalendar } from '#modules/events';
import { calendarAnswer, nowIn } from '../../../events.ts';

const MOST = 500;
const DAYS_BACK = 60;

export const GET: RequestHandler = async ({ locals, url }) => {
  const { app } = locals;
  const { day } = nowIn(locals);
  const from = new Date(Date.parse(`${day}T00:00:00Z`) - DAYS_BACK * 86_400_000).toISOString().slice(0, 10);
  const asked = (name: string) => url.searchParams.get(name) || undefined;
  const only = { district: asked('district'), kind: asked('kind'), site: asked('site') };
  const events = await listEvents(app.db.read, { ...only, from, to: '9999-12-31', limit: MOST });
  return calendarAnswer(locals, url, events, writeCalendar);
};
