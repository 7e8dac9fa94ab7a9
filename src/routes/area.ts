// The door of an area: who is signed out goes to the sign-in and back, who may not enter is told so.
import { error, redirect } from '@sveltejs/kit';
import { text } from '#lib/text/index.ts';
import { holdsSomewhere, type Actor } from '#platform/permissions';

export function enterArea(locals: App.Locals, url: URL, ...permissions: string[]): Actor {
  const { actor, language } = locals;
  if (actor.kind === 'anonymous') redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname + url.search)}`);
  if (!permissions.some((permission) => holdsSomewhere(actor, permission)))
    error(403, text(language, 'refusal.permissions.denied'));
  return actor;
}
