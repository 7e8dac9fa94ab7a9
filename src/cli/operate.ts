// Runs an operation where the data is open: in the serving process through its socket, else here under the lock.
import { readConfig, type Config } from '#platform/config';
import { loadTexts } from '#platform/texts';
import { configInput, type CommonFlags } from './flags.ts';
import { lockDataFolder } from './lock.ts';
import { operations, type OperationName } from './operations.ts';
import { programRoot } from './build.ts';
import { openProgram, type Program } from './program.ts';
import { askSocket } from './socket.ts';
import { errorInWords, terminalLanguage } from './words.ts';

/** Errors: an Error with the sentence for the person at the terminal. */
export async function operate(
  flags: CommonFlags,
  operation: OperationName,
  args: Record<string, unknown>,
): Promise<unknown> {
  const config = readConfig(configInput(flags));
  const answer = await askSocket(config.dataDir, { operation, args, language: terminalLanguage() });
  if (answer) {
    if (!answer.ok) throw new Error(answer.message);
    return answer.value;
  }
  loadTexts(programRoot, config.dataDir);
  try {
    return await withProgram<unknown>(config, (program) => operations[operation](program, args));
  } catch (error) {
    throw new Error(errorInWords(error, terminalLanguage()), { cause: error });
  }
}

/** Opens the program alone; refuses while another process owns the folder. */
export async function withProgram<T>(config: Config, work: (program: Program) => Promise<T>): Promise<T> {
  const release = config.databaseUrl ? () => undefined : lockDataFolder(config.dataDir);
  try {
    const program = await openProgram(config);
    try {
      return await work(program);
    } finally {
      await program.close();
    }
  } finally {
    release();
  }
}

/** One JSON value on standard output. */
export function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
