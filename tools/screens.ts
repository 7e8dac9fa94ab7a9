// `npm run screens`: pictures of the main screens for README and the look's verdicts, at 360 and 1280 px, from a fresh demonstration.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { openBrowser, signInAs } from '../tests/support/browser.ts';
import { demoPassword, removeFolder, startProcess, temporaryFolder } from '../tests/support/processes.ts';

const OUT = 'docs/screens';
/** A picture shows the beginning of a page, as one sees it. */
const HEIGHT = { 360: 1_100, 1280: 1_000 } as const;

const folder = temporaryFolder();
const hub = await startProcess({ role: 'hub', dataDir: folder });
const desk = await startProcess({
  role: 'telecentre',
  dataDir: path.join(folder, 'demo', 'puerto-ocopa'),
  args: ['--demo'],
  env: { HUB_URL: hub.url },
});
const browser = await openBrowser();
mkdirSync(OUT, { recursive: true });

const signIn = (page: Page, base: string, username: string) =>
  signInAs(page, base, username, demoPassword(hub, username));

try {
  for (const width of [360, 1280] as const) {
    const context = await browser.newContext({ viewport: { width, height: HEIGHT[width] }, locale: 'es-PE' });
    const page = await context.newPage();
    const shoot = async (name: string, url: string) => {
      await page.goto(url);
      await page.screenshot({ path: path.join(OUT, `${name}-${width}.png`), animations: 'disabled' });
    };
    await shoot('home', hub.url);
    await shoot('results', `${hub.url}/results`);
    await shoot('proposals', `${hub.url}/proposals`);
    await page.goto(`${hub.url}/proposals`);
    await page.locator('main .card a, main a.card').first().click();
    await shoot('proposal', page.url());
    await shoot('sign-in', `${hub.url}/sign-in`);
    await signIn(page, hub.url, 'equipo');
    await shoot('office-results', `${hub.url}/office/results?month=2026-10-01`);
    await context.clearCookies();
    await signIn(page, desk.url, 'operadora');
    await shoot('desk', `${desk.url}/desk`);
    await shoot('person', `${desk.url}/desk/people/new`);
    await shoot('visit', `${desk.url}/desk/visits/new`);
    await shoot('duplicates', `${desk.url}/desk/duplicates`);
    for (const name of ['hours', 'queue', 'stations', 'bookings', 'paper', 'printing', 'statistics'])
      await shoot(name, `${desk.url}/desk/${name}`);
    await shoot('procedure', `${desk.url}/desk/procedures/new`);
    await shoot('take-number', `${desk.url}/queue`);
    await context.clearCookies();
    await signIn(page, hub.url, 'coordinacion');
    await shoot('telecentres', `${hub.url}/office/telecentres`);
    await context.close();
  }
  const wall = await (await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'es-PE' })).newPage();
  await wall.goto(`${desk.url}/wall`);
  await wall.screenshot({ path: path.join(OUT, 'wall-1920.png'), animations: 'disabled' });
} finally {
  await browser.close();
  await desk.stop();
  await hub.stop();
  removeFolder(folder);
}
