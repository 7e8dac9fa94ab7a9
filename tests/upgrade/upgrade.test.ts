// An upgrade ends in the new version with all data, or in the old one with the data as they were; also when the power is cut at any moment.
import { spawnSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resumeUpgrade, upgrade } from '#platform/upgrade';
import { lastUpgrade, pointedVersion, readJournal } from '#platform/upgrade-journal';
import { BadRelease } from '#platform/upgrade-release';
import { publicPem } from '../../tools/release/pack.ts';
import { removeFolder, temporaryFolder } from '../support/processes.ts';
import { dataOf, makeMachine, makeRelease, partsOf } from './machine.ts';

const folder = temporaryFolder();
afterAll(() => removeFolder(folder));
const key = generateKeyPairSync('ed25519').privateKey;
const stranger = generateKeyPairSync('ed25519').privateKey;
const OLD = 'schema 1\nvisit A\nvisit B\n';
const NEW = 'schema 2\nvisit A\nvisit B\n';

let good = '';
let failing = '';
beforeAll(() => {
  good = makeRelease(folder, '1.1.0', key);
  failing = makeRelease(folder, '1.1.0', key, { migrate: 'spoils' });
});

let machines = 0;
function machine(): { home: string; data: string } {
  const at = path.join(folder, `machine-${machines++}`);
  const made = { home: path.join(at, 'home'), data: path.join(at, 'data') };
  makeMachine(made.home, made.data, publicPem(key));
  return made;
}

const run = (home: string, data: string, ...args: string[]) =>
  spawnSync(process.execPath, [path.join(import.meta.dirname, 'machine.ts'), home, data, ...args], {
    encoding: 'utf8',
  });

function settled(home: string, data: string, version: string): void {
  expect(readJournal(home)).toBeUndefined();
  for (const link of ['current', 'keeper']) expect(pointedVersion(path.join(home, link))).toBe(version);
  expect(dataOf(data)).toBe(version === '1.0.0' ? OLD : NEW);
  expect(readFileSync(path.join(data, 'files', 'photo'), 'utf8')).toBe('light');
  expect(existsSync(path.join(data, 'upgrade', 'copy'))).toBe(false);
  expect(readdirSync(path.join(home, 'releases')).filter((name) => name.endsWith('.part'))).toEqual([]);
}

describe('an upgrade', () => {
  it('brings in the new version with the data, and keeps the old one beside it', async () => {
    const { home, data } = machine();
    expect(await upgrade(partsOf(home, data), good)).toMatchObject({ outcome: 'upgraded', from: '1.0.0', to: '1.1.0' });
    settled(home, data, '1.1.0');
    expect(readdirSync(path.join(home, 'releases')).toSorted()).toEqual(['1.0.0', '1.1.0']);
    expect(await resumeUpgrade(partsOf(home, data))).toBeUndefined();
  });

  it.each([
    ['its migration fails', { migrate: 'fails' }],
    ['its migration spoils the data', { migrate: 'spoils' }],
    ['it does not answer', { selfTest: 'fails' }],
  ] as const)('goes all the way back when %s', async (_, behaviour) => {
    const { home, data } = machine();
    const last = await upgrade(partsOf(home, data), makeRelease(folder, '1.1.0', key, behaviour));
    expect(last.outcome).toBe('rolled-back');
    settled(home, data, '1.0.0');
    expect(lastUpgrade(home)?.reason).toBeTruthy();
  });

  it('changes nothing for what is not signed by a trusted key, damaged, older or for another machine', async () => {
    const { home, data } = machine();
    const refuses = async (archive: string, says: RegExp) => {
      await expect(upgrade(partsOf(home, data), archive)).rejects.toThrow(says);
      settled(home, data, '1.0.0');
    };
    await refuses(makeRelease(path.join(folder, 'stranger'), '1.1.0', stranger), /not from a key/);
    await refuses(makeRelease(folder, '0.9.0', key), /not newer/);
    await refuses(makeRelease(folder, '1.2.0', key, {}, 'linux-arm64'), /for linux-arm64/);
    const damaged = path.join(folder, 'damaged', path.basename(good));
    mkdirSync(path.dirname(damaged));
    for (const ending of ['', '.release', '.release.sig']) copyFileSync(good + ending, damaged + ending);
    const bytes = readFileSync(damaged);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(damaged, bytes);
    await refuses(damaged, /damaged/);
    rmSync(`${damaged}.release.sig`);
    await refuses(damaged, /missing/);
    expect(createPublicKey(key).asymmetricKeyType).toBe('ed25519');
    expect(new BadRelease('x')).toBeInstanceOf(Error);
  });

  it('is one at a time, and tells when its journal cannot be read', async () => {
    const { home, data } = machine();
    const busy = partsOf(home, data, {
      lock: () => {
        throw new Error('Another upgrade is running.');
      },
    });
    await expect(upgrade(busy, good)).rejects.toThrow('Another upgrade');
    writeFileSync(path.join(home, 'upgrade-note'), '');
    mkdirSync(path.join(home, 'upgrade'), { recursive: true });
    writeFileSync(path.join(home, 'upgrade', 'journal.json'), '{"format":');
    await expect(resumeUpgrade(partsOf(home, data))).rejects.toThrow(/cannot be read/);
    expect(dataOf(data)).toBe(OLD);
  });
});

/** Every moment that an upgrade passes, as it tells them itself. */
function momentsOf(archive: string): string[] {
  const { home, data } = machine();
  run(home, data, 'upgrade', archive);
  return readFileSync(path.join(home, 'moments'), 'utf8').trim().split('\n');
}

describe('a power cut', () => {
  it('at any moment of an upgrade ends in one version or the other, with its data', () => {
    const moments = momentsOf(good);
    expect(moments.length).toBeGreaterThan(20);
    const ends = new Set<string>();
    for (const moment of moments) {
      const { home, data } = machine();
      expect(run(home, data, 'upgrade', good, moment).signal, moment).toBe('SIGKILL');
      expect(run(home, data, 'resume').status, moment).toBe(0);
      const version = pointedVersion(path.join(home, 'current'));
      ends.add(version);
      settled(home, data, version);
    }
    expect([...ends].toSorted()).toEqual(['1.0.0', '1.1.0']);
  }, 120_000);

  it('at any moment of the way back ends in the old version with its data', () => {
    const moments = momentsOf(failing).filter((moment) => moment.startsWith('back'));
    expect(moments.length).toBeGreaterThan(5);
    for (const moment of moments) {
      const { home, data } = machine();
      expect(run(home, data, 'upgrade', failing, moment).signal, moment).toBe('SIGKILL');
      expect(run(home, data, 'resume').status, moment).toBe(0);
      settled(home, data, '1.0.0');
    }
  }, 120_000);

  it('may come again while it is taken up', () => {
    const { home, data } = machine();
    run(home, data, 'upgrade', good, 'after migrate');
    for (let again = 0; again < 3; again++) run(home, data, 'resume', 'after migrate');
    expect(run(home, data, 'resume').status).toBe(0);
    settled(home, data, pointedVersion(path.join(home, 'current')));
  }, 60_000);
});
