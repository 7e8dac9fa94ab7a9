// What a resident typed to come in, at the sign-in page and at a public computer.
import type { RequestEvent } from '@sveltejs/kit';
import { signInResident, signInWithHelp, type SignedIn } from '#modules/accounts';
import { word } from './run-form.ts';
import { attemptOf } from './session-cookie.ts';

type Event = Pick<RequestEvent, 'locals' | 'cookies' | 'url' | 'request'>;

/** The number that the desk gave for somebody who is there. */
export async function helpedSignIn(event: Event): Promise<{ result: SignedIn }> {
  const code = word(await event.request.formData(), 'number');
  return { result: await signInWithHelp(event.locals.app, { ...attemptOf(event), code }) };
}

/** A card with its PIN or three pictures. */
export async function cardSignIn(event: Event): Promise<{ result: SignedIn; card: string }> {
  const form = await event.request.formData();
  const card = word(form, 'card');
  const kind = form.has('picture1') ? 'pictures' : 'pin';
  const pictures = ['picture1', 'picture2', 'picture3'].map((name) => word(form, name)).join(' ');
  const secret = kind === 'pictures' ? pictures : word(form, 'pin');
  return { card, result: await signInResident(event.locals.app, { ...attemptOf(event), card, secret, kind }) };
}
