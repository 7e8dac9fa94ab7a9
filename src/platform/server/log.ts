// The structured log: JSON lines, ten files of five megabytes in the data folder, without names, PINs or bodies.
import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { pino, type Logger } from 'pino';

export type { Logger };

const FILE_BYTES = 5_000_000;
const FILES = 10;

/** Appends lines and turns the file over when it is full; a disk that refuses the line never stops the program. */
class TurningFile {
  readonly #path: string;
  #size: number;
  constructor(file: string) {
    this.#path = file;
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    this.#size = existsSync(file) ? statSync(file).size : 0;
  }
  write(line: string): void {
    try {
      if (this.#size > FILE_BYTES) this.#turn();
      appendFileSync(this.#path, line, { mode: 0o600 });
      this.#size += Buffer.byteLength(line);
    } catch {
      // full disk: the screen tells the operator; the log can only be silent
    }
  }
  #turn(): void {
    for (let i = FILES - 1; i >= 1; i--) {
      const from = i === 1 ? this.#path : `${this.#path}.${i - 1}`;
      if (existsSync(from)) renameSync(from, `${this.#path}.${i}`);
    }
    this.#size = 0;
  }
}

const HIDDEN = [
  'name',
  'names',
  'surname',
  'surnames',
  'password',
  'pin',
  'pictures',
  'token',
  'secret',
  'code',
  'body',
  'phone',
  'document',
];

export function createLog(dataDir: string, level: string): Logger {
  const redact = { paths: HIDDEN.flatMap((key) => [`input.${key}`, `row.${key}`]), remove: true };
  return pino({ level, base: { pid: process.pid }, redact }, new TurningFile(path.join(dataDir, 'log', 'program.log')));
}

/** For tests and one-shot commands. */
export function silentLog(): Logger {
  return pino({ level: 'silent' });
}
