// Two cards of one person are decided on without any script: at the telecentre, seen at the hub, left for later, joined and taken back.
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axe, newContext, openBrowser, screenshot, signInAs } from '../support/browser.ts';
import { demoPassword, removeFolder, startProcess, temporaryFolder, type Running } from '../support/processes.ts';

let browser: Browser;
let hub: Running;
let centre: Running;
const folder = temporaryFolder();

beforeAll(async () => {
  hub = await startProcess({ role: 'hub', dataDir: folder });
  centre = await startProcess({
    role: 'telecentre',
    dataDir: path.join(folder, 'demo', 'puerto-ocopa'),
    args: ['--demo'],
    env: { HUB_URL: hub.url },
  });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await centre?.stop();
  await hub?.stop();
  removeFolder(folder);
});

async function signIn(base: string, username: string, javaScript = false): Promise<Page> {
  const page = await (await newContext(browser, { width: 360, javaScript })).newPage();
  return signInAs(page, base, username, demoPassword(hub, username));
}

/** For whoever looks at the pages: a folder in PICTURES. */
async function picture(page: Page, name: string): Promise<void> {
  const out = process.env.PICTURES;
  if (!out) return;
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await screenshot(page, path.join(out, `${name}-${width}.png`));
  }
  await page.setViewportSize({ width: 360, height: 740 });
}
const said = async (page: Page) => (await page.getByRole('status').first().textContent())?.trim() ?? '';
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
const main = async (page: Page) => (await page.locator('main').textContent()) ?? '';

it('the operator compares, leaves it for later, joins and takes it back', async () => {
  const page = await signIn(centre.url, 'operadora');
  await page.goto(`${centre.url}/desk`);
  await picture(page, 'desk');
  await page.getByRole('link', { name: /puede ser de la misma persona/ }).click();
  const table = page.getByRole('table').first();
  expect(await table.textContent()).toContain('Ejemplo Nueve Vásquez');
  expect(await table.textContent()).toContain('Ejenplo Nuebe');
  const seen = await main(page);
  expect(seen).toContain('Queda un par de fichas');
  expect(seen).toContain('En una ficha falta un apellido');
  expect(seen).toContain('Un año de diferencia en el nacimiento');
  expect(seen).toMatch(/\d+ de 100/);
  await picture(page, 'queue');

  await press(page, 'Decidir después');
  expect(await said(page)).toContain('sin decidir');
  expect(await main(page)).toContain('Quedó para después');

  await press(page, 'Es la misma persona');
  expect(await said(page)).toContain('una sola persona');
  expect(await main(page)).toContain('No hay fichas por revisar');
  await picture(page, 'joined');

  await press(page, /^Deshacer/);
  expect(await said(page)).toContain('sin decidir');
  expect(await main(page)).toContain('Queda un par de fichas');

  // on the card of either the other one is shown with its reasons, and leads to the comparison
  await page
    .getByRole('link', { name: /Abrir la ficha/ })
    .first()
    .click();
  expect(await main(page)).toContain('Puede haber otra ficha');
  await picture(page, 'card');
  await page.getByRole('link', { name: 'Comparar las dos fichas' }).click();
  await press(page, 'Son dos personas');
  expect(await said(page)).toContain('son dos personas');
  expect(await main(page)).toContain('Decididos hace poco');
});

it('who registers her a third time is asked first, and told why', async () => {
  const page = await signIn(centre.url, 'operadora');
  await page.goto(`${centre.url}/desk/people/new`);
  await page.locator('[name=given]').fill('Demo Zoyla');
  await page.locator('[name=surnames]').fill('Exemplo Nueve');
  await page.locator('[name=birthYear]').fill('1979');
  await page.locator('[name=sex][value=female]').check();
  await page.locator('[name=consent-card][value=yes]').check();
  await page
    .locator('form')
    .filter({ has: page.locator('[name=given]') })
    .locator('button.main')
    .click();
  expect(await main(page)).toContain('El mismo año de nacimiento');
  await picture(page, 'registering');
});

it('at the hub the queue is for those who may correct; who may not is told so', async () => {
  const coordinator = await signIn(hub.url, 'coordinacion');
  await coordinator.goto(`${hub.url}/office`);
  await coordinator.getByRole('navigation').getByRole('link', { name: 'Fichas repetidas' }).first().click();
  expect((await coordinator.locator('h1').textContent())?.trim()).toBe('¿Es la misma persona?');
  await picture(coordinator, 'office');
  const team = await signIn(hub.url, 'equipo');
  expect((await team.goto(`${hub.url}/office/duplicates`))?.status()).toBe(403);
  const facilitator = await signIn(centre.url, 'facilitadora');
  expect((await facilitator.goto(`${centre.url}/desk/duplicates`))?.status()).toBe(403);
  const operator = await signIn(centre.url, 'operadora', true);
  await operator.goto(`${centre.url}/office/duplicates`);
  expect(operator.url()).toBe(`${centre.url}/desk/duplicates`);
  expect(await axe(operator)).toEqual([]);
  await operator.goto(`${centre.url}/desk/duplicates?person=00000000000&other=%3Cb%3E`);
  expect(await operator.locator('.notice').first().textContent()).not.toContain('refusal.');
});
