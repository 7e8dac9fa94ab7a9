// Calendar days as numbers, without a clock: the Gregorian calendar, years 0000 to 9999.
import { Malformed } from './bytes.ts';

export const DAY = 86_400_000;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
/** Days of 400 years, after which the calendar repeats, and from 0000-03-01 to 1970-01-01. */
const ERA = 146_097;
const SHIFT = 719_468;

/** The year is taken to begin in March, so that a leap day is its last. */
function dayFrom(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return era * ERA + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - SHIFT;
}

/** YYYY-MM-DD of a day since 1970-01-01. Errors: Malformed before 0000 and after 9999. */
export function dateText(day: number): string {
  const from = day + SHIFT;
  const era = Math.floor(from / ERA);
  const ofEraDay = from - era * ERA;
  const ofEra = Math.floor(
    (ofEraDay - Math.floor(ofEraDay / 1460) + Math.floor(ofEraDay / 36_524) - Math.floor(ofEraDay / 146_096)) / 365,
  );
  const ofYear = ofEraDay - (365 * ofEra + Math.floor(ofEra / 4) - Math.floor(ofEra / 100));
  const shifted = Math.floor((5 * ofYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = ofEra + era * 400 + (month <= 2 ? 1 : 0);
  if (!(year >= 0 && year <= 9_999)) throw new Malformed('date out of range');
  const two = (number: number) => String(number).padStart(2, '0');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(ofYear - Math.floor((153 * shifted + 2) / 5) + 1)}`;
}

/** Days since 1970-01-01 of a text that is exactly a date of the calendar; null of any other. */
export function dayOf(text: string): number | null {
  const found = DATE.exec(text);
  if (!found) return null;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  const at = dayFrom(year, month, day);
  return dateText(at) === text ? at : null;
}
