// `npm test`: the checks, the build, then every test; ends with the runner's own closing line and its exit code.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const bin = (name: string) => path.join('node_modules', '.bin', name);
const run = (...args: string[]): number => spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;

const checked = run('tools/check.ts');
const built = checked === 0 ? run(bin('vite'), 'build', '--logLevel', 'warn') : checked;
process.exitCode = built === 0 ? run(bin('vitest'), 'run', ...process.argv.slice(2)) : built;
