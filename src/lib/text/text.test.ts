// Texts: what a reader sees when a language has the text, has it not, or has it wrong; and that a language comes without a release.
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  allLanguages,
  checkMessage,
  countTexts,
  fallbackChain,
  findLanguage,
  formatLocale,
  hasLanguage,
  hasText,
  knownLanguages,
  languageTag,
  onTextProblem,
  onTextsChanged,
  registerLanguage,
  registerTexts,
  removeTexts,
  replaceTexts,
  text,
  textKeys,
  textWithSource,
  unregisterLanguage,
  type TextProblem,
} from './index.ts';

registerTexts('es', {
  'test.hello': 'Buenos días, {name}',
  'test.people': '{count, plural, one {# persona} other {# personas}}',
  'test.in-spanish': 'Solo en castellano',
  'test.plain': "Sin llaves, con 'comillas' y <b>signos</b>",
  'test.broken': '{count, plural, one {# persona}',
});
registerTexts('en', { 'test.hello': 'Good morning, {name}', 'test.people': '{count, plural, one {# person}' });

describe('a text', () => {
  it('is shown in the language asked for, with its values', () => {
    expect(text('en', 'test.hello', { name: 'Rosa' })).toBe('Good morning, Rosa');
    expect(text('es', 'test.people', { count: 1 })).toBe('1 persona');
    expect(text('es', 'test.people', { count: 12345 })).toBe('12,345 personas');
  });

  it('falls back visibly: the reader can be told which language it is', () => {
    expect(textWithSource('cni', 'test.in-spanish')).toEqual({
      text: 'Solo en castellano',
      language: 'es',
      fellBack: true,
      missing: false,
    });
    expect(textWithSource('es', 'test.in-spanish').fellBack).toBe(false);
    expect(hasText('cni', 'test.in-spanish')).toBe(false);
    expect(hasText('cni', 'test.in-spanish', { fallback: true })).toBe(true);
  });

  it('is its key when nobody has it', () => {
    expect(textWithSource('en', 'test.nowhere')).toMatchObject({ text: 'test.nowhere', missing: true });
  });

  it('that cannot be read never stops a page: the next language is shown, at last the source', () => {
    const heard: TextProblem[] = [];
    onTextProblem((problem) => heard.push(problem));
    expect(text('en', 'test.people', { count: 2 })).toBe('2 personas');
    expect(text('es', 'test.broken', { count: 2 })).toBe('{count, plural, one {# persona}');
    expect(text('es', 'test.broken', { count: 3 })).toBe('{count, plural, one {# persona}');
    expect(text('es', 'test.hello')).toBe('Buenos días, {name}'); // the value was forgotten
    expect(heard).toEqual([
      { language: 'en', key: 'test.people', problem: 'unreadable' },
      { language: 'es', key: 'test.broken', problem: 'unreadable' },
      { language: 'es', key: 'test.hello', problem: 'unreadable' },
    ]);
    onTextProblem(() => undefined);
  });

  it('takes values as plain text, whatever they contain', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(text('es', 'test.hello', { name })).toBe(`Buenos días, ${name}`);
      }),
    );
    expect(text('es', 'test.hello', { name: '{name} <script>' })).toBe('Buenos días, {name} <script>');
  });

  it('keeps signs as written when it has no values', () => {
    expect(text('es', 'test.plain')).toBe("Sin llaves, con 'comillas' y <b>signos</b>");
  });

  it('never finds what no one wrote', () => {
    for (const key of ['__proto__', 'constructor', 'toString']) expect(text('es', key)).toBe(key);
  });
});

describe('layers', () => {
  afterEach(() => replaceTexts('en', {}, 'translated'));

  it('a translation made here stands before the shipped text and can be taken back', () => {
    registerTexts('en', { 'test.hello': 'Hello, {name}' }, 'translated');
    expect(text('en', 'test.hello', { name: 'Rosa' })).toBe('Hello, Rosa');
    removeTexts('en', ['test.hello'], 'translated');
    expect(text('en', 'test.hello', { name: 'Rosa' })).toBe('Good morning, Rosa');
  });

  it('a change is told, so that finished pages can be dropped', () => {
    let told = 0;
    const stop = onTextsChanged(() => told++);
    registerTexts('en', { 'test.new': 'New' }, 'translated');
    expect(told).toBe(1);
    stop();
    registerTexts('en', { 'test.new': 'Newer' }, 'translated');
    expect(told).toBe(1);
    expect(textKeys('en')).toContain('test.new');
  });
});

describe('languages', () => {
  afterEach(() => {
    unregisterLanguage('xyz');
    replaceTexts('xyz', {}, 'folder');
  });

  it('of the territory are known and formatted as in Peru', () => {
    const codes = allLanguages().map((language) => language.code);
    expect(codes).toEqual(['es', 'en', 'cni', 'not', 'prq', 'ame', 'cot', 'que']);
    for (const code of ['cni', 'not', 'prq', 'ame', 'cot', 'que']) {
      expect(formatLocale(code)).toBe('es-PE');
      expect(fallbackChain(code)).toEqual([code, 'es']);
    }
    expect(formatLocale('en')).toBe('en');
    expect(languageTag('que')).toBe('qu');
    expect(languageTag('not')).toBe('not');
  });

  it('can be added while the program runs', () => {
    expect(findLanguage('xyz')).toBeUndefined();
    expect(hasLanguage('xyz')).toBe(false);
    expect(text('xyz', 'test.in-spanish')).toBe('Solo en castellano');
    registerLanguage({ code: 'xyz', name: 'Prueba', fallback: ['en'] });
    registerTexts('xyz', { 'test.in-spanish': 'texto de prueba' }, 'folder');
    expect(textWithSource('xyz', 'test.in-spanish')).toMatchObject({
      text: 'texto de prueba',
      language: 'xyz',
      fellBack: false,
    });
    expect(textWithSource('xyz', 'test.hello', { name: 'Rosa' })).toMatchObject({ language: 'en', fellBack: true });
    expect(countTexts('xyz')).toBe(1);
    expect(knownLanguages().map((language) => language.code)).toEqual(['es', 'en', 'xyz']);
  });

  it('that fall back on each other end at the source language', () => {
    registerLanguage({ code: 'xyz', name: 'Prueba', fallback: ['xyz', 'en', 'xyz'] });
    expect(fallbackChain('xyz')).toEqual(['xyz', 'en', 'es']);
  });

  it('take no code that is none and no locale that Intl does not have', () => {
    expect(() => registerLanguage({ code: '../etc', name: 'x' })).toThrow();
    registerLanguage({ code: 'xyz', name: 'Prueba', locale: '??' });
    expect(formatLocale('xyz')).toBe('es-PE');
  });
});

describe('checking a message', () => {
  it('names its values and its fault', () => {
    expect(checkMessage('{a} y {n, plural, one {{b}} other {#}}', 'es-PE')).toEqual({
      problem: null,
      values: ['a', 'b', 'n'],
    });
    expect(checkMessage('{a', 'es-PE').problem).not.toBeNull();
  });
});
