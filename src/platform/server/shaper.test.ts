// The slow link: what goes in comes out in order, a cut breaks what is open, and bytes are counted.
import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startShaper, type Shaper } from './shaper.ts';

let echo: Server;
let link: Shaper;
const sockets = new Set<Socket>();

beforeEach(async () => {
  echo = createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => undefined).pipe(socket));
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  link = await startShaper({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port }, { random: () => 0.5 });
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await link.close();
  echo.close();
});

interface Talk {
  socket: Socket;
  back(): Buffer;
  /** Whether it broke instead of ending. */
  ended: Promise<boolean>;
}

function talk(): Talk {
  const chunks: Buffer[] = [];
  const socket = createConnection({ host: '127.0.0.1', port: link.port });
  sockets.add(socket);
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<boolean>((resolve) => {
    let broken = false;
    socket.on('error', () => (broken = true));
    socket.on('close', () => resolve(broken));
  });
  return { socket, back: () => Buffer.concat(chunks), ended };
}

/** Sends, ends, and gives back what came until the connection ended. */
async function roundTrip(bytes: Buffer): Promise<{ back: Buffer; broken: boolean }> {
  const { socket, back, ended } = talk();
  socket.end(bytes);
  const broken = await ended;
  return { back: back(), broken };
}

const load = Buffer.from(Array.from({ length: 20_000 }, (_, i) => i % 251));

it('passes everything in order, delayed and held to a rate, and counts it both ways', async () => {
  Object.assign(link.settings, { delay: 5, rate: 8_000_000 });
  const { back, broken } = await roundTrip(load);
  expect(broken).toBe(false);
  expect(back.equals(load)).toBe(true);
  expect(link.bytes).toEqual({ up: load.length, down: load.length });
  expect(link.connections).toBe(1);
});

it('keeps the order through stalls, and through a rate and a delay that change on the way', async () => {
  Object.assign(link.settings, { delay: 20, rate: 2_000_000, stalls: 0.9 });
  const sending = talk();
  sending.socket.write(load);
  await expect.poll(() => link.bytes.up, { timeout: 10_000 }).toBeGreaterThan(0);
  Object.assign(link.settings, { delay: 0, rate: 0, stalls: 0 });
  sending.socket.end(load);
  expect(await sending.ended).toBe(false);
  expect(sending.back().equals(Buffer.concat([load, load]))).toBe(true);
});

it('never sends faster than its rate, however many connections share it', async () => {
  link.settings.rate = 800_000;
  const started = performance.now();
  await Promise.all([roundTrip(load), roundTrip(load)]);
  // 40 kB up cannot take less than 400 ms; a lower bound does not depend on how busy the machine is
  expect(performance.now() - started).toBeGreaterThan(380);
});

it('breaks every connection after exactly the given bytes, once', async () => {
  link.cutAfterBytes(5_000);
  expect((await roundTrip(load)).broken).toBe(true);
  expect(link.bytes.up + link.bytes.down).toBe(5_000);
  expect((await roundTrip(load)).back.length).toBe(load.length);
});

it('lets nobody through while it is cut', async () => {
  const open = talk();
  open.socket.write('hello');
  await expect.poll(() => open.back().toString()).toBe('hello');
  link.cut();
  expect(await open.ended).toBe(true);
  expect(link.open()).toBe(0);
  expect((await roundTrip(load)).broken).toBe(true);
  link.restore();
  expect((await roundTrip(load)).broken).toBe(false);
});

it('lets small pieces through a black hole, none behind a large one, and all of it once the path is whole', async () => {
  link.settings.blackHole = 500;
  const small = talk();
  small.socket.write('small');
  await expect.poll(() => small.back().toString()).toBe('small');
  const large = talk();
  large.socket.write(load);
  large.socket.end('after');
  small.socket.write(' again');
  await expect.poll(() => small.back().toString()).toBe('small again');
  expect(large.back().length).toBe(0);
  link.settings.blackHole = undefined;
  expect(await large.ended).toBe(false);
  expect(large.back().equals(Buffer.concat([load, Buffer.from('after')]))).toBe(true);
});

it('breaks the near end when nobody answers at the far one', async () => {
  await new Promise((resolve) => echo.close(resolve));
  expect((await roundTrip(load)).broken).toBe(true);
});
