// How an answer leaves: pages gathered, their sheets put in, tagged, compressed, and kept where they are the same for everybody.
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { bodyOf, codingFor, compressPage, etagOf, type Coding, type KeptPage } from './page-cache.ts';
import { putSheets } from './sheets.ts';

/** Set by the hook on a page that may be kept for everybody; never leaves the server. */
export const KEEP_HEADER = 'x-ciudadania-keep';

export function sendKept(request: IncomingMessage, response: ServerResponse, page: KeptPage): void {
  if (request.headers['if-none-match'] === page.etag) {
    response.writeHead(304, { etag: page.etag, 'cache-control': 'no-cache', vary: VARY });
    response.end();
    return;
  }
  const coding = codingFor(request.headers['accept-encoding']);
  const body = bodyOf(page, coding);
  for (const [name, value] of page.headers) response.setHeader(name, value);
  response.writeHead(200, {
    'content-type': page.type,
    'content-length': body.length,
    etag: page.etag,
    'cache-control': 'no-cache',
    vary: VARY,
    ...(coding === 'identity' ? {} : { 'content-encoding': coding }),
  });
  response.end(body);
}

const VARY = 'accept-encoding, accept-language, cookie';
const TEXT = /^(text\/|application\/(json|xml|atom\+xml|manifest\+json)|image\/svg)/;
const MOST_BUFFERED = 4_000_000;

type Keep = (page: Omit<KeptPage, 'version' | 'until' | 'bodies'>) => unknown;

/** Gathers a rendered text answer to tag and compress it; anything else, and anything large, goes through untouched. */
export function finishPages(request: IncomingMessage, response: ServerResponse, keep: Keep): void {
  const raw = {
    writeHead: response.writeHead.bind(response),
    write: response.write.bind(response),
    end: response.end.bind(response),
  };
  let chunks: Buffer[] | undefined;
  let size = 0;
  const through = () => {
    const waiting = chunks ?? [];
    chunks = undefined;
    Object.assign(response, raw);
    for (const chunk of waiting) raw.write(chunk);
  };
  const bytes = (chunk: unknown): Buffer =>
    typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk as Uint8Array);

  response.writeHead = ((status: number, ...rest: unknown[]) => {
    const given = rest.at(-1);
    if (given && typeof given === 'object')
      for (const [name, value] of Object.entries(given as OutgoingHttpHeaders))
        if (value !== undefined) response.setHeader(name, value);
    response.statusCode = status;
    const type = String(response.getHeader('content-type') ?? '');
    if (TEXT.test(type) && !response.hasHeader('content-encoding') && !type.includes('event-stream') && status !== 304)
      chunks = [];
    else {
      response.removeHeader(KEEP_HEADER);
      Object.assign(response, raw);
      raw.writeHead(status);
    }
    return response;
  }) as typeof response.writeHead;

  response.write = ((chunk: unknown, ...rest: never[]) => {
    if (!response.headersSent && chunks === undefined) response.writeHead(response.statusCode);
    if (chunks === undefined) return raw.write(chunk, ...rest);
    const piece = bytes(chunk);
    size += piece.length;
    chunks.push(piece);
    if (size > MOST_BUFFERED) {
      response.removeHeader(KEEP_HEADER);
      raw.writeHead(response.statusCode);
      through();
    }
    return true;
  }) as typeof response.write;

  response.end = ((chunk?: unknown, ...rest: never[]) => {
    if (!response.headersSent && chunks === undefined) response.writeHead(response.statusCode);
    if (chunks === undefined)
      return typeof chunk === 'function' || chunk === undefined ? raw.end() : raw.end(chunk, ...rest);
    if (chunk !== undefined && typeof chunk !== 'function') chunks.push(bytes(chunk));
    const body = Buffer.concat(chunks);
    Object.assign(response, raw);
    sendText(request, response, body, keep);
    return response;
  }) as typeof response.end;
}

function sendText(request: IncomingMessage, response: ServerResponse, rendered: Buffer, keep: Keep): void {
  const html = String(response.getHeader('content-type') ?? '').startsWith('text/html');
  const page = html ? putSheets(rendered) : { pieces: [rendered], body: rendered, sources: [] };
  if (page.sources.length > 0) allowStyles(response, page.sources);
  const good = response.statusCode === 200;
  const wantsKeeping = response.getHeader(KEEP_HEADER) !== undefined && good && !response.hasHeader('set-cookie');
  response.removeHeader(KEEP_HEADER);
  const stored = good && response.getHeader('cache-control') !== 'no-store';
  const etag = stored && (request.method === 'GET' || request.method === 'HEAD') ? etagOf(page.body) : undefined;
  if (!stored) response.removeHeader('etag'); // the renderer's: nobody keeps the page that it names
  if (etag && wantsKeeping && request.method === 'GET') {
    const policy = response.getHeader('content-security-policy');
    const type = String(response.getHeader('content-type'));
    keep({ etag, type, headers: policy === undefined ? [] : [['content-security-policy', String(policy)]], page });
  }
  if (!response.hasHeader('vary')) response.setHeader('vary', VARY);
  if (etag) {
    response.setHeader('etag', etag);
    if (!response.hasHeader('cache-control')) response.setHeader('cache-control', 'no-cache');
    if (request.headers['if-none-match'] === etag) {
      response.removeHeader('content-length');
      response.writeHead(304);
      response.end();
      return;
    }
  }
  const coding = page.body.length > 600 ? codingForOne(request.headers['accept-encoding']) : 'identity';
  const packed = compressPage(coding, page);
  if (coding !== 'identity') response.setHeader('content-encoding', coding);
  response.setHeader('content-length', packed.length);
  response.writeHead(response.statusCode);
  response.end(request.method === 'HEAD' ? undefined : packed);
}

/** A page that is made for one asker: gzip, of which the larger part is there already. */
function codingForOne(accepts: string | undefined): Coding {
  return codingFor(accepts?.replace(/\bbr\b/g, '')) === 'gzip' ? 'gzip' : codingFor(accepts);
}

function allowStyles(response: ServerResponse, sources: readonly string[]): void {
  const policy = String(response.getHeader('content-security-policy') ?? '');
  response.setHeader(
    'content-security-policy',
    policy.replace(/style-src[^;]*/, (own) => [own, ...sources].join(' ')),
  );
}
