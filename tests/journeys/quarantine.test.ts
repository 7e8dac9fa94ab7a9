// A telecentre's membership ends while it works on: what it writes afterwards waits, both ends see why, and a person at the hub decides.
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newContext, openBrowser, signInAs } from '../support/browser.ts';
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

async function signIn(base: string, username: string): Promise<Page> {
  const page = await (await newContext(browser, { width: 360, javaScript: false })).newPage();
  return signInAs(page, base, username, demoPassword(hub, username));
}

/** For whoever looks at the pages: a folder in PICTURES. */
async function picture(page: Page, name: string): Promise<void> {
  const out = process.env.PICTURES;
  if (!out) return;
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({ path: path.join(out, `${name}-${width}.png`), fullPage: true });
  }
}

it('waits, is seen with its reason at both ends, and counts once a person says so', async () => {
  const admin = await signIn(hub.url, 'admin');
  await admin.goto(`${hub.url}/admin/sites`);
  await admin.getByRole('link', { name: /Terminar: Puerto Ocopa/ }).click();
  await admin.getByRole('button', { name: 'Terminar la inscripción' }).click();
  await admin.getByRole('alert').waitFor(); // nothing was chosen
  await picture(admin, 'end');
  await admin.getByLabel(/Termina en orden/).check();
  await admin.getByRole('button', { name: 'Terminar la inscripción' }).click();
  await admin.waitForURL(/\/admin\/sites$/);

  const operator = await signIn(centre.url, 'operadora');
  const send = async () => {
    await operator.goto(`${centre.url}/desk/safe`);
    await operator.locator('form[action="?/sync"] button').click();
    await operator.waitForURL(/\/desk\/safe$/);
  };
  await send(); // it hears that it was ended
  await operator.getByText('terminó la inscripción de este telecentro').first().waitFor();
  await picture(operator, 'safe');
  await operator.goto(`${centre.url}/desk/people/new`);
  await operator.locator('[name=given]').fill('Yaneth Apartada');
  await operator.locator('[name=surnames]').fill('Camañari Quinchoquer');
  await operator.locator('[name=birthYear]').fill('1991');
  await operator.locator('[name=sex][value=female]').check();
  await operator.locator('[name=consent-card][value=yes]').check();
  await operator
    .locator('form')
    .filter({ has: operator.locator('[name=given]') })
    .locator('button.main')
    .click();
  await operator.waitForURL(/people\/[0-9A-Z]+\?new/);
  await send();
  await operator.getByRole('link', { name: /esperan? una decisión/ }).click();
  await operator.getByText('ya sabía que su inscripción había terminado').first().waitFor();
  await picture(operator, 'desk-quarantine');

  await admin.goto(`${hub.url}/office/quarantine`);
  await picture(admin, 'quarantine');
  const before = await admin.locator('section.card').count();
  expect(before).toBeGreaterThan(0);
  const batch = admin
    .locator('section.card')
    .filter({ hasText: /ficha de persona/i })
    .first();
  await batch.getByRole('button', { name: 'Vale: ponerlo en su lugar' }).click();
  await admin.getByRole('alert').waitFor(); // a decision has its reason
  await picture(admin, 'quarantine-refused');
  await batch.getByLabel('Por qué decide así').fill('Acordado por radio');
  await batch.getByRole('button', { name: 'Vale: ponerlo en su lugar' }).click();
  await admin.waitForURL(/done/);
  expect(await admin.locator('section.card').count()).toBe(before - 1);
  const other = admin.locator('section.card').first();
  await other.getByLabel('Por qué decide así').fill('Duplicado');
  await other.getByRole('button', { name: 'No vale: rechazar' }).click();
  await admin.waitForURL(/done/);
  await admin.getByRole('heading', { name: 'Rechazados' }).waitFor();
  await picture(admin, 'quarantine-after');
  await send();
  await operator.goto(`${centre.url}/desk?q=Apartada`);
  await operator.getByText('Yaneth Apartada').first().waitFor();
});
