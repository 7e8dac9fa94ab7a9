// Reads all texts from where they live: each module's folder, the platform, the design system, the screens, and the data folder.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findLanguage, isLanguageCode, onTextProblem, registerLanguage, registerTexts } from '#lib/text/index.ts';
import type { TextLayer } from '#lib/text/index.ts';
import type { Logger } from './log.ts';

/** Folders that hold `<language>.json`, in the order in which later ones win. */
export function textFolders(root: string): string[] {
  const modules = path.join(root, 'src', 'modules');
  const folders = existsSync(modules)
    ? readdirSync(modules, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    : [];
  return [
    path.join(root, 'src', 'platform', 'texts'),
    path.join(root, 'src', 'lib', 'ui', 'texts'),
    path.join(root, 'src', 'routes', 'texts'),
    ...folders.map((entry) => path.join(modules, entry.name, 'texts')),
  ].filter((folder) => existsSync(folder));
}

function isTexts(content: unknown): content is Record<string, string> {
  return (
    typeof content === 'object' &&
    content !== null &&
    !Array.isArray(content) &&
    Object.values(content).every((value) => typeof value === 'string')
  );
}

function readTextFile(file: string): Record<string, string> {
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isTexts(content)) throw new Error(`${file} must be an object of texts`);
  return content;
}

function textFiles(folder: string): { language: string; file: string }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({ language: path.basename(name, '.json'), file: path.join(folder, name) }));
}

/** Texts of one folder by language. Errors: Error naming the file that is not a flat JSON object of texts. */
export function readTextFolder(folder: string): Map<string, Record<string, string>> {
  return new Map(textFiles(folder).map(({ language, file }) => [language, readTextFile(file)]));
}

/** The keys by which a file says what its language is called and how it falls back and formats; the rest are texts. */
const ABOUT = { name: 'language.name', fallback: 'language.fallback', locale: 'language.locale' } as const;

function register(language: string, texts: Record<string, string>, layer: TextLayer): void {
  const name = texts[ABOUT.name];
  const fallback = texts[ABOUT.fallback]?.split(',').map((code) => code.trim());
  const locale = texts[ABOUT.locale];
  if (!findLanguage(language) || name || fallback || locale)
    registerLanguage({
      code: language,
      name: name ?? findLanguage(language)?.name ?? language,
      ...(fallback ? { fallback: fallback.filter(isLanguageCode) } : {}),
      ...(locale ? { locale } : {}),
    });
  registerTexts(language, texts, layer);
}

export interface LoadedTexts {
  /** Files of the data folder that could not be read, with the reason: the program runs without them and says so. */
  unreadable: { file: string; reason: string }[];
}

/**
 * Registers everything. A file `texts/<language>.json` in the data folder adds a language or stands before shipped texts,
 * without a release. Errors: Error naming a shipped file that cannot be read; one in the data folder never stops the start.
 */
export function loadTexts(root: string, dataDir?: string): LoadedTexts {
  for (const folder of textFolders(root))
    for (const [language, texts] of readTextFolder(folder)) register(language, texts, 'shipped');
  const unreadable: LoadedTexts['unreadable'] = [];
  const own = dataDir ? path.join(dataDir, 'texts') : undefined;
  if (own && existsSync(own)) {
    for (const { language, file } of textFiles(own)) {
      try {
        register(language, readTextFile(file), 'folder');
      } catch (error) {
        unreadable.push({ file, reason: error instanceof Error ? error.message : String(error) });
      }
    }
  }
  return { unreadable };
}

/** Texts that are missing or cannot be shown go to the log, each once. */
export function logTextProblems(log: Logger): void {
  onTextProblem((problem) => log.warn(problem, 'a text is missing or cannot be shown'));
}
