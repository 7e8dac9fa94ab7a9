// A telecentre that only sees a stick: its work goes to the hub as a file that a browser saves, and the receipt comes back the same way.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axe, newContext, openBrowser, screenshot, signInAs } from '../support/browser.ts';
import { demoPassword, removeFolder, startProcess, temporaryFolder, type Running } from '../support/processes.ts';

let browser: Browser;
let hub: Running;
let centre: Running;
const folder = temporaryFolder();
const stick = path.join(folder, 'stick');

beforeAll(async () => {
  mkdirSync(stick);
  hub = await startProcess({ role: 'hub', dataDir: path.join(folder, 'data') });
  centre = await startProcess({
    role: 'telecentre',
    dataDir: path.join(folder, 'data', 'demo', 'puerto-ocopa'),
    args: ['--demo'],
    env: { HUB_URL: 'http://127.0.0.1:9' }, // nobody answers there: the link is down all the time
  });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await centre?.stop();
  await hub?.stop();
  removeFolder(folder);
});

const signIn = async (context: BrowserContext, base: string, username: string) =>
  signInAs(await context.newPage(), base, username, demoPassword(hub, username));

/** Readable by all, not too wide; a picture where SCREENS says so. axe needs script, so it looks at a copy of what has none. */
async function clean(page: Page, name: string): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(
    0,
  );
  const picture = process.env.SCREENS;
  if (picture) await screenshot(page, path.join(picture, `${name}-${page.viewportSize()?.width}.png`));
  const context = await newContext(browser, { width: page.viewportSize()?.width === 360 ? 360 : 1280 });
  const copy = await context.newPage();
  await copy.setContent(await page.content());
  expect(await axe(copy), name).toEqual([]);
  await context.close();
}

async function save(page: Page): Promise<string> {
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Guardar el archivo' }).click(),
  ]);
  const file = path.join(stick, saved.suggestedFilename());
  await saved.saveAs(file);
  return file;
}

async function take(page: Page, files: string[]): Promise<void> {
  await page.getByLabel('Archivos que trajo la memoria').setInputFiles(files);
  await page.getByRole('button', { name: 'Recibir los sobres' }).click();
  await page.waitForURL(/take/);
}

const PERSON = { given: 'Yaneth', surnames: 'Camañari Quinchoquer' };
let up = '';
let down = '';

it('at the telecentre the operator finds the way from “is my work safe”, and saves the file for the hub', async () => {
  const context = await newContext(browser, { width: 360, javaScript: false });
  const page = await signIn(context, centre.url, 'operadora');
  await page.goto(`${centre.url}/desk/people/new`);
  await page.locator('[name=given]').fill(PERSON.given);
  await page.locator('[name=surnames]').fill(PERSON.surnames);
  await page.locator('[name=birthYear]').fill('1991');
  await page.locator('[name=sex][value=female]').check();
  await page.locator('[name=consent-card][value=yes]').check();
  await page.locator('form:has([name=given]) button:not([formaction])').last().click();
  await page.waitForURL(/people\/[0-9A-Z]+\?new/);
  await page.goto(`${centre.url}/desk/safe`);
  await page.getByRole('link', { name: /llevar en memoria/ }).click();
  await clean(page, 'courier-desk');
  await page.getByRole('button', { name: /Preparar el sobre para el servidor central/ }).click();
  await page.waitForURL(/courier\/1$/);
  await clean(page, 'courier-slip');
  expect(await page.locator('.receipt .code').textContent()).toMatch(/^\d+-1$/);
  up = await save(page);
  const bytes = readFileSync(up);
  for (const word of ['Yaneth', 'Camañari', 'person', 'Puerto Ocopa', '1991']) expect(bytes.includes(word)).toBe(false);
  expect(path.basename(up)).toMatch(/^para-central-de-\d+-000001\.cdig$/);
  await page.goto(`${centre.url}/desk/courier`);
  await expect.poll(() => page.locator('main').textContent()).toContain('todavía sin acuse');
  await context.close();
});

