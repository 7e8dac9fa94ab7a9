// Every page that somebody can reach by links, for each kind of person: readable by all, without errors, without dead ends.
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axe, newContext, openBrowser, signInAs } from '../support/browser.ts';
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

/** Pages of one kind: ids and what is asked for differ. */
const kindOf = (url: string): string => new URL(url).pathname.replace(/\/[0-9A-Z]{8,}(?=\/|$)/g, '/ID');
const MOST_PAGES = 60;

async function signIn(context: BrowserContext, base: string, username: string): Promise<void> {
  await (await signInAs(await context.newPage(), base, username, demoPassword(hub, username))).close();
}

async function look(page: Page, url: string, width: number): Promise<string[]> {
  const problems: string[] = [];
  const wrong = (what: string) => problems.push(`${url} at ${width}: ${what}`);
  const answer = await page.goto(url);
  if (!answer?.ok()) return [`${url}: ${answer?.status()}`];
  const found = await page.evaluate(() => ({
    headings: document.querySelectorAll('h1').length,
    title: document.title,
    language: document.documentElement.lang,
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    keys: (
      document.body.innerText.match(
        /\b(portal|desk|office|admin|ui|results|visits|people|proposals|accounts|events|hours|queue|stations|kiosk|bookings|paper|printing|suggestions|statistics|telecentres)(\.[a-z-]+){2,}/g,
      ) ?? []
    ).join(),
  }));
  if (found.headings !== 1) wrong(`${found.headings} main headings`);
  if (!found.title) wrong('no title');
  if (!found.language) wrong('no language');
  if (found.wide > 0) wrong(`${found.wide} px too wide`);
  if (found.keys && !url.includes('/audit') && !url.includes('/record?')) wrong(`a text is missing: ${found.keys}`);
  for (const violation of await axe(page)) wrong(`${violation.id}: ${violation.nodes[0]}`);
  return problems;
}

const PEOPLE: [who: string, where: 'hub' | 'centre', username: string | undefined, start: string[]][] = [
  ['the public', 'hub', undefined, ['/', '/results', '/proposals', '/events', '/events?view=month']],
  ['the public at a telecentre', 'centre', undefined, ['/', '/queue', '/suggestions', '/wall', '/kiosk']],
  ['an operator', 'centre', 'operadora', ['/desk', '/desk/people/new', '/desk/visits/new', '/desk?q=a']],
  ['a coordinator', 'hub', 'coordinacion', ['/office/telecentres', '/office/statistics']],
  ['municipal staff', 'hub', 'municipio', ['/office']],
  ['the programme’s team', 'hub', 'equipo', ['/office', '/office/results']],
  ['an administrator', 'hub', 'admin', ['/admin']],
];

it.each(PEOPLE)('every page that %s reaches is good for everybody', async (_, where, username, start) => {
  const base = where === 'hub' ? hub.url : centre.url;
  const seen = new Map<string, string>();
  const problems: string[] = [];
  for (const width of [360, 1280] as const) {
    const context = await newContext(browser, { width });
    if (username) await signIn(context, base, username);
    const page = await context.newPage();
    page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(`${page.url()}: ${message.text()}`);
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(base) && !request.url().startsWith('data:'))
        problems.push(`asked elsewhere: ${request.url()}`);
    });
    const waiting = start.map((one) => base + one);
    if (width === 1280) {
      for (const url of seen.values()) problems.push(...(await look(page, url, width)));
    } else {
      for (let url = waiting.shift(); url && seen.size < MOST_PAGES; url = waiting.shift()) {
        if (seen.has(kindOf(url))) continue;
        seen.set(kindOf(url), url);
        problems.push(...(await look(page, url, width)));
        const links = await page.evaluate(() =>
          [...document.querySelectorAll('a[href]')].map(
            // a way on a drawn map has its address as an attribute only
            (link) => new URL(link.getAttribute('href') ?? '', location.href).href.split('#')[0] ?? '',
          ),
        );
        for (const link of links)
          if (
            link.startsWith(`${base}/`) &&
            !/\/(language|mode|download|sign-out)\b|\.(csv|xlsx|pdf|ics)\b|\/pdf\//.test(link)
          )
            waiting.push(link);
      }
    }
    await context.close();
  }
  expect(problems).toEqual([]);
  expect(seen.size).toBeGreaterThan(2);
});
