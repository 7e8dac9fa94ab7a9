// A day at the desk without any script: finding, registering, a look-alike, a visit and its mistake, consent taken back, hostile words.
import { spawn, type ChildProcess } from 'node:child_process';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axe, newContext, openBrowser } from '../support/browser.ts';
import { removeFolder, temporaryFolder } from '../support/processes.ts';

let browser: Browser;
let child: ChildProcess;
let base = '';
let people: string[] = [];
let shared = '';
const folder = temporaryFolder();
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  browser = await openBrowser();
  child = spawn(process.execPath, ['tests/support/desk-process.ts', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  const ready = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('\n')) resolve(said);
    });
    child.once('exit', (code) => reject(new Error(`the process ended with ${code}`)));
  });
  const known = JSON.parse(ready) as { port: number; people: string[]; shared: string };
  base = `http://127.0.0.1:${known.port}`;
  ({ people, shared } = known);
});
afterAll(async () => {
  for (const context of contexts) await context.close();
  await browser?.close();
  child?.kill('SIGKILL');
  removeFolder(folder);
});

/** A page of whoever a session's cookie stands for; signed out when it stands for nobody. */
async function as(session: string, javaScript = false): Promise<Page> {
  const context = await newContext(browser, { width: 360, javaScript });
  contexts.push(context);
  await context.addCookies([{ name: 'session', value: session, url: base }]);
  return context.newPage();
}
const heading = async (page: Page) => (await page.locator('h1').first().textContent())?.trim();
const alerts = async (page: Page) => (await page.getByRole('alert').allTextContents()).join(' ');
/** Sends the form that holds a field. */
const send = (page: Page, field: string, button = 'button.main') =>
  page
    .locator('form')
    .filter({ has: page.locator(field) })
    .locator(button)
    .click();
const unfold = (page: Page, words: string) => page.locator('summary', { hasText: words }).click();

let person = '';
let visit = '';
let code = '';

it('nobody is found: the name goes into the form, and a refusal keeps what was typed', async () => {
  const page = await as('operator');
  await page.goto(`${base}/desk`);
  await page.locator('#q').fill('Nelly');
  await page.getByRole('button', { name: 'Buscar' }).click();
  await page.getByRole('link', { name: 'Registrar a una persona nueva' }).click();
  expect(await page.locator('[name=given]').inputValue()).toBe('Nelly');
  await page.locator('[name=surnames]').fill('<b>Poma</b>');
  await page.locator('[name=birthYear]').fill('mil');
  await send(page, '[name=given]');
  expect(await alerts(page)).toContain('Año de nacimiento');
  expect(await page.locator('[name=surnames]').inputValue()).toBe('<b>Poma</b>');
  await page.locator('[name=birthYear]').fill('1988');
  await page.locator('[name=sex][value=female]').check();
  await send(page, '[name=given]');
  expect(await alerts(page)).toContain('no hay tarjeta');
  await page.locator('[name=consent-card][value=yes]').check();
  await send(page, '[name=given]');
  await page.waitForURL(/people\/[0-9A-Z]+\?new/);
  expect(await heading(page)).toBe('Nelly <b>Poma</b>');
});

it('a look-alike is shown before anything is saved, and registered when the operator says so', async () => {
  const page = await as('operator');
  await page.goto(`${base}/desk/people/new`);
  await page.locator('[name=given]').fill('Roza');
  await page.locator('[name=surnames]').fill('Kispe Guamán');
  await page.locator('[name=birthYear]').fill('1989');
  await page.locator('[name=sex][value=female]').check();
  await page.locator('[name=consent-card][value=yes]').check();
  await send(page, '[name=given]');
  expect(await alerts(page)).toContain('puede ser de la misma persona');
  expect(await page.locator(`a[href="/desk/people/${people[0]}"]`).count()).toBe(1);
  expect(await page.locator('[name=surnames]').inputValue()).toBe('Kispe Guamán');
  await page.locator('[name=notADuplicate]').check();
  await send(page, '[name=given]');
  await page.waitForURL(/people\/[0-9A-Z]+\?new/);
  person = /people\/([0-9A-Z]+)/.exec(page.url())?.[1] ?? '';
  expect(await page.locator('.receipt .code').textContent()).toMatch(/^\d+-\d{3}-\d{3}-\d$/);
});

