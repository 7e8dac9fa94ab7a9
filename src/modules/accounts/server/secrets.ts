// Passwords, PINs, pictures and one-time codes: made, kept as hashes, compared in the same time whether somebody exists or not.
import { randomBytes, randomInt } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { Secret, TOTP } from 'otpauth';
import { Refusal } from '#platform/errors';

/**
 * argon2id with the least that OWASP's password storage cheat sheet asks for: 19 MiB, two passes, one lane (argon2id is the package's
 * own choice). A telecentre's small PC has to let a class of thirty in at once, so memory is what is kept small. The hash names
 * its own parameters: raising them here makes new hashes dearer and leaves old ones readable.
 */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Verifications under way or waiting, of this process: more would take the memory that the rest of the program needs. */
const MOST_AT_ONCE = 100;
let underWay = 0;

async function counted<T>(work: () => Promise<T>): Promise<T> {
  if (underWay >= MOST_AT_ONCE) throw new Refusal('accounts.busy');
  underWay += 1;
  try {
    return await work();
  } finally {
    underWay -= 1;
  }
}

export const hashSecret = (secret: string): Promise<string> => hash(secret.normalize('NFC'), COST);

/** A hash that nothing fits, made when this module is first read, so that the first unknown name costs no more than the next. */
const nobody = hashSecret(randomBytes(12).toString('base64url'));

/** An unknown person costs the same as a wrong password. Errors: Refusal `accounts.busy`. */
export async function secretHolds(kept: string | null | undefined, secret: string): Promise<boolean> {
  const against = kept || (await nobody);
  return counted(async () => {
    try {
      return (await verify(against, secret.normalize('NFC'))) && Boolean(kept);
    } catch {
      return false; // what is kept is not a hash: it fits nothing
    }
  });
}

const SYLLABLES =
  'ba be bi bo bu da de di do du fa fe fi fo ga go ka ke ki ko la le li lo lu ma me mi mo mu na ne ni no nu pa pe pi po pu ra re ri ro ru sa se si so su ta te ti to tu'.split(
    ' ',
  );

/** A password that can be read aloud: eight syllables out of 55 and four digits, 59 bits. */
export function speakablePassword(): string {
  const pick = () => SYLLABLES[randomInt(SYLLABLES.length)] ?? 'la';
  return [pick() + pick() + pick(), pick() + pick() + pick(), String(randomInt(1_000, 10_000)), pick() + pick()].join(
    '-',
  );
}

/** Twelve pictures, three of them in order: 1,728 ways, so only at the telecentre and slowed after failures. */
export const PICTURES = [
  'boat',
  'cacao',
  'radio',
  'sun',
  'card',
  'people',
  'homework',
  'computer',
  'document',
  'procedure',
  'talk',
  'visit',
] as const;
export type Picture = (typeof PICTURES)[number];

export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

export function totpAddress(secret: string, username: string, issuer: string): string {
  return new TOTP({ secret: Secret.fromBase32(secret), label: username, issuer }).toString();
}

const STEP_SECONDS = 30;

/** The step that a code belongs to, one before and one after now allowed (RFC 6238); null when it fits none. */
export function totpStep(secret: string, code: string, now: number): number | null {
  const token = code.replace(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return null;
  const totp = new TOTP({ secret: Secret.fromBase32(secret), period: STEP_SECONDS });
  const delta = totp.validate({ token, timestamp: now, window: 1 });
  return delta === null ? null : Math.floor(now / 1_000 / STEP_SECONDS) + delta;
}
