// One's own account: sessions, password, second factor.
import { redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import {
  changeOwnPassword,
  changeOwnTotp,
  endSession,
  latestCredential,
  listOpenSessions,
  newTotpSecret,
} from '#modules/accounts';
import { proofOf, refuse, runForm, word } from '../../run-form.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { actor, app } = locals;
  if (actor.kind === 'anonymous') redirect(303, '/sign-in?next=/account');
  const { read } = app.db;
  const sessions = await listOpenSessions(read, app.clock.now(), actor.account ?? actor.person);
  const totp = actor.account ? (await latestCredential(read, actor.account, 'totp')) !== null : false;
  return {
    proof: proofOf(locals),
    staff: actor.account !== undefined,
    totp,
    newSecret: url.searchParams.has('totp') && !totp ? newTotpSecret() : undefined,
    sessions: sessions.map((one) => ({ ...one, here: one.hash === actor.sessionId })),
    grants: actor.grants.map((grant) => grant.role),
  };
};

export const actions: Actions = {
  end: (event) => runForm(event, endSession, { next: () => '/account' }),
  async password({ request, locals }) {
    const form = await request.formData();
    const typed = { present: word(form, 'present'), password: word(form, 'password') };
    const outcome = await changeOwnPassword(locals.app, locals.actor, typed);
    if (!outcome.ok) return refuse('password', outcome.refusal, {});
    redirect(303, '/account?saved');
  },
  async totp({ request, locals }) {
    const form = await request.formData();
    const typed = { secret: word(form, 'secret'), code: word(form, 'code') };
    const outcome = await changeOwnTotp(locals.app, locals.actor, typed);
    if (!outcome.ok) return refuse('totp', outcome.refusal, {});
    redirect(303, '/account?saved');
  },
};
