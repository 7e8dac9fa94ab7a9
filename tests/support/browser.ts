// Chromium from npm for journeys: unpacked once per version, driven with our own flags, never with those that switch origin checks off.
import { spawnSync } from 'node:child_process';
import { chmodSync, createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { packageFolder, unpackOnce } from './unpacked.ts';

/** Needed in a container and for a small /dev/shm; the rest keeps the browser from calling home. */
export const FLAGS = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-pings',
  '--hide-scrollbars',
];

const unpack = (from: string, to: string) =>
  pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to));

async function unpackTar(from: string, into: string): Promise<void> {
  mkdirSync(into, { recursive: true });
  const tar = path.join(into, 'pack.tar');
  await unpack(from, tar);
  const done = spawnSync('tar', ['-xf', tar, '-C', into]);
  if (done.status !== 0) throw new Error(`tar: ${done.stderr.toString()}`);
  rmSync(tar);
}

/** The folder with the browser and the libraries it needs beside libc; made before workers start. Errors: Error on a machine it is not built for. */
export function unpackChromium(): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`the browser for journeys is built for linux x64, not ${process.platform} ${process.arch}`);
  const { folder, version } = packageFolder('@sparticuz/chromium', path.join('bin', 'chromium.br'));
  const bin = path.join(folder, 'bin');
  return unpackOnce('chromium', version, async (into) => {
    await unpack(path.join(bin, 'chromium.br'), path.join(into, 'chromium'));
    chmodSync(path.join(into, 'chromium'), 0o755);
    await unpackTar(path.join(bin, 'al2023.tar.br'), path.join(into, 'al2023'));
    await unpackTar(path.join(bin, 'swiftshader.tar.br'), into);
    await unpackTar(path.join(bin, 'fonts.tar.br'), path.join(into, 'fonts'));
  });
}

export async function openBrowser(): Promise<Browser> {
  const home = await unpackChromium();
  const fonts = path.join(home, 'fonts');
  return chromium.launch({
    executablePath: path.join(home, 'chromium'),
    args: FLAGS,
    env: {
      ...process.env,
      LD_LIBRARY_PATH: path.join(home, 'al2023', 'lib'),
      FONTCONFIG_PATH: existsSync(path.join(fonts, 'fonts')) ? path.join(fonts, 'fonts') : fonts,
      HOME: home,
    },
  });
}

export interface View {
  width?: 360 | 1280;
  javaScript?: boolean;
  language?: 'es' | 'en';
}

export async function newContext(browser: Browser, view: View = {}): Promise<BrowserContext> {
  const { width = 1280, javaScript = true, language = 'es' } = view;
  return browser.newContext({
    viewport: { width, height: width === 360 ? 740 : 860 },
    javaScriptEnabled: javaScript,
    locale: language === 'es' ? 'es-PE' : 'en-GB',
    deviceScaleFactor: width === 360 ? 2 : 1,
  });
}

/** A page in a context of its own; closing the page's context ends both. */
export async function newPage(browser: Browser, view: View = {}): Promise<Page> {
  return (await newContext(browser, view)).newPage();
}

/** Staff by name and password, until the account's page is there. `seen`: looks at the form before it is sent. */
export async function signInAs(
  page: Page,
  base: string,
  username: string,
  password: string,
  seen?: (page: Page) => Promise<void>,
): Promise<Page> {
  await page.goto(`${base}/sign-in`);
  await page.getByLabel('Usuario').fill(username);
  await page.getByLabel('Contraseña').fill(password);
  await seen?.(page);
  await page.getByRole('button', { name: 'Ingresar' }).click();
  await page.waitForURL(/\/account/);
  return page;
}

/** The whole page as a picture, folders made; animations stand still. */
export async function screenshot(page: Page, file: string): Promise<void> {
  await page.screenshot({ path: file, fullPage: true, animations: 'disabled' });
}

export interface AxeViolation {
  id: string;
  help: string;
  nodes: string[];
}

/** WCAG 2.2 A and AA by axe-core; an empty list is what we want. Evaluated by the driver, so the page's policy stays as it is. */
export async function axe(page: Page): Promise<AxeViolation[]> {
  const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  return page.evaluate(async () => {
    interface Result {
      violations: { id: string; help: string; nodes: { html: string }[] }[];
    }
    const runner = (globalThis as unknown as { axe: { run: (options: object) => Promise<Result> } }).axe; // reason: axe was put there by the line above
    const { violations } = await runner.run({
      runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
    });
    return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map((node) => node.html.slice(0, 160)) }));
  });
}
