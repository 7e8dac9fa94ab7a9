// The texts of every screen by language and key, in layers: what was shipped, what lies in the data folder, what was translated here.
import { allLanguages, fallbackChain, formatLocale, languageOf, SOURCE_LANGUAGE, type Language } from './languages.ts';
import { formatMessage, type TextParams } from './messages.ts';

/** A later layer stands before an earlier one. */
const LAYERS = ['shipped', 'folder', 'translated'] as const;
export type TextLayer = (typeof LAYERS)[number];

const layers = new Map<TextLayer, Map<string, Map<string, string>>>(LAYERS.map((layer) => [layer, new Map()]));
const changed = new Set<() => void>();

function textsOf(layer: TextLayer, language: string): Map<string, string> {
  const languages = layers.get(layer) ?? new Map<string, Map<string, string>>();
  layers.set(layer, languages);
  const texts = languages.get(language) ?? new Map<string, string>();
  languages.set(language, texts);
  return texts;
}

/** Adds texts to a language, also while the program runs; a key that is there already gets the new message. */
export function registerTexts(
  language: string,
  messages: Readonly<Record<string, string>>,
  layer: TextLayer = 'shipped',
): void {
  const texts = textsOf(layer, language);
  for (const [key, message] of Object.entries(messages)) texts.set(key, message);
  tellChanged();
}

/** Puts other texts in the place of a whole layer of a language; what is no longer among them falls back. */
export function replaceTexts(language: string, messages: Readonly<Record<string, string>>, layer: TextLayer): void {
  textsOf(layer, language).clear();
  registerTexts(language, messages, layer);
}

/** Takes single texts out of a layer. */
export function removeTexts(language: string, keys: readonly string[], layer: TextLayer): void {
  const texts = textsOf(layer, language);
  for (const key of keys) texts.delete(key);
  tellChanged();
}

/** Calls back after every change of a text: whoever keeps finished pages drops them. Returns the way to stop. */
export function onTextsChanged(listener: () => void): () => void {
  changed.add(listener);
  return () => void changed.delete(listener);
}

function tellChanged(): void {
  counts.clear();
  for (const listener of changed) listener();
}

function message(language: string, key: string): string | undefined {
  for (let at = LAYERS.length - 1; at >= 0; at--) {
    const layer = LAYERS[at];
    const found = layer && layers.get(layer)?.get(language)?.get(key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether the language itself has the text; with `fallback` also where it falls back to. */
export function hasText(language: string, key: string, options: { fallback?: boolean } = {}): boolean {
  const chain = options.fallback ? fallbackChain(language) : [language];
  return chain.some((one) => message(one, key) !== undefined);
}

/** Keys of a language, sorted: for completeness and for export. */
export function textKeys(language: string): string[] {
  const keys = new Set<string>();
  for (const languages of layers.values()) for (const key of languages.get(language)?.keys() ?? []) keys.add(key);
  return [...keys].sort();
}

const counts = new Map<string, number>();

/** How many texts a language has of its own; every page asks. */
export function countTexts(language: string): number {
  const known = counts.get(language);
  if (known !== undefined) return known;
  const count = textKeys(language).length;
  counts.set(language, count);
  return count;
}

/** Whether a language has any text: only then can it be chosen. */
export function hasLanguage(language: string): boolean {
  return [...layers.values()].some((languages) => (languages.get(language)?.size ?? 0) > 0);
}

/** The languages that have texts, in the order in which they are offered. */
export function knownLanguages(): Language[] {
  const described = allLanguages().map((language) => language.code);
  const held = [...layers.values()].flatMap((languages) => [...languages.keys()]);
  return [...new Set([...described, ...held.sort()])].filter(hasLanguage).map(languageOf);
}

/** The message as written, before its values are put in; for translators. */
export function sourceMessage(language: string, key: string): string | undefined {
  return message(language, key);
}

export interface SourcedText {
  text: string;
  /** The language in which the text is: what its `lang` attribute must say. */
  language: string;
  /** It is not in the language that was asked for; the reader is told. */
  fellBack: boolean;
  /** No language has it: `text` is the key. */
  missing: boolean;
}

export type TextProblem = { language: string; key: string; problem: 'missing' | 'unreadable' };
let report: (problem: TextProblem) => void = () => undefined;
const reported = new Set<string>();

/** Who hears, once per text, of a key that nobody has and of a message that cannot be shown with the values given. */
export function onTextProblem(listener: (problem: TextProblem) => void): void {
  report = listener;
  reported.clear();
}

function reportOnce(problem: TextProblem): void {
  const id = `${problem.language}\n${problem.key}\n${problem.problem}`;
  if (reported.has(id) || reported.size > 1000) return;
  reported.add(id);
  report(problem);
}

/** The text and where it came from. Never throws: a message that cannot be shown falls back, at last to its source. */
export function textWithSource(language: string, key: string, params?: TextParams): SourcedText {
  let unreadable: SourcedText | undefined;
  for (const from of fallbackChain(language)) {
    const found = message(from, key);
    if (found === undefined) continue;
    const text = formatMessage(found, formatLocale(from), params);
    if (text !== null) return { text, language: from, fellBack: from !== language, missing: false };
    reportOnce({ language: from, key, problem: 'unreadable' });
    unreadable = { text: found, language: from, fellBack: from !== language, missing: false };
  }
  if (unreadable) return unreadable;
  reportOnce({ language, key, problem: 'missing' });
  return { text: key, language: SOURCE_LANGUAGE, fellBack: language !== SOURCE_LANGUAGE, missing: true };
}

/** The text in the language, or in the one it falls back to, or the key. */
export function text(language: string, key: string, params?: TextParams): string {
  return textWithSource(language, key, params).text;
}
