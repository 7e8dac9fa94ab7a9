// A map as it is sent: what is drawn, what is said, what a keyboard reaches, and what is left where no pictures are wanted.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, serveDemonstration, type Served } from './served.ts';

let served: Served;
beforeAll(async () => {
  served = await serveDemonstration();
}, 120_000);
afterAll(() => served.stop());

const maps = (page: string) => page.match(/<figure class="map">.*?<\/figure>/gs) ?? [];

it('names and links every district, hatches what is withheld, and is small', async () => {
  const { body } = await ask(served.hub, '/gallery');
  const map = maps(body).at(-1) ?? '';
  const [svg = ''] = /<svg.*?<\/svg>/s.exec(map) ?? [];
  expect(svg.length).toBeLessThanOrEqual(8_000);
  expect(svg).toContain('role="group" aria-label="Personas atendidas por distrito');
  for (const name of ['Satipo', 'Mazamari', 'Pangoa', 'Río Tambo']) expect(svg).toContain(`>${name}</text>`);
  // what a keyboard reaches: the name, once for each district
  const links = [...svg.matchAll(/<a ([^>]*)>/g)].map(([, attributes = '']) => attributes);
  expect(links.filter((one) => !one.includes('tabindex="-1"'))).toHaveLength(4);
  const [, hatch = 'none'] = /<pattern id="([^"]+)"/.exec(svg) ?? [];
  expect(svg.split(`fill="url(#${hatch})"`)).toHaveLength(2);
  expect(map).toContain('<details');
});

it('is the list alone in text-only mode', async () => {
  const { body } = await ask(served.hub, '/gallery', { headers: { cookie: 'mode=text' } });
  const found = maps(body);
  expect(found.length).toBeGreaterThan(1);
  for (const map of found) {
    expect(map).not.toContain('<svg');
    expect(map).toContain('<details open');
    expect(map).toContain('Río Tambo');
  }
});
