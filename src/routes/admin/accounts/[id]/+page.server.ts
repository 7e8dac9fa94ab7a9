// One account: its roles, a new password, on or off.
import { error } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import {
  endGrant,
  findAccount,
  grantRole,
  hashSecret,
  listGrants,
  resetPassword,
  setAccountState,
  speakablePassword,
} from '#modules/accounts';
import { runCommand } from '#platform/command';
import { enterArea } from '../../../area.ts';
import { proofOf, refuse, runForm } from '../../../run-form.ts';
import { grantOptions } from '../grant-options.ts';

export const load: PageServerLoad = async ({ locals, params, url }) => {
  enterArea(locals, url, 'accounts.manage');
  const { read } = locals.app.db;
  const account = await findAccount(read, params.id);
  if (!account) error(404);
  return {
    proof: proofOf(locals),
    account,
    grants: await listGrants(read, account.id),
    options: await grantOptions(locals.app),
  };
};

export const actions: Actions = {
  grant: (event) =>
    runForm(event, grantRole, {
      input: { account: event.params.id },
      next: () => `/admin/accounts/${event.params.id}`,
    }),
  end: (event) => runForm(event, endGrant, { next: () => `/admin/accounts/${event.params.id}` }),
  state: (event) =>
    runForm(event, setAccountState, {
      input: { account: event.params.id },
      next: () => `/admin/accounts/${event.params.id}`,
    }),
  async reset({ locals, params }) {
    const password = speakablePassword();
    const input = { account: params.id, passwordHash: await hashSecret(password) };
    const outcome = await runCommand(locals.app, resetPassword, { actor: locals.actor, input });
    return outcome.ok ? { password } : refuse('reset', outcome.refusal, {});
  },
};
