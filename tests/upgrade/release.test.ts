// A real release: made, installed from its folder with nothing else on the machine, served by its own runtime, and upgraded to the next one.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { pointedVersion } from '#platform/upgrade-journal';
import { removeFolder, temporaryFolder } from '../support/processes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = temporaryFolder();
afterAll(() => removeFolder(folder));
const at = (name: string) => path.join(folder, name);
const PLATFORM = `linux-${process.arch}`;
const MINUTES = 60_000;

function run(program: string, args: string[], cwd = root) {
  // no Node, no npm, no variable of ours: what a fresh machine has
  const bare = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
  const env = program === process.execPath ? process.env : bare;
  return spawnSync(program, args, { cwd, encoding: 'utf8', env, timeout: 4 * MINUTES });
}
const release = (version: string) =>
  run(process.execPath, [
    'tools/release.ts',
    '--platform',
    PLATFORM,
    '--out',
    at(version),
    '--key',
    at('key.pem'),
    '--version',
    version,
  ]);
const archiveOf = (version: string) => at(`${version}/ciudadania-digital-${version}-${PLATFORM}.tar.gz`);
const installed = (...args: string[]) =>
  run(at('home/current/runtime/bin/node'), [at('home/current/src/cli/ciudadania.js'), ...args], folder);

it(
  'is made, signed, and installed from a stick',
  () => {
    const made = release('0.1.0');
    expect(made.status, made.stderr).toBe(0);
    expect(readdirSync(at('0.1.0')).toSorted()).toEqual(
      ['.tar.gz', '.tar.gz.release', '.tar.gz.release.sig']
        .map((ending) => `ciudadania-digital-0.1.0-${PLATFORM}${ending}`)
        .concat('ciudadania.pem', 'ciudadania.service', 'install.sh', 'kiosk'),
    );
    const install = ['install.sh', '--no-systemd', '--home', at('home'), '--data', at('data'), '--role', 'hub'];
    const wrong = run('/bin/sh', [...install.slice(0, -1), 'kitchen'], at('0.1.0'));
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).toContain('hub or telecentre');
    const done = run('/bin/sh', install, at('0.1.0'));
    expect(done.status, done.stderr).toBe(0);
    expect(statSync(at('data')).mode & 0o777).toBe(0o700);
    const twice = run('/bin/sh', install, at('0.1.0'));
    expect(twice.status).toBe(1);
    expect(twice.stderr).toContain('upgrade');
  },
  6 * MINUTES,
);

it(
  'serves with its own runtime and dependencies alone',
  () => {
    const started = installed('migrate', '--data', at('data'));
    expect(started.status, started.stderr).toBe(0);
    const tested = installed('self-test', '--data', at('data'));
    expect(tested.status, tested.stderr).toBe(0);
    expect(JSON.parse(tested.stdout)).toMatchObject({ ok: true, answered: { '/healthz': 200, '/': 200 } });
  },
  MINUTES,
);

it(
  'refuses an archive that was changed on the way, and is upgraded to the next version',
  () => {
    const made = release('0.1.1');
    expect(made.status, made.stderr).toBe(0);
    writeFileSync(at('data/keepsake'), 'still here');
    const upgrade = (archive: string) =>
      installed('upgrade', archive, '--home', at('home'), '--service', 'none', '--role', 'hub', '--data', at('data'));
    const signature = `${archiveOf('0.1.1')}.release.sig`;
    writeFileSync(at('kept.sig'), spawnSync('cat', [signature]).stdout);
    writeFileSync(signature, Buffer.alloc(64));
    const refused = upgrade(archiveOf('0.1.1'));
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('signature');
    expect(pointedVersion(at('home/current'))).toBe('0.1.0');
    writeFileSync(signature, spawnSync('cat', [at('kept.sig')]).stdout);
    const done = upgrade(archiveOf('0.1.1'));
    expect(done.status, done.stderr).toBe(0);
    expect(pointedVersion(at('home/current'))).toBe('0.1.1');
    expect(existsSync(at('data/keepsake'))).toBe(true);
    expect(existsSync(at('data/upgrade/copy'))).toBe(false);
    expect(installed('doctor', '--data', at('data')).status).toBe(0);
    rmSync(at('home'), { recursive: true });
  },
  8 * MINUTES,
);
