// One's own account: sessions, password, second factor.
import { fail, redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import {
  changePassword,
  endSession,
  hashSecret,
  latestCredential,
  listOpenSessions,
  newTotpSecret,
  secretHolds,
  setTotp,
  totpStep,
} from '#modules/accounts';
import { runCommand } from '#platform/command';
import { proofOf, refuse, runForm } from '../../run-form.ts';

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
    sessions: sessions.map(({ hash, device, created_at, seen_at }) => ({
      hash,
      device,
      created: created_at,
      seen: seen_at,
      here: hash === actor.sessionId,
    })),
    grants: actor.grants.map((grant) => grant.role),
  };
};

export const actions: Actions = {
  end: (event) => runForm(event, endSession, { next: () => '/account' }),
  async password({ request, locals }) {
    const form = await request.formData();
    const account = locals.actor.account ?? '';
    const wrong = (field: string, code: string) =>
      refuse('password', { code: 'input.invalid', params: {}, issues: [{ field, code }] }, {});
    if (
      !(await secretHolds(
        await latestCredential(locals.app.db.read, account, 'password'),
        String(form.get('present') ?? ''),
      ))
    )
      return wrong('present', 'accounts.wrong');
    const fresh = String(form.get('password') ?? '');
    if (fresh.length < 10 || fresh.length > 200) return wrong('password', 'accounts.password-short');
    const outcome = await runCommand(locals.app, changePassword, {
      actor: locals.actor,
      input: { passwordHash: await hashSecret(fresh) },
    });
    if (!outcome.ok) return refuse('password', outcome.refusal, {});
    redirect(303, '/account?saved');
  },
  async totp({ request, locals }) {
    const form = await request.formData();
    const secret = String(form.get('secret') ?? '');
    if (secret && totpStep(secret, String(form.get('code') ?? ''), locals.app.clock.now()) === null) {
      return fail(400, { command: 'totp', code: 'accounts.code-wrong', params: {}, issues: [], values: {} });
    }
    const outcome = await runCommand(locals.app, setTotp, { actor: locals.actor, input: { secret } });
    if (!outcome.ok) return refuse('totp', outcome.refusal, {});
    redirect(303, '/account?saved');
  },
};
