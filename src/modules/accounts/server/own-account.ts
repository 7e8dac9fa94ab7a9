// What people change of their own account: the present secret is verified first, hashing happens before the transaction.
import type { App } from '#platform/app';
import { runCommand, type Outcome } from '#platform/command';
import { system, type Actor } from '#platform/permissions';
import { failed, held, holds, refused } from './attempts.ts';
import { changePassword, setTotp } from './commands/credentials.ts';
import { settleAttempt } from './commands/sessions.ts';
import { latestCredential } from './credentials.ts';
import type { Guard } from './guard.ts';
import { hashSecret } from './secrets.ts';

export const PASSWORD_LENGTH = { least: 10, most: 200 };

export function passwordFits(password: string): boolean {
  return password.length >= PASSWORD_LENGTH.least && password.length <= PASSWORD_LENGTH.most;
}

/** Refusals: `permissions.sign-in`, `accounts.wrong` at `present`, `accounts.wait`, `.busy`, `accounts.password-short` at `password`. */
export async function changeOwnPassword(
  app: App,
  actor: Actor,
  typed: { present: string; password: string },
): Promise<Outcome<null>> {
  const { account } = actor;
  if (!account) return refused('permissions.sign-in');
  // whoever found a session open must not find out the password through it
  const guards: Guard[] = [{ kind: 'account', of: `own ${account}` }];
  const waits = await held(app, guards, 'accounts.wait');
  if (waits) return waits;
  const right = await holds(await latestCredential(app.db.read, account, 'password'), typed.present.slice(0, 200));
  if (typeof right !== 'boolean') return right;
  if (!right) return failed(app, account, 'accounts.wrong', 'present');
  await runCommand(app, settleAttempt, { actor: system, input: { guards } });
  if (!passwordFits(typed.password)) return refused('accounts.password-short', {}, 'password');
  return runCommand(app, changePassword, { actor, input: { passwordHash: await hashSecret(typed.password) } });
}

/** Turns the second factor on with a code of the new secret, or off (an empty secret) with a code of the old one. */
export async function changeOwnTotp(
  app: App,
  actor: Actor,
  typed: { secret: string; code: string },
): Promise<Outcome<null>> {
  const { account } = actor;
  if (!account) return refused('permissions.sign-in');
  const guards: Guard[] = [{ kind: 'code', of: account }];
  const waits = await held(app, guards, 'accounts.wait');
  if (waits) return waits;
  const outcome = await runCommand(app, setTotp, { actor, input: typed });
  if (outcome.ok) await runCommand(app, settleAttempt, { actor: system, input: { guards } });
  return outcome;
}
