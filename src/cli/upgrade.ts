// `ciudadania upgrade`: brings in a signed release, or finishes what a power cut interrupted; runs as root where the program is installed.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import { readConfig, type Config } from '#platform/config';
import { resumeUpgrade, upgrade, type UpgradeParts } from '#platform/upgrade';
import { dropCopy, restoreCopy, takeCopy } from '#platform/upgrade-data';
import { dropDatabaseCopy, restoreDatabaseCopy, takeDatabaseCopy } from '#platform/upgrade-database';
import { lastUpgrade, pointedVersion, readJournal } from '#platform/upgrade-journal';
import { checkFiles, fingerprint, trustedKeys, verifyArchive } from '#platform/upgrade-release';
import { configInput, type CommonFlags } from './flags.ts';
import { DataFolderInUse, lockDataFolder } from './lock.ts';
import { print } from './operate.ts';
import { programRoot } from './build.ts';

export interface UpgradeFlags extends CommonFlags {
  home: string;
  service: string;
  resume?: boolean;
  status?: boolean;
}

export async function upgradeCommand(archive: string | undefined, flags: UpgradeFlags): Promise<void> {
  if (flags.status) return printStatus(flags.home);
  const config = readConfig(configInput(flags));
  const parts = machine(config, flags);
  if (flags.resume) {
    await resumeUpgrade({ ...parts, service: NO_SERVICE });
    return;
  }
  if (!archive) throw new Error('Name the archive: upgrade FILE. Beside it belong FILE.release and FILE.release.sig.');
  // a closed terminal is no reason to stop half way
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => parts.say('The upgrade goes on; it cannot be stopped half way.'));
  const last = await upgrade(parts, path.resolve(archive));
  print(last);
  if (last.outcome !== 'upgraded') process.exitCode = 1;
}

function printStatus(home: string): void {
  print({
    version: pointedVersion(path.join(home, 'current')),
    underWay: readJournal(home) ?? null,
    last: lastUpgrade(home) ?? null,
    trusted: trustedKeys(path.join(home, 'keys')).map(fingerprint),
  });
}

const NO_SERVICE = { stop: () => Promise.resolve(), start: () => Promise.resolve() };

function machine(config: Config, flags: UpgradeFlags): UpgradeParts {
  const { home } = flags;
  const own = (args: string[]) => runProgram(programRoot, args, config);
  const unit = (verb: string) => runToEnd('systemctl', [verb, flags.service], {});
  return {
    home,
    platform: `${process.platform}-${process.arch}`,
    now: () => Date.now(),
    lock: () => lockUpgrade(home),
    service: flags.service === 'none' ? NO_SERVICE : { stop: () => unit('stop'), start: () => unit('start') },
    data: {
      take: () => own(['upgrade-data', 'take']),
      restore: () => own(['upgrade-data', 'restore']),
      drop: () => own(['upgrade-data', 'drop']),
    },
    command: (release, args) => runProgram(release, args, config),
    say: (line) => void process.stderr.write(`${line}\n`),
  };
}

/** The operating system releases it when the process dies, however it dies. */
function lockUpgrade(home: string): () => void {
  mkdirSync(path.join(home, 'upgrade'), { recursive: true });
  const db = new DatabaseSync(path.join(home, 'upgrade', 'lock.db'), { timeout: 0 });
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE');
  } catch {
    db.close();
    throw new Error('Another upgrade is running.');
  }
  return () => {
    db.exec('ROLLBACK');
    db.close();
  };
}

/** A command of a release on the data, as the user to whom the data belong: root never follows a path that this user could have laid. */
function runProgram(release: string, args: string[], config: Config): Promise<void> {
  const bundled = path.join(release, 'runtime', 'bin', 'node');
  const runtime = existsSync(bundled) ? bundled : process.execPath;
  const owner = process.getuid?.() === 0 && existsSync(config.dataDir) ? statSync(config.dataDir) : undefined;
  return runToEnd(
    runtime,
    [path.join(release, 'src', 'cli', 'ciudadania.js'), ...args, '--role', config.role, '--data', config.dataDir],
    { ...(owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : {}), cwd: config.dataDir },
  );
}

const TOLD = 2_000;

function runToEnd(
  program: string,
  args: string[],
  options: { uid?: number; gid?: number; cwd?: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    // a process group of its own: Ctrl-C is for us, and we go on
    const child = spawn(program, args, { ...options, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-TOLD)));
    child.once('error', reject);
    child.once('close', (code, signal) =>
      code === 0
        ? resolve()
        : reject(
            new Error(
              `${path.basename(program)} ${args[0] ?? ''} ${args[1] ?? ''}: ${said.trim() || (signal ?? `exit ${code}`)}`,
            ),
          ),
    );
  });
}

/** How long a command that was left behind by a killed upgrade may hold the data. */
const PATIENCE = 120_000;

async function waitForLock(dataDir: string): Promise<() => void> {
  for (const until = Date.now() + PATIENCE; ; await pause(500)) {
    try {
      return lockDataFolder(dataDir);
    } catch (error) {
      if (!(error instanceof DataFolderInUse) || Date.now() > until) throw error;
    }
  }
}

/** The copy of the data, as its own user. Used by the upgrade, not by people. */
export async function upgradeData(action: string, flags: CommonFlags): Promise<void> {
  const { dataDir, databaseUrl } = readConfig(configInput(flags));
  const release = await waitForLock(dataDir);
  try {
    if (action === 'take') {
      takeCopy(dataDir);
      if (databaseUrl) await takeDatabaseCopy(databaseUrl);
    } else if (action === 'restore') {
      if (databaseUrl) await restoreDatabaseCopy(databaseUrl);
      restoreCopy(dataDir);
    } else if (action === 'drop') {
      if (databaseUrl) await dropDatabaseCopy(databaseUrl);
      dropCopy(dataDir);
    } else throw new Error(`upgrade-data knows take, restore and drop, not "${action}".`);
  } finally {
    release();
  }
}

/** What the installer asks of the runtime that came with the archive. Errors: BadRelease. */
export async function verifyRelease(archive: string, flags: { keys: string; folder?: string }): Promise<void> {
  const statement = await verifyArchive(path.resolve(archive), trustedKeys(flags.keys));
  if (flags.folder) checkFiles(flags.folder, statement.manifest);
  print({ version: statement.version, platform: statement.platform, sha256: statement.sha256 });
}
