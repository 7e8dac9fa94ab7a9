// Signing out ends the session here, not only the cookie.
import { redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { endSession } from '#modules/accounts';
import { runCommand } from '#platform/command';
import { SESSION_COOKIE } from '#platform/preferences';

export const load: PageServerLoad = () => redirect(303, '/account');

export const actions: Actions = {
  async default({ locals, cookies }) {
    const { actor, app } = locals;
    if (actor.sessionId) await runCommand(app, endSession, { actor, input: { hash: actor.sessionId } });
    cookies.delete(SESSION_COOKIE, { path: '/' });
    redirect(303, '/');
  },
};
