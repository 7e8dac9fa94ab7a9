// The doctor's look at what lies outside the tables: who may open the files, what was left behind, room, copies, the clock.
import { existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { PROGRAM_EPOCH } from '#platform/clock';
import type { Config } from '#platform/config';

export type Verdict = 'ok' | 'attention' | 'wrong';

export interface Finding {
  verdict: Verdict;
  of: 'database' | 'keys' | 'schema' | 'log' | 'files' | 'disk' | 'copies' | 'clock';
  text: string;
}

const LITTLE_ROOM = 500_000_000;
const MUCH_LOG = 60_000_000;
const DAY = 86_400_000;
/** Made and removed by one command; still there, it was cut short. */
const LEFT_BEHIND = /\.(part|copy|restoring)(-wal|-shm|-journal)?$/;

export function lookAtFiles(config: Config): Finding[] {
  return [...doors(config), ...leftBehind(config), room(config), ...copies(config), ...clock()];
}

function doors({ dataDir }: Config): Finding[] {
  const inside = readdirSync(dataDir)
    .map((name) => path.join(dataDir, name))
    .filter(standsOpen);
  if (standsOpen(dataDir))
    return [{ verdict: 'wrong', of: 'files', text: `Others may open ${dataDir}: chmod -R go-rwx "${dataDir}".` }];
  if (inside.length === 0) return [{ verdict: 'ok', of: 'files', text: 'The data open for their owner only.' }];
  const names = inside.map((file) => path.basename(file)).join(', ');
  return [
    {
      verdict: 'attention',
      of: 'files',
      text: `Only the folder keeps others from ${names}: chmod -R go-rwx "${dataDir}".`,
    },
  ];
}

const standsOpen = (file: string) => (statSync(file).mode & 0o077) !== 0;

function leftBehind({ dataDir }: Config): Finding[] {
  const names = readdirSync(dataDir).filter((name) => LEFT_BEHIND.test(name));
  return names.map((name) => ({
    verdict: 'attention',
    of: 'files',
    text: `${name} was left by a command that was cut short; the next backup or restore removes it.`,
  }));
}

function room({ dataDir }: Config): Finding {
  const { bavail, bsize } = statfsSync(dataDir);
  const little = bavail * bsize < LITTLE_ROOM;
  const log = sizeOf(path.join(dataDir, 'log'));
  const text = `${megabytes(bavail * bsize)} MB are free; the program’s log takes ${megabytes(log)} MB.`;
  return {
    verdict: little || log > MUCH_LOG ? 'attention' : 'ok',
    of: 'disk',
    text: little ? `${text} Make room before the disk is full.` : text,
  };
}

const megabytes = (bytes: number) => Math.round(bytes / 1_000_000);

function sizeOf(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
}

/** Only where a second medium is set. */
function copies({ secondMedium }: Config): Finding[] {
  if (!secondMedium) return [];
  if (!existsSync(secondMedium))
    return [{ verdict: 'attention', of: 'copies', text: `${secondMedium} is not there: connect the second medium.` }];
  const made = readdirSync(secondMedium)
    .filter((name) => name.endsWith('.backup'))
    .map((name) => statSync(path.join(secondMedium, name)).mtimeMs);
  const days = Math.floor((Date.now() - Math.max(0, ...made)) / DAY);
  if (made.length === 0)
    return [{ verdict: 'attention', of: 'copies', text: `There is no copy in ${secondMedium} yet.` }];
  return [
    {
      verdict: days > 2 ? 'attention' : 'ok',
      of: 'copies',
      text: `${made.length} copies in ${secondMedium}, the newest ${days} days old.`,
    },
  ];
}

function clock(): Finding[] {
  if (Date.now() >= PROGRAM_EPOCH) return [{ verdict: 'ok', of: 'clock', text: new Date().toISOString() }];
  return [
    {
      verdict: 'attention',
      of: 'clock',
      text: `${new Date().toISOString()} lies before this program was made. Nothing is refused for it, but dates are doubtful: set the clock.`,
    },
  ];
}
