// Versions of a page as a list, and what changed from one to another, word by word.
import { diffWordsWithSpace } from 'diff';
import type { Version } from '#modules/site';
import { formatInstant } from '#lib/format/index.ts';

export function shownVersions(language: string, versions: readonly Version[], published: readonly string[]) {
  return versions.slice(0, 50).map(({ id, title, at, language: written }) => ({
    ...{ id, title, written },
    when: formatInstant(language, at, 'short'),
    current: published.includes(id),
  }));
}

export interface Change {
  text: string;
  /** `same`, `gone`, `new`. */
  kind: 'same' | 'gone' | 'new';
}

/** From the earlier words to the later ones. */
export function changesBetween(earlier: Version, later: Version): Change[] {
  const words = ({ title, summary, body }: Version) => `${title}\n\n${summary}\n\n${body}`;
  return diffWordsWithSpace(words(earlier), words(later)).map(({ value, added, removed }) => ({
    text: value,
    kind: added ? 'new' : removed ? 'gone' : 'same',
  }));
}
