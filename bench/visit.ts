// Registering a visit, durable when it answers, against a bare transaction with three inserts on the same disk, in turns.
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openProgram } from '../src/cli/program.ts';
import { registerPerson } from '#modules/people';
import { registerVisit } from '#modules/visits';
import { runCommand, type Command } from '#platform/command';
import { readConfig } from '#platform/config';
import { silentLog } from '#platform/log';
import type { Actor } from '#platform/permissions';
import { registration } from '../tests/support/desk.ts';
import { figure, median } from './figure.ts';

const ROUNDS = 7;
const EACH = 300;
// beside the project, on its disk: the temporary folder may lie in memory, where nothing is durable
const folder = mkdtempSync(path.join(process.cwd(), 'bench', '.visit-'));
try {
  const bare = new DatabaseSync(path.join(folder, 'bare.db'));
  bare.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  bare.exec('CREATE TABLE one (id TEXT PRIMARY KEY, text TEXT)');
  const insert = bare.prepare('INSERT INTO one VALUES (?, ?)');
  let made = 0;
  const bareTransactions = () => {
    for (let each = 0; each < EACH; each++) {
      bare.exec('BEGIN IMMEDIATE');
      for (let row = 0; row < 3; row++) insert.run(`ID${made++}`, 'x'.repeat(120));
      bare.exec('COMMIT');
    }
  };

  const config = readConfig({ role: 'telecentre', port: 0, dataDir: path.join(folder, 'data') }, {});
  const { app, replica, close } = await openProgram(config, { log: silentLog() });
  await replica.pretendEnrolled({ number: 7, siteId: '', district: '120608', name: 'Bench' });
  const permissions = app.roles.get('operator') ?? new Set<string>();
  const scope = { site: app.site.id ?? '', district: '120608' };
  const actor: Actor = {
    kind: 'account',
    account: 'BENCH',
    grants: [{ role: 'operator', scope, permissions }],
    language: 'es',
  };
  const must = async <I, O>(command: Command<I, O>, input: unknown): Promise<O> => {
    const outcome = await runCommand(app, command, { actor, input });
    if (!outcome.ok) throw new Error(outcome.refusal.code);
    return outcome.value;
  };
  const { id: person } = await must(registerPerson, registration({ notADuplicate: 'on' }));
  const visits = async () => {
    for (let each = 0; each < EACH; each++) await must(registerVisit, { person, purposes: ['homework'] });
  };

  const rates = { bare: [] as number[], visit: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    const start = performance.now();
    bareTransactions();
    const middle = performance.now();
    await visits();
    const end = performance.now();
    if (round === 0) continue; // warms up
    rates.bare.push((EACH * 1_000) / (middle - start));
    rates.visit.push((EACH * 1_000) / (end - middle));
  }
  await close();
  bare.close();
  figure('three inserts in a bare transaction', median(rates.bare), 'transactions/s');
  figure('visits registered', median(rates.visit), 'visits/s');
  figure('visits, of bare transactions', median(rates.visit) / median(rates.bare), 'ratio', { atLeast: 1 / 3 });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
