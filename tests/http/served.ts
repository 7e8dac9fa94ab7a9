// A demonstration's hub and one telecentre as processes, and requests as browsers and others send them.
import { request, type IncomingHttpHeaders } from 'node:http';
import path from 'node:path';
import { demoPassword, removeFolder, startProcess, temporaryFolder, type Running } from '../support/processes.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Served {
  hub: Running;
  centre: Running;
  stop(): Promise<void>;
}

export async function serveDemonstration(): Promise<Served> {
  const folder = temporaryFolder();
  const hub = await startProcess({ role: 'hub', dataDir: folder });
  const centre = await startProcess({
    role: 'telecentre',
    dataDir: path.join(folder, 'demo', 'puerto-ocopa'),
    args: ['--demo'],
    env: { HUB_URL: hub.url },
  });
  return {
    hub,
    centre,
    async stop() {
      await centre.stop();
      await hub.stop();
      removeFolder(folder);
    },
  };
}

export interface Ask {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** One request exactly as written: no header is added but Host and Content-Length, no redirect is followed. */
export function ask(to: Running, where: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: to.port,
        path: where,
        method,
        headers: {
          host: `127.0.0.1:${to.port}`,
          ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
          ...headers,
        },
      },
      (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(pieces).toString(),
          }),
        );
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

export const FORM = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };

export function cookiesOf(answer: Answer): string {
  return (answer.headers['set-cookie'] ?? []).map((one) => one.split(';')[0]).join('; ');
}

/** Signs in as a demo account; the cookies of the session. `from`: the hub, where passwords were printed. */
export async function signIn(to: Running, from: Running, username: string): Promise<string> {
  const origin = `http://127.0.0.1:${to.port}`;
  const body = new URLSearchParams({ username, password: demoPassword(from, username) }).toString();
  const answer = await ask(to, '/sign-in?/staff', { method: 'POST', headers: { ...FORM, origin }, body });
  if (answer.status !== 303) throw new Error(`${username} could not sign in: ${answer.status}`);
  return cookiesOf(answer);
}
