// Fields: what a form, the command line or an import gives becomes a clean value, or a code that has a sentence.
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { encodeId } from './ids.ts';
import {
  choice,
  civilDate,
  fieldIssues,
  flag,
  optionalChoice,
  optionalRecordId,
  optionalText,
  optionalWholeNumber,
  recordId,
  text,
  ubigeo,
  wholeNumber,
} from './input.ts';

function parse<T>(schema: v.GenericSchema<unknown, T>, field?: unknown): T | string {
  const result = v.safeParse(v.object({ field: schema }), field === undefined ? {} : { field }, {
    abortPipeEarly: true,
  });
  return result.success
    ? result.output.field
    : fieldIssues(result.issues)
        .map((issue) => `${issue.field}: ${issue.code}`)
        .join();
}
const ID = encodeId({ site: 7, device: 0, run: 77, counter: 9 });

describe('text', () => {
  test.each<[unknown, string]>([
    ['  Rosa ', 'Rosa'],
    ['Nin\u0303a', 'Niña'],
    ['a\u0000b\u0007c', 'abc'],
    ['a\r\nb\rc', 'a\nb\nc'],
    ['\u0007 ', 'field: field.required'],
    ['', 'field: field.required'],
    [undefined, 'field: field.required'],
    [null, 'field: field.required'],
    [7, 'field: field.invalid'],
    [['a', 'b'], 'field: field.invalid'],
    ['x'.repeat(11), 'field: field.too-long'],
    ['<b>&', '<b>&'],
  ])('%j → %j', (given, expected) => {
    expect(parse(text(10), given)).toBe(expected);
  });

  test('what is taken once is taken again unchanged, and holds no control letters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (given) => {
        const once = parse(optionalText(1_000), given);
        if (once === null) return;
        expect(parse(optionalText(1_000), once)).toBe(once);
        // eslint-disable-next-line no-control-regex -- that there are none is what is tested
        expect(once).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
      }),
    );
  });

  test('optional: empty and absent are null', () => {
    expect(parse(optionalText(10), '')).toBeNull();
    expect(parse(optionalText(10), '   ')).toBeNull();
    expect(parse(optionalText(10))).toBeNull();
    expect(parse(optionalText(10), 'x'.repeat(11))).toBe('field: field.too-long');
  });
});

describe('numbers', () => {
  test.each<[unknown, number | string]>([
    ['5', 5],
    [' 12 ', 12],
    [7, 7],
    ['-3', 'field: field.too-small'],
    ['1000', 'field: field.too-large'],
    ['', 'field: field.required'],
    [undefined, 'field: field.required'],
    ['1.5', 'field: field.not-a-number'],
    [1.5, 'field: field.not-a-number'],
    ['1e3', 'field: field.not-a-number'],
    ['9'.repeat(30), 'field: field.not-a-number'],
    ['١٢', 'field: field.not-a-number'],
    [Number.NaN, 'field: field.not-a-number'],
    [true, 'field: field.not-a-number'],
  ])('%j → %j', (given, expected) => {
    expect(parse(wholeNumber(0, 999), given)).toBe(expected);
  });

  test('optional: empty and absent are null', () => {
    for (const empty of ['', ' ', null, undefined]) expect(parse(optionalWholeNumber(0, 9), empty)).toBeNull();
    expect(parse(optionalWholeNumber(0, 9), '5')).toBe(5);
    expect(parse(optionalWholeNumber(0, 9), '50')).toBe('field: field.too-large');
  });
});

test('dates are days of the calendar', () => {
  for (const good of ['2026-11-24', '2024-02-29', '1900-01-01']) expect(parse(civilDate(), good)).toBe(good);
  for (const bad of ['2026-02-29', '2026-13-01', '2026-00-10', '24/11/2026', '2026-1-1', 'x', '2026-11-24T00:00'])
    expect(parse(civilDate(), bad), bad).toBe('field: field.not-a-date');
  expect(parse(civilDate(), '')).toBe('field: field.required');
});

test('ids as stored and as read aloud; a wrong letter is said', () => {
  expect(parse(recordId(), ` ${ID.toLowerCase()} `)).toBe(ID);
  expect(parse(recordId(), '')).toBe('field: field.required');
  expect(parse(recordId(), `${ID}X`)).toBe('field: field.not-an-id');
  for (const empty of ['', '  ', null, undefined]) expect(parse(optionalRecordId(), empty)).toBeNull();
  expect(parse(optionalRecordId(), 'x')).toBe('field: field.not-an-id');
});

test('districts by six digits', () => {
  expect(parse(ubigeo(), '120608')).toBe('120608');
  for (const bad of ['12060', '1206089', '12060a', 'Río Tambo'])
    expect(parse(ubigeo(), bad)).toBe('field: field.not-a-ubigeo');
});

test('a choice is one of the list, and nothing that only looks like it', () => {
  const list = ['yes', 'no'] as const;
  expect(parse(choice(list), 'yes')).toBe('yes');
  for (const bad of ['', 'Yes', '__proto__', 'constructor'])
    expect(parse(choice(list), bad)).toBe('field: field.choose');
  expect(parse(choice(list))).toBe('field: field.required');
  expect(parse(optionalChoice(list), '')).toBeNull();
  expect(parse(optionalChoice(list), 'perhaps')).toBe('field: field.choose');
});

test('a tick', () => {
  for (const on of ['on', 'yes', 'true', true]) expect(parse(flag(), on)).toBe(true);
  for (const off of ['', 'off', 'no', false, undefined]) expect(parse(flag(), off)).toBe(false);
  expect(parse(flag(), 7)).toBe('field: field.invalid');
});

test('every field that does not fit is named once', () => {
  const schema = v.object({ name: text(5), year: wholeNumber(1900, 2100), list: v.array(text(3)) });
  const result = v.safeParse(schema, { name: '', year: 'x', list: ['ok', 'too long'] }, { abortPipeEarly: true });
  expect(result.success ? [] : fieldIssues(result.issues)).toEqual([
    { field: 'name', code: 'field.required' },
    { field: 'year', code: 'field.not-a-number' },
    { field: 'list.1', code: 'field.too-long' },
  ]);
});
