// The switch of the demonstration's links: a page and JSON on loopback only, to slow a link down, cut it and restore it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { hasLanguage, text } from '#lib/text/index.ts';
import { hostName } from './hosts.ts';
import { chooseLanguage } from './preferences.ts';
import type { LinkSettings, Shaper } from './shaper.ts';

/** What a link can be set to by one word. A village's values stand for a satellite or a mobile link at its edge; they are a demonstration, no measurement. */
export const LINK_STATES: Record<string, Partial<LinkSettings>> = {
  good: { rate: 0, delay: 0, stalls: 0, blackHole: undefined },
  village: { rate: 128_000, delay: 350, stalls: 0.01, blackHole: undefined },
  bad: { rate: 64_000, delay: 450, stalls: 0.05, blackHole: undefined },
  'black-hole': { blackHole: 500 },
};
const CUT_SOON = 5_000;
const ACTIONS = ['cut', 'restore', 'cut-soon', ...Object.keys(LINK_STATES)];
const MOST_BYTES = 2_000;

export interface LinkControl {
  url: string;
  close(): Promise<void>;
}

export interface LinkState {
  port: number;
  settings: LinkSettings;
  bytes: { up: number; down: number };
  connections: number;
  open: number;
}

export function linkState(link: Shaper): LinkState {
  const { port, settings, bytes, connections } = link;
  return { port, settings: { ...settings }, bytes: { ...bytes }, connections, open: link.open() };
}

/** Does one of the words above to a link; false when there is no such word. */
export function setLink(link: Shaper, action: string): boolean {
  if (action === 'cut') link.cut();
  else if (action === 'cut-soon') link.cutAfterBytes(CUT_SOON);
  else if (action === 'restore') {
    link.settings.cutAfter = undefined;
    link.settings.blackHole = undefined;
    link.restore();
  } else if (Object.hasOwn(LINK_STATES, action)) Object.assign(link.settings, LINK_STATES[action]);
  else return false;
  return true;
}

/** Serves the switch on 127.0.0.1. GET / is the page, GET /links the state, POST /links/NAME/ACTION does it. */
export async function startLinkControl(
  links: Readonly<Record<string, Shaper>>,
  options: { port?: number } = {},
): Promise<LinkControl> {
  const server = createServer((request, response) => {
    answer(links, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  links: Readonly<Record<string, Shaper>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const host = hostName(request.headers.host);
  // a page of the internet must not switch the link, neither through a name that resolves here nor by a form
  if (host !== 'localhost' && host !== '127.0.0.1') return send(response, 421, 'text/plain', 'localhost only');
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (request.method === 'GET' && url.pathname === '/links')
    return send(response, 200, 'application/json', JSON.stringify(statesOf(links)));
  if (request.method === 'GET' && url.pathname === '/') return send(response, 200, 'text/html', page(links, request));
  const [, root, name = '', action = ''] = url.pathname.split('/').map(decodeURIComponent);
  const link = Object.hasOwn(links, name) ? links[name] : undefined;
  if (request.method !== 'POST' || root !== 'links' || !link) return send(response, 404, 'text/plain', 'not found');
  const { origin } = request.headers;
  if (origin !== undefined && origin !== `http://${request.headers.host}`)
    return send(response, 403, 'text/plain', 'another origin');
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) return send(response, 413, 'text/plain', 'too long');
  await readText(request);
  if (!setLink(link, action)) return send(response, 404, 'text/plain', `one of: ${ACTIONS.join(', ')}`);
  if (request.headers.accept?.includes('text/html')) {
    response.writeHead(303, { location: '/' }).end();
    return;
  }
  send(response, 200, 'application/json', JSON.stringify(statesOf(links)));
}

function statesOf(links: Readonly<Record<string, Shaper>>): Record<string, LinkState> {
  return Object.fromEntries(Object.entries(links).map(([name, link]) => [name, linkState(link)]));
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}

const escape = (value: string): string => value.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

function sentences(link: Shaper, language: string): string[] {
  const { settings, bytes, connections } = link;
  const kilo = (count: number) => Math.round(count / 1_000);
  const said: string[] = [];
  if (settings.cut) said.push(text(language, 'link.state.cut'));
  else if (settings.rate === 0 && settings.delay === 0) said.push(text(language, 'link.state.good'));
  else said.push(text(language, 'link.state.slow', { rate: kilo(settings.rate), delay: settings.delay }));
  if (settings.cutAfter !== undefined)
    said.push(text(language, 'link.state.cut-soon', { kilobytes: Math.ceil(settings.cutAfter / 1_000) }));
  if (settings.blackHole !== undefined) said.push(text(language, 'link.state.black-hole'));
  said.push(text(language, 'link.bytes', { up: kilo(bytes.up), down: kilo(bytes.down), connections }));
  return said;
}

const STYLE = `body{font:18px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b2420;background:#fdfaf3}
button{font:inherit;min-height:48px;padding:.4rem 1rem;margin:.25rem .25rem .25rem 0;border:2px solid #0a5a57;border-radius:10px;background:#fff;color:#073d3c;cursor:pointer}
button:focus-visible{outline:3px solid #b3402a;outline-offset:2px}section{border-top:2px solid #c9d2cb;padding:1rem 0}form{display:inline}`;

/** No script, no style of the program: it must not depend on what is being demonstrated. */
function page(links: Readonly<Record<string, Shaper>>, request: IncomingMessage): string {
  const language = chooseLanguage(undefined, request.headers['accept-language'], hasLanguage);
  const say = (key: string) => escape(text(language, key));
  const parts = Object.entries(links).map(([name, link]) => {
    const buttons = (link.settings.cut ? ['restore'] : ['cut', 'cut-soon', 'good', 'village', 'bad', 'black-hole']).map(
      (action) =>
        `<form method="post" action="/links/${encodeURIComponent(name)}/${action}"><button>${say(`link.do.${action}`)}</button></form>`,
    );
    const said = sentences(link, language).map((line) => `<p>${escape(line)}</p>`);
    return `<section><h2>${escape(name)}</h2>${said.join('')}${buttons.join('')}</section>`;
  });
  return `<!doctype html><html lang="${escape(language)}"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${say('link.title')}</title><style>${STYLE}</style><main><h1>${say('link.title')}</h1><p>${say('link.about')}</p>${parts.join('')}</main></html>`;
}
