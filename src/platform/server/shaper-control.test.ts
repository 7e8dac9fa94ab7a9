// The links' switch: only this machine may use it, and each word does what it says.
import { createServer, type AddressInfo, type Server } from 'node:net';
import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLinkControl, type LinkControl, type LinkState } from './shaper-control.ts';
import { startShaper, type Shaper } from './shaper.ts';
import { loadTexts } from './texts.ts';

let echo: Server;
let link: Shaper;
let control: LinkControl;

beforeAll(async () => {
  loadTexts('.');
  echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  link = await startShaper({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port });
  control = await startLinkControl({ 'Puerto Ocopa': link });
});
afterAll(async () => {
  await control.close();
  await link.close();
  echo.close();
});

interface Answer {
  status: number;
  body: string;
}

function ask(method: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const { port } = new URL(control.url);
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers: { host: `localhost:${port}`, ...headers } });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.end();
  });
}

const OCOPA = '/links/Puerto%20Ocopa';

async function state(): Promise<LinkState | undefined> {
  const { body } = await ask('GET', '/links');
  return (JSON.parse(body) as Record<string, LinkState>)['Puerto Ocopa'];
}

it('slows down, cuts and restores', async () => {
  await ask('POST', `${OCOPA}/bad`);
  expect((await state())?.settings).toMatchObject({ rate: 64_000, delay: 450, cut: false });
  await ask('POST', `${OCOPA}/cut`);
  expect((await state())?.settings.cut).toBe(true);
  await ask('POST', `${OCOPA}/cut-soon`);
  await ask('POST', `${OCOPA}/black-hole`);
  await ask('POST', `${OCOPA}/restore`);
  await ask('POST', `${OCOPA}/good`);
  expect(link.settings).toEqual({
    rate: 0,
    delay: 0,
    stalls: 0,
    cut: false,
    cutAfter: undefined,
    blackHole: undefined,
  });
});

it('refuses what comes through another name, another page, or names nothing', async () => {
  expect((await ask('POST', `${OCOPA}/cut`, { host: 'example.org' })).status).toBe(421);
  expect((await ask('POST', `${OCOPA}/cut`, { origin: 'http://example.org' })).status).toBe(403);
  expect((await ask('POST', `${OCOPA}/explode`)).status).toBe(404);
  expect((await ask('POST', '/links/toString/cut')).status).toBe(404);
  expect((await ask('GET', `${OCOPA}/cut`)).status).toBe(404);
  expect(link.settings.cut).toBe(false);
});

it('says the state in the visitor’s language, and a form goes back to the page', async () => {
  expect((await ask('GET', '/', { 'accept-language': 'es-PE' })).body).toContain('sin límite');
  expect((await ask('GET', '/', { 'accept-language': 'en' })).body).toContain('without a limit');
  expect((await ask('POST', `${OCOPA}/good`, { accept: 'text/html' })).status).toBe(303);
});
