// What stands on a line of paper: letters for purposes, an hour, a question mark where nobody can read it. No I/O.
import { INSTITUTIONS, type VisitPurpose } from '#modules/visits';

export const SHEET_KINDS = ['visits', 'attendance', 'form'] as const;
export type SheetKind = (typeof SHEET_KINDS)[number];

/** Lines of a sheet of each kind. */
export const LINES: Record<SheetKind, number> = { visits: 14, attendance: 20, form: 0 };

/** The letters that are printed on every sheet; first letters of the Spanish words. Never given to another purpose. */
export const LETTERS: Record<string, VisitPurpose> = {
  L: 'online-procedure',
  T: 'homework',
  B: 'information',
  C: 'communication',
  U: 'equipment',
  E: 'office',
  S: 'health',
  P: 'prices',
  A: 'training',
  G: 'other-programs',
  O: 'other',
};

/** Numbers of the institutions as printed, from 1. */
export const institutionOf = (typed: string): string | null => INSTITUTIONS[Number(typed) - 1] ?? null;

/** `T, B` or `tb` as purposes, each once; null where a letter is none of the list. */
export function readLetters(typed: string): VisitPurpose[] | null {
  const out = new Set<VisitPurpose>();
  for (const letter of typed.toUpperCase().replace(/[\s,.;/+-]/g, '')) {
    const purpose = LETTERS[letter];
    if (!purpose) return null;
    out.add(purpose);
  }
  return [...out];
}

/** `9:30` as minutes of the day; `?` or nothing = nobody can read it; undefined = it is no hour. */
export function readHour(typed: string): number | null | undefined {
  const plain = typed.trim();
  if (plain === '' || plain.includes('?')) return null;
  const match = /^(\d{1,2})(?:[:.h ](\d{2}))?$/.exec(plain);
  const hour = Number(match?.[1] ?? 99);
  const minute = Number(match?.[2] ?? 0);
  return hour > 23 || minute > 59 ? undefined : hour * 60 + minute;
}

export interface TypedLine {
  /** From 1, as printed. */
  line: number;
  hour: string;
  card: string;
  category: string;
  letters: string;
  institution: string;
}

export const isEmpty = ({ hour, card, category, letters, institution }: TypedLine): boolean =>
  [hour, card, category, letters, institution].every((typed) => typed.trim() === '');

/** Lines as a form sends them, `line3-card`; those with nothing on them left out. */
export function linesOf(fields: Readonly<Record<string, unknown>>, most: number): TypedLine[] {
  const word = (line: number, name: string) => {
    const value = fields[`line${line}-${name}`];
    return typeof value === 'string' ? value.slice(0, 80) : '';
  };
  return Array.from({ length: most }, (_, at) => ({
    ...{ line: at + 1, hour: word(at + 1, 'hour'), card: word(at + 1, 'card') },
    ...{ category: word(at + 1, 'category'), letters: word(at + 1, 'letters') },
    institution: word(at + 1, 'institution'),
  })).filter((one) => !isEmpty(one));
}
