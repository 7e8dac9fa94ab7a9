// Two ways a request can end badly: a refusal the person can act on, and a fault that an operator can read over the phone.
import { randomBytes } from 'node:crypto';
import { ALPHABET } from './ids.ts';

export type RefusalParams = Record<string, string | number>;

/** A refusal: `code` is from the closed, translated list (`refusal.<code>` in the texts), e.g. `permissions.denied`. */
export class Refusal extends Error {
  readonly code: string;
  readonly field: string | undefined;
  readonly params: RefusalParams;
  constructor(code: string, options: { field?: string; params?: RefusalParams } = {}) {
    super(code);
    this.name = 'Refusal';
    this.code = code;
    this.field = options.field;
    this.params = options.params ?? {};
  }
}

/** A fault: something broke. `id` is what the screen shows and the log holds; eight characters, speakable. */
export class Fault extends Error {
  readonly id: string;
  constructor(cause: unknown, id = faultId()) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'Fault';
    this.id = id;
  }
}

/** Eight speakable characters in two groups, e.g. `7K3X-9QMD`: enough to find one line in a log of months. */
export function faultId(): string {
  const letters = Array.from(randomBytes(8), (byte) => ALPHABET[byte & 31]).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

interface Coded {
  code?: unknown;
  errcode?: unknown;
}

/**
 * What a storage error means to a person: a full disk is a refusal with something to do, everything else stays a fault.
 * SQLite result codes: 13 SQLITE_FULL, 10 SQLITE_IOERR (a write past `ulimit -f` or a quota); PostgreSQL 53100 disk_full.
 */
export function storageRefusal(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, errcode } = error as Error & Coded;
  const primary = typeof errcode === 'number' ? errcode & 0xff : undefined;
  if (primary === 13 || code === '53100' || code === 'ENOSPC' || code === 'EFBIG' || code === 'EDQUOT')
    return new Refusal('platform.disk-full');
  if (primary === 10) return new Refusal('platform.disk-error');
  return undefined;
}
