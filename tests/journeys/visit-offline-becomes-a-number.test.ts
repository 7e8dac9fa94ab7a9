// The main scene: a telecentre is enrolled, works with the hub out of reach, loses power and link in the middle, and its visits become the hub's.
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startShaper, type Shaper } from '#platform/shaper';
import { axe, newContext, openBrowser, signInAs } from '../support/browser.ts';
import { removeFolder, runCli, startProcess, temporaryFolder, type Running } from '../support/processes.ts';

let browser: Browser;
let hub: Running;
let centre: Running;
let link: Shaper;
const folders = [temporaryFolder(), temporaryFolder()] as const;

beforeAll(async () => {
  browser = await openBrowser();
  hub = await startProcess({ role: 'hub', dataDir: folders[0], args: ['--empty'] });
  link = await startShaper({ host: '127.0.0.1', port: hub.port });
  centre = await startProcess({
    role: 'telecentre',
    dataDir: folders[1],
    env: { HUB_URL: `http://127.0.0.1:${link.port}` },
  });
});
afterAll(async () => {
  await browser?.close();
  await centre?.stop();
  await hub?.stop();
  await link?.close();
  folders.forEach(removeFolder);
});

/** What people see is clean for everybody. axe needs script in the page; the pages themselves do not, so it looks at a copy. */
async function clean(page: Page): Promise<void> {
  const context = await newContext(browser, { width: page.viewportSize()?.width === 360 ? 360 : 1280 });
  await context.addCookies(await page.context().cookies());
  const copy = await context.newPage();
  await copy.goto(page.url());
  expect(await axe(copy), page.url()).toEqual([]);
  await context.close();
}

const signIn = async (context: BrowserContext, base: string, username: string, password: string) =>
  signInAs(await context.newPage(), base, username, password, clean);

const ADMIN = { username: 'maestra', password: 'una frase larga y buena' };
let operatorPassword = '';
let person = '';

it('makes the first administrator by the one-time link, and the link works once', async () => {
  const start = /http:\/\/localhost:\d+(\/start\/\S+)/.exec(hub.output())?.[1] ?? '';
  const context = await newContext(browser, { javaScript: false });
  const page = await context.newPage();
  await page.goto(hub.url + start);
  await page.getByLabel('Nombre').fill('Administradora de prueba');
  await page.getByLabel('Usuario').fill(ADMIN.username);
  await page.getByLabel('Contraseña').fill('corta');
  await page.getByRole('button', { name: 'Guardar' }).click();
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('diez letras');
  expect(await page.getByLabel('Usuario').inputValue()).toBe(ADMIN.username);
  await page.getByLabel('Contraseña').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Guardar' }).click();
  await page.waitForURL(/sign-in/);
  await page.goto(hub.url + start);
  await page.getByLabel('Nombre').fill('Otra');
  await page.getByLabel('Usuario').fill('otra');
  await page.getByLabel('Contraseña').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Guardar' }).click();
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('ya se usó');
  await context.close();
});

it('plans a telecentre, gives its operator an account, and enrols it with the code', async () => {
  const context = await newContext(browser);
  const page = await signIn(context, hub.url, ADMIN.username, ADMIN.password);
  await page.goto(`${hub.url}/admin/sites`);
  await page.getByLabel('Nombre del telecentro').fill('Puerto Ocopa');
  await page.locator('#district').selectOption('120608');
  await page.getByRole('button', { name: 'Planear un telecentro' }).click();
  const code = (await page.locator('.receipt .code').textContent()) ?? '';
  await clean(page);
  await page.goto(`${hub.url}/admin/accounts/new`);
  await page.getByLabel('Nombre').fill('Operadora de prueba');
  await page.getByLabel('Usuario').fill('operadora');
  await page.getByLabel('Función').selectOption('operator');
  await page.getByLabel('Telecentro').selectOption({ label: 'Puerto Ocopa' });
  await page.getByRole('button', { name: 'Guardar' }).click();
  operatorPassword = ((await page.locator('.receipt .code').textContent()) ?? '').trim();
  await clean(page);
  await context.close();

  const wrong = await runCli(
    'enrol',
    '--data',
    folders[1],
    '--hub',
    `http://127.0.0.1:${link.port}`,
    '--code',
    'AAAAA-AAAAA-AAAAA',
  );
  expect(wrong.code).toBe(1);
  const enrolled = await runCli(
    'enrol',
    '--data',
    folders[1],
    '--hub',
    `http://127.0.0.1:${link.port}`,
    '--code',
    code,
  );
  expect(enrolled, enrolled.err).toMatchObject({ code: 0 });
  expect(JSON.parse(enrolled.out)).toMatchObject({ name: 'Puerto Ocopa', district: '120608' });
  const synced = await runCli('sync', '--data', folders[1]);
  expect(JSON.parse(synced.out), synced.out).toMatchObject({ ok: true, left: false });
});

