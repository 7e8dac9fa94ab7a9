// A day without a link: open, queue, twelve people, three procedures, a power cut in the middle, a sheet of paper, printing, closing, the courier;
// and the month's report at the hub is what another count of the raw facts gives.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axe, openBrowser, signInAs } from '../support/browser.ts';
import { countMonth } from '../support/count-month.ts';
import { demoPassword, removeFolder, startProcess, temporaryFolder, type Running } from '../support/processes.ts';

let browser: Browser;
let hub: Running;
let centre: Running;
let operator: Page;
let wall: Page;
let phone: Page;
let kiosk: Page;
const contexts: BrowserContext[] = [];
const folder = temporaryFolder();
const data = path.join(folder, 'data');
const here = path.join(data, 'demo', 'puerto-ocopa');
const DAY = 24 * 3_600_000;
/** Until the next ten in the morning there (15:00 UTC): a day at work has one date, whenever this runs. */
const MORNING = (DAY + 15 * 3_600_000 - (Date.now() % DAY)) % DAY;
const CUT = 25 * 60_000;

/** Nobody answers at that hub: the link is down all day. */
const OFFLINE = { HUB_URL: 'http://127.0.0.1:9' };
const later = pathToFileURL(path.resolve('tests/support/later.ts')).href;
const at = (ahead: number) => ({ CLOCK_AHEAD: String(ahead), NODE_OPTIONS: `--import=${later}` });

beforeAll(async () => {
  mkdirSync(path.join(folder, 'stick'));
  hub = await startProcess({ role: 'hub', dataDir: data, env: at(MORNING) });
  const env = { ...OFFLINE, ...at(MORNING) };
  centre = await startProcess({ role: 'telecentre', dataDir: here, args: ['--demo'], env });
  browser = await openBrowser();
  operator = await open(1280);
  wall = await open(1920);
  phone = await open(360);
  kiosk = await open(1024);
  await signIn(operator, centre.url, 'operadora');
});
afterAll(async () => {
  for (const context of contexts) await context.close();
  await browser?.close();
  await centre?.stop();
  await hub?.stop();
  removeFolder(folder);
});

async function open(width: number): Promise<Page> {
  const height = { 360: 740, 1024: 768, 1280: 900, 1920: 1080 }[width] ?? 900;
  const context = await browser.newContext({ viewport: { width, height }, locale: 'es-PE', acceptDownloads: true });
  contexts.push(context);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return page;
}

const signIn = (page: Page, base: string, username: string) =>
  signInAs(page, base, username, demoPassword(hub, username));

/** Readable, not too wide; a picture where SCREENS says so. */
async function clean(page: Page, name: string): Promise<void> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide, name).toBe(0);
  const folderOfPictures = process.env.SCREENS;
  if (folderOfPictures) {
    mkdirSync(folderOfPictures, { recursive: true });
    const width = page.viewportSize()?.width ?? 0;
    await page.screenshot({ path: path.join(folderOfPictures, `day-${name}-${width}.png`), animations: 'disabled' });
  }
  expect(await axe(page), name).toEqual([]);
}

const go = (where: string) => operator.goto(`${centre.url}${where}`);
const main = (page: Page) => page.locator('main').textContent();

it('the telecentre opens', async () => {
  await go('/desk/hours');
  // the demonstration left it open: it closes and begins anew
  await operator.getByRole('button', { name: /Cerrar el telecentro/ }).click();
  await operator.getByRole('button', { name: /Abrir el telecentro/ }).click();
  await operator.waitForURL(/\/desk$/);
  expect(await main(operator)).toContain('Abierto desde las');
  await clean(operator, 'desk');
});

