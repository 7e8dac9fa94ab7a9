// Reads somebody else's calendar beside the desk: what never ends there is ended, and nobody waits for it.
import { parentPort, workerData } from 'node:worker_threads';
import { readCalendar, type ReadCalendar, type ReadOptions } from './calendar-reading.ts';

const { file, options } = workerData as { file: string; options: ReadOptions };
let answer: ReadCalendar | { code: string };
try {
  answer = readCalendar(file, options);
} catch (error) {
  const { message } = error as Error;
  answer = { code: message.startsWith('events.') ? message : 'events.calendar-unreadable' };
}
parentPort?.postMessage(answer);
