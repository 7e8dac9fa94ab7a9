// For the agent of a public computer (deploy/kiosk): whether somebody sits there, and a code to open its browser with.
import { error, json } from '@sveltejs/kit';
import type { RequestHandler } from './$types';
import { beatIfNeeded } from '#modules/hours';
import { hear, listMessages, makeEntry, nowOf, runningAt, stationOfKey } from '#modules/stations';
import { runCommand } from '#platform/command';
import { anonymous } from '#platform/permissions';

const MESSAGES = 30 * 60_000;

/** `authorization: Bearer <key>`. `?open` gives a code for the browser. Errors: 401 where the key is of no computer. */
export const POST: RequestHandler = async ({ request, url, locals: { app } }) => {
  const key = /^Bearer ([\w-]{10,64})$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
  const station = app.site.id ? await stationOfKey(app.db.read, key) : undefined;
  if (!station || !app.site.id) error(401);
  await beatIfNeeded(app);
  await hear(app, key, station);
  const session = await runningAt(app.db.read, app.site.id, station, nowOf(app));
  const opened = url.searchParams.has('open')
    ? await runCommand(app, makeEntry, { actor: anonymous(), input: { key } })
    : undefined;
  const messages = await listMessages(app.db.read, app.site.id, station, app.clock.now() - MESSAGES);
  return json({
    session: session?.id ?? null,
    secondsLeft: session ? Math.round(session.time.left / 1_000) : 0,
    message: messages[0]?.text ?? null,
    ...(opened?.ok ? { open: `/kiosk/enter/${opened.value.entry}` } : {}),
  });
};
