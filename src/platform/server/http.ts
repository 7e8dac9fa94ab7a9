// The program's own HTTP server around the rendered screens: host and origin, limits, compression, tags and the cache of public pages.
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { countTexts, onTextsChanged, text } from '#lib/text/index.ts';
import type { App } from './app.ts';
import { finishPages, sendKept } from './answers.ts';
import { endStreams } from './changes.ts';
import { VISITOR_COOKIE } from './form-token.ts';
import { isKnownHost, isPrivateAddress } from './hosts.ts';
import { PageCache } from './page-cache.ts';
import {
  chooseLanguage,
  cookieValue,
  LANGUAGE_COOKIE,
  MODE_COOKIE,
  modeText,
  readMode,
  SESSION_COOKIE,
} from './preferences.ts';
import { rateLimit } from './rate-limit.ts';

/** Ours alone: copies from clients are dropped. adapter-node reads it (PROTOCOL_HEADER). */
export const PROTOCOL_HEADER = 'x-ciudadania-protocol';

export interface RequestFacts {
  /** Real TLS, here or at the configured proxy. */
  secure: boolean;
  address: string;
  /** From this machine itself. */
  local: boolean;
  /** The browser told no origin: the form token must be right. */
  tokenNeeded: boolean;
}

const facts = new WeakMap<IncomingMessage, RequestFacts>();

/** What the server found out about a request. Errors: throws for one that did not come through this server. */
export function factsOf(request: IncomingMessage): RequestFacts {
  const known = facts.get(request);
  if (!known) throw new Error('a request from outside the server');
  return known;
}

/** Largest body per route, bytes; the first that fits the path counts. */
const LIMITS: [prefix: string, bytes: number][] = [
  ['/api/replication/', 64_000_000],
  ['/api/', 2_000_000],
  // a file of districts for the map
  ['/admin/territory/boundaries', 21_000_000],
  // what a courier brought: one file as large as it may be, or several
  ['/desk/courier', 80_000_000],
  ['/office/courier', 80_000_000],
];
export const FORM_LIMIT = 1_000_000;
/** Authenticated by key, never by cookie. */
const BY_KEY = ['/api/replication/', '/api/open311/', '/api/stations/'];
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a language has texts here. */
export function hasLanguage(language: string): boolean {
  return countTexts(language) > 0;
}

export interface ServerOptions {
  app: App;
  handler: RequestListener;
  port: number;
  host: string;
}

export interface RunningServer {
  port: number;
  close(): Promise<void>;
}

const isExchange = (path: string) => path.startsWith('/api/replication/');

export function authenticatesByKey(path: string): boolean {
  return BY_KEY.some((prefix) => path.startsWith(prefix));
}

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { app, handler } = options;
  const cache = new PageCache(app.db.engine === 'postgres');
  const tries = newTries();
  onTextsChanged(() => cache.clear());
  const server = createServer((request, response) => {
    serve(app, cache, tries, handler, request, response);
  });
  server.requestTimeout = 30 * 60_000; // 131 kB over a stalling 64 kbit/s link takes minutes
  server.headersTimeout = 60_000;
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE' ? new Error(`Port ${options.port} is in use. Choose another with --port.`) : error,
      );
    });
    server.listen(options.port, options.host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const hurry = setTimeout(() => server.closeAllConnections(), 5_000);
    server.close(() => {
      clearTimeout(hurry);
      resolve();
    });
    endStreams();
    server.closeIdleConnections();
  });
}

