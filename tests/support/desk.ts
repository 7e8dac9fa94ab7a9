// Telecentres at work, alone or with their hub: operators, and the people who come. What tests of people, visits and proposals open.
import type { Actor } from '#platform/permissions';
import { system } from '#platform/permissions';
import { enrolWithHub, syncOnce } from '#replication';
import { registerPerson, type Registered } from '#modules/people';
import type { ProgramOptions } from '../../src/cli/program.ts';
import { directLink } from './link.ts';
import { testProgram, type TestProgram } from './program.ts';

export const DISTRICT = '120608';

export interface TestDesk extends TestProgram {
  site: { id: string; district: string };
  operator: Actor;
  /** An operator of another telecentre, whose work came here by mistake. */
  stranger: Actor;
  visitor: Actor;
  /** A resident who signed in with her card. */
  resident(person: string): Actor;
  /** Registers somebody, whoever she may look like. */
  register(changes?: Record<string, unknown>): Promise<Registered>;
}

/** Everything a first registration needs and nothing more. */
export function registration(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    given: 'Rosa Elena',
    surnames: 'Quispe Huamán',
    birthYear: '1988',
    sex: 'female',
    'consent-card': 'yes',
    ...changes,
  };
}

/** A telecentre that never meets a hub. */
export async function openDesk(): Promise<TestDesk> {
  return deskOf(await testProgram({ role: 'telecentre' }));
}

function deskOf(program: TestProgram): TestDesk {
  const { id, district } = program.app.site;
  if (!id || !district) throw new Error('the telecentre is not enrolled');
  const operator = program.actor('operator', { site: id, district });
  return {
    ...program,
    site: { id, district },
    operator,
    stranger: program.actor('operator', { site: '00000ZZZZ1', district: '120604' }),
    visitor: { kind: 'anonymous', grants: [], language: 'es' },
    resident: (person) => program.actor('resident', { district }, { kind: 'resident', account: undefined, person }),
    register(changes = {}) {
      return program.must(registerPerson, operator, registration({ notADuplicate: 'on', ...changes }));
    },
  };
}

export interface TestProgramme {
  hub: TestProgram;
  desks: TestDesk[];
  /** One session of one telecentre. */
  syncOne(desk: TestDesk): Promise<void>;
  /** Every telecentre, twice: what one brought the others get. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** A hub and one enrolled telecentre per district given. */
export async function openProgramme(districts: readonly string[], program?: ProgramOptions): Promise<TestProgramme> {
  const options = program ? { program } : {};
  const hub = await testProgram(options);
  const desks: TestDesk[] = [];
  for (const [at, district] of districts.entries()) {
    const { code } = await hub.must(hub.replica.sites.add, system, { name: `Telecentro ${at + 1}`, district });
    const centre = await testProgram({ ...options, role: 'telecentre', enrolled: false });
    await enrolWithHub(centre.replica, { hubUrl: 'http://127.0.0.1', code, transport: directLink(hub.replica) });
    desks.push(deskOf(centre));
  }
  const syncOne = async (desk: TestDesk) => {
    const report = await syncOnce(desk.replica, { transport: directLink(hub.replica) });
    if (!report.ok) throw new Error(`a session failed: ${JSON.stringify(report)}`);
  };
  const sync = async () => {
    for (const desk of [...desks, ...desks]) await syncOne(desk);
  };
  await sync();
  return {
    hub,
    desks,
    syncOne,
    sync,
    async close() {
      for (const program of [...desks, hub]) await program.close();
    },
  };
}

/** The code of a refusal, or `ok`. */
export function verdict(
  outcome: { ok: true } | { ok: false; refusal: { code: string; issues: { field: string; code: string }[] } },
): string {
  if (outcome.ok) return 'ok';
  const { code, issues } = outcome.refusal;
  return code === 'input.invalid' ? issues.map((issue) => `${issue.field}: ${issue.code}`).join(', ') : code;
}