it('a visit gives a slip whose code finds it again; a mistake is corrected and voided', async () => {
  const page = await as('operator');
  await page.goto(`${base}/desk/visits/new?person=${person}`);
  await send(page, '[name=purposes]');
  expect(await alerts(page)).toContain('¿Para qué vino?');
  await page.locator('[value=online-procedure]').check();
  await send(page, '[name=purposes]');
  expect(await alerts(page)).toContain('Elija con qué institución');
  expect(await page.locator('[value=online-procedure]').isChecked()).toBe(true);
  await page.locator('[name=institution]').selectOption('sis');
  await page.locator('[name=procedure]').fill('<script>alert(1)</script>');
  await send(page, '[name=purposes]');
  await page.waitForURL(/visits\/[0-9A-Z]+\?new/);
  visit = /visits\/([0-9A-Z]+)/.exec(page.url())?.[1] ?? '';
  code = ((await page.locator('.receipt .code').textContent()) ?? '').trim();
  expect(await page.locator('.receipt').textContent()).toContain('<script>alert(1)</script>');
  await page.goto(`${base}/desk?q=${code.toLowerCase()}`);
  expect(page.url()).toBe(`${base}/desk/visits/${visit}`);
  await unfold(page, 'Hay un error');
  await page.getByRole('link', { name: 'Corregir la visita' }).click();
  await page.locator('[name=purposes][value=homework]').check();
  await send(page, '[name=purposes]');
  await page.waitForURL(/visits\/[0-9A-Z]+\?new/);
  await page.goto(`${base}/desk/visits/${visit}`);
  expect(await page.locator('.notice').textContent()).toContain('no cuenta');
});

it('the same form sent twice is one visit, and a form for a person of elsewhere writes nothing', async () => {
  const page = await as('operator');
  const count = async () => {
    await page.goto(`${base}/desk`);
    return page.locator('main .lead').textContent();
  };
  const before = await count();
  await page.goto(`${base}/desk/visits/new?person=${person}`);
  const hidden = async (name: string) =>
    (await page.locator(`form input[name=${name}]`).first().getAttribute('value')) ?? '';
  const form = { _token: await hidden('_token'), _key: await hidden('_key'), person, purposes: 'office' };
  const post = async (fields: Record<string, string>) => {
    const answer = await page.request.post(`${base}/desk/visits/new`, {
      form: fields,
      headers: { origin: base, accept: 'text/html' },
      maxRedirects: 0,
    });
    return { status: answer.status(), to: answer.headers()['location'], text: await answer.text() };
  };
  const first = await post(form);
  expect(first.status).toBe(303);
  expect((await post(form)).to).toBe(first.to);
  const after = await count();
  expect(after).not.toBe(before);
  const foreign = await post({ ...form, _key: 'another', person: visit });
  expect([foreign.status, foreign.text.includes('No encontramos a esa persona')]).toEqual([400, true]);
  const long = await post({
    ...form,
    _key: 'third',
    purposes: 'online-procedure',
    institution: 'sis',
    procedure: 'x'.repeat(5000),
  });
  expect(long.status).toBe(400);
  expect(long.text).toContain('x'.repeat(5000));
  expect(await count()).toBe(after);
});

it('consent is given and taken back on the card; a stale correction overwrites nothing', async () => {
  const page = await as('operator');
  await page.goto(`${base}/desk/people/${person}`);
  await unfold(page, 'Anotar una respuesta');
  await page.locator('[name=purpose]:not([type=hidden])').selectOption('photo-voice');
  await page.locator('[name=answer][value=yes]').check();
  await send(page, '[name=answer]', 'button');
  const item = page.locator('li').filter({ hasText: 'Usar su foto o su voz' });
  expect(await item.textContent()).toContain('Sí');
  await item.getByRole('button').click();
  expect(await item.locator('strong').first().textContent()).toBe('No');

  await page.goto(`${base}/desk/people/${person}/correct`);
  const other = await as('operator');
  await other.goto(`${base}/desk/people/${person}/correct`);
  await other.locator('[name=given]').fill('Rosa María');
  await send(other, '[name=given]');
  await page.locator('[name=given]').fill('Rosita');
  await send(page, '[name=given]');
  expect(await alerts(page)).toContain('Alguien cambió esta ficha');
  expect(await page.locator('[name=given]').inputValue()).toBe('Rosita');
  expect(await page.locator('.facts').textContent()).toContain('Rosa María');
});

