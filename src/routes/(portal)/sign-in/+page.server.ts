// Signing in: staff with username and password, residents with their card at a telecentre.
import { redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { PICTURES, signIn, signInCode, signInResident, signInWithHelp } from '#modules/accounts';
import { proofOf, word } from '../../run-form.ts';
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
  async help(event) {
    const code = word(await event.request.formData(), 'number');
    return enter(event, await signInWithHelp(event.locals.app, { ...attemptOf(event), code }), {});
  },
  async resident(event) {
    const form = await event.request.formData();
    const card = word(form, 'card');
    const kind = form.has('picture1') ? 'pictures' : 'pin';
    const pictures = ['picture1', 'picture2', 'picture3'].map((name) => word(form, name)).join(' ');
    const secret = kind === 'pictures' ? pictures : word(form, 'pin');
    const result = await signInResident(event.locals.app, { ...attemptOf(event), card, secret, kind });
    return enter(event, result, { card });
  },
};
