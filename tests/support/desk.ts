// A telecentre at work: its operator, the people who come, on either engine. What the tests of people, visits and proposals open.
import type { Actor } from '#platform/permissions';
import { registerPerson, type Registered } from '#modules/people';
import { testDatabase } from './engine.ts';
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

export async function openDesk(): Promise<TestDesk> {
  const program = await testProgram({ role: 'telecentre', databaseUrl: await testDatabase() });
  const { id } = program.app.site;
  if (!id) throw new Error('the telecentre is not enrolled');
  const operator = program.actor('operator', { site: id, district: DISTRICT });
  return {
    ...program,
    site: { id, district: DISTRICT },
    operator,
    stranger: program.actor('operator', { site: '00000ZZZZ1', district: '120604' }),
    visitor: { kind: 'anonymous', grants: [], language: 'es' },
    resident: (person) =>
      program.actor('resident', { district: DISTRICT }, { kind: 'resident', account: undefined, person }),
    register(changes = {}) {
      return program.must(registerPerson, operator, registration({ notADuplicate: 'on', ...changes }));
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