it('people take numbers by themselves, and the wall calls them within a second', async () => {
  await wall.goto(`${centre.url}/wall`);
  await phone.goto(`${centre.url}/queue`);
  await phone.getByText('Hacer un trámite').click();
  await clean(phone, 'take-number');
  await phone.getByRole('button', { name: 'Quiero mi número' }).click();
  await phone.waitForURL(/queue\/[0-9A-Z]+$/);
  const mine = ((await phone.locator('.receipt strong').textContent()) ?? '').trim();
  await clean(phone, 'number');
  await go('/desk/queue');
  await clean(operator, 'queue');
  const row = operator
    .locator('.turns li')
    .filter({ has: operator.locator('.turn', { hasText: new RegExp(`^${mine}$`) }) });
  const called = Date.now();
  await row.getByRole('button', { name: 'Llamar', exact: true }).click();
  await wall.locator(`.called [data-number="${mine}"]`).waitFor();
  // told, not asked for: a wall that only asks does so every thirty seconds
  expect(Date.now() - called).toBeLessThan(10_000);
  await clean(wall, 'wall');
  const clip = await wall.request.get(`${centre.url}/clips/es/number-${mine}`);
  expect([clip.status(), (await clip.body()).subarray(0, 4).toString()]).toEqual([200, 'OggS']);
  mkdirSync(path.join(here, 'clips', 'cni'), { recursive: true });
  writeFileSync(path.join(here, 'clips', 'cni', 'number-1.ogg'), 'a recording of the place');
  expect(await (await wall.request.get(`${centre.url}/clips/cni/number-1`)).text()).toBe('a recording of the place');
  expect((await wall.request.get(`${centre.url}/clips/cni/number-2`)).status()).toBe(404);
  expect((await wall.request.get(`${centre.url}/clips/es/..%2F..%2Fidentity`)).status()).toBe(404);
  await expect.poll(() => main(phone)).toContain('Le toca'); // nobody touched it
  await row.getByRole('button', { name: 'Terminó' }).click();
});

const CATEGORIES = ['woman', 'man', 'girl', 'boy', 'woman', 'man', 'woman', 'girl', 'woman'];

it('twelve people come, three of them with a procedure that is done with help', async () => {
  for (const [at, category] of CATEGORIES.entries()) {
    await go('/desk/visits/new');
    await operator.locator(`[name=category][value=${category}]`).check({ force: true });
    await operator
      .locator(`[name=purposes][value=${at % 3 === 0 ? 'homework' : 'information'}]`)
      .check({ force: true });
    await operator.getByRole('button', { name: /Guardar la visita/ }).click();
    await operator.waitForURL(/visits\/[0-9A-Z]+\?new/);
  }
  for (const institution of ['sis', 'reniec', 'sunat']) {
    await go('/desk/procedures/new');
    await operator.locator('[name=category][value=woman]').check({ force: true });
    await operator.locator('[name=institution]').selectOption(institution);
    await operator.locator('[name=procedure]').fill('mi clave es 1234');
    await operator.locator('[name=consent][value=said-yes]').check({ force: true });
    await operator.locator('[name=outcome][value=done]').check({ force: true });
    await operator.getByRole('button', { name: /Guardar el trámite/ }).click();
    expect(await operator.getByRole('alert').first().textContent()).toContain('No escriba claves');
    await operator.locator('[name=procedure]').fill('consulta');
    await operator.getByRole('button', { name: /Guardar el trámite/ }).click();
    await operator.waitForURL(/visits\/[0-9A-Z]+\?new/);
  }
  expect(await main(operator)).toContain('Dijo que sí');
  await clean(operator, 'procedure-slip');
});

const minutesOf = async (page: Page) => Number(/\d+/.exec((await page.locator('.left').textContent()) ?? '')?.[0]);

it('a public computer is connected, and somebody sits down with a pass', async () => {
  await go('/desk/stations/settings');
  const line = operator.locator('tr').filter({ hasText: /^\s*5/ });
  await line.getByRole('button', { name: /Unir su pantalla/ }).click();
  const number = (await operator.locator('.notice .code').textContent()) ?? '';
  await kiosk.goto(`${centre.url}/kiosk`);
  await kiosk.getByRole('link', { name: 'Unir esta pantalla' }).click();
  await kiosk.getByLabel('Número que muestra la mesa').fill(number);
  await kiosk.getByRole('button', { name: 'Unir' }).click();
  await kiosk.waitForURL(/kiosk$/);
  await clean(kiosk, 'kiosk-free');
  await operator.locator('[name=count]').fill('2');
  await operator.getByRole('button', { name: 'Hacer los pases' }).click();
  const pass = (await operator.locator('.passes .code').first().textContent()) ?? '';
  await kiosk.getByRole('link', { name: 'Con un pase' }).click();
  await kiosk.getByLabel('Código de su pase').fill(pass);
  await kiosk.getByRole('button', { name: 'Empezar' }).click();
  await kiosk.locator('.left').waitFor();
  expect(await minutesOf(kiosk)).toBe(30);
  await clean(kiosk, 'kiosk-time');
  await go('/desk/stations');
  await clean(operator, 'stations');
  // what the desk says appears on the screen without anybody touching it
  await operator.locator('summary', { hasText: 'Mensaje a las pantallas' }).click();
  await operator.locator('[name=text]').fill('Cerramos a las seis');
  await operator.getByRole('button', { name: /Enviar/ }).click();
  await kiosk.getByText('Cerramos a las seis').waitFor();
});

