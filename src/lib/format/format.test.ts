// Dates and numbers as a reader in Satipo and an evaluator abroad see them; nothing depends on the zone of the machine.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  civilDateOf,
  daysUntil,
  formatBytes,
  formatDate,
  formatDateWithDistance,
  formatDistance,
  formatDuration,
  formatId,
  formatInstant,
  formatMoney,
  formatNumber,
  formatPercent,
  formatPeriod,
  formatTime,
} from './index.ts';

/** Unbreakable spaces read like spaces. */
const plain = (text: string | null) => text?.replace(/\u00a0/g, ' ');
const TODAY = '2026-11-24';

describe('civil dates', () => {
  it('carry the name of the day and how far away it is', () => {
    expect(formatDateWithDistance('es', '2026-11-27', TODAY)).toBe('viernes, 27 de noviembre (dentro de 3 días)');
    expect(formatDateWithDistance('en', '2026-11-27', TODAY)).toBe('Friday, November 27 (in 3 days)');
    expect(formatDateWithDistance('es', '2027-01-04', TODAY)).toBe('lunes, 4 de enero de 2027 (dentro de 5 semanas)');
    expect(formatDate('es', TODAY, 'short')).toBe('24 nov. 2026');
    expect(formatDate('en', TODAY, 'month')).toBe('November 2026');
  });

  it('near and far', () => {
    const distance = (day: string) => formatDistance('es', day, TODAY);
    expect(distance(TODAY)).toBe('hoy');
    expect(distance('2026-11-25')).toBe('mañana');
    expect(distance('2026-11-23')).toBe('ayer');
    expect(distance('2026-11-10')).toBe('hace 2 semanas');
    expect(distance('2027-05-24')).toBe('dentro de 5 meses');
    expect(distance('2020-01-01')).toBe('hace 6 años');
    expect(daysUntil('2026-12-01', TODAY)).toBe(7);
  });

  it('of languages without published formats are written as in Peru', () => {
    for (const language of ['cni', 'not', 'unheard-of'])
      expect(formatDate(language, TODAY)).toBe(formatDate('es', TODAY));
  });

  it('that are none are shown as they are', () => {
    for (const wrong of ['', 'ayer', '2026-13-01', '24/11/2026']) {
      expect(formatDate('es', wrong)).toBe(wrong);
      expect(formatDistance('es', wrong, TODAY)).toBe(wrong);
      expect(formatDateWithDistance('es', wrong, TODAY)).toBe(wrong);
    }
  });

  it('make periods with their names', () => {
    expect(formatPeriod('es', '2026-11-01', '2026-11-30')).toBe('noviembre de 2026');
    expect(formatPeriod('en', '2028-02-01', '2028-02-29')).toBe('February 2028');
    expect(formatPeriod('es', '2026-01-01', '2026-12-31')).toBe('2026');
    expect(plain(formatPeriod('en', '2026-11-02', '2026-11-27'))).toBe('November 2 – 27, 2026');
  });
});

describe('instants', () => {
  it('are shown on the programme’s clock, five hours behind UTC', () => {
    const lateEvening = Date.UTC(2026, 10, 25, 3, 5);
    expect(civilDateOf(lateEvening)).toBe('2026-11-24');
    expect(plain(formatTime('es', lateEvening))).toBe('10:05 p. m.');
    expect(plain(formatInstant('en', lateEvening, 'short'))).toBe('Nov 24, 2026, 10:05 PM');
  });

  it('have no spaces that an old phone cannot draw', () => {
    for (const language of ['es', 'en'])
      expect(formatInstant(language, Date.UTC(2026, 0, 1))).not.toMatch(/[\u2009\u202f]/);
  });
});

describe('numbers', () => {
  it('are grouped as the reader is used to', () => {
    expect(formatNumber('es', 1234567)).toBe('1,234,567');
    expect(formatNumber('en', 3.14159, { digits: 2 })).toBe('3.14');
  });

  it('a percentage comes from its two numbers; of nothing there is none', () => {
    expect(plain(formatPercent('es', 1, 8, { digits: 1 }))).toBe('12.5%');
    expect(formatPercent('en', 0, 5)).toBe('0%');
    expect(formatPercent('es', 0, 0)).toBeNull();
  });

  it('money is exact to the céntimo, however large', () => {
    expect(plain(formatMoney('es', 123450))).toBe('S/ 1,234.50');
    expect(plain(formatMoney('es', -5))).toBe('-S/ 0.05');
    expect(plain(formatMoney('en', 9_007_199_254_740_991, 'USD'))).toBe('$90,071,992,547,409.91');
    expect(plain(formatMoney('en', 1200, 'JPY'))).toBe('¥1,200');
    expect(() => formatMoney('es', 0.5)).toThrow(RangeError);
    fc.assert(
      fc.property(fc.maxSafeInteger(), (minor) => {
        const digits = formatMoney('es', minor).replace(/\D/g, '').replace(/^0+/, '');
        expect(digits).toBe(String(Math.abs(minor)).replace(/^0+/, ''));
      }),
    );
  });

  it('sizes and durations are short', () => {
    expect(plain(formatBytes('es', 900))).toBe('900 B');
    expect(plain(formatBytes('es', 64_000))).toBe('64 kB');
    expect(plain(formatBytes('es', 3_240_000))).toBe('3.2 MB');
    expect(plain(formatBytes('en', 999_999))).toBe('1 MB');
    expect(plain(formatDuration('es', 9 * 60_000))).toBe('9 minutos');
    expect(plain(formatDuration('es', 125 * 60_000))).toBe('2 horas y 5 minutos');
    expect(plain(formatDuration('en', 3 * 86_400_000))).toBe('3 days');
    expect(plain(formatDuration('en', 1000))).toBe('1 second');
  });

  it('an id is read aloud in groups of four', () => {
    expect(formatId('01A2B3C4D5E')).toBe('01A2-B3C4-D5E');
    expect(formatId('01A2-B3C4-D5E')).toBe('01A2-B3C4-D5E');
    expect(formatId('')).toBe('');
  });
});
