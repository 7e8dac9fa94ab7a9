// What the second medium is said to hold: the newest copy of this installation and nobody else's, and why there is none.
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testProgram, type TestProgram } from '../../../tests/support/program.ts';
import { copyPrefix, secondMedium } from './second-medium.ts';

let folder: string;
let program: TestProgram;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ciudadania-medium-'));
  program = await testProgram({ role: 'telecentre', secondMedium: path.join(folder, 'stick') });
});
afterEach(async () => {
  await program.close();
  rmSync(folder, { recursive: true, force: true });
});

function copied(name: string, at: number): void {
  const file = path.join(folder, 'stick', name);
  writeFileSync(file, '');
  utimesSync(file, at / 1_000, at / 1_000);
}

it('is not set, not connected, empty, or holds the newest copy of ours, which may be late', async () => {
  const { app, clock } = program;
  const unset = { ...app, config: { ...app.config, secondMedium: undefined } };
  expect(await secondMedium({ ...unset, clock, db: app.db, site: app.site })).toMatchObject({ state: 'unset' });
  expect(await secondMedium(app)).toMatchObject({ state: 'gone', late: true });
  mkdirSync(path.join(folder, 'stick'));
  copied('hub-new-2026-11-24.backup', clock.now());
  expect(await secondMedium(app)).toMatchObject({ state: 'empty' });
  const night = clock.now() - 3_600_000;
  copied(`${copyPrefix(app)}2026-11-22.backup`, night - 2 * 86_400_000);
  copied(`${copyPrefix(app)}2026-11-24.backup`, night);
  copied(`${copyPrefix(app)}2026-11-25.backup.part`, clock.now());
  expect(await secondMedium(app)).toEqual({ state: 'made', last: night, late: false });
  clock.forward(3 * 86_400_000);
  expect(await secondMedium(app)).toEqual({ state: 'made', last: night, late: true });
});
