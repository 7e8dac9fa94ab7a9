// `npm run mutants`: breaks the exchange on purpose, one known bug of another system at a time, in a copy; a bug that no test notices ends with 1.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { DECIDED } from './mutants/decided.ts';
import { RIGHTS } from './mutants/rights.ts';
import { SIMULATED } from './mutants/simulated.ts';
import { TESTED, type Mutant } from './mutants/tested.ts';
import { WORDS_FROM } from './simulate/schedule.ts';

/** Seeds that the simulator may try on a broken copy. */
const SEEDS = 3_000;
/** And on the copy as it is. */
const WHOLE = 300;

/** Whether the tests are content with the copy as it stands. */
function content(copy: string, tests: readonly string[]): boolean {
  const vitest = path.join('node_modules', 'vitest', 'vitest.mjs');
  const run = spawnSync(process.execPath, [vitest, 'run', '--project', 'sqlite', ...tests], {
    cwd: copy,
    timeout: 300_000,
  });
  return run.status === 0;
}

/** The seed of the first schedule that breaks in the copy; undefined when none does. */
function seedThatFinds(copy: string, from = 1, many = SEEDS): string | undefined {
  const seeds = ['--seed', String(from), '--schedules', String(many)];
  const run = spawnSync(process.execPath, [path.join('tools', 'simulate.ts'), ...seeds], {
    cwd: copy,
    encoding: 'utf8',
  });
  return run.status === 0
    ? undefined
    : (/^seed (\d+):.*: (.*?):/m.exec(run.stdout)?.slice(1, 3).join(', ') ?? 'at once');
}

/** How the broken copy is noticed; undefined when it is not. */
function noticedBy(copy: string, { test, seed: start }: Mutant): string | undefined {
  if (!test) {
    const seed = seedThatFinds(copy, start);
    return seed && `seed ${seed}`;
  }
  return content(copy, [test]) ? undefined : test;
}

const { values } = parseArgs({ options: { only: { type: 'string' }, bug: { type: 'string' } } });
const sets: Record<string, Mutant[]> = {
  simulated: SIMULATED,
  words: SIMULATED.filter(({ seed }) => seed === WORDS_FROM),
  tested: [...TESTED, ...RIGHTS, ...DECIDED],
  decided: DECIDED,
};
const chosen = sets[values.only ?? ''] ?? [...SIMULATED, ...TESTED, ...RIGHTS, ...DECIDED];
const all = chosen.filter(({ bug }) => bug.includes(values.bug ?? ''));
const root = path.resolve(import.meta.dirname, '..');
const copy = mkdtempSync(path.join(tmpdir(), 'mutants-'));
let survived = 0;
try {
  for (const name of ['src', 'tests', 'tools', 'package.json', 'tsconfig.json', 'vitest.config.ts', 'module-map.json'])
    cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  const tests = [...new Set(all.flatMap(({ test }) => test ?? []))];
  if (tests.length > 0 && !content(copy, tests)) throw new Error('the tests fail before anything is broken');
  for (const from of new Set(all.filter(({ test }) => !test).map(({ seed }) => seed ?? 1)))
    if (seedThatFinds(copy, from, WHOLE))
      throw new Error(`the simulator fails before anything is broken, from seed ${from} on`);
  for (const mutant of all) {
    const { bug, known, file, from, to } = mutant;
    const where = path.join(copy, file);
    const whole = readFileSync(where, 'utf8');
    if (!whole.includes(from)) throw new Error(`${bug}: ${file} does not read as expected any more`);
    writeFileSync(where, whole.replaceAll(from, to));
    const noticed = noticedBy(copy, mutant);
    writeFileSync(where, whole);
    if (!noticed) survived += 1;
    process.stdout.write(`${noticed ? 'noticed ' : 'SURVIVED'}  ${bug} (${known})${noticed ? `: ${noticed}` : ''}\n`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.stdout.write(`${all.length} bugs, ${survived} not noticed\n`);
process.exitCode = survived > 0 ? 1 : 0;
