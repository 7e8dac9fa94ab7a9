// Plain HTTP as a telecentre is reached: by address, by name, from elsewhere, without script; and what nobody from the internet may do.
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, cookiesOf, FORM, serveDemonstration, signIn, type Served } from './served.ts';

let served: Served;
beforeAll(async () => {
  served = await serveDemonstration();
});
afterAll(() => served.stop());

const FORM_PAGE = '/sign-in?/staff';

describe('the name under which it is called', () => {
  it.each(['127.0.0.1', 'localhost', '192.168.1.20', '10.0.0.5', '[::1]', 'puerto-ocopa.local'])(
    'may be %s',
    async (name) => {
      const { port } = served.centre;
      const answer = await ask(served.centre, '/', { headers: { host: `${name}:${port}` } });
      expect(answer.status).toBe(200);
      const origin = `http://${name}:${port}`;
      const body = new URLSearchParams({ username: 'x', password: 'y' }).toString();
      const posted = await ask(served.centre, '/sign-in?/staff', {
        method: 'POST',
        headers: { ...FORM, host: `${name}:${port}`, origin },
        body,
      });
      expect(posted.status).toBeLessThan(402);
    },
  );

  it.each(['evil.example', '8.8.8.8', 'localhost.evil.example', '127.0.0.1.evil.example'])(
    'may not be %s, which resolves here by a trick',
    async (name) => {
      const answer = await ask(served.centre, '/', { headers: { host: name } });
      expect([400, 421]).toContain(answer.status);
      expect(answer.body).not.toContain('Ciudadan');
    },
  );
});

describe('a form', () => {
  const post = (headers: Record<string, string>, where = FORM_PAGE, method = 'POST') =>
    ask(served.hub, where, { method, headers: { ...FORM, ...headers }, body: 'username=x&password=y' });
  const own = () => `http://127.0.0.1:${served.hub.port}`;

  it('is taken from its own page and from nowhere else', async () => {
    expect((await post({ origin: own() })).status).toBe(400);
    for (const origin of ['http://evil.example', `http://127.0.0.1:${served.hub.port + 1}`, 'https://127.0.0.1'])
      expect((await post({ origin })).status, origin).toBe(403);
  });

  it.each<Record<string, string>>([{}, { origin: 'null' }])(
    'without an origin needs its token (%o)',
    async (headers) => {
      expect((await post(headers)).status).toBe(403);
      const page = await ask(served.hub, '/sign-in');
      const token = /name="_token" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
      const send = (sent: string, cookie: string) =>
        ask(served.hub, '/sign-in?/staff', {
          method: 'POST',
          headers: { ...FORM, ...headers, cookie },
          body: new URLSearchParams({ username: 'x', password: 'y', _token: sent }).toString(),
        });
      expect((await send(token, cookiesOf(page))).status).not.toBe(403);
      expect((await send(token, '')).status).toBe(403);
      expect((await send(`${token.slice(0, -2)}AA`, cookiesOf(page))).status).toBe(403);
    },
  );

  it.each(['PUT', 'PATCH', 'DELETE', 'POST'])(
    'and every other unsafe way (%s) is checked, whatever it says it carries',
    async (method) => {
      for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x', ''])
        expect((await post({ origin: 'http://evil.example', 'content-type': type }, '/', method)).status).toBe(403);
    },
  );

  it('is too long with a sentence, and nobody waits for the rest', async () => {
    const body = `text=${'x'.repeat(1_200_000)}`;
    const answer = await ask(served.hub, '/proposals/new', {
      method: 'POST',
      headers: { ...FORM, origin: own() },
      body,
    }).catch(() => undefined);
    // the line may be closed while we still write
    if (answer) {
      expect(answer.status).toBe(413);
      expect(answer.body).toContain('1 MB');
    }
    expect((await ask(served.hub, '/healthz')).status).toBe(200);
  });

  it('of a courier may be large from who is signed in, and is not even read from anybody else', async () => {
    const noise = Buffer.alloc(3_000_000, 0x5a);
    const body = Buffer.concat([
      Buffer.from(
        '--line\r\ncontent-disposition: form-data; name="files"; filename="carta.cdig"\r\ncontent-type: application/octet-stream\r\n\r\n',
      ),
      noise,
      Buffer.from('\r\n--line--\r\n'),
    ]);
    const to = served.centre;
    const where = '/desk/courier?/take';
    const type = { 'content-type': 'multipart/form-data; boundary=line', accept: 'text/html' };
    const origin = `http://127.0.0.1:${to.port}`;
    const cookie = await signIn(to, served.hub, 'operadora');
    const taken = await ask(to, where, { method: 'POST', headers: { ...type, origin, cookie }, body });
    expect(taken.status).toBe(200);
    expect(taken.body).toContain('carta.cdig');
    expect(taken.body).toContain('No se cambió nada');
    // the line may be closed while we still write
    const unknown = await ask(to, where, { method: 'POST', headers: type, body }).catch(() => undefined);
    if (unknown) expect(unknown.status).toBe(403);
    const signedOut = await ask(to, where, { method: 'POST', headers: { ...type, origin }, body }).catch(
      () => undefined,
    );
    if (signedOut) expect(signedOut.headers.location).toContain('/sign-in');
    expect((await ask(to, '/healthz')).status).toBe(200);
  });

  it('of no told length is refused', async () => {
    const status = await new Promise<number>((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: served.hub.port,
          path: FORM_PAGE,
          method: 'POST',
          headers: { ...FORM, origin: own(), 'transfer-encoding': 'chunked' },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      sent.on('error', reject);
      sent.end('language=en');
    });
    expect(status).toBe(411);
  });
});

