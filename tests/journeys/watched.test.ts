// Is my work safe, and who needs help: an operator and the team follow one telecentre's work, its limit and its alarms, without script.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axe, newContext, openBrowser, screenshot, signInAs } from '../support/browser.ts';
import { demoPassword, removeFolder, startProcess, temporaryFolder, type Running } from '../support/processes.ts';

let browser: Browser;
let hub: Running;
let centre: Running;
const folder = temporaryFolder();
const medium = path.join(folder, 'medium');

beforeAll(async () => {
  mkdirSync(medium);
  hub = await startProcess({ role: 'hub', dataDir: path.join(folder, 'data') });
  centre = await startProcess({
    role: 'telecentre',
    dataDir: path.join(folder, 'data', 'demo', 'puerto-ocopa'),
    args: ['--demo'],
    env: { HUB_URL: hub.url, SECOND_MEDIUM: medium },
  });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await centre?.stop();
  await hub?.stop();
  removeFolder(folder);
});

async function signIn(base: string, username: string, width: 360 | 1280): Promise<[BrowserContext, Page]> {
  const context = await newContext(browser, { width, javaScript: false });
  return [context, await signInAs(await context.newPage(), base, username, demoPassword(hub, username))];
}

/** Readable by all at both widths and not too wide; a picture where SCREENS says so. axe needs script, so it looks at a copy. */
async function clean(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(
      0,
    );
    const picture = process.env.SCREENS;
    if (picture) await screenshot(page, path.join(picture, `${name}-${width}.png`));
  }
  if (before) await page.setViewportSize(before);
  const context = await newContext(browser);
  const copy = await context.newPage();
  await copy.setContent(await page.content());
  expect(await axe(copy), name).toEqual([]);
  await context.close();
}

function change(program: Running, sql: string, ...values: (string | number)[]): void {
  const db = new DatabaseSync(path.join(program.dataDir, 'programme.db'), { timeout: 5_000 });
  db.prepare(sql).run(...values);
  db.close();
}

const main = (page: Page) => page.locator('main').textContent();

it('the operator sees which decisions do not count and why, and so does the hub', async () => {
  const [context, page] = await signIn(centre.url, 'operadora', 360);
  await page.goto(`${centre.url}/desk/claims`);
  expect(await main(page)).toContain('Ninguna espera respuesta');
  const own = '(SELECT max(site) FROM ruled_claim WHERE site > 0)';
  change(
    centre,
    `UPDATE ruled_claim SET state = 'refused', reason = 'taken' WHERE row = (SELECT min(row) FROM ruled_claim WHERE site = ${own})`,
  );
  change(
    centre,
    `UPDATE ruled_claim SET state = 'provisional', reason = '' WHERE row = (SELECT max(row) FROM ruled_claim WHERE site = ${own})`,
  );
  await page.goto(`${centre.url}/desk/safe`);
  await page.getByRole('link', { name: 'Ver cuáles son y por qué' }).click();
  await page.waitForURL(/\/desk\/claims/);
  await clean(page, 'desk-claims');
  const said = await main(page);
  for (const words of ['Esperan respuesta', 'Apoyo a «', 'Ya estaba dado: la misma persona', 'Puerto Ocopa'])
    expect(said).toContain(words);
  await context.close();
  const [office, admin] = await signIn(hub.url, 'admin', 1280);
  await admin.goto(`${hub.url}/office/claims`);
  await clean(admin, 'office-claims');
  expect(await main(admin)).toContain('Ninguna fue rechazada');
  await office.close();
});

it('a hub whose data went back says who is still to come, and decides again when somebody answers for it', async () => {
  const now = Date.now();
  change(hub, 'INSERT INTO replica_state (key, value) VALUES (?, ?)', 'refilling', String(now));
  change(
    hub,
    "INSERT INTO log_alarm (code, about, first_seen, last_seen, count) VALUES ('refilling', '', ?, ?, 1)",
    now,
    now,
  );
  const [context, page] = await signIn(hub.url, 'admin', 1280);
  await page.goto(`${hub.url}/admin/sites`);
  await clean(page, 'board-refilling');
  const said = await main(page);
  for (const words of ['todavía no está completo', 'Puerto Ocopa', 'ya no volverá']) expect(said).toContain(words);
  await page.getByText('Un telecentro que falta ya no volverá').click();
  await page.getByRole('button', { name: 'No esperar más' }).click();
  await page.waitForURL(/whole/);
  expect(await main(page)).toContain('Por qué');
  await page.getByLabel('Por qué').fill('Se perdieron en el río');
  await page.getByRole('button', { name: 'No esperar más' }).click();
  await page.waitForURL(/\/admin\/sites$/);
  expect(await main(page)).not.toContain('todavía no está completo');
  await context.close();
});

