// What fits where, and on which day a holiday falls.
import { describe, expect, test } from 'vitest';
import { codeFits, HOLIDAY_DAY, holidayDate, isValid, readNames } from './rules.ts';

describe('codes', () => {
  test.each([
    ['department', '120000', null, true],
    ['department', '120600', null, false],
    ['department', '000000', null, false],
    ['province', '120600', '120000', true],
    ['province', '130600', '120000', false],
    ['province', '120000', '120000', false],
    ['district', '120608', '120600', true],
    ['district', '120708', '120600', false],
    ['district', '120600', '120600', false],
    ['district', '12060', '120600', false],
    ['district', '110708', '120600', false],
    ['district', '120608', null, false],
    ['community', '120608', '120600', false],
  ] as const)('%s %s in %s: %s', (kind, code, parent, expected) => {
    expect(codeFits(kind, code, parent)).toBe(expected);
  });
});

describe('validity', () => {
  const unit = { valid_from: '1965-03-26', valid_to: '2020-01-01' };
  test.each([
    [unit, '1965-03-25', false],
    [unit, '1965-03-26', true],
    [unit, '2020-01-01', true],
    [unit, '2020-01-02', false],
    [unit, undefined, false],
    [{ valid_from: null, valid_to: null }, undefined, true],
    [{ valid_from: null, valid_to: null }, '1900-01-01', true],
  ])('%o on %s: %s', (one, day, expected) => {
    expect(isValid(one, day)).toBe(expected);
  });
});

describe('holidays', () => {
  // the earliest and the latest possible day are among them
  test.each([
    [1818, '03-22'],
    [1943, '04-25'],
    [2000, '04-23'],
    [2008, '03-23'],
    [2024, '03-31'],
    [2025, '04-20'],
    [2026, '04-05'],
    [2027, '03-28'],
    [2038, '04-25'],
  ])('Easter Sunday of %i is %s', (year, day) => {
    expect(holidayDate('easter+0', year)).toBe(`${year}-${day}`);
  });

  test('Maundy Thursday and Good Friday lie before it', () => {
    expect(holidayDate('easter-3', 2026)).toBe('2026-04-02');
    expect(holidayDate('easter-2', 2026)).toBe('2026-04-03');
    expect(holidayDate('easter-3', 2024)).toBe('2024-03-28');
  });

  test('a fixed day comes every year, a dated one once, the 29th of February when there is one', () => {
    expect(holidayDate('07-28', 2026)).toBe('2026-07-28');
    expect(holidayDate('2026-12-24', 2026)).toBe('2026-12-24');
    expect(holidayDate('2026-12-24', 2027)).toBeNull();
    expect(holidayDate('02-29', 2026)).toBeNull();
    expect(holidayDate('02-29', 2028)).toBe('2028-02-29');
    expect(holidayDate('nonsense', 2026)).toBeNull();
  });

  test.each(['13-01', '00-10', '7-28', '28/07', 'easter', 'pascua-2', '2026-02'])('%s is no day', (day) => {
    expect(HOLIDAY_DAY.test(day)).toBe(false);
  });
});

test('spoken names come with commas, semicolons or lines, each once', () => {
  expect(readNames(' San Martín de Pangoa, Pangoa;Pangoa\n San Martín ')).toEqual([
    'San Martín de Pangoa',
    'Pangoa',
    'San Martín',
  ]);
  expect(readNames(null)).toEqual([]);
  expect(readNames(' , ')).toEqual([]);
});
