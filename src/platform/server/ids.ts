// Record ids: origin, run and counter in base32 with a check character, so that a site makes them alone and a person can read them aloud.

/** Crockford's base32 alphabet: no I, L, O, U. */
export const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const VALUES = new Map([...ALPHABET].map((letter, value) => [letter, value]));

export const MAX_SITE = 32_767; // 15 bits, three letters; the hub is site 0
export const MAX_DEVICE = 1_023; // 10 bits, two letters; 0 is the site's server
export const MAX_RUN = 1_048_575; // 20 bits, four letters, drawn at every program start

/** Who makes ids: a site (0 = hub), a device of that site (0 = its server) and the run of the program. */
export interface Origin {
  site: number;
  device: number;
  run: number;
}
export interface RecordIdParts extends Origin {
  /** Counts on through runs, from 1. */
  counter: number;
}

function letters(value: number, width: number): string {
  let out = '';
  let rest = value;
  do {
    out = ALPHABET[rest % 32] + out;
    rest = Math.floor(rest / 32);
  } while (rest > 0);
  return out.padStart(width, '0');
}

function valueOf(text: string): number {
  let out = 0;
  for (const letter of text) out = out * 32 + (VALUES.get(letter) ?? 0);
  return out;
}

/** Luhn's check over 32 symbols: finds every single wrong letter and nearly every swap of two neighbours. */
function checkLetter(body: string): string {
  let sum = 0;
  for (let i = body.length - 1, double = true; i >= 0; i--, double = !double) {
    const value = VALUES.get(body[i] ?? '') ?? 0;
    const part = double ? value * 2 : value;
    sum += Math.floor(part / 32) + (part % 32);
  }
  return ALPHABET[(32 - (sum % 32)) % 32] ?? '0';
}

/** Shape: 3 letters site, 2 device, 4 run, 1 or more counter, 1 check. Throws RangeError on parts out of range. */
export function encodeId(parts: RecordIdParts): string {
  const { site, device, run, counter } = parts;
  const good =
    Number.isInteger(site) &&
    site >= 0 &&
    site <= MAX_SITE &&
    Number.isInteger(device) &&
    device >= 0 &&
    device <= MAX_DEVICE &&
    Number.isInteger(run) &&
    run >= 0 &&
    run <= MAX_RUN &&
    Number.isSafeInteger(counter) &&
    counter >= 1;
  if (!good) throw new RangeError('id parts out of range');
  const body = letters(site, 3) + letters(device, 2) + letters(run, 4) + letters(counter, 1);
  return body + checkLetter(body);
}

/** The parts of a stored id, or null when it is not one (wrong length, letter or check). */
export function decodeId(id: string): RecordIdParts | null {
  if (id.length < 11 || id.length > 21) return null;
  for (const letter of id) if (!VALUES.has(letter)) return null;
  const body = id.slice(0, -1);
  if (checkLetter(body) !== id.at(-1) || body[9] === '0') return null;
  const parts = {
    site: valueOf(body.slice(0, 3)),
    device: valueOf(body.slice(3, 5)),
    run: valueOf(body.slice(5, 9)),
    counter: valueOf(body.slice(9)),
  };
  return parts.site <= MAX_SITE && Number.isSafeInteger(parts.counter) ? parts : null;
}

/** What a person typed or read aloud (spaces, dashes, small letters, O for 0, I or L for 1), as the stored id; null when the check fails. */
export function readId(typed: string): string | null {
  const id = typed.trim().toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return decodeId(id) ? id : null;
}
