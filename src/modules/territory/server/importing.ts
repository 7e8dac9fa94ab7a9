// A file of districts comes in: read whole by a worker first, then written district by district, so that a bad file changes nothing.
import { Worker } from 'node:worker_threads';
import type { App } from '#platform/app';
import { runCommand } from '#platform/command';
import { Refusal } from '#platform/errors';
import { can, type Actor } from '#platform/permissions';
import { setBoundary } from './commands/boundaries.ts';
import type { Prepared, Trouble } from './geojson.ts';
import { listDistricts } from './queries.ts';

export interface ImportReport {
  taken: string[];
  absent: string[];
  mended: number;
  outside: boolean;
}

export interface ImportOf {
  bytes: Uint8Array;
  column?: string;
  source: string;
  licence: string;
}

const MOST_BYTES = 20_000_000;

/** Errors: throws a Refusal that says what is wrong with the file. */
export async function importBoundaries(app: App, actor: Actor, file: ImportOf): Promise<ImportReport> {
  // asked again by each command; here so that nobody else's file is read for minutes
  if (!can(actor, 'territory.manage', { programme: true })) throw new Refusal('permissions.denied');
  if (file.bytes.length === 0) throw new Refusal('territory.boundary-no-file', { field: 'file' });
  if (file.bytes.length > MOST_BYTES) throw new Refusal('territory.boundary-too-large', { field: 'file' });
  const known = (await listDistricts(app.db.read)).flatMap(({ ubigeo }) => ubigeo ?? []);
  const read = await inWorker({ bytes: file.bytes, known, column: file.column ?? '' });
  if ('code' in read) throw new Refusal(read.code, { field: 'file', params: read.params });
  const { shapes, ...told } = read;
  for (const one of shapes) {
    const input = { ...one, source: file.source, licence: file.licence };
    const outcome = await runCommand(app, setBoundary, { actor, input });
    if (outcome.ok) continue;
    const { code, params, issues } = outcome.refusal;
    const [issue] = issues;
    throw new Refusal(issue?.code ?? code, { field: issue?.field ?? 'file', params });
  }
  return { taken: shapes.map(({ ubigeo }) => ubigeo), ...told };
}

function inWorker(workerData: { bytes: Uint8Array; known: string[]; column: string }): Promise<Prepared | Trouble> {
  const worker = new Worker(new URL('./boundary-worker.ts', import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: 700 },
  });
  const broken: Trouble = { code: 'territory.boundary-too-large', params: {} };
  return new Promise((resolve, reject) => {
    let told: Prepared | Trouble = broken;
    worker.on('message', (message: Prepared | Trouble) => (told = message));
    worker.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? resolve(broken) : reject(error),
    );
    worker.once('exit', () => resolve(told));
  });
}
