// A signed release: what it says of itself, whether a trusted key signed it, and whether every file on the disk is the one that was signed.
import { spawn } from 'node:child_process';
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { fsyncFolder } from './upgrade-journal.ts';

/** A release that is not what a trusted key signed, or not for this machine. Nothing was changed. */
export class BadRelease extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BadRelease';
  }
}

/** The signed text beside an archive, one `name value` a line, so that a shell can read it too. */
export interface Statement {
  version: string;
  /** Operating system and processor, as Node names them: linux-x64. */
  platform: string;
  /** File name of the archive. */
  archive: string;
  bytes: number;
  sha256: string;
  /** Bytes that the files need on the disk. */
  unpacked: number;
  /** SHA-256 of release.json, which names every file. */
  manifest: string;
}

export interface ReleaseManifest {
  version: string;
  platform: string;
  /** Commit of the sources; ends in `-dirty` when files differed from it. */
  commit: string;
  /** Path → size, mode, SHA-256. */
  files: Record<string, [size: number, mode: number, sha256: string]>;
}

export const MANIFEST = 'release.json';
const HEAD = 'ciudadania-digital release 1';
const VERSION = /^\d{1,6}\.\d{1,6}\.\d{1,6}$/;
const HASH = /^[0-9a-f]{64}$/;

export function writeStatement(statement: Statement): string {
  const { version, platform, archive, bytes, sha256, unpacked, manifest } = statement;
  const lines = Object.entries({ version, platform, archive, bytes, sha256, unpacked, manifest });
  return `${HEAD}\n${lines.map(([name, value]) => `${name} ${value}\n`).join('')}`;
}

/** Errors: BadRelease. */
export function readStatement(text: string): Statement {
  const [head, ...lines] = text.split('\n');
  if (head !== HEAD) throw new BadRelease('The statement is not one of a release that this version understands.');
  const said = new Map(lines.filter(Boolean).map((line) => [line.split(' ', 1)[0], line.slice(line.indexOf(' ') + 1)]));
  const take = (name: string, pattern: RegExp): string => {
    const value = said.get(name);
    if (value === undefined || !pattern.test(value)) throw new BadRelease(`The statement has no usable ${name}.`);
    return value;
  };
  const count = /^\d{1,15}$/;
  return {
    version: take('version', VERSION),
    platform: take('platform', /^[a-z0-9]+-[a-z0-9]+$/),
    archive: take('archive', /^[A-Za-z0-9][A-Za-z0-9._-]*$/),
    bytes: Number(take('bytes', count)),
    sha256: take('sha256', HASH),
    unpacked: Number(take('unpacked', count)),
    manifest: take('manifest', HASH),
  };
}

/** The Ed25519 keys of a folder's *.pem files. */
export function trustedKeys(folder: string): KeyObject[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.pem'))
    .map((name) => createPublicKey(readFileSync(path.join(folder, name))))
    .filter((key) => key.asymmetricKeyType === 'ed25519');
}

/** What people compare by eye: SHA-256 of the public key. */
export function fingerprint(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** Checks signature, size and hash of an archive with its `.release` and `.release.sig` beside it. Errors: BadRelease. */
export async function verifyArchive(archive: string, keys: readonly KeyObject[]): Promise<Statement> {
  const beside = (ending: string) => {
    const file = archive + ending;
    if (!existsSync(file)) throw new BadRelease(`${path.basename(file)} is missing; it belongs beside the archive.`);
    if (statSync(file).size > 10_000) throw new BadRelease(`${path.basename(file)} is too large.`);
    return readFileSync(file);
  };
  const text = beside('.release');
  const signature = beside('.release.sig');
  if (keys.length === 0) throw new BadRelease('No key is trusted here, so no release can be.');
  if (!keys.some((key) => verify(null, text, key, signature)))
    throw new BadRelease('The signature is not from a key that is trusted here.');
  const statement = readStatement(text.toString('utf8'));
  if (!existsSync(archive)) throw new BadRelease(`${archive} is not there.`);
  if (path.basename(archive) !== statement.archive)
    throw new BadRelease(`The statement is about ${statement.archive}, not ${path.basename(archive)}.`);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(archive) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  if (bytes !== statement.bytes || hash.digest('hex') !== statement.sha256)
    throw new BadRelease('The archive is damaged: it is not the one that was signed. Copy it again.');
  return statement;
}

/** Unpacks into an empty folder with the system's tar. Errors: Error with what tar said. */
export async function unpackArchive(archive: string, into: string): Promise<void> {
  const tar = spawn('tar', ['-xzf', archive, '-C', into, '--strip-components=1', '--no-same-owner'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  tar.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const status = await new Promise((resolve, reject) => tar.once('error', reject).once('close', resolve));
  if (status !== 0) throw new Error(`The archive could not be unpacked: ${said.trim()}`);
}

/**
 * Every file is there, is the signed one and is on the disk, and there is no other. Sets the modes that were signed.
 * Errors: BadRelease.
 */
export function checkFiles(folder: string, manifestHash: string): ReleaseManifest {
  const text = readFileSync(path.join(folder, MANIFEST));
  if (createHash('sha256').update(text).digest('hex') !== manifestHash)
    throw new BadRelease(`${MANIFEST} is not the one that was signed.`);
  const manifest = JSON.parse(text.toString('utf8')) as ReleaseManifest;
  const missing = new Set(Object.keys(manifest.files));
  const walk = (within: string) => {
    const here = path.join(folder, within);
    for (const entry of readdirSync(here, { withFileTypes: true })) {
      const name = path.posix.join(within, entry.name);
      if (entry.isDirectory()) {
        walk(name);
        continue;
      }
      if (name === MANIFEST) continue;
      const signed = missing.delete(name) ? manifest.files[name] : undefined;
      if (!signed || !entry.isFile()) throw new BadRelease(`${name} is not part of the release.`);
      const [size, mode, sha256] = signed;
      const found = hashOnDisk(path.join(folder, name));
      if (found.size !== size || found.sha256 !== sha256) throw new BadRelease(`${name} is damaged.`);
      chmodSync(path.join(folder, name), mode);
    }
    chmodSync(here, 0o755);
    fsyncFolder(here);
  };
  walk('');
  const [first] = missing;
  if (first !== undefined) throw new BadRelease(`${first} is missing.`);
  return manifest;
}

const CHUNK = 1_048_576;

/** Hashes a file and makes sure that it survives a power cut. */
function hashOnDisk(file: string): { size: number; sha256: string } {
  const open = openSync(file, 'r');
  try {
    fsyncSync(open);
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(CHUNK);
    let size = 0;
    for (;;) {
      const read = readSync(open, buffer);
      if (read === 0) return { size, sha256: hash.digest('hex') };
      hash.update(buffer.subarray(0, read));
      size += read;
    }
  } finally {
    closeSync(open);
  }
}

/** Whether `a` is a later version than `b`. */
export function isLater(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number)) as [number[], number[]];
  for (let at = 0; at < 3; at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
