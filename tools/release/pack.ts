// One signed archive: its files listed and hashed, packed in a fixed order with fixed times, and a statement that a key signs.
import { spawnSync } from 'node:child_process';
import {
  createPrivateKey,
  createPublicKey,
  createHash,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MANIFEST, writeStatement, type ReleaseManifest, type Statement } from '#platform/upgrade-release';

export interface PackInput {
  /** Holds one folder, TOP, with the program. */
  staging: string;
  top: string;
  version: string;
  platform: string;
  commit: string;
  /** Seconds since 1970 that every file in the archive carries. */
  time: number;
  out: string;
  key: KeyObject;
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function filesUnder(folder: string, within = ''): string[] {
  return readdirSync(path.join(folder, within), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(within, entry.name);
    if (entry.isDirectory()) return filesUnder(folder, name);
    if (!entry.isFile()) throw new Error(`${name} is no ordinary file; a release holds nothing else.`);
    return [name];
  });
}

/** Returns the archive's path; `.release` and `.release.sig` lie beside it. Errors: Error with what tar said. */
export function pack(input: PackInput): string {
  const { staging, top, version, platform, commit, time, out, key } = input;
  const folder = path.join(staging, top);
  const files: ReleaseManifest['files'] = {};
  let unpacked = 0;
  for (const name of filesUnder(folder).toSorted()) {
    if (name === MANIFEST) continue;
    const file = path.join(folder, name);
    const runs = (lstatSync(file).mode & 0o111) !== 0;
    chmodSync(file, runs ? 0o755 : 0o644);
    const bytes = readFileSync(file);
    unpacked += bytes.length;
    files[name] = [bytes.length, runs ? 0o755 : 0o644, hash(bytes)];
  }
  const manifest: ReleaseManifest = { version, platform, commit, files };
  const text = `${JSON.stringify(manifest)}\n`;
  writeFileSync(path.join(folder, MANIFEST), text);
  mkdirSync(out, { recursive: true });
  const archive = path.join(out, `${top}-${platform}.tar.gz`);
  const fixed = ['--sort=name', `--mtime=@${time}`, '--owner=0', '--group=0', '--numeric-owner'];
  const tar = spawnSync('tar', [...fixed, '-C', staging, '-I', 'gzip -n', '-cf', archive, top], { encoding: 'utf8' });
  if (tar.status !== 0) throw new Error(`tar: ${tar.stderr}`);
  const bytes = readFileSync(archive);
  const statement: Statement = {
    version,
    platform,
    archive: path.basename(archive),
    bytes: bytes.length,
    sha256: hash(bytes),
    unpacked,
    manifest: hash(Buffer.from(text)),
  };
  const said = Buffer.from(writeStatement(statement));
  writeFileSync(`${archive}.release`, said);
  writeFileSync(`${archive}.release.sig`, sign(null, said, key));
  return archive;
}

/** The key that signs; made at the first use. The public half goes to whoever installs. */
export function signingKey(file: string): { key: KeyObject; made: boolean } {
  if (existsSync(file)) return { key: createPrivateKey(readFileSync(file)), made: false };
  mkdirSync(path.dirname(file), { recursive: true });
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  return { key: privateKey, made: true };
}

export const publicPem = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
