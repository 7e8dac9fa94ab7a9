// An upgrade: verify, unpack, stop, copy the data, swap the folder, migrate, check; else all the way back. A power cut at any moment ends in one or the other.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { BadRelease, checkFiles, isLater, trustedKeys, unpackArchive, verifyArchive } from './upgrade-release.ts';
import {
  closeJournal,
  fsyncFolder,
  pointedVersion,
  pointTo,
  readJournal,
  STEPS,
  writeJournal,
  type Journal,
  type LastUpgrade,
  type Step,
} from './upgrade-journal.ts';

/** What an upgrade needs from the machine it runs on. */
export interface UpgradeParts {
  /** Holds releases/VERSION, the links `current` (what is served) and `keeper` (whose upgrader is used), keys and the journal. */
  home: string;
  /** This machine: linux-x64. */
  platform: string;
  now(): number;
  /** Nobody else upgrades meanwhile; released when the process dies. Errors: throws when somebody does. */
  lock(): () => void;
  /** The program as this machine runs it. */
  service: { stop(): Promise<void>; start(): Promise<void> };
  /** The data beside the program; all three may be repeated. */
  data: { take(): Promise<void>; restore(): Promise<void>; drop(): Promise<void> };
  /** Runs a command of an installed release on the data. Errors: Error with what it said. */
  command(release: string, args: string[]): Promise<void>;
  say(line: string): void;
  /** Told before and after everything that happens; tests cut the power here. */
  observe?(moment: string): void;
}

/** A second power cut in the middle is a coincidence, a third may be the new version's doing. */
const MOST_RESUMED = 3;
const SPARE_BYTES = 50_000_000;

const releaseFolder = (home: string, version: string) => path.join(home, 'releases', version);
const index = (step: Step) => STEPS.indexOf(step);

/** Brings in the archive's version. Errors: BadRelease or another Error when nothing was begun; once it began, the answer says how it ended. */
export async function upgrade(parts: UpgradeParts, archive: string): Promise<LastUpgrade> {
  const release = parts.lock();
  try {
    if (readJournal(parts.home))
      throw new Error('Another upgrade is not finished. Start the program or run "upgrade --resume" first.');
    const { home } = parts;
    parts.say('Verifying the signature and the archive …');
    const statement = await verifyArchive(archive, trustedKeys(path.join(home, 'keys')));
    const from = pointedVersion(path.join(home, 'current'));
    if (statement.platform !== parts.platform)
      throw new BadRelease(`The archive is for ${statement.platform}; this machine is ${parts.platform}.`);
    if (!isLater(statement.version, from))
      throw new BadRelease(
        `Version ${from} is installed and ${statement.version} is not newer. The way back to an older version is to restore a backup made with it.`,
      );
    const { bavail, bsize } = statfsSync(home);
    if (bavail * bsize < statement.unpacked + SPARE_BYTES)
      throw new Error(`There is no room for the new version in ${home}: it needs ${megabytes(statement.unpacked)} MB.`);
    const journal: Journal = {
      format: 1,
      from,
      to: statement.version,
      archive: path.resolve(archive),
      manifest: statement.manifest,
      phase: 'forward',
      done: 'begin',
      resumed: 0,
      started: parts.now(),
    };
    parts.observe?.('verified');
    writeJournal(home, journal);
    parts.observe?.('recorded begin');
    const last = await goOn(parts, journal);
    await parts.service.start();
    parts.observe?.('started');
    return last;
  } finally {
    release();
  }
}

/** At every start of the program, before it: finishes or undoes what a power cut left. Undefined when there was nothing. */
export async function resumeUpgrade(parts: UpgradeParts): Promise<LastUpgrade | undefined> {
  if (!readJournal(parts.home)) return undefined;
  const release = parts.lock();
  try {
    const journal = readJournal(parts.home);
    if (!journal) return undefined;
    journal.resumed += 1;
    writeJournal(parts.home, journal);
    parts.say(`An upgrade from ${journal.from} to ${journal.to} was interrupted.`);
    // before the data were copied nothing is worth going on with: the archive may be on a stick that is gone
    if (journal.phase === 'forward' && index(journal.done) < index('snapshot'))
      return await goBack(parts, journal, 'The upgrade was interrupted before anything was changed.');
    if (journal.phase === 'forward' && journal.resumed > MOST_RESUMED && index(journal.done) < index('check'))
      return await goBack(parts, journal, `The upgrade was interrupted ${journal.resumed} times.`);
    return await goOn(parts, journal);
  } finally {
    release();
  }
}

