// Signing out ends the session here, not only the cookie.
import { redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { leave } from '../../session-cookie.ts';

export const load: PageServerLoad = () => redirect(303, '/account');

export const actions: Actions = {
  async default(event) {
    await leave(event);
    redirect(303, '/');
  },
};
