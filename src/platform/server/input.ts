// Fields of a command's schema that take what a form, the command line or an import gives; messages are codes of the closed list.
import * as v from 'valibot';
import { readId } from './ids.ts';

/** Typed text: composed form, no control characters, trimmed; NUL would stop PostgreSQL. */
function clean(value: string): string {
  let kept = '';
  for (const letter of value.normalize('NFC').replace(/\r\n?/g, '\n')) {
    const code = letter.codePointAt(0) ?? 0;
    if (code >= 32 ? code !== 127 : code === 9 || code === 10) kept += letter;
  }
  return kept.trim();
}

const raw = v.pipe(v.string('field.invalid'), v.transform(clean));

/** Required text of 1 to `max` characters. */
export const text = (max: number) => v.pipe(raw, v.minLength(1, 'field.required'), v.maxLength(max, 'field.too-long'));

/** Optional text: empty and absent are both null. */
export const optionalText = (max: number) =>
  v.optional(
    v.pipe(
      raw,
      v.maxLength(max, 'field.too-long'),
      v.transform((value) => (value === '' ? null : value)),
    ),
    '',
  );

/** A whole number, typed or given. */
export const wholeNumber = (min: number, max: number) =>
  v.pipe(
    v.union(
      [
        v.number('field.not-a-number'),
        v.pipe(
          raw,
          v.minLength(1, 'field.required'),
          v.regex(/^-?\d{1,15}$/, 'field.not-a-number'),
          v.transform(Number),
        ),
      ],
      unionCode,
    ),
    v.integer('field.not-a-number'),
    v.minValue(min, 'field.too-small'),
    v.maxValue(max, 'field.too-large'),
  );

/** An optional whole number: empty and absent are null. */
export const optionalWholeNumber = (min: number, max: number) =>
  v.pipe(
    v.optional(v.nullable(v.union([v.number(), v.string()], 'field.not-a-number')), null),
    v.transform((value) => (typeof value === 'string' && clean(value) === '' ? null : value)),
    v.nullable(wholeNumber(min, max)),
  );

/** A box that was ticked. */
export const flag = () =>
  v.pipe(
    v.optional(v.union([v.boolean(), v.string()], 'field.invalid'), false),
    v.transform((value) => value === true || value === 'on' || value === 'yes' || value === 'true'),
  );

/** One of a closed list. */
export const choice = <const T extends readonly [string, ...string[]]>(options: T) =>
  v.picklist(options, 'field.choose');

export const optionalChoice = <const T extends readonly [string, ...string[]]>(options: T) =>
  v.pipe(
    v.optional(v.nullable(v.string('field.invalid')), null),
    v.transform((value) => (value === '' ? null : value)),
    v.nullable(v.picklist(options, 'field.choose')),
  );

/** A civil date YYYY-MM-DD that exists in the calendar. */
export const civilDate = () =>
  v.pipe(
    raw,
    v.minLength(1, 'field.required'),
    v.check((value) => {
      if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
      const date = new Date(`${value}T00:00:00Z`);
      return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
    }, 'field.not-a-date'),
  );

/** An optional civil date: empty and absent are null. */
export const optionalDay = () =>
  v.pipe(
    v.optional(v.nullable(v.string('field.invalid')), null),
    v.transform((value) => value?.trim() || null),
    v.nullable(civilDate()),
  );

const HOUR = /^([01]?\d|2[0-3])[:.h][0-5]\d$|^24:00$/;

/** `14:30`, `14.30` or `14h30` as minutes of the civil day; `24:00` is its end. */
export const minuteOfDay = () =>
  v.pipe(
    raw,
    v.minLength(1, 'field.required'),
    v.regex(HOUR, 'field.not-an-hour'),
    v.transform((typed) => {
      const [hour = 0, minute = 0] = typed.split(/[:.h]/).map(Number);
      return hour * 60 + minute;
    }),
  );

/** The same; empty and absent are null. */
export const optionalMinuteOfDay = () =>
  v.pipe(
    v.optional(v.nullable(v.string('field.invalid')), null),
    v.transform((value) => value?.trim() || null),
    v.nullable(minuteOfDay()),
  );

/** A record id as stored or as read aloud; gives the stored form. */
export const recordId = () =>
  v.pipe(
    raw,
    v.minLength(1, 'field.required'),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const id = readId(dataset.value);
      if (id) return id;
      addIssue({ message: 'field.not-an-id' });
      return NEVER;
    }),
  );

export const optionalRecordId = () =>
  v.pipe(
    v.optional(v.nullable(v.string('field.invalid')), null),
    v.transform((value) => (value === null || clean(value) === '' ? null : value)),
    v.nullable(recordId()),
  );

/** UBIGEO of a district: six digits (INEI). */
export const ubigeo = () => v.pipe(raw, v.minLength(1, 'field.required'), v.regex(/^\d{6}$/, 'field.not-a-ubigeo'));

function unionCode(issue: { input: unknown }): string {
  return issue.input === undefined || issue.input === '' ? 'field.required' : 'field.not-a-number';
}

export interface FieldIssue {
  field: string;
  code: string;
}

/** Valibot's issues as field and code; a missing key reads as required. */
export function fieldIssues(issues: readonly v.BaseIssue<unknown>[]): FieldIssue[] {
  const seen = new Set<string>();
  const out: FieldIssue[] = [];
  for (const issue of issues) {
    const field = issue.path?.map((item) => String(item.key)).join('.') ?? '';
    if (seen.has(field)) continue;
    seen.add(field);
    const missing = issue.input === undefined || issue.input === null;
    out.push({
      field,
      code: missing ? 'field.required' : /^[a-z-]+\.[a-z-]+$/.test(issue.message) ? issue.message : 'field.invalid',
    });
  }
  return out;
}
