import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { openBrowser } from '../tests/support/browser.ts';
import { demoPassword, removeFolder, startProcess, temporaryFolder } from '../tests/support/processes.ts';
const OUT = process.env.SCREENS ?? '/tmp/shots';
mkdirSync(OUT, { recursive: true });
const folder = temporaryFolder();
const hub = await startProcess({ role: 'hub', dataDir: folder });
const desk = await startProcess({ role: 'telecentre', dataDir: path.join(folder, 'demo', 'puerto-ocopa'), args: ['--demo'], env: { HUB_URL: hub.url } });
const browser = await openBrowser();
const pages = (process.argv[2] ?? '').split(',').filter(Boolean);
const hubPages = (process.argv[3] ?? '').split(',').filter(Boolean);
const who = process.argv[4] ?? 'coordinacion';
try {
  for (const width of (process.env.WIDTHS ?? '360,1280').split(',').map(Number)) {
    const context = await browser.newContext({ viewport: { width, height: width > 1500 ? 1080 : 900 }, locale: 'es-PE' });
    const page = await context.newPage();
    page.on('pageerror', (e) => console.log('pageerror', e.message));
    page.on('console', (m) => m.type() === 'error' && console.log('console', m.text()));
    const signIn = async (base: string, username: string) => {
      await page.goto(`${base}/sign-in`);
      await page.getByLabel('Usuario').fill(username);
      await page.getByLabel('Contraseña').fill(demoPassword(hub, username));
      await page.getByRole('button', { name: 'Ingresar' }).click();
      await page.waitForURL(/\/account/);
    };
    if (pages.length) await signIn(desk.url, 'operadora');
    for (const one of pages) {
      const [url = '', click] = one.split('@');
      const answer = await page.goto(desk.url + url);
      if (click) { await page.locator(click).first().click(); await page.waitForLoadState(); }
      console.log(url, answer?.status());
      await page.screenshot({ path: path.join(OUT, `${url.replace(/\W+/g, '_')}${click ? '_c' : ''}-${width}.png`), fullPage: !process.env.TOP });
    }
    if (hubPages.length) { await context.clearCookies(); await signIn(hub.url, who); }
    for (const url of hubPages) {
      const answer = await page.goto(hub.url + url);
      console.log(url, answer?.status());
      await page.screenshot({ path: path.join(OUT, `hub${url.replace(/\W+/g, '_')}-${width}.png`), fullPage: !process.env.TOP });
    }
    await context.close();
  }
} finally { await browser.close(); await desk.stop(); await hub.stop(); removeFolder(folder); }
