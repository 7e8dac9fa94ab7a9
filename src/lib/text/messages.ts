// A message in ICU MessageFormat: parsed when it is first shown, kept parsed, and checked before it is taken in.
import { IntlMessageFormat } from 'intl-messageformat';

export type TextParams = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** `<` is a letter like any other: texts carry no tags, and what they are shown in escapes them. */
const PLAIN = { ignoreTag: true } as const;

const MOST_KEPT = 20_000;
const parsed = new Map<string, IntlMessageFormat | null>();

function parse(message: string, locale: string): IntlMessageFormat | null {
  const key = `${locale}\n${message}`;
  const kept = parsed.get(key);
  if (kept !== undefined) return kept;
  let format: IntlMessageFormat | null;
  try {
    format = new IntlMessageFormat(message, locale, undefined, PLAIN);
  } catch {
    format = null;
  }
  if (parsed.size >= MOST_KEPT) parsed.clear();
  parsed.set(key, format);
  return format;
}

/** The message with its values, or null when it cannot be read or a value is missing. Values are plain text, never messages. */
export function formatMessage(message: string, locale: string, params: TextParams | undefined): string | null {
  if (!params && !/[{}'#]/.test(message)) return message;
  const format = parse(message, locale);
  if (!format) return null;
  try {
    return String(format.format<string>(params ? { ...params } : {}));
  } catch {
    return null;
  }
}

export interface MessageCheck {
  /** Null when the message can be read. */
  problem: string | null;
  /** Names of the values it takes, sorted. */
  values: string[];
}

/** Reads a message without showing it: for imports and for the check that all languages take the same values. */
export function checkMessage(message: string, locale: string): MessageCheck {
  try {
    const names = new Set<string>();
    collect(new IntlMessageFormat(message, locale, undefined, PLAIN).getAst(), names);
    return { problem: null, values: [...names].sort() };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error), values: [] };
  }
}

interface Element {
  /** 0 literal, 7 `#`, 8 tag; everything else takes a value (icu-messageformat-parser). */
  type: number;
  value?: unknown;
  options?: Record<string, { value: Element[] }>;
}

function collect(elements: readonly Element[], names: Set<string>): void {
  for (const element of elements) {
    if (element.type !== 0 && element.type !== 7 && typeof element.value === 'string') names.add(element.value);
    for (const option of Object.values(element.options ?? {})) collect(option.value, names);
  }
}
