// The computer says that it is there, every few seconds; after a silence its person gets back what it lasted.
import { json } from '@sveltejs/kit';
import type { RequestHandler } from './$types';
import { hear, stationOfKey } from '#modules/stations';
import { keyOf } from '../seat.ts';

export const GET: RequestHandler = async ({ cookies, locals: { app } }) => {
  const key = keyOf(cookies);
  const station = app.site.id ? await stationOfKey(app.db.read, key) : undefined;
  if (station) await hear(app, key, station);
  return json({ here: station !== undefined }, { headers: { 'cache-control': 'no-store' } });
};
