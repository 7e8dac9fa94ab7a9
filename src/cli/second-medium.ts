// A backup every night onto the second medium, in a process of its own so that nobody waits for it; the last seven stay.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { App } from '#platform/app';
import { civilDate } from '#platform/clock';
import type { Config } from '#platform/config';
import type { Job } from '#platform/jobs';
import { copyPrefix, SECOND_MEDIUM_JOB } from '#platform/second-medium';
import { keysFile, recipientFile } from './backup-files.ts';

const KEPT = 7;
const CLI = fileURLToPath(new URL('./ciudadania.js', import.meta.url));

/** Errors of a run: an Error with what to do, which the job's state keeps. */
export const secondMediumJob: Job = { name: SECOND_MEDIUM_JOB, every: 86_400_000, run: copyToSecondMedium };

async function copyToSecondMedium(app: App): Promise<void> {
  const { config } = app;
  const folder = config.secondMedium;
  if (!folder) return;
  if (!existsSync(folder)) throw new Error(`${folder} is not there: connect the second medium.`);
  if (!existsSync(recipientFile(config)))
    throw new Error('Make the first backup by hand: it shows the recovery key, which somebody must write down.');
  const prefix = copyPrefix(app);
  const file = path.join(folder, `${prefix}${civilDate(app.clock.now(), config.zone)}.backup`);
  if (!existsSync(file)) {
    rmSync(keysFile(file), { force: true }); // of a night when the power failed before the data were written
    await backupInto(file, config);
  }
  prune(folder, prefix);
}

function backupInto(file: string, config: Config): Promise<void> {
  const args = [CLI, 'backup', file, '--data', config.dataDir, '--role', config.role];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, DATABASE_URL: config.databaseUrl ?? '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`no copy was made: ${said.trim()}`))));
  });
}

/** The newest of this site stay, by the date in the name; of nights that were cut short nothing does. */
function prune(folder: string, prefix: string): void {
  const mine = readdirSync(folder).filter((name) => name.startsWith(prefix));
  const whole = mine.filter((name) => name.endsWith('.backup')).sort();
  const old = whole.slice(0, Math.max(0, whole.length - KEPT));
  for (const name of old) for (const one of [name, keysFile(name)]) rmSync(path.join(folder, one), { force: true });
  for (const name of mine.filter((one) => one.endsWith('.part'))) rmSync(path.join(folder, name), { force: true });
}
