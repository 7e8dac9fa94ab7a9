// A register that was kept in a spreadsheet: whatever its separator and its letters, its lines as those of a sheet. No I/O.
import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import type { CATEGORIES } from '#modules/visits';
import { isEmpty, LETTERS, type TypedLine } from './rules.ts';

/** More is brought in several files. */
export const MOST_LINES = 2_000;

export interface FileLine extends TypedLine {
  /** Civil day; empty when what stands there is no day. */
  day: string;
}

export type ReadFile =
  | { ok: true; digest: string; lines: FileLine[] }
  | { ok: false; code: string; params: Record<string, string | number> };

/** Names under which people keep these columns. */
const NAMES: Record<keyof FileLine, string[]> = {
  line: [],
  day: ['dia', 'fecha', 'day', 'date'],
  hour: ['hora', 'hour', 'time'],
  card: ['tarjeta', 'numero de tarjeta', 'card'],
  category: ['quien', 'sin tarjeta', 'sexo', 'who', 'category'],
  letters: ['para que', 'motivo', 'proposito', 'letras', 'purpose', 'purposes', 'what for'],
  institution: ['institucion', 'institution'],
};
const NEEDED = ['day', 'letters'] as const;

const plain = (words: string): string =>
  words
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[¿?.:_]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** UTF-8 where it is that, else the letters of Windows in western languages, as older spreadsheets write them. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** The sign that parts the first line oftenest outside of quotes. */
function delimiterOf(text: string): string {
  const first = (text.split(/\r?\n/, 1)[0] ?? '').replace(/"[^"]*"/g, '');
  const count = (sign: string) => first.split(sign).length;
  return [';', ',', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

/** `3/11/2026`, `03-11-26` or `2026-11-03` as a civil day; empty when it is none. Day before month, as in Peru. */
export function readDay(typed: string): string {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(typed.trim());
  const local = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{2}|\d{4})$/.exec(typed.trim());
  const [year, month, day] = iso
    ? [iso[1], iso[2], iso[3]]
    : local
      ? [local[3]?.length === 2 ? `20${local[3]}` : local[3], local[2], local[1]]
      : [];
  if (!year || !month || !day) return '';
  const civil = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const date = new Date(`${civil}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(civil) ? civil : '';
}

const WHO: Record<string, (typeof CATEGORIES)[number]> = {
  ...{ m: 'woman', mujer: 'woman', f: 'woman', femenino: 'woman', woman: 'woman', w: 'woman' },
  ...{ h: 'man', hombre: 'man', masculino: 'man', varon: 'man', man: 'man' },
  ...{ nina: 'girl', n: 'girl', girl: 'girl', nino: 'boy', a: 'boy', boy: 'boy', '-': 'not-said', '': 'not-said' },
};

/** Whole words instead of letters: `tareas, internet`. */
const WORDS: [beginning: string, letter: string][] = [
  ...([
    ['tarea', 'T'],
    ['homework', 'T'],
    ['busca', 'B'],
    ['internet', 'B'],
    ['information', 'B'],
  ] as [string, string][]),
  ...([
    ['comunica', 'C'],
    ['llama', 'C'],
    ['comput', 'U'],
    ['imprim', 'U'],
    ['equipo', 'U'],
  ] as [string, string][]),
  ...([
    ['escrib', 'E'],
    ['ofim', 'E'],
    ['office', 'E'],
    ['salud', 'S'],
    ['health', 'S'],
  ] as [string, string][]),
  ...([
    ['precio', 'P'],
    ['price', 'P'],
    ['curso', 'A'],
    ['taller', 'A'],
    ['aprend', 'A'],
  ] as [string, string][]),
  ...([
    ['capacit', 'A'],
    ['training', 'A'],
    ['tramite', 'L'],
    ['procedure', 'L'],
    ['otro', 'O'],
    ['other', 'O'],
  ] as [string, string][]),
];

/** Letters as they stand on sheets, from letters or from words. What is neither stays, and is refused with its line. */
function lettersOf(typed: string): string {
  const compact = typed.toUpperCase().replace(/[\s,.;/+-]/g, '');
  if ([...compact].every((letter) => letter in LETTERS)) return compact;
  const words = plain(typed).split(/[,;/+]| y | and /);
  const letters = words.map((word) => WORDS.find(([beginning]) => word.trim().startsWith(beginning))?.[1]);
  return letters.every((letter) => letter !== undefined) ? letters.join('') : typed;
}

export function readFile(bytes: Uint8Array): ReadFile {
  const refused = (code: string, params: Record<string, string | number> = {}) => ({
    ok: false as const,
    code,
    params,
  });
  if (bytes.length === 0) return refused('paper.file-empty');
  // a zip archive, which a spreadsheet is, or an old one
  if ((bytes[0] === 0x50 && bytes[1] === 0x4b) || bytes[0] === 0xd0) return refused('paper.file-spreadsheet');
  const text = decode(bytes).replace(/\r\n?/g, '\n');
  if (text.includes('\u0000')) return refused('paper.file-not-text');
  let rows: { record: string[]; info: { lines: number } }[];
  try {
    const options = {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      relax_quotes: true,
      trim: true,
      info: true,
    };
    rows = parse(text, { ...options, delimiter: delimiterOf(text) }) as unknown as typeof rows; // reason: its types do not know `info`
    rows = rows.filter(({ record }) => record.some((cell) => cell !== ''));
  } catch {
    return refused('paper.file-not-text');
  }
  const head = (rows.shift()?.record ?? []).map(plain);
  const at = Object.fromEntries(
    Object.entries(NAMES).map(([name, names]) => [name, head.findIndex((title) => names.includes(title))]),
  ) as Record<keyof FileLine, number>;
  const missing = NEEDED.filter((name) => at[name] < 0);
  if (at.card < 0 && at.category < 0) return refused('paper.file-columns', { missing: 'Tarjeta / Quién' });
  if (missing.length > 0)
    return refused('paper.file-columns', {
      missing: missing.map((name) => (name === 'day' ? 'Día' : 'Para qué')).join(', '),
    });
  if (rows.length > MOST_LINES) return refused('paper.file-too-long', { most: MOST_LINES });
  const lines = rows
    .map(({ record, info }) => lineOf(record, info.lines, at))
    .filter((line) => !isEmpty(line) || line.day !== '');
  if (lines.length === 0) return refused('paper.file-empty');
  return { ok: true, digest: createHash('sha256').update(bytes).digest('base64url').slice(0, 22), lines };
}

/** `line` is the line of the file, as a spreadsheet numbers it. */
function lineOf(row: readonly string[], line: number, at: Record<keyof FileLine, number>): FileLine {
  const cell = (name: keyof FileLine) => (at[name] < 0 ? '' : (row[at[name]] ?? '')).slice(0, 80);
  const institution = cell('institution');
  return {
    ...{ line, day: readDay(cell('day')), hour: cell('hour'), card: cell('card') },
    category: cell('card').trim() && !cell('card').includes('?') ? '' : (WHO[plain(cell('category'))] ?? ''),
    letters: lettersOf(cell('letters')),
    institution: institutionNumber(institution),
  };
}

const INSTITUTION_WORDS = ['sis', 'reniec', 'sunat', 'essalud', 'midis', 'banco', 'minedu', 'municipal', 'otra'];

function institutionNumber(typed: string): string {
  if (typed.trim() === '' || /^\d+$/.test(typed.trim())) return typed.trim();
  const words = plain(typed);
  const at = INSTITUTION_WORDS.findIndex((beginning) => words.startsWith(beginning));
  return String(at < 0 ? INSTITUTION_WORDS.length : at + 1);
}