it('the operator sees where the work is, what the next exchange takes, and afterwards what arrived', async () => {
  const [context, page] = await signIn(centre.url, 'operadora', 360);
  const send = async () => {
    await page.goto(`${centre.url}/desk/safe`);
    await page.getByRole('button', { name: 'Enviar ahora' }).click();
    await page.waitForURL(/\/desk\/safe$/);
  };
  await send();
  expect(await main(page)).toContain('Sí, su trabajo está seguro');
  expect(await main(page)).toContain('Está conectado, pero todavía no tiene ninguna copia');
  expect(await main(page)).toContain('Coincide con el del servidor central');
  await clean(page, 'safe-all-there');

  // the day's share is used, so that nothing leaves by itself
  await page.getByText('Poner un límite al día').click();
  await page.getByLabel('Megabytes al día').fill('muchos');
  await page.getByRole('button', { name: 'Guardar el límite' }).click();
  await page.getByRole('alert').waitFor();
  await clean(page, 'safe-limit-refused');
  await page.getByLabel('Megabytes al día').fill('1');
  await page.getByRole('button', { name: 'Guardar el límite' }).click();
  await page.waitForURL(/\/desk\/safe$/);
  change(centre, 'UPDATE link_day SET down = 2000000');

  await page.goto(`${centre.url}/desk/people/new`);
  await page.locator('[name=given]').fill('Yaneth');
  await page.locator('[name=surnames]').fill('Camañari Quinchoquer');
  await page.locator('[name=birthYear]').fill('1991');
  await page.locator('[name=sex][value=female]').check();
  await page.locator('[name=consent-card][value=yes]').check();
  await page
    .locator('form')
    .filter({ has: page.locator('[name=given]') })
    .locator('button.main')
    .click();
  await page.waitForURL(/people\/[0-9A-Z]+\?new/);
  await page.goto(`${centre.url}/desk/safe`);
  const said = await main(page);
  expect(said).toContain('una parte solo aquí');
  expect(said).toMatch(/Falta enviar \d+ registros:.*1 persona/s);
  expect(said).toMatch(/usará \d+/);
  expect(said).toContain('Se usó lo de hoy');
  await clean(page, 'safe-waiting');
  await page.getByRole('button', { name: 'Enviar ahora' }).click();
  await page.waitForURL(/\/desk\/safe$/);
  expect(await main(page)).toContain('Sí, su trabajo está seguro');
  await expect.poll(() => page.locator('table').first().textContent()).toMatch(/1 persona/);
  await context.close();
});

it('an alarm says what happened, what is safe and what to do, reaches the board of the hub, and goes when it was read', async () => {
  const now = Date.now();
  for (const code of ['two-copies', 'clock-wrong'])
    change(centre, "INSERT INTO log_alarm VALUES (?, '', ?, ?, 2, NULL, NULL)", code, now - 86_400_000, now);
  change(hub, "INSERT INTO log_alarm VALUES ('refused', 'site/2', ?, ?, 1, NULL, NULL)", now, now);
  const [context, page] = await signIn(centre.url, 'operadora', 360);
  await page.goto(`${centre.url}/desk/safe`);
  expect(await main(page)).toContain('Apague esa copia');
  await clean(page, 'safe-alarms');
  await page.getByRole('button', { name: 'Enviar ahora' }).click();
  await page.waitForURL(/\/desk\/safe$/);
  expect(await main(page)).not.toContain('El reloj de este equipo está mal'); // it was looked at again

  const [office, board] = await signIn(hub.url, 'admin', 1280);
  await board.goto(`${hub.url}/admin/sites`);
  const row = board.locator('tbody tr').filter({ hasText: 'Puerto Ocopa' });
  await expect.poll(() => row.textContent()).toContain('Otra copia de este equipo está trabajando');
  await expect.poll(() => row.textContent()).toMatch(/\d+\.\d+\.\d+/);
  await expect.poll(() => board.locator('tbody tr').first().textContent()).toMatch(/aceptó|copia/); // who needs help is first
  await clean(board, 'board');
  await board.getByRole('link', { name: /^con aviso: 2/ }).click();
  await board.waitForURL(/need=alarm/);
  await expect.poll(() => board.locator('tbody tr').count()).toBe(2);
  await board.goto(`${hub.url}/admin/sites`);
  await board.getByLabel('Nombre', { exact: true }).fill('ocopa');
  await board.getByRole('button', { name: 'Buscar', exact: true }).click();
  await board.waitForURL(/name=ocopa/);
  await expect.poll(() => board.locator('tbody tr').count()).toBe(1);
  await board.getByLabel('Nombre', { exact: true }).fill('no hay');
  await board.getByRole('button', { name: 'Buscar', exact: true }).click();
  await board.getByText('Ningún telecentro es así').waitFor();
  await clean(board, 'board-none');
  await board.goto(`${hub.url}/admin/sites`);
  await board.getByRole('button', { name: /Ya lo leí: Llegó algo/ }).click();
  await board.waitForURL(/\/admin\/sites$/);
  expect(await main(board)).not.toContain('Llegó algo que no se aceptó');

  await page.getByRole('button', { name: /Ya lo leí: Otra copia/ }).click();
  await page.waitForURL(/\/desk\/safe$/);
  expect(await main(page)).not.toContain('Apague esa copia');
  await context.close();
  await office.close();
});

it('without a link it says that nothing is lost, and the copy on the second medium makes the work safe', async () => {
  await hub.stop();
  const [context, page] = await signIn(centre.url, 'operadora', 360).catch(() => {
    throw new Error(centre.output());
  });
  await page.goto(`${centre.url}/desk/safe`);
  await page.getByRole('button', { name: 'Enviar ahora' }).click();
  await page.waitForURL(/\/desk\/safe$/);
  expect(await main(page)).toContain('No hay conexión con el servidor central');
  await clean(page, 'safe-no-link');
  await context.close();
});
