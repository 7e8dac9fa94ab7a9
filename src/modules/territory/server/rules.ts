// What fits where in the territory, and on which day a holiday falls. No I/O.

export const KINDS = ['department', 'province', 'district', 'capital', 'community'] as const;
export type Kind = (typeof KINDS)[number];
export const STATUSES = ['text', 'secondary', 'verify'] as const;

/** What a place of a kind lies in; a capital is the main town of its district and people live there as in a community. */
export const PARENT: Record<Kind, Kind | null> = {
  department: null,
  province: 'department',
  district: 'province',
  capital: 'district',
  community: 'district',
};

export const isLived = (kind: string): boolean => kind === 'capital' || kind === 'community';

/** Whether a code belongs to a unit of this kind inside that parent (INEI: two digits, then two, then two). */
export function codeFits(kind: Kind, code: string, parentCode: string | null): boolean {
  if (!/^\d{6}$/.test(code)) return false;
  if (kind === 'department') return code.endsWith('0000') && code !== '000000';
  if (kind === 'province')
    return code.endsWith('00') && !code.endsWith('0000') && code.slice(0, 2) === parentCode?.slice(0, 2);
  if (kind === 'district') return !code.endsWith('00') && code.slice(0, 4) === parentCode?.slice(0, 4);
  return false;
}

/** Whether a unit was valid on a day; without a day, whether it has not ended. */
export function isValid(unit: { valid_from: string | null; valid_to: string | null }, on?: string): boolean {
  if (!on) return unit.valid_to === null;
  return (!unit.valid_from || unit.valid_from <= on) && (!unit.valid_to || on <= unit.valid_to);
}

/** Names that people say, typed with commas, semicolons or on lines of their own. */
export function readNames(typed: string | null): string[] {
  const names = (typed ?? '').split(/[,;\n]/).map((name) => name.trim());
  return [...new Set(names.filter(Boolean))];
}

/** `MM-DD` every year · `YYYY-MM-DD` once · `easter-3` days before or after Easter Sunday. */
export const HOLIDAY_DAY = /^(?:\d{4}-)?(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$|^easter[+-]\d{1,2}$/;

/** The civil date of a holiday in a year; null when it does not fall into it, or on a day that the year does not have. */
export function holidayDate(day: string, year: number): string | null {
  const movable = /^easter([+-]\d{1,2})$/.exec(day);
  if (movable) return dateText(easterSunday(year) + Number(movable[1]) * 86_400_000);
  const date = day.length === 10 ? day : `${year}-${day}`;
  return date.startsWith(`${year}-`) && dateText(Date.parse(`${date}T00:00:00Z`)) === date ? date : null;
}

function dateText(instant: number): string {
  return Number.isNaN(instant) ? '' : new Date(instant).toISOString().slice(0, 10);
}

/** Easter Sunday of the Gregorian calendar at midnight UTC (the anonymous algorithm of 1876, as in Meeus). */
function easterSunday(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  const day = ((h + l - 7 * m + 114) % 31) + 1;
  return Date.UTC(year, month - 1, day);
}
