// A machine for upgrade tests: small releases, data in a folder, a program that is a stand-in. Run as a process it cuts its own power:
// node machine.ts HOME DATA (upgrade ARCHIVE | resume) [MOMENT]
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pack } from '../../tools/release/pack.ts';
import { resumeUpgrade, upgrade, type UpgradeParts } from '#platform/upgrade';
import { dropCopy, restoreCopy, takeCopy } from '#platform/upgrade-data';
import type { KeyObject } from 'node:crypto';

export const PLATFORM = 'linux-x64';

/** What a release's stand-in does when it is asked to migrate or to test itself. */
export interface Behaviour {
  migrate?: 'fails' | 'spoils';
  selfTest?: 'fails';
}

export function makeRelease(
  folder: string,
  version: string,
  key: KeyObject,
  behaviour: Behaviour = {},
  platform = PLATFORM,
): string {
  const staging = path.join(folder, `staging-${version}-${JSON.stringify(behaviour).length}-${platform}`);
  const top = `ciudadania-digital-${version}`;
  mkdirSync(path.join(staging, top, 'src'), { recursive: true });
  writeFileSync(path.join(staging, top, 'behaviour.json'), JSON.stringify(behaviour));
  writeFileSync(path.join(staging, top, 'src', 'program.txt'), `version ${version}\n`.repeat(50));
  const out = path.join(folder, `out-${version}-${JSON.stringify(behaviour).length}-${platform}`);
  return pack({ staging, top, version, platform, commit: 'test', time: 1_790_000_000, out, key });
}

/** A machine on which version 1.0.0 works with data of its own. */
export function makeMachine(home: string, data: string, pem: string): void {
  const release = path.join(home, 'releases', '1.0.0');
  mkdirSync(release, { recursive: true });
  writeFileSync(path.join(release, 'behaviour.json'), '{}');
  for (const link of ['current', 'keeper']) symlinkSync('releases/1.0.0', path.join(home, link));
  mkdirSync(path.join(home, 'keys'));
  writeFileSync(path.join(home, 'keys', 'ciudadania.pem'), pem);
  mkdirSync(path.join(data, 'files'), { recursive: true, mode: 0o700 });
  writeFileSync(path.join(data, 'programme.db'), 'schema 1\nvisit A\nvisit B\n');
  writeFileSync(path.join(data, 'keys.db'), 'keys');
  writeFileSync(path.join(data, 'files', 'photo'), 'light');
}

export const dataOf = (data: string): string => readFileSync(path.join(data, 'programme.db'), 'utf8');

export function partsOf(home: string, data: string, more: Partial<UpgradeParts> = {}): UpgradeParts {
  const file = path.join(data, 'programme.db');
  return {
    home,
    platform: PLATFORM,
    now: () => 1_790_000_000_000,
    lock: () => () => undefined,
    service: { stop: () => Promise.resolve(), start: () => Promise.resolve() },
    data: {
      take: () => Promise.resolve(takeCopy(data)),
      restore: () => Promise.resolve(restoreCopy(data)),
      drop: () => Promise.resolve(dropCopy(data)),
    },
    command(release, [name]) {
      const behaviour = JSON.parse(readFileSync(path.join(release, 'behaviour.json'), 'utf8')) as Behaviour;
      if (name === 'migrate') {
        if (behaviour.migrate === 'fails') return Promise.reject(new Error('the migration failed'));
        if (behaviour.migrate === 'spoils') writeFileSync(file, 'rubbish');
        // as a database does it: whole or not at all, and once
        else if (!dataOf(data).startsWith('schema 2')) {
          writeFileSync(`${file}.new`, dataOf(data).replace('schema 1', 'schema 2'));
          renameSync(`${file}.new`, file);
        }
      }
      if (name === 'self-test' && (behaviour.selfTest === 'fails' || dataOf(data) === 'rubbish'))
        return Promise.reject(new Error('the new version does not answer'));
      return Promise.resolve();
    },
    say: () => undefined,
    ...more,
  };
}

const [, script = '', home = '', data = '', action = '', ...rest] = process.argv;
if (script === import.meta.filename && existsSync(home)) {
  const archive = action === 'upgrade' ? (rest.shift() ?? '') : '';
  const [cut] = rest;
  const parts = partsOf(home, data, {
    observe(moment) {
      appendFileSync(path.join(home, 'moments'), `${moment}\n`);
      if (moment === cut) process.kill(process.pid, 'SIGKILL');
    },
  });
  if (action === 'upgrade') await upgrade(parts, archive);
  else await resumeUpgrade(parts);
}
