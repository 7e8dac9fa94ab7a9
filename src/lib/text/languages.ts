// Languages as data: each has a code, its own name, where its texts fall back to and whose date and number formats it uses.

export interface Language {
  /** ISO 639-3, or two letters where the programme's forms and IATI use them (`es`, `en`). */
  code: string;
  /** What its speakers call it, as it stands on the language button. */
  name: string;
  direction: 'ltr' | 'rtl';
  /** Where a missing text is looked for, in this order; the programme's language comes last in any case. */
  fallback: readonly string[];
  /** Of dates, numbers and plurals: that of another language where none is published for this one. */
  locale: string;
  /** Whether the code was checked against the ISO 639-3 table. */
  codeConfirmed: boolean;
}

/** The language every text exists in. */
export const SOURCE_LANGUAGE = 'es';

const PERU = { direction: 'ltr', fallback: ['es'], locale: 'es-PE' } as const;

/** The languages of the territory; what they have texts in is another matter (`countTexts`). */
const SHIPPED: readonly Language[] = [
  { code: 'es', name: 'Español', direction: 'ltr', fallback: [], locale: 'es-PE', codeConfirmed: true },
  { code: 'en', name: 'English', direction: 'ltr', fallback: ['es'], locale: 'en', codeConfirmed: true },
  { code: 'cni', name: 'Asháninka', ...PERU, codeConfirmed: true },
  { code: 'not', name: 'Nomatsigenga', ...PERU, codeConfirmed: false },
  { code: 'prq', name: 'Ashéninka del Perené', ...PERU, codeConfirmed: false },
  { code: 'ame', name: 'Yánesha', ...PERU, codeConfirmed: false },
  { code: 'cot', name: 'Kakinte', ...PERU, codeConfirmed: true },
  { code: 'que', name: 'Quechua', ...PERU, codeConfirmed: false },
];

const known = new Map<string, Language>(SHIPPED.map((language) => [language.code, language]));

/** All languages the program has heard of, with texts or without: those of the territory first, then those added at run time. */
export function allLanguages(): Language[] {
  return [...known.values()];
}

export function findLanguage(code: string): Language | undefined {
  return known.get(code);
}

/** What is known of a language; one nobody described is named by its code and formatted as in Peru. */
export function languageOf(code: string): Language {
  return known.get(code) ?? { code, name: code, ...PERU, codeConfirmed: false };
}

/** Two or three letters, and whatever script or region is needed: `qu`, `cni`, `que-PE`. */
export function isLanguageCode(code: string): boolean {
  return /^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/.test(code);
}

/** Adds a language, or changes how a known one is named and falls back. Errors: an Error for a code that is none. */
export function registerLanguage(language: Pick<Language, 'code' | 'name'> & Partial<Language>): Language {
  if (!isLanguageCode(language.code)) throw new Error(`not a language code: ${language.code}`);
  const before = known.get(language.code);
  const full: Language = { ...PERU, codeConfirmed: false, ...before, ...language };
  const usable = { ...full, locale: usableLocale(full.locale) };
  known.set(full.code, usable);
  return usable;
}

/** Takes back what was added at run time; a shipped language becomes again what it was. */
export function unregisterLanguage(code: string): void {
  const shipped = SHIPPED.find((language) => language.code === code);
  if (shipped) known.set(code, shipped);
  else known.delete(code);
}

function usableLocale(locale: string): string {
  try {
    return Intl.NumberFormat.supportedLocalesOf([locale]).length > 0 ? locale : PERU.locale;
  } catch {
    return PERU.locale;
  }
}

/** Where texts of a language are looked for, itself first, the source language last. */
export function fallbackChain(code: string): string[] {
  const chain: string[] = [];
  const visit = (one: string) => {
    if (chain.includes(one) || one === SOURCE_LANGUAGE) return;
    chain.push(one);
    for (const next of known.get(one)?.fallback ?? []) visit(next);
  };
  visit(code);
  return [...chain, SOURCE_LANGUAGE];
}

/** Locale for Intl; an unknown language is formatted like the source language. */
export function formatLocale(code: string): string {
  return (known.get(code) ?? known.get(SOURCE_LANGUAGE))?.locale ?? PERU.locale;
}

/** Value for the `lang` attribute: the canonical tag, so that `que` becomes `qu`, which screen readers know. */
export function languageTag(code: string): string {
  try {
    return Intl.getCanonicalLocales(code)[0] ?? code;
  } catch {
    return SOURCE_LANGUAGE;
  }
}