it('the power goes for twenty-five minutes: nobody loses time, and everybody is told', async () => {
  await centre.kill('SIGKILL');
  const env = { ...OFFLINE, ...at(MORNING + CUT) };
  centre = await startProcess({ role: 'telecentre', dataDir: here, env });
  await kiosk.goto(`${centre.url}/kiosk`);
  await kiosk.locator('.left').waitFor();
  await expect.poll(() => minutesOf(kiosk)).toBeGreaterThanOrEqual(27);
  expect(await minutesOf(kiosk)).toBeLessThanOrEqual(30);
  expect(await main(kiosk)).toMatch(/se le devolvieron 2[4-6] minutos/);
  await clean(kiosk, 'kiosk-after-cut');
  await go('/desk/stations');
  expect(await main(operator)).toMatch(/Corte de luz o equipo apagado\. 2[4-6] minutos devueltos/);
  await clean(operator, 'stations-after-cut');
  await kiosk.getByRole('button', { name: /Salir/ }).click();
  await kiosk.waitForURL(/over/);
  expect(await main(kiosk)).toContain('Su tiempo terminó');
  await expect.poll(async () => ((await kiosk.reload())?.headers() ?? {})['cache-control']).toBe('no-store');
});

it('what was written on paper meanwhile is copied line by line, once its totals agree', async () => {
  await go('/desk/paper');
  await operator.locator('summary', { hasText: 'Imprimir hojas' }).click();
  await operator.getByRole('button', { name: 'Hacer las hojas' }).click();
  const [saved] = await Promise.all([
    operator.waitForEvent('download'),
    operator.getByRole('link', { name: 'Abrir el PDF' }).click(),
  ]);
  const file = path.join(folder, 'sheet.pdf');
  await saved.saveAs(file);
  expect(readFileSync(file).subarray(0, 5).toString()).toBe('%PDF-');
  const code = (await operator.locator('tbody th').first().textContent()) ?? '';
  await operator.getByLabel('Código de la hoja').fill(code.toLowerCase());
  await operator.getByRole('button', { name: 'Abrir la hoja' }).click();
  await operator.waitForURL(/paper\/[0-9A-Z]+$/);
  const sheet = operator.url();
  const today = await operator.locator('[name=day]').getAttribute('max');
  await operator.locator('[name=day]').fill(today ?? '');
  for (const [line, letters] of ['T', 'TB', 'L'].entries()) {
    await operator.locator(`[name=line${line + 1}-hour]`).fill(line === 1 ? '?' : '10:15');
    await operator.locator(`[name=line${line + 1}-category]`).selectOption('woman');
    await operator.locator(`[name=line${line + 1}-letters]`).fill(letters);
  }
  await operator.locator('[name=line3-institution]').fill('2');
  await operator.locator('[name=visits]').fill('3');
  await operator.locator('[name=attentions]').fill('5');
  await operator.getByRole('button', { name: /Guardar la hoja/ }).click();
  expect(await operator.getByRole('alert').first().textContent()).toContain('El papel dice 5 atenciones');
  expect(await operator.locator('[name=line2-letters]').inputValue()).toBe('TB');
  await clean(operator, 'paper');
  await operator.locator('[name=attentions]').fill('4');
  await operator.getByRole('button', { name: /Guardar la hoja/ }).click();
  await operator.waitForURL(/entered=3-4/);
  await operator.goto(sheet);
  expect(await main(operator)).toContain('ya se pasó');
});

