// Language and view, kept in cookies, then back to where one was; plain links, so that it works everywhere.
import { redirect } from '@sveltejs/kit';
import type { RequestHandler } from './$types';
import { hasLanguage } from '#platform/http';
import { LANGUAGE_COOKIE, MODE_COOKIE, modeText } from '#platform/preferences';

const YEAR = 31_536_000;

export const GET: RequestHandler = ({ url, cookies, locals }) => {
  const kept = { path: '/', httpOnly: true, sameSite: 'lax', secure: locals.facts.secure, maxAge: YEAR } as const;
  const to = url.searchParams.get('to') ?? '';
  if (hasLanguage(to)) cookies.set(LANGUAGE_COOKIE, to, kept);
  const mode = { ...locals.mode };
  const wanted = url.searchParams.get('mode');
  if (wanted === 'text' || wanted === 'plain') mode.text = wanted === 'text';
  if (wanted === 'contrast' || wanted === 'normal') mode.contrast = wanted === 'contrast';
  if (wanted === 'photos' || wanted === 'photos-off') mode.photosOff = wanted === 'photos-off';
  cookies.set(MODE_COOKIE, modeText(mode), kept);
  const back = url.searchParams.get('back') ?? '/';
  redirect(303, /^\/(?![/\\])/.test(back) ? back : '/');
};
