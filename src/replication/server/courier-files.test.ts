import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleFolder, bundleName, isBundleName, keepBundle, listBundleFiles, writeWhole } from './courier-files.ts';

let stick: string;
beforeEach(() => {
  stick = mkdtempSync(path.join(tmpdir(), 'ciudadania-stick-'));
});
afterEach(() => rmSync(stick, { recursive: true, force: true }));

const NAME = bundleName(0, 7, 12);

async function* pieces(...given: (string | Error)[]): AsyncIterable<Uint8Array> {
  for (const piece of given) {
    if (piece instanceof Error) throw piece;
    yield await Promise.resolve(Buffer.from(piece));
  }
}
const failure = (code: string) => Object.assign(new Error(code), { code });

describe('the name of a bundle', () => {
  it('says whom it is for, who made it and which it is, and is the only name that may be asked for', () => {
    expect(NAME).toBe('para-central-de-7-000012.cdig');
    expect(bundleName(7, 0, 1_234_567)).toBe('para-7-de-central-1234567.cdig');
    expect(isBundleName(NAME) && isBundleName(bundleName(32_767, 0, 1_000_000_000))).toBe(true);
    for (const name of ['', '../keys.db', `../${NAME}`, `${NAME}/..`, 'para-central-de-7-12.cdig', `${NAME}.part`])
      expect(isBundleName(name), name).toBe(false);
  });
});

describe('writing to a stick', () => {
  it('gives the whole file its name, for its owner only, and leaves nothing else', async () => {
    expect(await writeWhole(stick, NAME, pieces('one', 'two'))).toBe(path.join(stick, NAME));
    expect(readFileSync(path.join(stick, NAME), 'utf8')).toBe('onetwo');
    expect(readdirSync(stick)).toEqual([NAME]);
    expect(statSync(path.join(stick, NAME)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['ENOSPC', 'courier.stick-full'],
    ['EIO', 'courier.stick-gone'],
    ['ENODEV', 'courier.stick-gone'],
    ['EROFS', 'courier.stick-read-only'],
  ])('that ends in %s keeps no half file, not under its name and not beside it, and says why', async (code, says) => {
    const failing = writeWhole(stick, NAME, pieces('the first half', failure(code)));
    await expect(failing).rejects.toMatchObject({ code: says, params: { folder: stick } });
    expect(readdirSync(stick)).toEqual([]);
  });

  it('that is broken off leaves the whole file of before as it was', async () => {
    await writeWhole(stick, NAME, pieces('whole'));
    await expect(writeWhole(stick, NAME, pieces('half', failure('EIO')))).rejects.toMatchObject({
      code: 'courier.stick-gone',
    });
    expect(readFileSync(path.join(stick, NAME), 'utf8')).toBe('whole');
    expect(readdirSync(stick)).toEqual([NAME]);
  });

  it('takes up what a power cut left half written, and never lists it as a bundle', async () => {
    writeFileSync(path.join(stick, `.${NAME}.part`), 'half of something long');
    expect(listBundleFiles(stick)).toEqual([]);
    await writeWhole(stick, NAME, pieces('short'));
    expect(readFileSync(path.join(stick, NAME), 'utf8')).toBe('short');
    expect(readdirSync(stick)).toEqual([NAME]);
  });

  it('that was pulled out before says that the folder is not there', async () => {
    await expect(writeWhole(path.join(stick, 'gone'), NAME, pieces('x'))).rejects.toMatchObject({
      code: 'courier.no-folder',
    });
    expect(existsSync(path.join(stick, 'gone'))).toBe(false);
  });

  it('lets a fault of the program be what it is', async () => {
    await expect(writeWhole(stick, NAME, pieces('x', new TypeError('ours')))).rejects.toThrow(TypeError);
    expect(readdirSync(stick)).toEqual([]);
  });
});

describe('reading a stick', () => {
  it('lists files under our ending whatever was added to their names, no folders and nothing hidden', async () => {
    for (const name of [NAME, 'para-7-de-central-000001 (1).CDIG', 'carta.txt', '._para-7.cdig'])
      writeFileSync(path.join(stick, name), name);
    mkdirSync(path.join(stick, 'folder.cdig'));
    const found = listBundleFiles(stick);
    expect(found.map(({ name }) => name)).toEqual(['para-7-de-central-000001 (1).CDIG', NAME]);
    expect(Buffer.from((await found[1]?.read()) ?? []).toString()).toBe(NAME);
    expect((await found[1]?.start())?.length).toBeLessThanOrEqual(48);
    expect(() => listBundleFiles(path.join(stick, 'nowhere'))).toThrow('courier.no-folder');
  });
});

describe('the data folder', () => {
  it('keeps the last few that were made, and what a power cut left goes with the old ones', async () => {
    const folder = bundleFolder(stick);
    for (let number = 1; number <= 8; number++) {
      await keepBundle(stick, bundleName(0, 7, number), Buffer.from(String(number)));
      const when = new Date(Date.UTC(2026, 10, number));
      utimesSync(path.join(folder, bundleName(0, 7, number)), when, when);
      if (number === 1) {
        writeFileSync(path.join(folder, `.${bundleName(0, 7, 99)}.part`), 'half');
        utimesSync(path.join(folder, `.${bundleName(0, 7, 99)}.part`), when, when);
      }
    }
    expect(readdirSync(folder).sort()).toEqual([4, 5, 6, 7, 8].map((number) => bundleName(0, 7, number)));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });
});
