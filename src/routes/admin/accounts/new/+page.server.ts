// A new account; its first password is shown once, in the answer, and is nowhere else in the clear.
import type { Actions, PageServerLoad } from './$types';
import { addAccount, withFreshPassword } from '#modules/accounts';
import { runCommand } from '#platform/command';
import { enterArea } from '../../../area.ts';
import { fieldsOf, proofOf, refuse } from '../../../run-form.ts';
import { grantOptions } from '../grant-options.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  enterArea(locals, url, 'accounts.manage');
  return { proof: proofOf(locals), options: await grantOptions(locals.app) };
};

export const actions: Actions = {
  async default({ request, locals }) {
    const fields = fieldsOf(await request.formData());
    const { input, password } = await withFreshPassword(fields);
    const outcome = await runCommand(locals.app, addAccount, { actor: locals.actor, input });
    if (!outcome.ok) return refuse('add', outcome.refusal, fields);
    return { made: { id: outcome.value.id, username: fields.username ?? '', password } };
  },
};
