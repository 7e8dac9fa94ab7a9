// The sheet travels inside every page, over 2G, to phones of 2020: how large it is and what it may ask of a browser.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import cascadeLayers from '@csstools/postcss-cascade-layers';
import doiuse from 'doiuse';
import postcss, { type Declaration, type Rule } from 'postcss';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from 'vite';

let css = '';

beforeAll(async () => {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    css: { postcss: { plugins: [cascadeLayers()] } },
    build: {
      write: false,
      cssTarget: 'chrome80',
      cssMinify: true,
      rollupOptions: { input: new URL('./index.css', import.meta.url).pathname },
    },
  });
  const outputs = (Array.isArray(built) ? built : [built]).flatMap((one) => ('output' in one ? one.output : []));
  const asset = outputs.find((one) => one.fileName.endsWith('.css'));
  if (asset?.type !== 'asset') throw new Error('no sheet was built');
  css = String(asset.source);
}, 60_000);

it('is at most 6 kB compressed', () => {
  expect(gzipSync(css, { level: 9 }).length).toBeLessThanOrEqual(6_144);
});

/** What Chrome 80 does not know: a rule with it is dropped whole. */
const UNKNOWN = /:(has|is|where|focus-visible)\(|:focus-visible|@(layer|container|scope|property)\b|&/;

function rules(of: string): { selector: string; declarations: Declaration[] }[] {
  const found: { selector: string; declarations: Declaration[] }[] = [];
  postcss.parse(of).walkRules((rule: Rule) => {
    found.push({ selector: rule.selector, declarations: rule.nodes.filter((node) => node.type === 'decl') });
  });
  return found;
}

describe('a phone of 2020', () => {
  it('is asked for no selector or rule it does not know', () => {
    // dropping this one leaves the focus visible always
    const fallback = /^:focus:not\(:focus-visible\)/;
    const asked = rules(css).filter(({ selector }) => UNKNOWN.test(selector) && !fallback.test(selector));
    expect(asked.map(({ selector }) => selector)).toEqual([]);
    expect(css.match(/@(layer|container|scope|property)\b/)).toBeNull();
  });
  it('gets room between items of a row from margins, for it knows gap in grids only', () => {
    const gaps = rules(css).filter(
      ({ declarations }) =>
        declarations.some(({ prop }) => /gap$/.test(prop)) && declarations.some(({ value }) => /flex/.test(value)),
    );
    expect(gaps.map(({ selector }) => selector)).toEqual([]);
  });
  it('is given no value that it would take for nothing', () => {
    const values = rules(css).flatMap(({ selector, declarations }) =>
      declarations
        .filter(({ prop }) => !prop.startsWith('--'))
        .filter(
          ({ prop, value }) =>
            /^(inset|aspect-ratio)$/.test(prop) || /(lh|dvh|svh|cqw|color-mix|oklch|lab)\b/.test(value),
        )
        .map(({ prop, value }) => `${selector} { ${prop}: ${value} }`),
    );
    expect(values).toEqual([]);
  });
});

/** What it may ask for all the same, with the reason: Chrome 80 knows this much of it, or shows the same with less comfort. */
const COMFORT = new Set([
  'css-not-sel-list', // one selector in each :not(), which is how layers are flattened
  'css-masks', // inset() clips a box; said of masks in general
  'css-clip-path',
  'css-focus-visible', // dropping the rule leaves the focus visible always
  'text-decoration', // a line of its own thickness is thinner elsewhere
  'css-overflow', // visible and hidden; clip is what it lacks
  'css-appearance', // the prefixed one stands before it
  'multicolumn', // breaks on paper
]);

it.each(['index.css', 'room.css'])('%s asks for no feature that Chrome 80 lacks', async (name) => {
  const written = readFileSync(new URL(name, import.meta.url), 'utf8');
  const sheet =
    name === 'index.css' ? css : (await postcss([cascadeLayers()]).process(written, { from: undefined })).css;
  const asked = new Map<string, string>();
  await postcss([
    doiuse({
      browsers: ['chrome 80'],
      onFeatureUsage: ({ feature, usage }) => void asked.set(feature, usage.toString().slice(0, 80)),
    }),
  ]).process(sheet, { from: undefined });
  for (const feature of COMFORT) asked.delete(feature);
  expect([...asked]).toEqual([]);
});

it('needs nothing from elsewhere', () => {
  expect(css.match(/url\((?!"?data:)/)).toBeNull();
  expect(css).not.toContain('@import');
  expect(css).not.toContain('@font-face');
});