it('registers a person and a visit at the desk with the hub out of reach', async () => {
  link.cut();
  const context = await newContext(browser, { width: 360, javaScript: false });
  const page = await signIn(context, centre.url, 'operadora', operatorPassword);
  await page.goto(`${centre.url}/desk`);
  await clean(page);
  await page.goto(`${centre.url}/desk/people/new`);
  await page.locator('[name=given]').fill('Rosalía');
  await page.locator('[name=surnames]').fill('Prueba Quinchori');
  await page.locator('[name=birthYear]').fill('1990');
  await page.locator('[name=sex][value=female]').check();
  await page.locator('[name=consent-card][value=yes]').check();
  await page.locator('[name=consent-ethnicity][value=no]').check();
  await page
    .locator('form')
    .filter({ has: page.locator('[name=given]') })
    .locator('button.main')
    .click();
  await page.waitForURL(/desk\/people\/[0-9A-Z]+\?new/);
  person = /people\/([0-9A-Z]+)/.exec(page.url())?.[1] ?? '';
  await page.goto(`${centre.url}/desk/visits/new?person=${person}`);
  await page.locator('[name=purposes][value=homework]').check();
  await page
    .locator('form')
    .filter({ has: page.locator('[name=purposes]') })
    .locator('button.main')
    .click();
  await page.waitForURL(/desk\/visits\/[0-9A-Z]+\?new/);
  expect(await page.locator('.receipt').count()).toBe(1);
  await page.goto(`${centre.url}/desk/safe`);
  expect(await page.textContent('main')).toContain('Falta enviar');
  await context.close();
});

it('keeps every visit it acknowledged when power fails in the middle of registering', async () => {
  const context = await newContext(browser, { javaScript: false });
  await signIn(context, centre.url, 'operadora', operatorPassword);
  const cookie = (await context.cookies()).map((one) => `${one.name}=${one.value}`).join('; ');
  await context.close();
  const acknowledged: string[] = [];
  let going = true;
  let sent = 0;
  const register = async () => {
    while (going) {
      const key = `power-${sent++}`;
      const body = new URLSearchParams({ person, purposes: 'information', _key: key });
      const send = () =>
        fetch(`${centre.url}/desk/visits/new`, {
          method: 'POST',
          body,
          redirect: 'manual',
          headers: {
            cookie,
            origin: centre.url,
            accept: 'text/html',
            'content-type': 'application/x-www-form-urlencoded',
          },
        }).catch(() => undefined);
      const answers = [await send(), await send()]; // a nervous second click
      const places = answers.map((answer) => (answer?.status === 303 ? answer.headers.get('location') : undefined));
      const id = /visits\/([0-9A-Z]+)/.exec(places[0] ?? places[1] ?? '')?.[1];
      if (id) acknowledged.push(id);
      if (places[0] && places[1]) expect(places[1]).toBe(places[0]);
    }
  };
  const workers = [register(), register(), register()];
  try {
    await expect.poll(() => acknowledged.length, { timeout: 30_000, interval: 20 }).toBeGreaterThan(40);
    await centre.kill('SIGKILL');
  } finally {
    going = false;
    await Promise.all(workers);
  }

  centre = await startProcess({
    role: 'telecentre',
    dataDir: folders[1],
    env: { HUB_URL: `http://127.0.0.1:${link.port}` },
  });
  const here = visitsIn(folders[1]);
  expect(acknowledged.filter((id) => !here.includes(id))).toEqual([]);
  expect(new Set(here).size).toBe(here.length);
  expect(here.length).toBeLessThanOrEqual(sent + 1);
});

function visitsIn(folder: string): string[] {
  const db = new DatabaseSync(path.join(folder, 'programme.db'), { readOnly: true });
  const rows = db.prepare('select id from visit order by id').all() as { id: string }[];
  db.close();
  return rows.map((row) => row.id);
}

it('brings everything to the hub once, though the link is cut in the middle of every transfer', async () => {
  link.restore();
  let broken = 0;
  for (let cut = 200; cut < 3_000; cut += 300) {
    link.cutAfterBytes(cut);
    await runCli('sync', '--data', folders[1]);
    if (link.settings.cutAfter === undefined) broken += 1; // what is small goes once more by itself
  }
  expect(broken).toBeGreaterThan(1);
  link.settings.cutAfter = undefined;
  const last = await runCli('sync', '--data', folders[1]);
  expect(JSON.parse(last.out), last.err).toMatchObject({ ok: true, left: false, differ: [] });
  expect(visitsIn(folders[0])).toEqual(visitsIn(folders[1]));
  const idle = await runCli('sync', '--data', folders[1]);
  expect(JSON.parse(idle.out)).toMatchObject({ operations: { up: 0, down: 0 }, roundTrips: 1 });
});

it('is a number at the hub that leads back to the record and to its act', async () => {
  const context = await newContext(browser, { width: 360, javaScript: false });
  const page = await signInAsAdministrator(context);
  await page.goto(`${hub.url}/office/results?indicator=visits.attentions`);
  await clean(page);
  const total = page.locator('main .lead a').first();
  expect(Number.parseInt((await total.textContent())?.replace(/\D+/, '') ?? '', 10)).toBe(visitsIn(folders[0]).length);
  await total.click();
  await page.waitForURL(/results\/records/);
  await clean(page);
  await page.locator('table a').first().click();
  await page.waitForURL(/results\/record\?/);
  await clean(page);
  const said = (await page.textContent('main')) ?? '';
  for (const part of ['visits.register', 'Puerto Ocopa', 'Firmado por el servidor que lo escribió'])
    expect(said).toContain(part);
  expect(said).not.toContain('Rosalía');
  const results = await page.goto(`${hub.url}/results`);
  expect(results?.status()).toBe(200);
  await clean(page);
  await context.close();
});

const signInAsAdministrator = async (context: BrowserContext) =>
  signInAs(await context.newPage(), hub.url, ADMIN.username, ADMIN.password);
