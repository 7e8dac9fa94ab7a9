// One's own account: sessions, password, second factor.
import { redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import {
  changeOwnPassword,
  changeOwnTotp,
  endOtherSessions,
  endSession,
  findAccount,
  latestCredential,
  listOpenSessions,
  newTotpSecret,
  totpAddress,
} from '#modules/accounts';
import { proofOf, refuse, runForm, word } from '../../run-form.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { actor, app } = locals;
  if (actor.kind === 'anonymous') redirect(303, '/sign-in?next=/account');
  const { read } = app.db;
  const sessions = await listOpenSessions(read, app.clock.now(), actor.account ?? actor.person);
  const totp = actor.account ? (await latestCredential(read, actor.account, 'totp')) !== null : false;
  const wantsFactor = url.searchParams.has('totp') && !totp;
  return {
    proof: proofOf(locals),
    staff: actor.account !== undefined,
    totp,
    saved: url.searchParams.has('saved'),
    factor: wantsFactor ? await newFactor(locals) : undefined,
    sessions: sessions.map((one) => ({ ...one, here: one.hash === actor.sessionId })),
    grants: actor.grants.map((grant) => grant.role),
  };
};

/** A new secret and the address that a code app on this telephone opens. */
async function newFactor({ app, actor }: App.Locals): Promise<{ secret: string; address: string }> {
  const secret = newTotpSecret();
  const account = await findAccount(app.db.read, actor.account ?? '');
  return { secret, address: totpAddress(secret, account?.username ?? '', app.site.programme) };
}

export const actions: Actions = {
  end: (event) => runForm(event, endSession, { next: () => '/account' }),
  others: (event) => runForm(event, endOtherSessions, { next: () => '/account?saved' }),
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
    // the secret that the telephone took over already is offered again
    if (!outcome.ok) return refuse('totp', outcome.refusal, { candidate: typed.secret });
    redirect(303, '/account?saved');
  },
};
