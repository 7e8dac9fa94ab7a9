// `npm run bench`: every benchmark, one after the other; one line of JSON per figure. `npm run bench -- home` runs one.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const asked = process.argv.slice(2);
let failed = 0;
const ALL = [
  'visit',
  'home',
  'slow-link',
  'people-search',
  'duplicates',
  'verdicts',
  'board',
  'room',
  'statistics',
  'fan-in',
  'million',
  'tls',
  'replication',
];
for (const name of asked.length > 0 ? asked : ALL) {
  const run = spawnSync(process.execPath, [path.join(import.meta.dirname, `${name}.ts`)], { stdio: 'inherit' });
  if (run.status !== 0) failed += 1;
}
process.exitCode = failed > 0 ? 1 : 0;
