// A posted form and the command it asks for: run once however often it is sent, answered with the next page or with what was typed.
import { fail, redirect, type ActionFailure, type RequestEvent } from '@sveltejs/kit';
import { runCommand, type Command, type CommandRefusal } from '#platform/command';
import { Refusal } from '#platform/errors';
import { freshKey, KEY_FIELD } from '#platform/form-token';
import type { FormAnswer, FormProof } from '#lib/ui/form.ts';

/** For every page with a form: proof that the form is ours, and a key under which sending it twice has one effect. */
export function proofOf(locals: App.Locals): FormProof {
  return { token: locals.formToken(), key: freshKey() };
}

/** What a page gets back after a refusal; `command` tells which of its forms was sent. */
export interface RefusedForm extends FormAnswer {
  command: string;
}

/** Never sent back to the screen. */
const SECRET = /password|pin|picture|code|secret/i;

type Fields = Record<string, string | string[]>;

/** Fields as typed: once as text, several times as a list; our own (`_token`, `_key`) and files left out. */
export function fieldsOf(form: FormData): Fields {
  const fields: Fields = {};
  for (const name of new Set(form.keys())) {
    if (name.startsWith('_')) continue;
    const values = form.getAll(name).filter((value) => typeof value === 'string');
    if (values.length > 0) fields[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return fields;
}

export interface RunFormOptions<Output> {
  /** What is not typed but known: put over the fields. */
  input?: Record<string, unknown>;
  /** Fields that people type in another form than the command takes, e.g. a card number for a person. */
  read?: (fields: Fields) => Promise<Record<string, unknown>>;
  /** The address that shows the result; the answer is a 303, so that reloading repeats nothing. */
  next: (value: Output) => string;
}

/** Errors: redirects by throwing, as the framework has it; a fault goes on to the fault page. */
export async function runForm<Input, Output>(
  event: Pick<RequestEvent, 'locals' | 'request'>,
  command: Command<Input, Output>,
  options: RunFormOptions<Output>,
): Promise<ActionFailure<RefusedForm>> {
  const form = await event.request.formData();
  const fields = fieldsOf(form);
  const key = form.get(KEY_FIELD);
  let read: Record<string, unknown> | undefined;
  try {
    read = await options.read?.(fields);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, params, field } = error;
    return refuse(command.name, { code, params, issues: field ? [{ field, code }] : [] }, fields);
  }
  const outcome = await runCommand(event.locals.app, command, {
    actor: event.locals.actor,
    input: { ...fields, ...read, ...options.input },
    key: typeof key === 'string' && key.length <= 64 ? key : undefined,
  });
  if (outcome.ok) redirect(303, options.next(outcome.value));
  return refuse(command.name, outcome.refusal, fields);
}

export function refuse(command: string, refusal: CommandRefusal, fields: Fields): ActionFailure<RefusedForm> {
  const values = Object.fromEntries(Object.entries(fields).filter(([name]) => !SECRET.test(name)));
  const status = refusal.code === 'permissions.sign-in' ? 401 : refusal.code === 'permissions.denied' ? 403 : 400;
  return fail(status, { command, code: refusal.code, params: refusal.params, issues: refusal.issues, values });
}

/** One typed field, empty when absent or a file. */
export function word(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
