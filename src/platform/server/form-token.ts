// The form token: proof that a form was rendered by this server for this visitor, for browsers that tell no origin.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export const TOKEN_FIELD = '_token';
export const KEY_FIELD = '_key';
export const VISITOR_COOKIE = 'visitor';

/** Bound to the session, or to the visitor's cookie when nobody is signed in. 22 letters. */
export function makeFormToken(secret: Uint8Array, boundTo: string): string {
  return createHmac('sha256', secret).update(`form\n${boundTo}`).digest('base64url').slice(0, 22);
}

export function formTokenHolds(secret: Uint8Array, boundTo: string, token: unknown): boolean {
  if (typeof token !== 'string' || boundTo === '') return false;
  const right = Buffer.from(makeFormToken(secret, boundTo));
  const given = Buffer.from(token);
  return right.length === given.length && timingSafeEqual(right, given);
}

/** Fresh value of the visitor's cookie, or an idempotency key for a form. */
export function freshKey(): string {
  return randomBytes(16).toString('base64url');
}
