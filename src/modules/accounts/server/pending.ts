// Between password and one-time code: a short-lived word of this server that the first step was right, so that nobody types it twice.
import { createHmac, timingSafeEqual } from 'node:crypto';

const LIFE = 5 * 60_000;

function sign(secret: Uint8Array, account: string, until: number, device: string): Buffer {
  return createHmac('sha256', secret).update(`second-step\n${account}\n${until}\n${device}`).digest().subarray(0, 24);
}

/** Bound to the device that typed the password. */
export function makePending(secret: Uint8Array, account: string, device: string, now: number): string {
  const until = now + LIFE;
  return `${account}.${until}.${sign(secret, account, until, device).toString('base64url')}`;
}

/** The account, or null when the word is not ours, too old, or of another device. */
export function readPending(secret: Uint8Array, pending: string, device: string, now: number): string | null {
  const match = /^([0-9A-Z]{1,24})\.(\d{1,16})\.([\w-]{32})$/.exec(pending);
  if (!match) return null;
  const [, account = '', typedUntil = '', mark = ''] = match;
  const until = Number(typedUntil);
  if (until <= now || until - now > LIFE) return null;
  const given = Buffer.from(mark, 'base64url');
  const right = sign(secret, account, until, device);
  return given.length === right.length && timingSafeEqual(given, right) ? account : null;
}
