// What a visitor chose about how pages look, read from cookies and headers as cheaply as a cached page needs it.

export interface Mode {
  /** Text only: no illustrations, no face. */
  text: boolean;
  contrast: boolean;
  /** Photographs stay where they are until they are asked for, one by one. */
  photosOff: boolean;
}

export const LANGUAGE_COOKIE = 'language';
export const MODE_COOKIE = 'mode';
export const SESSION_COOKIE = 'session';

/** One cookie's value, or undefined. */
export function cookieValue(header: string | undefined, name: string): string | undefined {
  if (!header) return undefined;
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return decodeSafely(part.slice(at + 1).trim());
  }
  return undefined;
}

function decodeSafely(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

/** Cookie, then Accept-Language in order, then Spanish; only a language whose texts are here. */
export function chooseLanguage(
  cookie: string | undefined,
  accepts: string | undefined,
  known: (language: string) => boolean,
): string {
  if (cookie && known(cookie)) return cookie;
  for (const part of (accepts ?? '').split(',')) {
    const tag = part.split(';')[0]?.trim().toLowerCase() ?? '';
    if (tag && known(tag)) return tag;
    const base = tag.split('-')[0] ?? '';
    if (base && known(base)) return base;
  }
  return 'es';
}

export function readMode(cookie: string | undefined): Mode {
  const has = (word: string) => cookie?.includes(word) ?? false;
  return { text: has('text'), contrast: has('contrast'), photosOff: has('photos-off') };
}

export function modeText(mode: Mode): string {
  return [mode.text ? 'text' : '', mode.contrast ? 'contrast' : '', mode.photosOff ? 'photos-off' : '']
    .filter(Boolean)
    .join('.');
}
