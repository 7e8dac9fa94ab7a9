// What the tests stand on: a browser that keeps origins apart, a PostgreSQL that leaves with its run, processes that are never left behind.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axe, FLAGS, newPage, openBrowser, unpackChromium } from './browser.ts';
import { fullDatabase, withFileLimit } from './full-disk.ts';
import { query, startPostgres } from './postgres.ts';
import { sharedTemporary } from './unpacked.ts';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('the browser', () => {
  const servers: Server[] = [];
  const serve = async (body: string, headers: Record<string, string> = {}) => {
    const server = createServer((_, response) => response.writeHead(200, headers).end(body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const html = { 'content-type': 'text/html' };
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    for (const server of servers) server.close();
  });

  it('is started without a flag that switches security off', () => {
    // process isolation is off (--no-sandbox, root in a container); the rules between origins are not
    expect(
      FLAGS.filter((flag) => /web-security|site-isolation|isolate-origins|allow-.*insecure|cert/.test(flag)),
    ).toEqual([]);
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const lines = pids.map((pid) => {
      const shown = spawnSync('cat', [`/proc/${pid}/cmdline`]);
      return shown.stdout.toString().split('\0');
    });
    const chromium = lines.filter((line) => line[0]?.includes('ciudadania-chromium'));
    expect(chromium.length).toBeGreaterThan(0);
    for (const line of chromium) expect(line).not.toContain('--disable-web-security');
  });

  it('does not let one origin read another', async () => {
    const other = await serve('a secret', html);
    const page = await newPage(browser, { width: 360 });
    await page.goto(await serve('<!doctype html><title>one</title>', html));
    const read = await page.evaluate(
      (url) =>
        fetch(url)
          .then((answer) => answer.text())
          .catch(() => 'refused'),
      other,
    );
    expect(read).toBe('refused');
    await page.context().close();
  });

  it('finds a missing label with axe on a page whose policy allows no script', async () => {
    const page = await newPage(browser);
    const policy = { ...html, 'content-security-policy': "default-src 'none'" };
    const bad = '<!doctype html><html lang="es"><title>t</title><main><h1>t</h1><input name="a"></main></html>';
    await page.goto(await serve(bad, policy));
    expect((await axe(page)).map((violation) => violation.id)).toEqual(['label']);
    await page.goto(await serve(bad.replace('<input', '<label for="a">A</label><input id="a"'), policy));
    expect(await axe(page)).toEqual([]);
    await page.context().close();
  });

  it('needs nothing of the system but libc and its companions', async () => {
    const home = await unpackChromium();
    const needs = (file: string) =>
      spawnSync('ldd', [file], { env: { ...process.env, LD_LIBRARY_PATH: path.join(home, 'al2023', 'lib') } })
        .stdout.toString()
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line && !line.includes(home));
    const system = /^(linux-vdso|\/lib.*ld-linux|lib(c|m|dl|pthread|rt|gcc_s|util)\.so)/;
    expect(needs(path.join(home, 'chromium')).filter((line) => !system.test(line))).toEqual([]);
  });

  it('works without script when asked to', async () => {
    const page = await newPage(browser, { javaScript: false });
    await page.goto(
      await serve(
        '<!doctype html><title>t</title><body><noscript><p>plain</p></noscript><script>document.title="x"</script>',
        html,
      ),
    );
    expect(await page.title()).toBe('t');
    expect(await page.textContent('p')).toBe('plain');
    await page.context().close();
  });
});

describe('PostgreSQL', () => {
  const folders = () => readdirSync(sharedTemporary()).filter((name) => name.startsWith('ciudadania-pgdata-'));

  it('gives each test a database, copied from a template if wanted, sorted bytewise', async () => {
    const postgres = await startPostgres();
    const first = await postgres.createDatabase();
    await query(first, 'CREATE TABLE note (body text)');
    await query(first, "INSERT INTO note VALUES ('b'), ('B'), ('ñ'), ('a')");
    const copy = await postgres.createDatabase(new URL(first).pathname.slice(1));
    const rows = await query(copy, 'SELECT body FROM note ORDER BY body');
    expect(rows.map((row) => row.body)).toEqual(['B', 'a', 'b', 'ñ']);
    const wrong = new URL(first);
    wrong.password = 'guessed';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow(/password/);
    await postgres.stop();
    await expect(query(first, 'SELECT 1')).rejects.toThrow();
  });

  it('ends and cleans up when the run that started it is killed', async () => {
    const before = folders();
    const module = pathToFileURL(path.resolve('tests/support/postgres.ts')).href;
    const script = `const { startPostgres } = await import(${JSON.stringify(module)});
      console.log((await startPostgres()).url); setInterval(() => undefined, 1000);`;
    const run = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(run.stdout, 'data')) as [Buffer];
    const url = line.toString().trim();
    await query(url, 'SELECT 1');
    run.kill('SIGKILL');
    await expect
      .poll(
        () =>
          query(url, 'SELECT 1').then(
            () => 'serves',
            () => 'gone',
          ),
        { timeout: 20_000 },
      )
      .toBe('gone');
    await expect.poll(() => folders().filter((name) => !before.includes(name)), { timeout: 20_000 }).toEqual([]);
  });
});

describe('processes', () => {
  it('end when the run that started them is killed', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ciudadania-left-'));
    const module = pathToFileURL(path.resolve('tests/support/processes.ts')).href;
    const script = `const { guard } = await import(${JSON.stringify(module)});
      const { spawn } = await import('node:child_process');
      const child = spawn('sleep', ['600'], { stdio: 'ignore' });
      guard(child);
      console.log(child.pid);`;
    const run = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(run.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);
    run.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('a full disk', () => {
  it('stops a database at its last page, keeps what it had, and gives the room back', () => {
    const db = new DatabaseSync(':memory:');
    db.exec('CREATE TABLE note (body text)');
    const write = () => db.prepare('INSERT INTO note VALUES (?)').run('x'.repeat(3_000));
    write();
    const giveBack = fullDatabase(db, 2);
    expect(() => {
      for (let i = 0; i < 50; i++) write();
    }).toThrow(/full/);
    const kept = Number(db.prepare('SELECT count(*) AS n FROM note').get()?.n);
    expect(kept).toBeGreaterThan(0);
    giveBack();
    write();
    expect(Number(db.prepare('SELECT count(*) AS n FROM note').get()?.n)).toBe(kept + 1);
  });

  it('lets a process go on that meets the end of its file', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ciudadania-limit-'));
    const file = path.join(folder, 'grows');
    const script = path.join(folder, 'write.mjs');
    writeFileSync(
      script,
      `import { appendFileSync } from 'node:fs';
       try { for (let i = 0; i < 100; i++) appendFileSync(${JSON.stringify(file)}, 'x'.repeat(1024)); }
       catch (error) { console.log(error.code); }`,
    );
    const [program, ...args] = withFileLimit(20 * 1_024, [process.execPath, script]);
    const done = spawnSync(program, args);
    expect(done.stdout.toString().trim()).toBe('EFBIG');
    expect(done.status).toBe(0);
    expect(statSync(file).size).toBeLessThanOrEqual(20 * 1_024);
    rmSync(folder, { recursive: true });
    expect(existsSync(folder)).toBe(false);
  });
});
