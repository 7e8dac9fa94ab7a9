// The one-time link of an empty programme: makes the first administrator's account.
import { redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { claimStartLink, hashSecret, passwordFits } from '#modules/accounts';
import { runCommand } from '#platform/command';
import { fieldsOf, proofOf, refuse, word } from '../../../run-form.ts';

export const load: PageServerLoad = ({ locals }) => ({ proof: proofOf(locals) });

export const actions: Actions = {
  async default({ request, locals, params }) {
    const form = await request.formData();
    const fields = fieldsOf(form);
    const password = word(form, 'password');
    if (!passwordFits(password)) {
      return refuse(
        'start',
        { code: 'input.invalid', params: {}, issues: [{ field: 'password', code: 'accounts.password-short' }] },
        fields,
      );
    }
    const secureTransport = locals.facts.secure || locals.facts.local;
    const input = { ...fields, token: params.token, secureTransport, passwordHash: await hashSecret(password) };
    const outcome = await runCommand(locals.app, claimStartLink, { actor: locals.actor, input });
    if (!outcome.ok) return refuse('start', outcome.refusal, fields);
    redirect(303, '/sign-in');
  },
};
