// The wall screen: which number goes where, and who is next. Numbers only.
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';
import { civilDate } from '#platform/clock';
import { readQueue } from '#modules/queue';
import { listStations } from '#modules/stations';
import { text } from '#lib/text/index.ts';

const CALLED = 4;
const NEXT = 12;

export const load: PageServerLoad = async ({ locals }) => {
  const { app, language } = locals;
  const { id } = app.site;
  if (!id) error(404, text(language, 'refusal.queue.at-a-telecentre'));
  const now = app.clock.now();
  const queue = await readQueue(app.db.read, id, civilDate(now, app.config.zone), now);
  const stations = new Map((await listStations(app.db.read, id)).map((one) => [one.id, one.name]));
  return {
    now,
    called: queue.called.slice(0, CALLED).map(({ number, calls, station }) => ({
      ...{ number, calls },
      place: station ? (stations.get(station) ?? '') : '',
    })),
    next: queue.waiting.slice(0, NEXT).map(({ number }) => number),
    waiting: queue.waiting.length,
  };
};
