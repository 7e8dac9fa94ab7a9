// Card numbers: digits only, because people read digits sooner than letters; made offline, with a check digit.
import { createHash } from 'node:crypto';

/**
 * Site number, six digits drawn from the person's record id, check digit (Luhn). Drawn and not counted: cards in a row would
 * invite trying neighbours' PINs, and a counter restored from an old disk would give a number out twice.
 */
export function makeCard(siteNumber: number, person: string, attempt = 0): string {
  const digest = createHash('sha256').update(`card\n${person}\n${attempt}`).digest();
  const body = `${siteNumber}${String(digest.readUInt32BE(0) % 1_000_000).padStart(6, '0')}`;
  return body + checkDigit(body);
}

/** What was typed or scanned (spaces, dashes), as the stored digits; null when it is no card number. */
export function readCard(typed: string): string | null {
  const digits = typed.replace(/[\s.-]/g, '');
  if (!/^\d{8,12}$/.test(digits)) return null;
  return checkDigit(digits.slice(0, -1)) === digits.at(-1) ? digits : null;
}

/** As printed: `7-482-917-5`. */
export function showCard(card: string): string {
  return `${card.slice(0, -7)}-${card.slice(-7, -4)}-${card.slice(-4, -1)}-${card.slice(-1)}`;
}

function checkDigit(body: string): string {
  let sum = 0;
  for (let i = body.length - 1, double = true; i >= 0; i--, double = !double) {
    const value = Number(body[i]) * (double ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return String((10 - (sum % 10)) % 10);
}