it('at the hub the team takes it in, and saves the file that goes back', async () => {
  const context = await newContext(browser, { width: 1280, javaScript: false });
  const page = await signIn(context, hub.url, 'equipo');
  await page.goto(`${hub.url}/office`);
  await page
    .locator('main')
    .getByRole('link', { name: /Llevar en memoria USB/ })
    .click();
  await page.getByRole('button', { name: 'Recibir los sobres' }).click();
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('Elija uno o varios archivos');
  // half of it, a letter, and the whole: each is told apart
  const half = path.join(stick, 'half.cdig');
  writeFileSync(half, readFileSync(up).subarray(0, 500));
  writeFileSync(path.join(stick, 'carta.cdig'), 'Estimada señora');
  await take(page, [half, path.join(stick, 'carta.cdig'), up]);
  const said = await page.locator('main').textContent();
  expect(said).toContain('dañado o incompleto');
  expect(said).toContain('carta.cdig');
  expect(said).toMatch(/Sobre n\.º\s1 de Puerto Ocopa/);
  expect(said).toMatch(/Se guardaron \d+ registros nuevos/);
  await clean(page, 'courier-office-taken');
  await page.getByRole('button', { name: 'Preparar el sobre', exact: true }).click();
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('No hay un telecentro');
  const puertoOcopa = page.getByLabel('Para qué telecentro').locator('option', { hasText: 'Puerto Ocopa' });
  await page.getByLabel('Para qué telecentro').selectOption((await puertoOcopa.getAttribute('value')) ?? '');
  await page.getByRole('button', { name: 'Preparar el sobre', exact: true }).click();
  await page.waitForURL(/courier\/\d+$/);
  await clean(page, 'courier-office-slip');
  down = await save(page);
  await page.goto(`${hub.url}/office/courier`);
  await clean(page, 'courier-office');
  await context.close();
});

it('at the telecentre the receipt comes back from a stick with files of many, and by keyboard', async () => {
  const context = await newContext(browser, { width: 1280 });
  const page = await signIn(context, centre.url, 'operadora');
  await page.goto(`${centre.url}/desk/courier`);
  await page.getByLabel('Archivos que trajo la memoria').setInputFiles([up, down]);
  await page.getByLabel('Archivos que trajo la memoria').focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL(/take/);
  const said = await page.locator('main').textContent();
  expect(said).toContain('1 archivo es para otros');
  expect(said).toMatch(/Sobre n\.º\s\d+ del servidor central/);
  expect(said).toMatch(/Trajo el acuse de \d+ registros nuestros/);
  await clean(page, 'courier-desk-taken');
  await page.goto(`${centre.url}/desk/courier`);
  expect(await page.locator('main').textContent()).toContain('Todo lo guardado aquí ya está en el servidor central');
  await page.goto(`${centre.url}/desk/courier/1`);
  expect(await page.locator('main').textContent()).toMatch(/hay acuse/);
  // the stick is as it was: nothing was deleted from it
  expect(readdirSync(stick).length).toBe(4);
  copyFileSync(down, path.join(stick, 'copy (1).cdig'));
  await page.goto(`${centre.url}/desk/courier`);
  await take(page, [path.join(stick, 'copy (1).cdig')]);
  expect(await page.locator('main').textContent()).toContain('Ya se tenía todo lo que trae');
  await context.close();
});

it('is not open to who is signed out, nor to who does not carry, neither the pages nor the file', async () => {
  const context = await newContext(browser, { width: 360 });
  const page = await context.newPage();
  await page.goto(`${centre.url}/desk/courier`);
  expect(page.url()).toContain('/sign-in');
  expect((await page.goto(`${centre.url}/desk/courier/1/download`))?.url()).toContain('/sign-in');
  await context.close();
  const staff = await newContext(browser);
  const municipal = await signIn(staff, hub.url, 'municipio');
  expect((await municipal.goto(`${hub.url}/office/courier`))?.status()).toBe(403);
  expect((await municipal.goto(`${hub.url}/office/courier/1/download`))?.status()).toBe(403);
  await staff.close();
});
