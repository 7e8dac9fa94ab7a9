// Which public computer this browser is the screen of, and what stands there now.
import type { Cookies, RequestEvent } from '@sveltejs/kit';
import { beatIfNeeded } from '#modules/hours';
import { floorOf, stationOfKey, type FloorStation } from '#modules/stations';

const COOKIE = 'kiosk';
const YEAR = 31_536_000;

export const keyOf = (cookies: Cookies): string => (cookies.get(COOKIE) ?? '').slice(0, 64);

/** `lasting` false: until the browser is closed, which an agent does after each person. */
export function keepKey(
  { cookies, locals }: Pick<RequestEvent, 'cookies' | 'locals'>,
  key: string,
  lasting: boolean,
): void {
  const { secure } = locals.facts;
  const options = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;
  cookies.set(COOKIE, key, lasting ? { ...options, maxAge: YEAR } : options);
}

export async function seatOf({
  cookies,
  locals,
}: Pick<RequestEvent, 'cookies' | 'locals'>): Promise<FloorStation | undefined> {
  const { app } = locals;
  const station = app.site.id ? await stationOfKey(app.db.read, keyOf(cookies)) : undefined;
  if (!station || !app.site.id) return undefined;
  await beatIfNeeded(app);
  return (await floorOf(app, app.site.id)).find(({ id }) => id === station);
}
