// Every request to a screen: who asks, in which language, whether a form is ours, and what the page may load.
import { randomBytes } from 'node:crypto';
import { error } from '@sveltejs/kit';
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks';
import { currentApp, currentReplica } from '#platform/app';
import { faultId, Fault } from '#platform/errors';
import { formTokenHolds, freshKey, makeFormToken, TOKEN_FIELD, VISITOR_COOKIE } from '#platform/form-token';
import { KEEP_HEADER } from '#platform/answers';
import { authenticatesByKey, factsOf, FORM_LIMIT, hasLanguage } from '#platform/http';
import { chooseLanguage, LANGUAGE_COOKIE, MODE_COOKIE, readMode, SESSION_COOKIE } from '#platform/preferences';
import { readActor } from '#platform/sessions';
import { languageTag, text } from '#lib/text/index.ts';
import type { Replica } from '#replication';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const YEAR = 31_536_000;

export const handle: Handle = async ({ event, resolve }) => {
  const { cookies, request, url, locals } = event;
  const app = currentApp();
  const facts = factsOf(event.platform?.req ?? fail());
  const language = chooseLanguage(
    cookies.get(LANGUAGE_COOKIE),
    request.headers.get('accept-language') ?? undefined,
    hasLanguage,
  );
  const session = cookies.get(SESSION_COOKIE);
  let visitor = cookies.get(VISITOR_COOKIE) ?? '';
  let personal = false;

  locals.app = app;
  locals.replica = currentReplica() as Replica;
  locals.language = language;
  locals.mode = readMode(cookies.get(MODE_COOKIE));
  locals.nonce = randomBytes(16).toString('base64url');
  locals.facts = facts;
  locals.actor = await readActor(app, session, language);
  locals.device = visitor;
  locals.formToken = () => {
    personal = true;
    if (!session && !visitor) {
      visitor = freshKey();
      cookies.set(VISITOR_COOKIE, visitor, {
        path: '/',
        httpOnly: true,
        sameSite: 'lax',
        secure: facts.secure,
        maxAge: YEAR,
      });
    }
    return makeFormToken(app.secret, session ?? visitor);
  };

  if (!SAFE.has(request.method) && facts.tokenNeeded && !authenticatesByKey(url.pathname)) {
    // who is signed out has no large form to send: it is not read into memory
    const large = Number(request.headers.get('content-length')) > FORM_LIMIT;
    const token = large && locals.actor.kind === 'anonymous' ? undefined : await tokenOf(request);
    if (!formTokenHolds(app.secret, session ?? visitor, token)) error(403, text(language, 'refusal.form.stale'));
  }

  const response = await resolve(event, {
    transformPageChunk: ({ html }) =>
      html.replace('%language%', languageTag(language)).replace(
        '%mode%',
        cookies
          .get(MODE_COOKIE)
          ?.replace(/[^a-z.-]/g, '')
          .replaceAll('.', ' ') ?? '',
      ),
  });
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('text/html')) {
    response.headers.set('content-security-policy', policy(locals.nonce, facts.secure));
    response.headers.set(
      'permissions-policy',
      'camera=(self), microphone=(self), geolocation=(self), interest-cohort=()',
    );
    const forAll = request.method === 'GET' && locals.actor.kind === 'anonymous' && !session && !personal;
    if (forAll && event.route.id?.startsWith('/(portal)') && response.status === 200)
      response.headers.set(KEEP_HEADER, '1');
    else response.headers.set('cache-control', 'no-store');
  }
  return response;
};

function fail(): never {
  throw new Error('a request from outside the server');
}

/** The token may stand in the body of a form only; anything else without an origin is refused. */
async function tokenOf(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)/.test(type)) return undefined;
  return (await request.clone().formData()).get(TOKEN_FIELD);
}

/** The server adds the hashes of the styles it puts in; scripts only with this answer's nonce; nothing from elsewhere. */
function policy(nonce: string, secure: boolean): string {
  const rules = [
    "default-src 'self'",
    `script-src 'nonce-${nonce}'`,
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ];
  if (secure) rules.push('upgrade-insecure-requests');
  return rules.join('; ');
}

export const handleError: HandleServerError = (caught) => {
  const { event } = caught;
  if (caught.kind === 'framework') return { message: caught.error.message };
  if (caught.kind === 'app') return caught.error;
  const fault = caught.error instanceof Fault ? caught.error.id : faultId();
  event.locals.app.log.error(
    { fault, err: caught.error, path: event.url.pathname, method: event.request.method },
    'fault in a screen',
  );
  return { message: text(event.locals.language, 'fault.title'), fault };
};
