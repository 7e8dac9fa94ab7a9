// What went wrong elsewhere and what would notice it here: the table of docs/field-failures.md, held to the sources.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rows = readFileSync(path.join(root, 'docs/field-failures.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| [A-Z]\d+/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, number = '', , , where = '']) => ({
    number,
    where,
    quoted: [...where.matchAll(/`([^`]+)`: “([^”]+)”/g)].map(([, file = '', title = '']) => ({ file, title })),
  }));

it.each(rows)('$number', ({ where, quoted }) => {
  if (quoted.length === 0) expect(where).toMatch(/^waits for /);
  for (const { file, title } of quoted) {
    expect(existsSync(path.join(root, file)), file).toBe(true);
    expect(readFileSync(path.join(root, file), 'utf8')).toContain(title);
  }
});

it('has every entry on synchronisation, transfers and clocks once', () => {
  const numbers = rows.map(({ number }) => number);
  expect(new Set(numbers).size).toBe(numbers.length);
  const all = (letter: string, last: number) => Array.from({ length: last }, (_, at) => `${letter}${at + 1}`);
  for (const number of [...all('S', 22), ...all('I', 14), ...all('K', 9)]) expect(numbers).toContain(number);
});

const filesIn = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const entry = path.join(folder, name);
    if (statSync(entry).isDirectory()) return filesIn(entry);
    return name.endsWith('.test.ts') ? [entry] : [];
  });

/** Skipped for an engine or a machine that lacks what is asked is something else: `skipIf`. */
it('no test is switched off', () => {
  const off = /\b(?:xit|xtest|xdescribe|(?:it|test|describe)\.(?:skip|todo|only|fails))\b/;
  const files = [path.join(root, 'src'), path.join(root, 'tests')].flatMap(filesIn);
  expect(files.filter((file) => off.test(readFileSync(file, 'utf8').replace(/const off = .*/, '')))).toEqual([]);
});
