// What a page may weigh: every public page that links lead to, at the hub and at a telecentre, on the built screens.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, serveDemonstration, type Served } from './served.ts';
import type { Running } from '../support/processes.ts';

/** Bytes as they travel, packed: at 64 kbit/s a thousand take an eighth of a second. */
const HOME = 14_000;
const PAGE = 30_000;
/** All pictures of a page that are not asked for one by one. */
const PICTURES = 60_000;
const MOST_PAGES = 80;

let served: Served;
beforeAll(async () => {
  served = await serveDemonstration();
}, 120_000);
afterAll(() => served.stop());

const packed = { 'accept-encoding': 'gzip' };

/** Pages of one kind: ids and what is asked for differ. */
const kindOf = (where: string) =>
  where.replace(/[?#].*$/, '').replace(/\/[0-9A-Z]{8,}(?=\/|$)|\/\d{6}(?=\/|$)/g, '/ID');
const NO_PAGE =
  /^\/(language|desk|office|admin|api|feeds|files|share|_app)\b|\.(csv|xlsx|pdf|ics|xml|json|png|svg)\b|\/(pdf|download)\//;

async function weigh(
  to: Running,
): Promise<Map<string, { where: string; page: number; pictures: number; scripts: string[] }>> {
  const found = new Map<string, { where: string; page: number; pictures: number; scripts: string[] }>();
  const waiting = ['/'];
  for (let where = waiting.shift(); where && found.size < MOST_PAGES; where = waiting.shift()) {
    if (found.has(kindOf(where))) continue;
    const { status, body } = await ask(to, where);
    if (status !== 200) continue;
    const { headers } = await ask(to, where, { headers: packed });
    const pictures = new Set(
      [...body.matchAll(/<img[^>]* src="(\/[^"]+)"/g)].map((one) => one[1]?.replaceAll('&amp;', '&') ?? ''),
    );
    let weight = 0;
    for (const picture of pictures) weight += Number((await ask(to, picture)).headers['content-length'] ?? 0);
    found.set(kindOf(where), {
      where,
      page: Number(headers['content-length']),
      pictures: weight,
      scripts: [...body.matchAll(/<script[^>]* src="([^"]+)"/g)].map((one) => one[1] ?? ''),
    });
    for (const link of body.matchAll(/<a [^>]*href="(\/[^"]*)"/g)) {
      const to = (link[1] ?? '').replaceAll('&amp;', '&');
      if (!NO_PAGE.test(to)) waiting.push(to);
    }
  }
  return found;
}

it.each(['hub', 'centre'] as const)('every public page of the %s keeps to its budget', async (which) => {
  const pages = await weigh(served[which]);
  expect(pages.size).toBeGreaterThan(6);
  expect(pages.get('/')?.page).toBeLessThanOrEqual(HOME);
  const heavy = [...pages.values()].filter(({ page, pictures }) => !(page <= PAGE) || pictures > PICTURES);
  expect(heavy).toEqual([]);
  // a page of the public has no script; what renews itself at a telecentre has one
  const scripted = [...pages].filter(([, { scripts }]) => scripts.length > 0).map(([kind]) => kind);
  expect(scripted.filter((kind) => !/^\/(queue|wall|kiosk)/.test(kind))).toEqual([]);
});
