// A whole program in memory's place: own data folder, either engine, actors with any role; what module tests open.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openProgram, type Program, type ProgramOptions } from '../../src/cli/program.ts';
import { modules as shipped } from '../../src/modules/manifests.ts';
import { replicationModule } from '#replication';
import type { App } from '#platform/app';
import { createClock, type Clock, type ClockState } from '#platform/clock';
import { runCommand, type Command, type Outcome } from '#platform/command';
import { readConfig, type ConfigInput } from '#platform/config';
import { silentLog } from '#platform/log';
import type { Actor, Scope } from '#platform/permissions';
import { platformModule } from '#platform/platform-module';
import { testDatabase } from './engine.ts';

export interface TestProgram extends Program {
  app: App;
  clock: SettableClock;
  /** An actor with one shipped role; account and person may be given. */
  actor(role: string, scope?: Scope, extra?: Partial<Actor>): Actor;
  run<I, O>(command: Command<I, O>, actor: Actor, input: unknown, key?: string): Promise<Outcome<O>>;
  /** Like run, but a refusal fails the test. */
  must<I, O>(command: Command<I, O>, actor: Actor, input: unknown, key?: string): Promise<O>;
  dataDir: string;
}

export interface SettableClock extends Clock {
  set(now: number, state?: ClockState): void;
  /** Time goes by while the program runs. */
  forward(milliseconds: number): void;
  /** The power is cut for so long, and the program starts again. */
  cut(milliseconds: number): void;
}

export function settableClock(start = Date.UTC(2026, 10, 24, 15)): SettableClock {
  let at = start;
  let trust: ClockState = 'synced';
  let lasted = 0;
  let run = 0;
  const inner = createClock({ now: () => at, disciplined: () => trust === 'synced' });
  return {
    ...inner,
    running: () => ({ run: String(run), for: lasted }),
    state: () => (trust === 'unknown' ? 'unknown' : inner.state()),
    set(now, state = trust) {
      at = now;
      trust = state;
    },
    forward(milliseconds) {
      at += milliseconds;
      lasted += milliseconds;
    },
    cut(milliseconds) {
      at += milliseconds;
      lasted = 0;
      run++;
    },
  };
}

export interface TestOptions extends ConfigInput {
  /** A telecentre that has its site without a hub (default) or waits for its enrolment. */
  enrolled?: boolean;
  program?: ProgramOptions;
}

/** The site a telecentre in tests is: enrolled without a hub. */
export const TEST_SITE = { number: 7, siteId: '', district: '120608', name: 'Puerto Ocopa' };

export async function testProgram(options: TestOptions = {}): Promise<TestProgram> {
  const { program: programOptions, enrolled = true, ...configInput } = options;
  const dataDir = configInput.dataDir ?? mkdtempSync(path.join(tmpdir(), 'ciudadania-test-'));
  const manifests = [platformModule, replicationModule, ...(programOptions?.modules ?? shipped)];
  const database = configInput.databaseUrl ?? (await testDatabase(manifests));
  const config = readConfig(
    { role: 'hub', port: 0, host: '127.0.0.1', dataDir, databaseUrl: database, demo: false, ...configInput },
    {},
  );
  const clock = settableClock();
  const program = await openProgram(config, { clock, log: silentLog(), ...programOptions });
  if (config.role === 'telecentre' && enrolled && program.app.site.number === undefined)
    await program.replica.pretendEnrolled(TEST_SITE);
  const run: TestProgram['run'] = (command, actor, input, key) =>
    runCommand(program.app, command, { actor, input, key });
  return {
    ...program,
    clock,
    dataDir,
    actor(role, scope = { programme: true }, extra = {}) {
      const permissions = program.app.roles.get(role);
      if (!permissions) throw new Error(`no module gives anything to the role ${role}`);
      return {
        kind: 'account',
        account: `ACCOUNT-${role}`,
        grants: [{ role, scope, permissions }],
        language: 'es',
        ...extra,
      };
    },
    run,
    async must(command, actor, input, key) {
      const outcome = await run(command, actor, input, key);
      if (!outcome.ok) throw new Error(`${command.name} was refused: ${JSON.stringify(outcome.refusal)}`);
      return outcome.value;
    },
    async close() {
      await program.close();
      if (!configInput.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
