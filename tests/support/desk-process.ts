// A process of its own for journeys at the desk: a telecentre that knows its district, three people, and who a session's cookie stands for.
// Run: node tests/support/desk-process.ts <data folder>; prints one line of JSON when it serves.
import path from 'node:path';
import { openProgram, type Program } from '../../src/cli/program.ts';
import { loadHandler, programRoot } from '../../src/cli/build.ts';
import { registerPerson } from '#modules/people';
import { seedTerritory } from '#modules/territory';
import { enrolWithHub, syncOnce } from '#replication';
import { setCurrentApp, setCurrentReplica } from '#platform/app';
import { runCommand, type Command } from '#platform/command';
import { readConfig } from '#platform/config';
import { startServer } from '#platform/http';
import { silentLog } from '#platform/log';
import { system, type Actor, type Scope } from '#platform/permissions';
import { setSessionReader } from '#platform/sessions';
import { loadTexts } from '#platform/texts';
import { directLink } from './link.ts';

const DISTRICT = '120608';
const folder = process.argv[2] ?? '';

async function must<I, O>(program: Program, command: Command<I, O>, actor: Actor, input: unknown): Promise<O> {
  const outcome = await runCommand(program.app, command, { actor, input });
  if (!outcome.ok) throw new Error(`${command.name}: ${outcome.refusal.code}`);
  return outcome.value;
}

const open = (role: 'hub' | 'telecentre') =>
  openProgram(readConfig({ role, port: 0, host: '127.0.0.1', dataDir: path.join(folder, role) }, {}), {
    log: silentLog(),
  });

const hub = await open('hub');
await must(hub, seedTerritory, system, {});
const { code } = await must(hub, hub.replica.sites.add, system, { name: 'Puerto Ocopa', district: DISTRICT });
const centre = await open('telecentre');
const link = directLink(hub.replica);
await enrolWithHub(centre.replica, { hubUrl: 'http://127.0.0.1', code, transport: link });
await syncOnce(centre.replica, { transport: link });
await hub.close();

const { app } = centre;
const actor = (role: string, scope: Scope, extra: Partial<Actor> = {}): Actor => {
  const permissions = app.roles.get(role) ?? new Set<string>();
  return {
    kind: 'account',
    account: role,
    name: role,
    grants: [{ role, scope, permissions }],
    language: '',
    sessionId: role,
    ...extra,
  };
};
const operator = actor('operator', { site: app.site.id ?? '', district: DISTRICT });
const people: string[] = [];
for (const given of ['Rosa', 'Kemari', 'Elena']) {
  const card = {
    given,
    surnames: 'Quispe Huamán',
    birthYear: '1988',
    sex: 'female',
    'consent-card': 'yes',
    notADuplicate: 'on',
  };
  people.push((await must(centre, registerPerson, operator, card)).id);
}
const resident = (person: string) =>
  actor('resident', { district: DISTRICT }, { kind: 'resident', account: undefined, person });
const sessions = new Map([
  ['operator', operator],
  ['municipal', actor('municipal-staff', { district: DISTRICT })],
  ['elsewhere', actor('municipal-staff', { district: '120604' })],
  ...people.map((person): [string, Actor] => [`resident-${person}`, resident(person)]),
]);

loadTexts(programRoot, app.config.dataDir);
setCurrentApp(app);
setCurrentReplica(centre.replica);
setSessionReader((_app, token) => Promise.resolve(sessions.get(token) ?? null));
const server = await startServer({ app, handler: await loadHandler(), port: 0, host: '127.0.0.1' });
process.stdout.write(`${JSON.stringify({ ready: true, port: server.port, people })}\n`);
