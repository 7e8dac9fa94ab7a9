// What the tests of accounts begin with: a hub with an administrator, accounts with known passwords, attempts from here and there.
import { Secret, TOTP } from 'otpauth';
import type { Actor } from '#platform/permissions';
import { system } from '#platform/permissions';
import type { TestProgram } from '../../../../tests/support/program.ts';
import { addAccount } from './commands/add-account.ts';
import { hashSecret } from './secrets.ts';
import type { Attempt } from './sign-in.ts';

export const PASSWORD = 'canoa larga del rio';
export const visitor: Actor = { kind: 'anonymous', grants: [], language: 'es' };

export const HERE: Attempt = {
  facts: { secure: false, local: true, address: '127.0.0.1' },
  device: 'device-one',
  label: 'Test browser',
};
/** Another machine of the telecentre's own network, without TLS. */
export const NETWORK: Attempt = {
  facts: { secure: false, local: false, address: '192.168.1.20' },
  device: 'device-two',
  label: 'Telephone',
};

const hashes = new Map<string, Promise<string>>();
/** The same text gives the same hash, so that a test file hashes each once. */
export function hashed(text: string): Promise<string> {
  const known = hashes.get(text) ?? hashSecret(text);
  hashes.set(text, known);
  return known;
}

/** An account with the known password; returns its id. */
export async function account(
  program: TestProgram,
  username: string,
  grant?: string,
  where: Record<string, unknown> = {},
): Promise<string> {
  const input = { username, name: `${username} (demo)`, grant, ...where, passwordHash: await hashed(PASSWORD) };
  return (await program.must(addAccount, system, input)).id;
}

export function codeAt(secret: string, at: number): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at });
}

/** The code of a refusal with its fields, or `ok`. */
export function verdict(
  outcome: { ok: true } | { ok: false; refusal: { code: string; issues: { field: string; code: string }[] } },
): string {
  if (outcome.ok) return 'ok';
  const { code, issues } = outcome.refusal;
  return code === 'input.invalid' ? issues.map((issue) => `${issue.field}: ${issue.code}`).join(', ') : code;
}
