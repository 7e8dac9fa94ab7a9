// Why two cards look alike, in sentences: what a person reads before deciding.

/** One part of a likeness, as the server found it. */
export interface LikenessPart {
  of: string;
  found: string;
  points: number;
}

export interface Reason {
  key: string;
  words: string;
  points: number;
}

/** What tells most comes first. `missing-sound` says two things: a name is missing, and the rest is written differently. */
export function reasons(t: (key: string) => string, parts: readonly LikenessPart[]): Reason[] {
  return parts
    .toSorted((a, b) => Math.abs(b.points) - Math.abs(a.points))
    .map(({ of, found, points }) => {
      const [first = '', also] = name(of) ? found.split('-') : [found];
      const words = t(`people.likeness.${of}.${first}`);
      return { key: of, words: also ? `${words}, ${t(`people.likeness.and.${also}`)}` : words, points };
    });
}

const name = (of: string) => of === 'surnames' || of === 'given';
