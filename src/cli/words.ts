// Refusals at the terminal, in the sentences that the screens use too.
import type { CommandRefusal } from '#platform/command';
import { Refusal } from '#platform/errors';
import { chooseLanguage } from '#platform/preferences';
import { codeKey } from '#lib/ui/form.ts';
import { hasLanguage, text } from '#lib/text/index.ts';

/** The terminal's language, for whoever runs the command: it travels to the serving process. */
export function terminalLanguage(env: NodeJS.ProcessEnv = process.env): string {
  return env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
}

const languageOf = (wanted: string | undefined) =>
  chooseLanguage(undefined, wanted?.replace(/[._@].*$/, ''), hasLanguage);

/** One line, or one per field. */
export function refusalInWords(refusal: Pick<CommandRefusal, 'code' | 'params' | 'issues'>, wanted?: string): string {
  const language = languageOf(wanted);
  if (refusal.issues.length === 0) return text(language, codeKey(refusal.code), refusal.params);
  return refusal.issues
    .map(({ field, code }) => `${field ? `${field}: ` : ''}${text(language, codeKey(code), refusal.params)}`)
    .join('\n');
}

/** What went wrong as a sentence; anything but a refusal says it itself. */
export function errorInWords(error: unknown, wanted?: string): string {
  if (error instanceof RefusedCommand) return refusalInWords(error.refusal, wanted);
  if (error instanceof Refusal) return refusalInWords({ code: error.code, params: error.params, issues: [] }, wanted);
  return error instanceof Error ? error.message : String(error);
}

/** A command that the program ran for itself was refused. */
export class RefusedCommand extends Error {
  readonly refusal: CommandRefusal;
  constructor(command: string, refusal: CommandRefusal) {
    super(`${command}: ${refusalInWords(refusal)}`);
    this.name = 'RefusedCommand';
    this.refusal = refusal;
  }
}
