// A bug that is put in on purpose must still find its place in the sources: else the list of mutants would end at it, months later.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { DECIDED } from '../../tools/mutants/decided.ts';
import { RIGHTS } from '../../tools/mutants/rights.ts';
import { SIMULATED } from '../../tools/mutants/simulated.ts';
import { TESTED } from '../../tools/mutants/tested.ts';

const at = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));

it.each([...SIMULATED, ...TESTED, ...RIGHTS, ...DECIDED])('$bug', ({ file, from, to, test }) => {
  expect(readFileSync(at(file), 'utf8')).toContain(from);
  expect(to).not.toBe(from);
  if (test) expect(existsSync(at(test))).toBe(true);
});