async function goOn(parts: UpgradeParts, journal: Journal): Promise<LastUpgrade> {
  if (journal.phase === 'back') return goBack(parts, journal, journal.reason ?? '');
  try {
    for (const step of STEPS.slice(index(journal.done) + 1)) {
      parts.observe?.(`before ${step}`);
      await forward[step](parts, journal);
      parts.observe?.(`after ${step}`);
      journal.done = step;
      writeJournal(parts.home, journal);
      parts.observe?.(`recorded ${step}`);
    }
    return await finish(parts, journal);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (index(journal.done) < index('check')) return goBack(parts, journal, reason);
    // the new version is proven and only tidying failed: it serves, and the next start tidies
    parts.say(`Version ${journal.to} is installed; tidying up is left for the next start: ${reason}`);
    return { from: journal.from, to: journal.to, ended: parts.now(), outcome: 'upgraded', reason };
  }
}

const forward: Record<Step, (parts: UpgradeParts, journal: Journal) => Promise<void> | void> = {
  begin: () => undefined,
  async unpack({ home, say }, { to, archive, manifest }) {
    say(`Unpacking ${to} …`);
    const folder = releaseFolder(home, to);
    const making = `${folder}.part`;
    for (const old of [making, folder]) rmSync(old, { recursive: true, force: true });
    mkdirSync(making, { recursive: true });
    await unpackArchive(archive, making);
    checkFiles(making, manifest);
    renameSync(making, folder);
    fsyncFolder(path.dirname(folder));
  },
  async stop({ service, say }) {
    say('Stopping the program …');
    await service.stop();
  },
  async snapshot({ data, say }) {
    say('Copying the data …');
    await data.take();
  },
  swap({ home }, { to }) {
    pointTo(path.join(home, 'current'), path.join('releases', to));
  },
  async migrate({ home, command, say }, { to }) {
    say('Bringing the data to the new version …');
    await command(releaseFolder(home, to), ['migrate']);
  },
  async check({ home, command, say }, { to }) {
    say('Checking that the new version serves …');
    await command(releaseFolder(home, to), ['self-test']);
  },
  keep({ home }, { to }) {
    pointTo(path.join(home, 'keeper'), path.join('releases', to));
  },
};

async function finish(parts: UpgradeParts, journal: Journal): Promise<LastUpgrade> {
  const { from, to } = journal;
  await parts.data.drop();
  parts.observe?.('dropped');
  removeReleases(parts.home, [from, to]);
  parts.observe?.('tidied');
  const last: LastUpgrade = { from, to, ended: parts.now(), outcome: 'upgraded' };
  closeJournal(parts.home, last);
  parts.observe?.('closed');
  parts.say(`Version ${to} is installed.`);
  return last;
}

/** Ends in the old version with the data as they were. Each part may be repeated. Errors: throws when even this fails; the journal stays and the next start tries again. */
async function goBack(parts: UpgradeParts, journal: Journal, reason: string): Promise<LastUpgrade> {
  const { home } = parts;
  const { from, to } = journal;
  const reached = (step: Step) => index(journal.done) >= index(step);
  parts.say(`Going back to ${from}: ${reason}`);
  journal.phase = 'back';
  journal.reason = reason;
  writeJournal(home, journal);
  parts.observe?.('back recorded');
  if (reached('unpack')) await parts.service.stop();
  pointTo(path.join(home, 'current'), path.join('releases', from));
  pointTo(path.join(home, 'keeper'), path.join('releases', from));
  parts.observe?.('back swapped');
  if (reached('snapshot') && !journal.restored) await parts.data.restore();
  parts.observe?.('back restored');
  journal.restored = true;
  writeJournal(home, journal);
  parts.observe?.('back settled');
  if (reached('stop')) await parts.data.drop();
  for (const folder of [releaseFolder(home, to), `${releaseFolder(home, to)}.part`])
    rmSync(folder, { recursive: true, force: true });
  parts.observe?.('back tidied');
  const last: LastUpgrade = { from, to, ended: parts.now(), outcome: 'rolled-back', reason };
  closeJournal(home, last);
  parts.observe?.('back closed');
  parts.say(`Version ${from} is in place, with the data as they were.`);
  return last;
}

function removeReleases(home: string, keep: readonly string[]): void {
  const folder = path.join(home, 'releases');
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder))
    if (!keep.includes(name)) rmSync(path.join(folder, name), { recursive: true, force: true });
}

const megabytes = (bytes: number) => Math.ceil(bytes / 1_000_000);