it('four pages are printed and paid, and the telecentre closes', async () => {
  await go('/desk/printing');
  const form = operator.locator('form').filter({ has: operator.locator('[name=paid]') });
  await form.locator('[name=pages]').fill('4');
  await form.getByRole('button').click();
  expect(await operator.getByRole('alert').first().textContent()).toContain('S/ 0.8');
  await form.locator('[name=paid]').check({ force: true });
  await form.getByRole('button').click();
  await expect.poll(() => main(operator)).toContain('S/ 0.80 en caja');
  await clean(operator, 'printing');
  await go('/desk/hours');
  await operator.getByRole('button', { name: /Cerrar el telecentro/ }).click();
  await expect.poll(() => main(operator)).toContain('Cerrado');
});

it('the stick carries the day to the hub, whose month is what another count of the raw facts gives', async () => {
  await go('/desk/courier');
  await operator.getByRole('button', { name: /Preparar el sobre para el servidor central/ }).click();
  await operator.waitForURL(/courier\/\d+$/);
  const [saved] = await Promise.all([
    operator.waitForEvent('download'),
    operator.getByRole('link', { name: 'Guardar el archivo' }).click(),
  ]);
  const file = path.join(folder, 'stick', saved.suggestedFilename());
  await saved.saveAs(file);
  const team = await open(1280);
  await signIn(team, hub.url, 'equipo');
  await team.goto(`${hub.url}/office/courier`);
  await team.getByLabel('Archivos que trajo la memoria').setInputFiles([file]);
  await team.getByRole('button', { name: 'Recibir los sobres' }).click();
  await team.waitForURL(/take/);
  const db = new DatabaseSync(path.join(data, 'programme.db'), { readOnly: true });
  const { id } = db.prepare("SELECT id FROM site WHERE name = 'Puerto Ocopa'").get() as { id: string };
  db.close();
  const day =
    (await operator.goto(`${centre.url}/desk/visits/new`), await operator.locator('[name=day]').getAttribute('max'));
  const month = (day ?? '').slice(0, 7);
  await team.goto(`${hub.url}/office/statistics?where=${id}&month=${month}`);
  await clean(team, 'statistics');
  const answer = await team.request.get(`${hub.url}/office/statistics/${month}.csv?where=${id}&exact`);
  expect(answer.status()).toBe(200);
  const told = new Map(
    (await answer.text()).split('\r\n').map((line) => {
      const cells = [...line.matchAll(/"((?:[^"]|"")*)"|([^,]+)|(?<=,)(?=,)/g)].map((cell) => cell[1] ?? cell[2] ?? '');
      return [cells[2] ?? '', cells[3] ?? ''];
    }),
  );
  const value = (key: string) => Number(told.get(key) ?? Number.NaN);
  const counted = countMonth(here, `t/${id}`, month);
  expect(counted.visits).toBeGreaterThanOrEqual(12 + 3 + 1);
  expect({
    ...{ attentions: value('attentions.attentions'), trainings: value('trainings.trainings') },
    ...{ visits: value('people.visits'), people: value('people.people'), unnamed: value('people.unnamed') },
    ...{ assisted: value('assisted.assisted'), female: value('sex.female'), male: value('sex.male') },
  }).toEqual({
    ...{ attentions: counted.attentions, trainings: counted.trainings, visits: counted.visits },
    ...{ people: counted.people, unnamed: counted.unnamed, assisted: counted.assisted },
    ...{ female: counted.female, male: counted.male },
  });
  for (const [purpose, many] of Object.entries(counted.internet))
    expect(value(`internet.${purpose}`), purpose).toBe(many);
  for (const [one, many] of Object.entries(counted.procedures)) expect(value(`procedures.${one}`), one).toBe(many);
  // at the telecentre and at the hub the raw facts are the same
  expect(countMonth(data, `t/${id}`, month)).toEqual(counted);
  await team.goto(`${hub.url}/office/telecentres`);
  await clean(team, 'telecentres');
  const pdf = await team.request.get(`${hub.url}/office/statistics/${month}.pdf?where=${id}`);
  expect((await pdf.body()).toString('latin1').match(/\/Type \/Page\b/g)).toHaveLength(1);
});
