// Texts on disk: every folder is found, shipped languages are complete and take the same values, and a file in the data folder adds a language.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkMessage,
  hasLanguage,
  knownLanguages,
  replaceTexts,
  text,
  textWithSource,
  unregisterLanguage,
} from '#lib/text/index.ts';
import { loadTexts, readTextFolder, textFolders } from './texts.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const data = mkdtempSync(path.join(tmpdir(), 'texts-'));
const own = path.join(data, 'texts');
const write = (name: string, content: string) => writeFileSync(path.join(own, name), content);

beforeAll(() => {
  mkdirSync(own);
});
afterAll(() => {
  rmSync(data, { recursive: true });
  for (const language of ['xyz', 'en']) replaceTexts(language, {}, 'folder');
  unregisterLanguage('xyz');
});

describe('texts on disk', () => {
  it('of the modules and the platform are found and registered', () => {
    expect(textFolders(ROOT).map((folder) => path.relative(ROOT, folder))).toContain('src/modules/people/texts');
    expect(loadTexts(ROOT).unreadable).toEqual([]);
    expect(text('es', 'people.sex.female')).toBe('Mujer');
    expect(text('en', 'refusal.people.gone')).not.toBe('refusal.people.gone');
  });

  it('have in every shipped language the same keys with the same values, and each can be read', () => {
    for (const folder of textFolders(ROOT)) {
      const languages = readTextFolder(folder);
      const es = languages.get('es') ?? {};
      const en = languages.get('en') ?? {};
      expect(Object.keys(en).sort(), folder).toEqual(Object.keys(es).sort());
      for (const [key, message] of Object.entries(es)) {
        const source = checkMessage(message, 'es-PE');
        const other = checkMessage(en[key] ?? '', 'en');
        expect([key, source.problem, other.problem]).toEqual([key, null, null]);
        expect([key, ...other.values]).toEqual([key, ...source.values]);
      }
    }
  });
});

describe('the data folder', () => {
  it('adds a language and stands before what was shipped, without a release', () => {
    expect(hasLanguage('xyz')).toBe(false);
    write('xyz.json', JSON.stringify({ 'language.name': 'Prueba', 'people.sex.female': 'texto de prueba' }));
    write('en.json', JSON.stringify({ 'people.sex.female': 'Female' }));
    expect(loadTexts(ROOT, data).unreadable).toEqual([]);
    expect(knownLanguages().find((language) => language.code === 'xyz')?.name).toBe('Prueba');
    expect(text('xyz', 'people.sex.female')).toBe('texto de prueba');
    expect(textWithSource('xyz', 'people.sex.male')).toMatchObject({ text: 'Hombre', language: 'es', fellBack: true });
    expect(text('en', 'people.sex.female')).toBe('Female');
  });

  it('with damaged files does not stop the program, and says which', () => {
    write('cni.json', '{"people.sex.female":');
    write('ame.json', '{"people.sex.female": 3}');
    write('not a language.json', '{"people.sex.female": "x"}');
    write('prq.json', '["x"]');
    const { unreadable } = loadTexts(ROOT, data);
    expect(unreadable.map(({ file }) => path.basename(file))).toEqual([
      'ame.json',
      'cni.json',
      'not a language.json',
      'prq.json',
    ]);
    expect(hasLanguage('cni')).toBe(false);
  });
});
