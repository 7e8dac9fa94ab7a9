#!/usr/bin/env node
// The command line's first step: make sure that the pinned runtime runs the program, whatever Node called us.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const WANTED = 26;
/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [major = 0] = process.versions.node.split('.').map(Number);

if (major >= WANTED) {
  // a small PC gives young objects little room, which saves a quarter of the memory; a server gives more, and a page costs a third less (bench/home.ts)
  const [least, most] = totalmem() < 8e9 ? [1, 4] : [8, 16];
  setFlagsFromString(`--max-semi-space-size=${most}`);
  setFlagsFromString(`--min-semi-space-size=${least}`);
  if (most === 4) setFlagsFromString('--semi-space-growth-factor=1');
  const { main } = await import('./main.ts');
  await main(process.argv.slice(2));
} else {
  const pinned = [here('../../node_modules/.bin/node'), here('../../runtime/bin/node')].find((path) =>
    existsSync(path),
  );
  if (!pinned) {
    console.error(
      `This program needs Node ${WANTED}; this is ${process.versions.node}. Run "npm ci" in the program's folder first.`,
    );
    process.exit(1);
  }
  const { status } = spawnSync(pinned, [here('./ciudadania.js'), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exit(status ?? 1);
}
