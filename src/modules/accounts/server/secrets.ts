// Passwords, PINs, pictures and one-time codes: made, kept as hashes, compared in the same time whether somebody exists or not.
import { randomBytes, randomInt } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { Secret, TOTP } from 'otpauth';

/**
 * argon2id as OWASP's password storage cheat sheet gives it for small machines: 19 MiB, two passes, one lane.
 * About a tenth of a second on a telecentre's small PC.
 */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashSecret = (secret: string): Promise<string> => hash(secret, COST);

let nobody: Promise<string> | undefined;

/** An unknown person costs the same as a wrong password. */
export async function secretHolds(kept: string | null | undefined, secret: string): Promise<boolean> {
  nobody ??= hashSecret(randomBytes(12).toString('base64url'));
  const against = kept ?? (await nobody);
  try {
    return (await verify(against, secret)) && kept !== null && kept !== undefined;
  } catch {
    return false;
  }
}

const SYLLABLES =
  'ba be bi bo bu da de di do du fa fe fi fo ga go ka ke ki ko la le li lo lu ma me mi mo mu na ne ni no nu pa pe pi po pu ra re ri ro ru sa se si so su ta te ti to tu'.split(
    ' ',
  );

/** A password that can be read aloud: four groups of two syllables and two digits, about 50 bits. */
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
  const totp = new TOTP({ secret: Secret.fromBase32(secret), period: STEP_SECONDS });
  const delta = totp.validate({ token: code.replace(/\s/g, ''), timestamp: now, window: 1 });
  return delta === null ? null : Math.floor(now / 1_000 / STEP_SECONDS) + delta;
}
