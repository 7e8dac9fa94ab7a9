// `npm run check`: format, lint, types, boundaries, dead code, lengths, texts; a line per check, exactly what runs before the tests.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { textFolders, readTextFolder } from '#platform/texts';

const bin = (name: string) => path.join('node_modules', '.bin', name);

interface Check {
  name: string;
  run: () => Promise<string>;
}

/** Resolves with what went wrong; empty = well. */
function command(program: string, ...args: string[]): () => Promise<string> {
  return () =>
    new Promise((resolve) => {
      const output: Buffer[] = [];
      const child = spawn(process.execPath, [bin(program), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
      child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
      child.on('exit', (code) => resolve(code === 0 ? '' : Buffer.concat(output).toString().trim() || `exit ${code}`));
    });
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const entry = path.join(folder, name);
    return statSync(entry).isDirectory() ? filesUnder(entry) : [entry];
  });
}

/** Files that may be longer, each with its reason. */
const LONGER: Record<string, string> = {};

function lengths(): Promise<string> {
  const wrong: string[] = [];
  for (const file of filesUnder('src')) {
    if (!/\.(ts|svelte|css)$/.test(file) || file in LONGER) continue;
    const lines = readFileSync(file, 'utf8').split('\n').length - 1;
    const most = /src\/routes\/.*\+[^/]*\.ts$/.test(file)
      ? 60
      : /src\/routes\/.*\+[^/]*\.svelte$/.test(file)
        ? 200
        : /src\/modules\/[^/]+\/server\/index\.ts$/.test(file)
          ? 60
          : 400;
    if (lines > most) wrong.push(`${file}: ${lines} lines, at most ${most}`);
  }
  return Promise.resolve(wrong.join('\n'));
}

/** Spanish and English have the same keys everywhere, and every declared refusal has its sentence. */
async function texts(): Promise<string> {
  const wrong: string[] = [];
  const all = new Map<string, Set<string>>([
    ['es', new Set()],
    ['en', new Set()],
  ]);
  for (const folder of textFolders('.')) {
    const languages = readTextFolder(folder);
    const keys = ['es', 'en'].map((language) => new Set(Object.keys(languages.get(language) ?? {})));
    const [es = new Set<string>(), en = new Set<string>()] = keys;
    for (const key of es) if (!en.has(key)) wrong.push(`${folder}: ${key} has no English text`);
    for (const key of en) if (!es.has(key)) wrong.push(`${folder}: ${key} has no Spanish text`);
    for (const key of es) all.get('es')?.add(key);
  }
  const { modules } = await import('../src/modules/manifests.ts');
  const { platformModule } = await import('#platform/platform-module');
  const { replicationModule } = await import('#replication');
  for (const module of [platformModule, replicationModule, ...modules]) {
    for (const code of module.refusals)
      if (!all.get('es')?.has(`refusal.${code}`)) wrong.push(`${module.name}: refusal.${code} has no text`);
  }
  return wrong.join('\n');
}

const checks: Check[] = [
  { name: 'format', run: command('prettier', '--check', '--log-level', 'warn', '.') },
  { name: 'types', run: command('tsc', '--noEmit', '-p', '.') },
  { name: 'screens', run: command('svelte-check', '--output', 'human', '--threshold', 'error') },
  { name: 'lint', run: command('eslint', '.', '--max-warnings', '0') },
  {
    name: 'boundaries',
    run: command('depcruise', 'src', '--config', '.dependency-cruiser.cjs', '--output-type', 'err'),
  },
  { name: 'dead code', run: command('knip', '--no-progress', '--no-config-hints') },
  { name: 'lengths', run: lengths },
  { name: 'texts', run: texts },
];

await new Promise<void>((resolve) => {
  spawn(process.execPath, [bin('svelte-kit'), 'sync'], { stdio: 'ignore' }).on('exit', () => resolve());
});
const waiting = [...checks];
let failed = 0;
async function worker(): Promise<void> {
  for (let check = waiting.shift(); check; check = waiting.shift()) {
    const started = performance.now();
    const problem = await check.run();
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    console.log(`${problem ? 'WRONG' : 'ok   '} ${check.name.padEnd(12)} ${seconds} s`);
    if (problem) {
      failed += 1;
      console.log(problem);
    }
  }
}
await Promise.all([worker(), worker()]);
process.exitCode = failed > 0 ? 1 : 0;
