// What follows a sign-in: the cookie of the session and the page one wanted to go to.
import { redirect, type ActionFailure, type RequestEvent } from '@sveltejs/kit';
import { endSession, type SignedIn } from '#modules/accounts';
import { runCommand } from '#platform/command';
import { SESSION_COOKIE } from '#platform/preferences';
import { refuse, type RefusedForm } from './run-form.ts';

const MONTH = 30 * 86_400;

/** Only a path of this site. */
export function nextOf(url: URL): string {
  const next = url.searchParams.get('next') ?? '';
  return /^\/(?![/\\])/.test(next) ? next : '';
}

type Event = Pick<RequestEvent, 'locals' | 'cookies' | 'url' | 'request'>;

/** Who tries, for the guard and for the list of sessions. */
export function attemptOf({ locals, cookies, request }: Event) {
  const { facts, device } = locals;
  return { facts, device, label: request.headers.get('user-agent') ?? '', replaces: cookies.get(SESSION_COOKIE) };
}

/** A new session and the page one wanted; or the refusal, with what the second step needs. */
export function enter(
  event: Event,
  result: SignedIn,
  values: Record<string, string>,
  to = '/account',
): ActionFailure<RefusedForm> {
  if (!result.ok) {
    const pending: Record<string, string> = result.pending ? { pending: result.pending } : {};
    return refuse('sign-in', result.refusal, { ...values, ...pending });
  }
  const { secure } = event.locals.facts;
  event.cookies.set(SESSION_COOKIE, result.token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure,
    maxAge: MONTH,
  });
  redirect(303, nextOf(event.url) || to);
}

/** Ends the session here, not only the cookie. */
export async function leave({ locals, cookies }: Pick<RequestEvent, 'locals' | 'cookies'>): Promise<void> {
  const { actor, app } = locals;
  if (actor.sessionId) await runCommand(app, endSession, { actor, input: { hash: actor.sessionId } });
  cookies.delete(SESSION_COOKIE, { path: '/' });
}
