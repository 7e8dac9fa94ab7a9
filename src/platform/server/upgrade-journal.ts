// What an upgrade has done so far, written so that a power cut leaves either the old or the new page, never a torn one.
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

/** In this order; each may be repeated after a power cut. */
export const STEPS = ['begin', 'unpack', 'stop', 'snapshot', 'swap', 'migrate', 'check', 'keep'] as const;
export type Step = (typeof STEPS)[number];

export interface Journal {
  format: 1;
  /** Version before and after. */
  from: string;
  to: string;
  archive: string;
  /** SHA-256 of the new release's list of files, from the verified statement. */
  manifest: string;
  /** Forward to the new version, or back to the old one. Back is never left again. */
  phase: 'forward' | 'back';
  /** The last step that is finished. */
  done: Step;
  /** How often it was taken up again after a power cut. */
  resumed: number;
  started: number;
  reason?: string;
  /** On the way back: the data are the old ones again, so the copy may go. */
  restored?: boolean;
}

/** How the last upgrade ended, for people. */
export interface LastUpgrade {
  from: string;
  to: string;
  ended: number;
  outcome: 'upgraded' | 'rolled-back';
  reason?: string;
}

/** The journal cannot be read: a person must look, since starting either version could harm the data. */
export class UnreadableJournal extends Error {
  constructor(file: string) {
    super(
      `${file} cannot be read, so it is not known how far the last upgrade came. Nothing was changed and the program was not started; see "Upgrade" in the installation guide.`,
    );
    this.name = 'UnreadableJournal';
  }
}

export function fsyncFolder(folder: string): void {
  const open = openSync(folder, 'r');
  try {
    fsyncSync(open);
  } finally {
    closeSync(open);
  }
}

/** The whole new content or the whole old one, whatever happens. */
export function writeDurably(file: string, content: string, mode = 0o644): void {
  const folder = path.dirname(file);
  mkdirSync(folder, { recursive: true });
  const making = `${file}.new`;
  rmSync(making, { force: true });
  const open = openSync(making, 'wx', mode);
  try {
    writeSync(open, content);
    fsyncSync(open);
  } finally {
    closeSync(open);
  }
  renameSync(making, file);
  fsyncFolder(folder);
}

/** Points a symbolic link elsewhere in one step. */
export function pointTo(link: string, target: string): void {
  const making = `${link}.new`;
  rmSync(making, { force: true });
  symlinkSync(target, making);
  renameSync(making, link);
  fsyncFolder(path.dirname(link));
}

/** The version that `current` or `keeper` points to. Errors: Error when nothing is installed there. */
export function pointedVersion(link: string): string {
  if (!existsSync(link) || !lstatSync(link).isSymbolicLink())
    throw new Error(`${link} is not there: nothing is installed in ${path.dirname(link)}.`);
  return path.basename(readlinkSync(link));
}

const journalFile = (home: string) => path.join(home, 'upgrade', 'journal.json');
const lastFile = (home: string) => path.join(home, 'upgrade', 'last.json');

/** Errors: UnreadableJournal. */
export function readJournal(home: string): Journal | undefined {
  const file = journalFile(home);
  if (!existsSync(file)) return undefined;
  try {
    const journal = JSON.parse(readFileSync(file, 'utf8')) as Journal;
    if (journal.format !== 1 || !STEPS.includes(journal.done)) throw new Error('another format');
    return journal;
  } catch {
    throw new UnreadableJournal(file);
  }
}

export function writeJournal(home: string, journal: Journal): void {
  writeDurably(journalFile(home), `${JSON.stringify(journal, null, 2)}\n`);
}

/** The upgrade is over. What is told of it is written before the journal goes. */
export function closeJournal(home: string, last: LastUpgrade): void {
  writeDurably(lastFile(home), `${JSON.stringify(last, null, 2)}\n`);
  rmSync(journalFile(home), { force: true });
  fsyncFolder(path.dirname(journalFile(home)));
}

export function lastUpgrade(home: string): LastUpgrade | undefined {
  const file = lastFile(home);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as LastUpgrade) : undefined;
}
