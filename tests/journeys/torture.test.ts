// A short torture in every run: real processes killed and cut while people work; the long one is `npm run torture`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('loses nothing and counts nothing twice', () => {
  const run = spawnSync(process.execPath, ['tools/torture.ts', '--minutes', '0.2', '--centres', '2'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 170_000,
  });
  expect(run.status, run.stdout + run.stderr).toBe(0);
  const last = JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '{}') as Record<string, number>;
  expect(last).toMatchObject({ lost: 0, twice: 0, phantom: 0, apart: 0, problems: 0 });
  expect(last.acknowledged).toBeGreaterThan(0);
  // every kind of harm was done
  for (const harm of ['kills', 'hubKills', 'fullDisks', 'fullDatabases', 'stops', 'cuts', 'blackHoles', 'slow'])
    expect(last[harm], harm).toBeGreaterThan(0);
});
