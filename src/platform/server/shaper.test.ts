// The slow link: what goes in comes out in order, a cut breaks what is open, and bytes are counted.
import { createConnection, createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startShaper, type Shaper } from './shaper.ts';

let echo: Server;
let link: Shaper;

beforeEach(async () => {
  echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  link = await startShaper({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port });
});
afterEach(async () => {
  await link.close();
  echo.close();
});

/** Sends and gives back what came until the connection ended. */
function roundTrip(bytes: Buffer): Promise<{ back: Buffer; broken: boolean }> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let broken = false;
    const socket = createConnection({ host: '127.0.0.1', port: link.port }, () => socket.end(bytes));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => (broken = true));
    socket.on('close', () => resolve({ back: Buffer.concat(chunks), broken }));
  });
}

const load = Buffer.from(Array.from({ length: 20_000 }, (_, i) => i % 251));

it('passes everything in order, delayed and stalled, and counts it both ways', async () => {
  Object.assign(link.settings, { delay: 5, rate: 8_000_000, stalls: 0 });
  const { back, broken } = await roundTrip(load);
  expect(broken).toBe(false);
  expect(back.equals(load)).toBe(true);
  expect(link.bytes).toEqual({ up: load.length, down: load.length });
});

it('breaks every connection after the given bytes, once', async () => {
  link.cutAfterBytes(5_000);
  expect((await roundTrip(load)).broken).toBe(true);
  expect((await roundTrip(load)).back.length).toBe(load.length);
});

it('lets nobody through while it is cut', async () => {
  link.cut();
  expect((await roundTrip(load)).broken).toBe(true);
  link.restore();
  expect((await roundTrip(load)).broken).toBe(false);
});

it('loses large pieces and passes small ones as a black hole does', async () => {
  link.settings.blackHole = 500;
  expect((await roundTrip(Buffer.from('small'))).back.toString()).toBe('small');
  expect((await roundTrip(load)).back.length).toBeLessThan(load.length);
});
