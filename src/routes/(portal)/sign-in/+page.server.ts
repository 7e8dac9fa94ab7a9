// Signing in: staff with username and password, residents with their card at a telecentre.
import { redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { PICTURES, signIn, signInCode } from '#modules/accounts';
import { proofOf, word } from '../../run-form.ts';
import { cardSignIn, helpedSignIn } from '../../resident.ts';
import { attemptOf, enter, nextOf } from '../../session-cookie.ts';

export const load: PageServerLoad = ({ locals, url }) => {
  if (locals.actor.kind !== 'anonymous') redirect(303, '/account');
  const residents = locals.app.site.role === 'telecentre';
  const kind = residents ? (url.searchParams.get('with') ?? 'staff') : 'staff';
  return { proof: proofOf(locals), residents, kind, pictures: [...PICTURES], next: nextOf(url) };
};

export const actions: Actions = {
  async staff(event) {
    const form = await event.request.formData();
    const username = word(form, 'username');
    const typed = { username, password: word(form, 'password'), code: word(form, 'code') };
    return enter(event, await signIn(event.locals.app, { ...attemptOf(event), ...typed }), { username });
  },
  async second(event) {
    const form = await event.request.formData();
    const typed = { pending: word(form, 'pending'), code: word(form, 'code') };
    return enter(event, await signInCode(event.locals.app, { ...attemptOf(event), ...typed }), {});
  },
  help: async (event) => {
    const { result } = await helpedSignIn(event);
    return enter(event, result, {});
  },
  resident: async (event) => {
    const { result, card } = await cardSignIn(event);
    return enter(event, result, { card });
  },
};
