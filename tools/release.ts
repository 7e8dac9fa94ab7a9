// `npm run release [-- --platform linux-x64] [--key FILE] [--version X.Y.Z]`: signed archives to carry to places without internet.
import { spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { cpSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fingerprint } from '#platform/upgrade-release';
import { buildIfNeeded } from '../src/cli/build.ts';
import { pack, publicPem, signingKey } from './release/pack.ts';

const root = path.join(import.meta.dirname, '..');
const OUT = path.join(root, 'release');
const PLATFORMS = ['linux-x64', 'linux-arm64'];
/** What of the tree goes with a release; tests and tools stay at home. */
const CARRIED = [
  'src',
  'static',
  'build',
  'docs/operate',
  'package.json',
  'package-lock.json',
  'module-map.json',
  'LICENSE',
  'README.md',
];

const { values } = parseArgs({
  options: {
    platform: { type: 'string', multiple: true },
    key: { type: 'string' },
    version: { type: 'string' },
    out: { type: 'string' },
  },
});
const own = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
const version = values.version ?? own.version;
const out = path.resolve(values.out ?? OUT);

function must(program: string, args: string[], cwd = root): string {
  const run = spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 50_000_000 });
  if (run.status !== 0) throw new Error(`${program} ${args[0]}: ${run.stderr || run.stdout}`);
  return run.stdout.trim();
}

const commit = `${must('git', ['rev-parse', 'HEAD'])}${must('git', ['status', '--porcelain']) ? '-dirty' : ''}`;
const time = Number(must('git', ['log', '-1', '--format=%ct']));
await buildIfNeeded((line) => console.log(line));
const { key, made } = signingKey(path.resolve(values.key ?? path.join(OUT, 'signing-key.pem')));
if (made)
  console.log(
    'A signing key was made. Keep it apart from what it signs, and never lose it: installed machines trust it alone.',
  );

for (const platform of values.platform ?? PLATFORMS) {
  if (!PLATFORMS.includes(platform))
    throw new Error(`There is no release for ${platform}; there is for ${PLATFORMS.join(', ')}.`);
  const [os = '', cpu = ''] = platform.split('-');
  const staging = mkdtempSync(path.join(tmpdir(), 'release-'));
  try {
    const top = `ciudadania-digital-${version}`;
    const folder = path.join(staging, top);
    mkdirSync(folder);
    for (const name of CARRIED)
      if (existsSync(path.join(root, name)))
        cpSync(path.join(root, name), path.join(folder, name), {
          recursive: true,
          filter: (from) => !/\.(test|fixtures)\.ts$/.test(from),
        });
    // exactly what the lock file names, for that platform, whatever this machine is
    const ci = [
      'ci',
      '--omit=dev',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      `--os=${os}`,
      `--cpu=${cpu}`,
      '--libc=glibc',
    ];
    copyFileSync(path.join(root, '.npmrc'), path.join(folder, '.npmrc'));
    must('npm', ci, folder);
    rmSync(path.join(folder, '.npmrc'));
    const runtime = path.join(folder, 'node_modules', `node-${platform}`);
    mkdirSync(path.join(folder, 'runtime', 'bin'), { recursive: true });
    copyFileSync(path.join(runtime, 'bin', 'node'), path.join(folder, 'runtime', 'bin', 'node'));
    copyFileSync(path.join(runtime, 'LICENSE'), path.join(folder, 'runtime', 'LICENSE'));
    rmSync(runtime, { recursive: true });
    rmSync(path.join(folder, 'node_modules', '.bin'), { recursive: true, force: true });
    if (version !== own.version) {
      const text = readFileSync(path.join(folder, 'package.json'), 'utf8');
      writeFileSync(
        path.join(folder, 'package.json'),
        text.replace(`"version": "${own.version}"`, `"version": "${version}"`),
      );
    }
    const archive = pack({ staging, top, version, platform, commit, time, out, key });
    console.log(`${archive}  (${Math.round(readFileSync(archive).length / 1_000_000)} MB)`);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}
mkdirSync(path.join(out, 'kiosk'), { recursive: true });
for (const name of ['install.sh', 'ciudadania.service', 'kiosk/agent.sh', 'kiosk/ciudadania-kiosk.service'])
  copyFileSync(path.join(root, 'deploy', name), path.join(out, name));
writeFileSync(path.join(out, 'ciudadania.pem'), publicPem(key));
console.log(
  `Put the folder on a stick (without signing-key.pem). Fingerprint of the key: ${fingerprint(createPublicKey(key))}`,
);
