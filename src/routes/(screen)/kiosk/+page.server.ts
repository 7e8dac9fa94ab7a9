// A public computer: one question after another, then the time that is left.
import { redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { PICTURES } from '#modules/accounts';
import { endHere, extendHere, listMessages, startHere } from '#modules/stations';
import { runCommand } from '#platform/command';
import { cardSignIn, helpedSignIn } from '../../resident.ts';
import { proofOf, runForm } from '../../run-form.ts';
import { enter, leave } from '../../session-cookie.ts';
import { keyOf, seatOf } from './seat.ts';

/** What was said to the screens is shown for so long. */
const SHOWN = 30 * 60_000;
const PURPOSES = ['homework', 'information', 'communication', 'office'] as const;

export const load: PageServerLoad = async (event) => {
  const { locals, url } = event;
  const { app, actor } = locals;
  const station = await seatOf(event);
  const session = station?.session ?? null;
  // who signed in here and has no time any more is signed out before anybody else sits down
  if (
    station &&
    actor.kind === 'resident' &&
    (session ? session.person !== actor.person : url.searchParams.has('over'))
  ) {
    await leave(event);
    redirect(303, '/kiosk?over');
  }
  const since = Math.max(session?.startedAt ?? 0, app.clock.now() - SHOWN);
  return {
    proof: proofOf(locals),
    station,
    here: actor.kind === 'resident' ? (actor.name ?? '') : null,
    with: url.searchParams.get('with') ?? '',
    over: url.searchParams.has('over'),
    pictures: [...PICTURES],
    purposes: PURPOSES,
    messages: station && app.site.id ? await listMessages(app.db.read, app.site.id, station.id, since) : [],
  };
};

const input = (event: Parameters<typeof seatOf>[0]) => ({ key: keyOf(event.cookies) });
const next = () => '/kiosk';

export const actions: Actions = {
  resident: async (event) => enter(event, (await cardSignIn(event)).result, {}, '/kiosk'),
  help: async (event) => enter(event, (await helpedSignIn(event)).result, {}, '/kiosk'),
  start: (event) => runForm(event, startHere, { input: input(event), next }),
  more: (event) => runForm(event, extendHere, { input: input(event), next }),
  async out(event) {
    await runCommand(event.locals.app, endHere, { actor: event.locals.actor, input: input(event) });
    await leave(event);
    // understood over HTTPS only; elsewhere the computer's agent starts the browser anew
    event.setHeaders({ 'clear-site-data': '"cache", "storage"' });
    redirect(303, '/kiosk?over');
  },
};
