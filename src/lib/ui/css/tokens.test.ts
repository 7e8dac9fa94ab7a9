// Whoever sees little must read everything: each pair of colours in use is measured in all four schemes.
import { readFileSync } from 'node:fs';
import postcss, { type AtRule, type Rule } from 'postcss';
import { describe, expect, it } from 'vitest';

type Colours = Record<string, string>;

const sheet = postcss.parse(readFileSync(new URL('./tokens.css', import.meta.url), 'utf8'));

/** Tokens of one block: of the plain page or the high contrast, by day or by night. */
function block(contrast: boolean, dark: boolean): Colours {
  const colours: Colours = {};
  sheet.walkRules((rule: Rule) => {
    const parent = rule.parent as AtRule;
    if (rule.selector.includes('contrast') !== contrast || (parent.name === 'media') !== dark) return;
    rule.walkDecls(/^--/, (decl) => void (colours[decl.prop.slice(2)] = decl.value));
  });
  return colours;
}

const light = block(false, false);
const night = { ...light, ...block(false, true) };
const schemes: Record<string, Colours> = {
  light,
  dark: night,
  contrast: { ...light, ...block(true, false) },
  'contrast in the dark': { ...night, ...block(true, false), ...block(true, true) },
};

function channels(colour: string): number[] {
  const hex = colour.replace('#', '');
  const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex;
  expect(full, `${colour} is not a colour`).toMatch(/^[0-9a-f]{6}$/);
  return [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16) / 255);
}

/** WCAG 2.2: relative luminance and contrast ratio. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = channels(colour).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function ratio(one: string, other: string): number {
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

/** Text and what it stands on. */
const TEXT: [text: string, ground: string][] = [
  ...['ink', 'soft', 'river', 'danger'].flatMap((text) =>
    ['paper', 'card', 'mist'].map((ground): [string, string] => [text, ground]),
  ),
  ['on-river', 'river'],
  ['on-deep', 'deep'],
  ['on-achiote', 'achiote'],
  ['on-sun', 'sun'],
  ['paper', 'ink'],
];

/** What must be seen to be understood: borders of fields, marks, bars, the line of focus. WCAG 1.4.11. */
const SIGNS: [sign: string, ground: string][] = [
  ...['edge', 'river', 'leaf', 'achiote', 'danger', 'series-2', 'series-3'].flatMap((sign) =>
    ['paper', 'card'].map((ground): [string, string] => [sign, ground]),
  ),
  ['sun', 'deep'],
  ['ink', 'paper'],
];

describe.each(Object.entries(schemes))('%s', (_, colours) => {
  it.each(TEXT)('%s is readable on %s', (text, ground) => {
    expect(ratio(colours[text] ?? '', colours[ground] ?? '')).toBeGreaterThanOrEqual(4.5);
  });
  it.each(SIGNS)('%s can be told from %s', (sign, ground) => {
    expect(ratio(colours[sign] ?? '', colours[ground] ?? '')).toBeGreaterThanOrEqual(3);
  });
});

it('most text reaches AAA', () => {
  for (const colours of Object.values(schemes))
    for (const [text, ground] of TEXT.filter(([text]) => text === 'ink' || text === 'soft'))
      expect(ratio(colours[text] ?? '', colours[ground] ?? '')).toBeGreaterThanOrEqual(7);
});

it('measures as the standard does', () => {
  expect(ratio('#000', '#fff')).toBeCloseTo(21, 5);
  expect(ratio('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

it('colours are written nowhere else', () => {
  for (const name of ['base', 'layout', 'forms', 'parts', 'course', 'data']) {
    const css = readFileSync(new URL(`./${name}.css`, import.meta.url), 'utf8').replace(/url\("[^"]*"\)/g, '');
    expect(css.match(/#[0-9a-f]{3,8}\b/gi), `${name}.css`).toBeNull();
  }
});
