// One try to prove who somebody is: counted before it is verified, answered alike whether somebody exists or not.
import type { App } from '#platform/app';
import { runCommand, type CommandRefusal } from '#platform/command';
import { Refusal } from '#platform/errors';
import { system } from '#platform/permissions';
import { noteSignInFailure, takeAttempt } from './commands/sessions.ts';
import type { Guard } from './guard.ts';
import { secretHolds } from './secrets.ts';

export interface Refused {
  ok: false;
  refusal: CommandRefusal;
}

export const refused = (code: string, params: CommandRefusal['params'] = {}, field?: string): Refused => ({
  ok: false,
  refusal: { code, field, params, issues: field ? [{ field, code }] : [] },
});

/** Counts the try; the answer when it has to wait. */
export async function held(app: App, guards: Guard[], stopped: string): Promise<Refused | undefined> {
  const outcome = await runCommand(app, takeAttempt, { actor: system, input: { guards } });
  if (!outcome.ok) return outcome;
  if (outcome.value.ok) return undefined;
  return outcome.value.stopped
    ? refused(stopped)
    : refused('accounts.wait', { seconds: Math.max(1, Math.ceil(outcome.value.wait / 1_000)) });
}

/** What was typed is not kept, since people type passwords where names belong: an id that is known, or nothing. */
export async function failed(app: App, subject: string | undefined, code: string, field?: string): Promise<Refused> {
  const input = { subject: subject ?? 'unknown', code };
  await runCommand(app, noteSignInFailure, { actor: system, input });
  return refused(code, {}, field);
}

export async function holds(kept: string | null | undefined, secret: string): Promise<boolean | Refused> {
  try {
    return await secretHolds(kept, secret);
  } catch (error) {
    if (error instanceof Refusal) return refused(error.code);
    throw error;
  }
}