it('a proposal is written with help, supported once, answered by its municipality, and read by everybody', async () => {
  const page = await as('operator');
  await page.goto(`${base}/proposals/new?person=${person}`);
  await page.locator('[name=title]').fill('Un puente <i>peatonal</i>');
  await page.locator('[name=text]').fill('Para cruzar cuando llueve.');
  await send(page, '[name=title]');
  expect(await alerts(page)).toContain('presente');
  await page.locator('[name=presence][value=mark]').check();
  await page.locator('[name=readBack]').check();
  await send(page, '[name=title]');
  await page.waitForURL(/proposals\/[0-9A-Z]+\?/);
  const proposal = `${base}/proposals/${/proposals\/([0-9A-Z]+)/.exec(page.url())?.[1] ?? ''}`;

  const neighbour = await as(`resident-${people[1]}`);
  await neighbour.goto(proposal);
  await neighbour.getByRole('button', { name: 'Apoyar esta propuesta' }).click();
  expect(await neighbour.locator('main').textContent()).toContain('confirme que es el único suyo'); // by the hub

  const elsewhere = await as('elsewhere');
  expect((await elsewhere.goto(proposal.replace('/proposals/', '/office/proposals/')))?.status()).toBe(403);
  const municipal = await as('municipal');
  await municipal.goto(`${base}/office/proposals`);
  await municipal.getByRole('link', { name: /Un puente/ }).click();
  await municipal.locator('[name=decision][value=will-do]').check();
  await municipal.locator('[name=text]').fill('En marzo.');
  await send(municipal, '[name=decision]');
  expect(await municipal.getByRole('status').textContent()).toContain('pública');

  const anybody = await as('nobody');
  await anybody.goto(proposal);
  expect(await heading(anybody)).toBe('Un puente <i>peatonal</i>');
  const seen = (await anybody.locator('main').textContent()) ?? '';
  expect(seen).toContain('En marzo.');
  expect(seen).not.toContain('Kispe');
  expect(await anybody.getByRole('button', { name: 'Apoyar esta propuesta' }).count()).toBe(0);
});

it('who is signed out is led to the sign-in and back; who may not is told so', async () => {
  const anybody = await as('nobody');
  await anybody.goto(`${base}/desk/people/${person}`);
  expect(anybody.url()).toBe(`${base}/sign-in?next=${encodeURIComponent(`/desk/people/${person}`)}`);
  const municipal = await as('municipal');
  for (const path of ['/desk', '/desk/people/new', `/desk/people/${person}`, `/desk/visits/${visit}`])
    expect([path, (await municipal.goto(base + path))?.status()]).toEqual([path, 403]);
  const operator = await as('operator');
  for (const path of [
    '/desk/people/00000000000',
    '/desk/visits/nothing',
    '/desk/visits/new?person=1',
    '/proposals/%3Cb%3E',
  ])
    expect([path, (await operator.goto(base + path))?.status()]).toEqual([path, 404]);
});

it('every page is clean for everybody', async () => {
  const desk = await as('operator', true);
  for (const path of [
    '/desk?q=quispe',
    '/desk/people/new',
    `/desk/people/${person}`,
    `/desk/people/${person}/correct`,
    `/desk/visits/new?person=${person}`,
    '/desk/visits/new',
    `/desk/visits/${visit}`,
    '/proposals',
    `/proposals/new?person=${person}`,
  ]) {
    await desk.goto(base + path);
    expect([path, await axe(desk)]).toEqual([path, []]);
  }
  const municipal = await as('municipal', true);
  await municipal.goto(`${base}/office/proposals`);
  expect(await axe(municipal)).toEqual([]);
});

it('two versions of a card are counted, shown with who wrote each, and one is chosen', async () => {
  const page = await as('operator');
  await page.goto(`${base}/desk`);
  await page.getByRole('link', { name: '1 ficha tiene dos versiones: elegir' }).click();
  expect(await heading(page)).toBe('Dos versiones: elegir');
  await page.getByRole('link', { name: /Nelida/ }).click();
  const seen = (await page.locator('main').textContent()) ?? '';
  for (const words of ['Chirampari', 'Shirampari Ríos', 'Puerto Ocopa', 'Betania', 'Operador'])
    expect(seen).toContain(words);
  if (process.env.PICTURES)
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: `${process.env.PICTURES}/conflict-${width}.png`, fullPage: true });
    }
  const looked = await as('operator', true);
  await looked.goto(page.url());
  expect(await axe(looked)).toEqual([]);

  await send(page, '[name=keep]');
  expect(await alerts(page)).toContain('Elija');
  await page.locator('[name=keep][value=other]').check();
  await page.locator('[name=other]').fill('Shirampari <b>Ríos</b>');
  await send(page, '[name=keep]');
  await page.waitForURL(/\/desk\/conflicts\?done/);
  expect(await page.locator('main').textContent()).toContain('Ninguna ficha tiene dos versiones');
  await page.goto(`${base}/desk/people/${shared}`);
  expect(await heading(page)).toBe('Nelida Shirampari <b>Ríos</b>');
  await page.goto(`${base}/desk`);
  expect(await page.getByRole('link', { name: /dos versiones/ }).count()).toBe(0);
});
