// The few scripts that go to browsers as they are written: a phone of 2020 reads them, and they stay small.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { parse } from 'acorn';
import { expect, it } from 'vitest';

const folder = new URL('.', import.meta.url);
const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));

it.each(scripts)('%s is of 2020, and at most 3 kB packed', (name) => {
  const source = readFileSync(new URL(name, folder), 'utf8');
  // Chrome 80 knows ECMAScript 2020; interfaces are looked at by the lint
  expect(() => parse(source, { ecmaVersion: 2020, sourceType: 'module' })).not.toThrow();
  expect(gzipSync(source, { level: 9 }).length).toBeLessThanOrEqual(3_072);
});

it('would notice a newer word', () => {
  expect(scripts.length).toBeGreaterThan(0);
  expect(() => parse('let a; a ??= 1', { ecmaVersion: 2020, sourceType: 'module' })).toThrow();
});
