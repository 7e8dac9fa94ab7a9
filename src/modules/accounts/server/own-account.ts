// What people change of their own account: the present secret is verified first, hashing happens before the transaction.
import type { App } from '#platform/app';
import { runCommand, type Outcome } from '#platform/command';
import type { Actor } from '#platform/permissions';
import { changePassword, setTotp } from './commands/credentials.ts';
import { latestCredential } from './queries.ts';
import { hashSecret, secretHolds, totpStep } from './secrets.ts';

export const PASSWORD_LENGTH = { least: 10, most: 200 };

export function passwordFits(password: string): boolean {
  return password.length >= PASSWORD_LENGTH.least && password.length <= PASSWORD_LENGTH.most;
}

const refused = (field: string, code: string): Outcome<null> => ({
  ok: false,
  refusal: { code: 'input.invalid', params: {}, issues: [{ field, code }] },
});

/** Refusals: `accounts.wrong` at `present`, `accounts.password-short` at `password`. */
export async function changeOwnPassword(
  app: App,
  actor: Actor,
  typed: { present: string; password: string },
): Promise<Outcome<null>> {
  const kept = await latestCredential(app.db.read, actor.account ?? '', 'password');
  if (!(await secretHolds(kept, typed.present))) return refused('present', 'accounts.wrong');
  if (!passwordFits(typed.password)) return refused('password', 'accounts.password-short');
  return runCommand(app, changePassword, { actor, input: { passwordHash: await hashSecret(typed.password) } });
}

/** Turns the second factor on once a code of the new secret was right; an empty secret turns it off. */
export async function changeOwnTotp(
  app: App,
  actor: Actor,
  typed: { secret: string; code: string },
): Promise<Outcome<null>> {
  if (typed.secret && totpStep(typed.secret, typed.code, app.clock.now()) === null) {
    return refused('code', 'accounts.code-wrong');
  }
  return runCommand(app, setTotp, { actor, input: { secret: typed.secret } });
}