function serve(
  app: App,
  cache: PageCache,
  tries: ReturnType<typeof newTries>,
  handler: RequestListener,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { headers } = request;
  const path = pathOf(request.url);
  const language = chooseLanguage(
    cookieValue(headers.cookie, LANGUAGE_COOKIE),
    headers['accept-language'],
    hasLanguage,
  );
  if (isExchange(path))
    response.sendDate = false; // no browser reads it, and each byte costs where a link is slow
  else {
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'same-origin');
  }

  if (!isKnownHost(headers.host, app.config)) return refuse(response, request, 421, language, 'http.unknown-host');
  const secure = isSecure(request, app);
  headers[PROTOCOL_HEADER] = secure ? 'https' : 'http';
  const address = addressOf(request, app);
  const known: RequestFacts = { secure, address, local: isLoopback(address), tokenNeeded: false };
  facts.set(request, known);

  if (!SAFE.has(request.method ?? 'GET')) {
    if (!authenticatesByKey(path)) {
      const { origin } = headers;
      if (origin === undefined || origin === 'null') known.tokenNeeded = true;
      else if (hostOf(origin) !== headers.host?.toLowerCase())
        return refuse(response, request, 403, language, 'http.foreign-origin');
    }
    const wait = tooOften(tries, path, headers.cookie, address);
    if (wait > 0) {
      response.setHeader('retry-after', Math.ceil(wait / 1_000));
      return refuse(response, request, 429, language, 'http.too-often');
    }
    const limit = LIMITS.find(([prefix]) => path.startsWith(prefix))?.[1] ?? FORM_LIMIT;
    const length = Number(headers['content-length'] ?? Number.NaN);
    if (headers['transfer-encoding'] !== undefined || Number.isNaN(length)) {
      if (headers['transfer-encoding'] !== undefined || request.method !== 'DELETE')
        return refuse(response, request, 411, language, 'http.length-needed');
    } else if (length > limit)
      return refuse(response, request, 413, language, 'http.too-large', { limit: Math.round(limit / 1_000_000) });
  }

  const anonymous = request.method === 'GET' && cookieValue(headers.cookie, SESSION_COOKIE) === undefined;
  const key = anonymous
    ? `${request.url ?? '/'}\n${language}\n${modeText(readMode(cookieValue(headers.cookie, MODE_COOKIE)))}`
    : undefined;
  const now = Date.now();
  const version = app.db.version();
  const kept = key ? cache.get(key, version, now) : undefined;
  if (kept) return sendKept(request, response, kept);
  if (!isExchange(path)) finishPages(request, response, (page) => key && cache.put(key, { ...page, version }, now));
  handler(request, response);
}

/** Who is not signed in tries so often and no oftener; a telecentre is one address for many devices. */
function newTries() {
  return {
    enrolment: rateLimit({ burst: 20, every: 6_000 }),
    time: rateLimit({ burst: 20, every: 2_000 }),
    device: rateLimit({ burst: 60, every: 1_000 }),
    address: rateLimit({ burst: 600, every: 200 }),
  };
}

/** Milliseconds to wait. Who is signed in is known by name and slowed by nothing here. */
function tooOften(
  tries: ReturnType<typeof newTries>,
  path: string,
  cookies: string | undefined,
  address: string,
): number {
  if (path === '/api/replication/enrol' || path === '/api/stations/claim') return tries.enrolment.take(address);
  if (path === '/api/replication/time') return tries.time.take(address);
  if (authenticatesByKey(path) || cookieValue(cookies, SESSION_COOKIE) !== undefined) return 0;
  const device = cookieValue(cookies, VISITOR_COOKIE);
  return Math.max(device === undefined ? 0 : tries.device.take(device), tries.address.take(address));
}

function pathOf(url: string | undefined): string {
  const whole = url ?? '/';
  const at = whole.indexOf('?');
  return at < 0 ? whole : whole.slice(0, at);
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function isSecure(request: IncomingMessage, app: App): boolean {
  if ('encrypted' in request.socket && request.socket.encrypted === true) return true;
  return app.config.proxyHeader !== undefined && request.headers['x-forwarded-proto'] === 'https';
}

function addressOf(request: IncomingMessage, app: App): string {
  const { proxyHeader } = app.config;
  const told = proxyHeader ? request.headers[proxyHeader.toLowerCase()] : undefined;
  const last = typeof told === 'string' ? told.split(',').at(-1)?.trim() : undefined;
  return last ?? request.socket.remoteAddress ?? '';
}

function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '');
  return plain === '::1' || plain.startsWith('127.');
}

/** Whether an address is on the telecentre's own network. */
export function isOwnNetwork(address: string): boolean {
  return isPrivateAddress(address.replace(/^::ffff:/, ''));
}

/** Over plain HTTP from another machine only these may sign in. */
const ROLES_ON_PLAIN_HTTP = new Set(['resident', 'operator', 'facilitator']);

export function transportAllows(known: Pick<RequestFacts, 'secure' | 'local'>, role: string): boolean {
  return known.secure || known.local || ROLES_ON_PLAIN_HTTP.has(role);
}

function refuse(
  response: ServerResponse,
  request: IncomingMessage,
  status: number,
  language: string,
  key: string,
  params: Record<string, number> = {},
): void {
  const body = Buffer.from(
    `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${status}</title><h1>${escape(text(language, `${key}.title`))}</h1><p>${escape(text(language, key, params))}</p></html>`,
  );
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': body.length,
    'content-security-policy': "default-src 'none'",
    'cache-control': 'no-store',
    ...(status === 413 || status === 411 ? { connection: 'close' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function escape(value: string): string {
  return value.replace(
    /[&<>"]/g,
    (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[letter] ?? letter,
  );
}
