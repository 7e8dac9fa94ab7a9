// The agent of a public computer gives the number that the desk shows and gets its key, once.
import { json } from '@sveltejs/kit';
import type { RequestHandler } from './$types';
import { claimKiosk } from '#modules/stations';
import { runCommand } from '#platform/command';
import { anonymous } from '#platform/permissions';
import { word } from '../../../run-form.ts';

/** Form field `number`. 200 `{ key }`, 400 `{ code }`. */
export const POST: RequestHandler = async ({ request, locals: { app } }) => {
  const number = word(await request.formData(), 'number');
  const outcome = await runCommand(app, claimKiosk, { actor: anonymous(), input: { number } });
  return outcome.ok ? json({ key: outcome.value.key }) : json({ code: outcome.refusal.code }, { status: 400 });
};
