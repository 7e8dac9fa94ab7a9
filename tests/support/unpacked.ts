// Large tools from npm, unpacked once per version into the temporary folder: two runs at once are safe, and nobody else's folder is trusted.
import { chmodSync, existsSync, lstatSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readFileSync } from 'node:fs';

const HOUR = 3_600_000;
const uid = process.getuid?.() ?? 0;

/** A package tells only its door; its folder is the one above it that holds `entry`. Errors: Error when it is not installed. */
export function packageFolder(name: string, entry: string): { folder: string; version: string } {
  let folder = path.dirname(createRequire(import.meta.url).resolve(name));
  while (!existsSync(path.join(folder, entry))) {
    if (path.dirname(folder) === folder) throw new Error(`the package ${name} has no ${entry}`);
    folder = path.dirname(folder);
  }
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string };
  return { folder, version };
}

/** Whether another user can walk to it: what runs as "nobody" must. */
function isWalkable(folder: string): boolean {
  for (let at = folder; ; at = path.dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}

/** The temporary folder; for root one that an unprivileged user can reach, since a private one would hide the tools from it. */
export function sharedTemporary(): string {
  if (uid !== 0) return tmpdir();
  return [tmpdir(), '/tmp', '/var/tmp'].find((folder) => existsSync(folder) && isWalkable(folder)) ?? tmpdir();
}

/** Fills a folder once per version and user; it appears finished, by a rename. Errors: Error when somebody else made that folder. */
export async function unpackOnce(
  what: string,
  version: string,
  fill: (folder: string) => Promise<void> | void,
): Promise<string> {
  const temporary = sharedTemporary();
  const name = `ciudadania-${what}-${version}-${uid}`;
  const home = path.join(temporary, name);
  if (existsSync(home)) return trusted(home);
  for (const left of readdirSync(temporary)) {
    // half a folder, left by a run that was killed
    const entry = path.join(temporary, left);
    if (left.startsWith(`${name}-`) && lstatSync(entry).mtimeMs < Date.now() - HOUR)
      rmSync(entry, { recursive: true, force: true });
  }
  const making = mkdtempSync(`${home}-`);
  chmodSync(making, 0o755);
  await fill(making);
  try {
    renameSync(making, home);
  } catch {
    rmSync(making, { recursive: true, force: true }); // another run was first
  }
  return trusted(home);
}

function trusted(home: string): string {
  const stat = lstatSync(home);
  if (!stat.isDirectory() || (process.getuid && stat.uid !== uid))
    throw new Error(`${home} was made by somebody else; remove it, it will be made again`);
  return home;
}
