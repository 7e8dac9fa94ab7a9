// Each boundary rule is broken once on purpose: by a small tree in which every file breaks exactly one rule, and one breaks none.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);
const rules = (require('../../.dependency-cruiser.cjs') as { forbidden: { name: string }[] }).forbidden.map(
  ({ name }) => name,
);
const map = (
  JSON.parse(readFileSync(path.join(root, 'module-map.json'), 'utf8')) as { modules: Record<string, string[]> }
).modules;

/** What each file holds: an import of another file of the tree. */
const BREAKS: Record<string, [file: string, imports: string]> = {
  'no-circular': ['src/lib/one.ts', './two.ts'],
  'module-door': ['src/routes/past-the-door.ts', '../modules/visits/server/queries.ts'],
  'module-door-inside': ['src/modules/visits/server/past-the-door.ts', '../../people/server/queries.ts'],
  'replication-door': ['src/cli/past-the-door.ts', '../replication/server/store.ts'],
  'platform-knows-nobody': ['src/platform/server/reaches-in.ts', '../../modules/people/server/index.ts'],
  'replication-knows-no-module': ['src/replication/server/reaches-in.ts', '../../modules/people/server/index.ts'],
  'lib-is-for-browsers': ['src/lib/reaches-in.ts', '../platform/server/db.ts'],
  'nobody-uses-screens': ['src/cli/uses-a-screen.ts', '../routes/screen.ts'],
  'core-is-alone': ['src/replication/server/core/reaches-out.ts', '../store.ts'],
};
const names = Object.keys(map);
for (const name of names) {
  const other = names.find((one) => one !== name && !map[name]?.includes(one));
  BREAKS[`arrow-${name}`] = [`src/modules/${name}/server/arrow.ts`, `../../${other}/server/index.ts`];
}

const folder = mkdtempSync(path.join(tmpdir(), 'boundaries-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const found = new Map<string, Set<string>>();

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
}

beforeAll(() => {
  for (const name of ['.dependency-cruiser.cjs', 'module-map.json', 'package.json'])
    write(name, readFileSync(path.join(root, name), 'utf8'));
  write(
    'tsconfig.json',
    '{ "compilerOptions": { "module": "nodenext", "allowImportingTsExtensions": true, "noEmit": true } }',
  );
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  for (const name of names)
    for (const file of ['index', 'queries']) write(`src/modules/${name}/server/${file}.ts`, 'export const it = 1;\n');
  for (const file of ['src/platform/server/db.ts', 'src/replication/server/store.ts', 'src/routes/screen.ts'])
    write(file, 'export const it = 1;\n');
  write('src/lib/two.ts', "export * from './one.ts';\n");
  write('src/routes/clean.ts', "export { it } from '../modules/visits/server/index.ts';\n");
  for (const [file, imports] of Object.values(BREAKS)) write(file, `export { it } from '${imports}';\n`);
  const run = spawnSync(
    process.execPath,
    ['node_modules/.bin/depcruise', 'src', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'],
    { cwd: folder, maxBuffer: 50_000_000 },
  );
  const said = JSON.parse(run.stdout.toString()) as {
    summary: { violations: { from: string; rule: { name: string } }[] };
  };
  for (const { from, rule } of said.summary.violations) found.set(from, (found.get(from) ?? new Set()).add(rule.name));
}, 60_000);

describe('a boundary', () => {
  it('has a tree that breaks it, whichever rule is added', () => {
    expect(Object.keys(BREAKS).toSorted()).toEqual(rules.toSorted());
  });

  it.each(Object.entries(BREAKS))('%s is told, and nothing else', (rule, [file]) => {
    expect([...(found.get(file) ?? [])]).toEqual([rule]);
  });

  it('lets pass what comes in by the door', () => {
    expect(found.get('src/routes/clean.ts')).toBeUndefined();
    expect(found.get('src/modules/visits/server/index.ts')).toBeUndefined();
  });

  it('is a door that does not resolve past itself', async () => {
    for (const past of ['#modules/visits/server/queries', '#replication/store', '#modules/visits/queries'])
      await expect(import(/* @vite-ignore */ past), past).rejects.toThrow();
  });
});

describe('the pure core of replication', () => {
  const lint = new ESLint({ cwd: root });
  const file = path.join(root, 'src/replication/server/core/digest.ts');
  const told = async (text: string) => {
    const [result] = await lint.lintText(text, { filePath: file });
    return new Set(result?.messages.map(({ ruleId }) => ruleId ?? 'fatal'));
  };

  it.each([
    ['no-restricted-globals', 'export const now = (): number => Date.now();'],
    ['no-restricted-globals', 'export const later = (work: () => void): unknown => setTimeout(work, 1);'],
    ['no-restricted-globals', 'export const since = (): number => performance.now();'],
    ['no-restricted-globals', 'export const ask = (): Promise<Response> => fetch("http://localhost");'],
    ['no-restricted-properties', 'export const dice = (): number => Math.random();'],
    ['no-restricted-imports', "import { readFileSync } from 'node:fs'; export const read = readFileSync;"],
    ['no-restricted-imports', "import { randomBytes } from 'node:crypto'; export const draw = randomBytes;"],
    ['no-restricted-imports', "import { openDb } from '#platform/db'; export const open = openDb;"],
    ['no-restricted-imports', "import { chainHead } from '../store.ts'; export const head = chainHead;"],
  ])('is refused %s: %s', async (rule, text) => {
    expect(await told(`${text}\n`)).toContain(rule);
  });

  it('may hash and count', async () => {
    const text =
      "import { createHash } from 'node:crypto';\nexport const hash = (): string => createHash('sha256').digest('hex');\n";
    expect([...(await told(text))]).toEqual([]);
  });
});
