// A calendar is read by a worker with a limit of time and memory: a small file can ask for work without an end.
import { Worker } from 'node:worker_threads';
import { MOST_BYTES, type ReadCalendar, type ReadOptions } from './calendar-reading.ts';

/** A small telecentre reads two megabytes in less. */
const LONGEST_MS = 10_000;

/** What stands in the file, or the code of why it cannot be read. */
export function readBeside(
  file: string,
  options: ReadOptions,
  longest = LONGEST_MS,
): Promise<ReadCalendar | { code: string }> {
  if (file.length > MOST_BYTES) return Promise.resolve({ code: 'events.calendar-too-many' });
  const worker = new Worker(new URL('./calendar-worker.ts', import.meta.url), {
    workerData: { file, options },
    resourceLimits: { maxOldGenerationSizeMb: 200 },
  });
  return new Promise((resolve, reject) => {
    let told: ReadCalendar | { code: string } = { code: 'events.calendar-slow' };
    const limit = setTimeout(() => void worker.terminate(), longest);
    worker.on('message', (message: ReadCalendar | { code: string }) => (told = message));
    worker.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? resolve({ code: 'events.calendar-too-many' }) : reject(error),
    );
    worker.once('exit', () => {
      clearTimeout(limit);
      resolve(told);
    });
  });
}