describe('every page', () => {
  it.each(['/', '/results', '/proposals', '/sign-in', '/about', '/nothing-here'])(
    '%s carries its guards',
    async (where) => {
      const { headers, body } = await ask(served.hub, where);
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe-inline');
      expect(headers['referrer-policy']).toBe('same-origin');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(body).not.toMatch(/<[^>]+ style="/);
      expect(body).not.toMatch(/<script(?![^>]*nonce)/);
      expect(body).not.toMatch(/(src|href)="https?:\/\/(?!127\.0\.0\.1|localhost)[^"]*\.(js|css|woff2?)"/);
      expect(headers['x-ciudadania-keep']).toBeUndefined();
    },
  );

  it.each([
    ['a null byte', '/%00'],
    ['two slashes', '//evil.example/'],
    ['a way out', '/../../etc/passwd'],
    ['an encoded way out', '/%2e%2e/%2e%2e/etc/passwd'],
    ['no encoding', '/%E0%A4%A'],
    ['great length', `/${'a'.repeat(8_000)}`],
    ['a query of great length', `/proposals?page=${'9'.repeat(4_000)}`],
  ])('that is asked for with %s is answered without a fault', async (_, where) => {
    const answer = await ask(served.hub, where);
    expect(answer.status).toBeGreaterThanOrEqual(200);
    expect(answer.status).toBeLessThan(500);
    expect(answer.body).not.toContain('root:x:');
    expect(String(answer.headers.location ?? '')).not.toContain('evil.example');
  });

  it('comes packed as the browser takes it, with a tag that stays, and not again when it has it', async () => {
    const plain = await ask(served.hub, '/results');
    const again = await ask(served.hub, '/results');
    expect(again.headers.etag).toBe(plain.headers.etag);
    expect(again.body).toBe(plain.body);
    for (const [coding, unpack] of [
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ] as const) {
      const packed = await fetchRaw('/results', { 'accept-encoding': coding });
      expect(packed.coding).toBe(coding);
      expect(unpack(packed.bytes).toString()).toBe(plain.body);
    }
    const same = await ask(served.hub, '/results', { headers: { 'if-none-match': String(plain.headers.etag) } });
    expect(same).toMatchObject({ status: 304, body: '' });
    const head = await ask(served.hub, '/results', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
  });

  it('is another one in another language, and for who is signed in', async () => {
    const spanish = await ask(served.hub, '/');
    const english = await ask(served.hub, '/', { headers: { 'accept-language': 'en' } });
    expect(english.body).toContain('lang="en');
    expect(english.headers.etag).not.toBe(spanish.headers.etag);
    const cookie = await signIn(served.hub, served.hub, 'municipio');
    const mine = await ask(served.hub, '/', { headers: { cookie } });
    expect(mine.body).toContain('Personal municipal (demo)');
    expect(mine.headers['cache-control']).toContain('no-store');
    expect((await ask(served.hub, '/')).body).not.toContain('Personal municipal (demo)');
  });

  it('is new as soon as something was written', async () => {
    const cookie = await signIn(served.hub, served.hub, 'municipio');
    const list = await ask(served.hub, '/office/proposals', { headers: { cookie } });
    const where = /href="(\/office\/proposals\/[0-9A-Z]+)"/.exec(list.body)?.[1] ?? '';
    const proposal = `/proposals/${where.split('/').at(-1)}`;
    const before = await ask(served.hub, proposal);
    expect(before.body).not.toContain('Se revisará el martes');
    const body = new URLSearchParams({ decision: 'under-study', text: 'Se revisará el martes.' }).toString();
    const origin = `http://127.0.0.1:${served.hub.port}`;
    const sent = await ask(served.hub, where, { method: 'POST', headers: { ...FORM, origin, cookie }, body });
    expect(sent.status).toBe(303);
    expect((await ask(served.hub, proposal)).body).toContain('Se revisará el martes');
  });
});

async function fetchRaw(where: string, headers: Record<string, string>): Promise<{ bytes: Buffer; coding: string }> {
  return new Promise((resolve, reject) => {
    request(
      { host: '127.0.0.1', port: served.hub.port, path: where, headers: { host: 'localhost', ...headers } },
      (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('end', () =>
          resolve({ bytes: Buffer.concat(pieces), coding: response.headers['content-encoding'] ?? '' }),
        );
      },
    )
      .on('error', reject)
      .end();
  });
}

describe('who is not signed in', () => {
  it('is asked to wait when the same is sent over and over, and others are not', async () => {
    const origin = `http://127.0.0.1:${served.centre.port}`;
    const send = (cookie: string) =>
      ask(served.centre, FORM_PAGE, {
        method: 'POST',
        headers: { ...FORM, origin, cookie },
        body: 'username=x&password=y',
      });
    const nervous = cookiesOf(await ask(served.centre, '/sign-in'));
    expect(nervous).not.toBe('');
    let last = await send(nervous);
    for (let sent = 0; sent < 120 && last.status !== 429; sent++) last = await send(nervous);
    expect(last.status).toBe(429);
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    expect(last.body).toContain('Espere');
    expect((await send(cookiesOf(await ask(served.centre, '/sign-in')))).status).not.toBe(429);
  });
});

describe('cookies and protocol', () => {
  it('are not marked secure over plain HTTP, and no client can pretend otherwise', async () => {
    const page = await ask(served.hub, '/sign-in', {
      headers: { 'x-forwarded-proto': 'https', 'x-ciudadania-protocol': 'https' },
    });
    const set = (page.headers['set-cookie'] ?? []).join();
    expect(set).toContain('HttpOnly');
    expect(set).toMatch(/SameSite=Lax/i);
    expect(set).not.toMatch(/;\s*Secure/i);
    expect(String(page.headers['content-security-policy'])).not.toContain('upgrade-insecure-requests');
  });
});

describe('the budget of a page', () => {
  const sizeOf = async (where: string) => (await fetchRaw(where, { 'accept-encoding': 'gzip' })).bytes.length;

  it('home is at most 12 kB packed, with its styles inside', async () => {
    expect(await sizeOf('/')).toBeLessThanOrEqual(12_000);
    // the sheet that stands inside is named once more, disabled, so that nothing is fetched
    expect((await ask(served.hub, '/')).body).not.toMatch(/<link(?![^>]* disabled)[^>]*rel="stylesheet"/);
  });

  it('every other public page is at most 30 kB, and loads no script', async () => {
    const list = await ask(served.hub, '/proposals');
    const one = /href="(\/proposals\/[0-9A-Z]{8,})"/.exec(list.body)?.[1] ?? '';
    expect(one).not.toBe('');
    for (const where of ['/results', '/proposals', one, '/about', '/sign-in', '/proposals/new']) {
      expect(await sizeOf(where), where).toBeLessThanOrEqual(30_000);
      expect((await ask(served.hub, where)).body, where).not.toMatch(/<script[^>]* src=/);
    }
  });
});
