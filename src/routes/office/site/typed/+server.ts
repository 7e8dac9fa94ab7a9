// What is typed and not saved, sent by the page itself every few seconds.
import { json } from '@sveltejs/kit';
import type { RequestHandler } from './$types';
import { runCommand } from '#platform/command';
import { keepTyped } from '#modules/site';

export const POST: RequestHandler = async ({ locals, request }) => {
  const input: unknown = await request.json().catch(() => null);
  const outcome = await runCommand(locals.app, keepTyped, { actor: locals.actor, input });
  if (outcome.ok) return json({ kept: true });
  return json({ code: outcome.refusal.code }, { status: outcome.refusal.code.startsWith('permissions.') ? 403 : 400 });
};
