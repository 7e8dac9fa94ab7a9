// A process of its own for journeys at the desk: a telecentre that knows its district, three people, one with two versions, and who a session's cookie stands for.
// Run: node tests/support/desk-process.ts <data folder>; prints one line of JSON when it serves.
import path from 'node:path';
import { openProgram, type Program } from '../../src/cli/program.ts';
import { loadHandler, programRoot } from '../../src/cli/build.ts';
import { correctPerson, openCard, registerPerson } from '#modules/people';
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

const open = (role: 'hub' | 'telecentre', name: string = role) =>
  openProgram(readConfig({ role, port: 0, host: '127.0.0.1', dataDir: path.join(folder, name) }, {}), {
    log: silentLog(),
  });

const hub = await open('hub');
await must(hub, seedTerritory, system, {});
const { code } = await must(hub, hub.replica.sites.add, system, { name: 'Puerto Ocopa', district: DISTRICT });
const centre = await open('telecentre');
const link = directLink(hub.replica);
await enrolWithHub(centre.replica, { hubUrl: 'http://127.0.0.1', code, transport: link });
await syncOnce(centre.replica, { transport: link });

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

// of one card the two telecentres of the district write different things before they meet
const apart = { given: 'Nelida', surnames: 'Shirampari', birthYear: '1979', sex: 'female', notADuplicate: 'on' };
const shared = await must(centre, registerPerson, operator, { ...apart, 'consent-card': 'yes' });
const added = await must(hub, hub.replica.sites.add, system, { name: 'Betania', district: DISTRICT });
const second = await open('telecentre', 'second');
await enrolWithHub(second.replica, { hubUrl: 'http://127.0.0.1', code: added.code, transport: link });
await syncOnce(centre.replica, { transport: link });
await syncOnce(second.replica, { transport: link });
const there = actor('operator', { site: second.app.site.id ?? '', district: DISTRICT });
for (const [program, who, surnames] of [
  [centre, operator, 'Chirampari'],
  [second, there, 'Shirampari Ríos'],
] as const) {
  const { version } = await must(program, openCard, who, { person: shared.id });
  await must(program, correctPerson, who, { ...apart, surnames, person: shared.id, seen: version });
}
for (const program of [centre, second, centre]) await syncOnce(program.replica, { transport: link });
await second.close();
await hub.close();

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
process.stdout.write(`${JSON.stringify({ ready: true, port: server.port, people, shared: shared.id })}\n`);
