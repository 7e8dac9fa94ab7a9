// Reads and simplifies a file of districts beside the desk: twenty megabytes take seconds.
import { parentPort, workerData } from 'node:worker_threads';
import { prepare } from './geojson.ts';

const { bytes, known, column } = workerData as { bytes: Uint8Array; known: string[]; column: string };
parentPort?.postMessage(prepare(new TextDecoder().decode(bytes), known, column));
