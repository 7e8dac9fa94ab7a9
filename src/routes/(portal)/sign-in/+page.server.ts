// Signing in: staff with username and password, residents with their card at a telecentre.
import { fail, redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { PICTURES, signIn, signInResident, type SignedIn } from '#modules/accounts';
import { SESSION_COOKIE } from '#platform/preferences';
import { proofOf } from '../../run-form.ts';

export const load: PageServerLoad = ({ locals, url }) => {
  if (locals.actor.kind !== 'anonymous') redirect(303, '/account');
  const kind = url.searchParams.get('with') ?? (locals.app.site.role === 'telecentre' ? 'staff' : 'staff');
  return {
    proof: proofOf(locals),
    residents: locals.app.site.role === 'telecentre',
    kind,
    pictures: [...PICTURES],
    next: nextOf(url),
  };
};

/** Only a path of this site. */
function nextOf(url: URL): string {
  const next = url.searchParams.get('next') ?? '';
  return /^\/(?![/\\])/.test(next) ? next : '';
}

const word = (form: FormData, name: string) => String(form.get(name) ?? '');

function answer(event: Parameters<NonNullable<Actions['staff']>>[0], result: SignedIn, values: Record<string, string>) {
  if (!result.ok) return fail(400, { ...result.refusal, values, code: result.refusal.code });
  const secure = event.locals.facts.secure;
  event.cookies.set(SESSION_COOKIE, result.token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure,
    maxAge: 30 * 86_400,
  });
  redirect(303, nextOf(event.url) || '/account');
}

export const actions: Actions = {
  async staff(event) {
    const form = await event.request.formData();
    const { facts, device, app } = event.locals;
    const label = event.request.headers.get('user-agent') ?? '';
    const username = word(form, 'username');
    const result = await signIn(app, {
      facts,
      device,
      label,
      username,
      password: word(form, 'password').slice(0, 200),
      code: word(form, 'code'),
    });
    return answer(event, result, { username });
  },
  async resident(event) {
    const form = await event.request.formData();
    const { facts, device, app } = event.locals;
    const label = event.request.headers.get('user-agent') ?? '';
    const card = word(form, 'card');
    const kind = form.has('picture1') ? 'pictures' : 'pin';
    const secret =
      kind === 'pictures'
        ? ['picture1', 'picture2', 'picture3'].map((name) => word(form, name)).join(' ')
        : word(form, 'pin');
    return answer(event, await signInResident(app, { facts, device, label, card, secret, kind }), { card });
  },
};
