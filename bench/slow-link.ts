// Public pages in a real browser over 64 kbit/s and 700 ms there and back: until all that belongs to the page is there.
import { startShaper } from '#platform/shaper';
import { newContext, openBrowser } from '../tests/support/browser.ts';
import { removeFolder, startProcess, temporaryFolder } from '../tests/support/processes.ts';
import { figure, median } from './figure.ts';

const ROUND_TRIP = 700;
/** The link relays what is said; the three packets with which a connection begins never pass it, so their round trip is added. */
const HANDSHAKE = ROUND_TRIP / 1_000;
const ROUNDS = 3;
const PAGES = [
  ['home', '/', 3.2],
  ['proposals', '/proposals', 5.5],
  ['results', '/results', 5.5],
  ['about', '/about', 5.5],
  ['sign-in', '/sign-in', 5.5],
] as const;

const folder = temporaryFolder();
const hub = await startProcess({ role: 'hub', dataDir: folder });
const link = await startShaper(
  { host: '127.0.0.1', port: hub.port },
  { settings: { rate: 64_000, delay: ROUND_TRIP / 2 } },
);
const browser = await openBrowser();
try {
  for (const [name, where, atMost] of PAGES) {
    await fetch(hub.url + where); // it is kept from now on, as for everybody after the first
    const seconds: number[] = [];
    let bytes = 0;
    for (let round = 0; round < ROUNDS; round++) {
      // a phone that was never here: nothing is in its cache
      const context = await newContext(browser, { width: 360 });
      const page = await context.newPage();
      const before = link.bytes.down;
      const begun = performance.now();
      await page.goto(`http://127.0.0.1:${link.port}${where}`, { waitUntil: 'load' });
      seconds.push((performance.now() - begun) / 1_000 + HANDSHAKE);
      bytes = link.bytes.down - before;
      await context.close();
    }
    figure(`${name}, complete over 64 kbit/s and 700 ms`, median(seconds), 's', { atMost });
    figure(`${name}, bytes that came`, bytes, 'bytes');
  }
} finally {
  await browser.close();
  await link.close();
  await hub.stop();
  removeFolder(folder);
}
