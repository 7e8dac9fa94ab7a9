// Numbers as people read them: counts, percentages from their two numbers, money from whole céntimos, sizes, ids to be read aloud.
import { formatLocale } from '../text/index.ts';
import { tidy } from './dates.ts';

const kept = new Map<string, Intl.NumberFormat>();

function formatter(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const locale = formatLocale(language);
  const key = `${locale} ${JSON.stringify(options)}`;
  const known = kept.get(key) ?? new Intl.NumberFormat(locale, options);
  kept.set(key, known);
  return known;
}

export function formatNumber(language: string, value: number, options: { digits?: number } = {}): string {
  return tidy(formatter(language, { maximumFractionDigits: options.digits ?? 0 }).format(value));
}

/** Null when there is nothing to divide by: that is "no data", never 0 %. */
export function formatPercent(
  language: string,
  numerator: number,
  denominator: number,
  options: { digits?: number } = {},
): string | null {
  if (!(denominator > 0)) return null;
  const digits = options.digits ?? 0;
  return tidy(formatter(language, { style: 'percent', maximumFractionDigits: digits }).format(numerator / denominator));
}

/** Money kept as a whole number of the currency's smallest unit (céntimos) with its ISO 4217 code. */
export function formatMoney(language: string, minor: number, currency = 'PEN'): string {
  if (!Number.isSafeInteger(minor)) throw new RangeError(`not a whole number of céntimos: ${minor}`);
  const format = formatter(language, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  const figures = String(Math.abs(minor)).padStart(digits + 1, '0');
  const whole = figures.slice(0, figures.length - digits);
  // as text, not divided: a float would round large sums
  const exact = `${minor < 0 ? '-' : ''}${whole}${digits > 0 ? `.${figures.slice(-digits)}` : ''}`;
  return tidy(format.format(exact as `${number}`));
}

/** Bytes in the unit people know from their phone's plan: 900 B, 64 kB, 3.2 MB. */
export function formatBytes(language: string, bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = Math.max(0, bytes);
  let at = 0;
  while (value >= 999.5 && at < units.length - 1) {
    value /= 1000;
    at++;
  }
  const digits = at === 0 || value >= 9.95 ? 0 : 1;
  return `${formatNumber(language, value, { digits })}\u00a0${units[at] ?? 'B'}`;
}

/** A record id in groups of four, so that it can be read aloud and typed back; both forms are read. */
export function formatId(id: string): string {
  return (
    id
      .replace(/-/g, '')
      .match(/.{1,4}/g)
      ?.join('-') ?? id
  );
}
