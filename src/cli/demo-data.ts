// Fills a hub for the first time: the territory, and for a demonstration accounts, two telecentres and their fictional records, all by the same commands.
import path from 'node:path';
import { addAccount, makeStartLink, withFreshPassword } from '#modules/accounts';
import { correctPerson, openCard, registerPerson } from '#modules/people';
import { answerProposal, submitProposal, supportProposal } from '#modules/proposals';
import { addSeason, seedTerritory } from '#modules/territory';
import { registerVisit } from '#modules/visits';
import { enrolWithHub, listSites, localTransport, syncOnce } from '#replication';
import { createClock, type Clock } from '#platform/clock';
import { runCommand, type Command } from '#platform/command';
import { readConfig } from '#platform/config';
import { runJob } from '#platform/jobs';
import { silentLog } from '#platform/log';
import type { Actor } from '#platform/permissions';
import { furnish, keepDay, morningOf, openToday } from './demo-room.ts';
import { fillEvents } from './demo-events.ts';
import { fillSite } from './demo-site.ts';
import { DEMO_PROPOSALS, DEMO_PURPOSES, demoPerson, demoRandom } from './demo-people.ts';
import type { FirstStartOptions } from './first-start.ts';
import { runAsSystem } from './operations.ts';
import { openProgram, type Program } from './program.ts';

export const DEMO_SITES = [
  { name: 'Puerto Ocopa', district: '120608', people: 46, computers: 6, folder: 'puerto-ocopa' },
  { name: 'Mazamari', district: '120604', people: 38, computers: 4, folder: 'mazamari' },
] as const;

const DAY = 86_400_000;

/** One account per shipped role; where a role belongs to a place, it is granted there. */
const DEMO_ACCOUNTS: { username: string; role: string; name: string; site?: string; district?: string }[] = [
  { username: 'admin', role: 'administrator', name: 'Administración (demo)' },
  { username: 'operadora', role: 'operator', name: 'Operadora (demo)', site: 'Puerto Ocopa' },
  { username: 'operador2', role: 'operator', name: 'Operador (demo)', site: 'Mazamari' },
  { username: 'facilitadora', role: 'facilitator', name: 'Facilitadora (demo)', site: 'Puerto Ocopa' },
  { username: 'coordinacion', role: 'coordinator', name: 'Coordinación (demo)' },
  { username: 'municipio', role: 'municipal-staff', name: 'Personal municipal (demo)', district: '120608' },
  { username: 'organizacion', role: 'organisation-delegate', name: 'Delegada (demo)', district: '120608' },
  { username: 'tesorera', role: 'treasurer', name: 'Tesorera (demo)', district: '120608' },
  { username: 'jurado', role: 'juror', name: 'Jurado (demo)' },
  { username: 'equipo', role: 'programme-staff', name: 'Equipo del programa (demo)' },
  { username: 'evaluacion', role: 'evaluator', name: 'Evaluación (demo)' },
  { username: 'veeduria', role: 'oversight', name: 'Veeduría (demo)' },
  { username: 'traduccion', role: 'translator', name: 'Traducción (demo)' },
  { username: 'donante', role: 'donor', name: 'Donante (demo)' },
];

/** Examples, none of them a fact: what the river does and when it is harvested is for those who live there to say. */
const DEMO_SEASONS = [
  { kind: 'high-water', name: 'Río crecido (demo)', starts: '12-01', ends: '03-31', district: '120608' },
  { kind: 'harvest', name: 'Cosecha (demo)', starts: '04-01', ends: '08-31' },
  { kind: 'school', name: 'Clases (demo)', starts: '03-15', ends: '12-15' },
];

/** Runs at every start of a hub; fills only what is empty. */
export async function fillFirstTime(program: Program, options: FirstStartOptions): Promise<void> {
  const { app } = program;
  const { added } = await runAsSystem(program, seedTerritory, {});
  const someone = await app.db.read.selectFrom('account').select('id').limit(1).executeTakeFirst();
  if (someone) return;
  if (!app.config.demo) {
    const { token } = await runAsSystem(program, makeStartLink, {});
    options.say(`\nMake the first administrator here (works once, within a day):\n  ${options.url}/start/${token}\n`);
    return;
  }
  if (added > 0) options.say('Loading the demonstration (fictional people) …');
  const sites = await makeSites(program);
  const signIns = await makeAccounts(program, sites);
  for (const site of DEMO_SITES) await fillTelecentre(program, site, sites.get(site.name)?.code ?? '');
  for (const season of DEMO_SEASONS)
    await runAsSystem(program, addSeason, { ...season, source: '(demo) por confirmar', status: 'verify' });
  await answerOne(program);
  await fillEvents(program);
  await fillSite(program);
  // what recurs at a hub runs once now: copies of accounts, the cuts that are due
  for (const job of app.modules.flatMap((module) => module.jobs))
    if (!job.role || job.role === 'hub') await runJob(app, job);
  options.say(
    [
      '',
      'Demo sign-ins (shown once; made for this installation):',
      ...signIns.map(({ username, password, role }) => `  ${username.padEnd(14)} ${password.padEnd(28)} ${role}`),
      '',
    ].join('\n'),
  );
}

type Sites = Map<string, { id: string; code: string }>;

async function makeSites(program: Program): Promise<Sites> {
  const made: Sites = new Map();
  for (const { name, district } of DEMO_SITES) {
    const known = (await listSites(program.app.db.read)).find((site) => site.name === name);
    const site = known
      ? { id: known.id, code: (await runAsSystem(program, program.replica.sites.newCode, { site: known.id })).code }
      : await runAsSystem(program, program.replica.sites.add, { name, district });
    made.set(name, { id: site.id, code: site.code });
  }
  return made;
}

async function makeAccounts(
  program: Program,
  sites: Sites,
): Promise<{ username: string; password: string; role: string }[]> {
  const signIns = [];
  for (const { username, role, name, site, district } of DEMO_ACCOUNTS) {
    const where = { site: site ? sites.get(site)?.id : '', district: district ?? '' };
    const { input, password } = await withFreshPassword({ username, name, grant: role, language: 'es', ...where });
    await runAsSystem(program, addAccount, input);
    signIns.push({ username, password, role });
  }
  return signIns;
}

/** A clock that the filling moves through the last months. */
function movingClock(start: number): Clock & { to(instant: number): void } {
  let at = start;
  const inner = createClock({ now: () => at, disciplined: () => true, steady: () => at });
  // the past that is told lies before this program was made, which a clock would doubt
  return { ...inner, state: () => 'synced', to: (instant) => void (at = Math.max(at, instant)) };
}

/** A telecentre of its own, opened in this process: what it records is signed and sent by it, as in the field. */
async function fillTelecentre(hub: Program, site: (typeof DEMO_SITES)[number], code: string): Promise<void> {
  const dataDir = path.join(hub.app.config.dataDir, 'demo', site.folder);
  const config = readConfig({ role: 'telecentre', dataDir, demo: true, port: 0 }, {});
  const now = hub.app.clock.now();
  const clock = movingClock(now - 110 * DAY);
  const centre = await openProgram(config, { clock, log: silentLog() });
  try {
    const transport = localTransport(hub.replica);
    await enrolWithHub(centre.replica, { hubUrl: `http://localhost:${hub.app.config.port}`, code, transport });
    // its months are recorded before it first hears the hub, whose stamps of today would move its clock forward
    await record(centre, clock, site, now);
    await syncOnce(centre.replica, { transport });
  } finally {
    await centre.close();
  }
}

async function must<I, O>(program: Program, command: Command<I, O>, actor: Actor, input: unknown): Promise<O> {
  const outcome = await runCommand(program.app, command, { actor, input });
  if (!outcome.ok) throw new Error(`${command.name}: ${JSON.stringify(outcome.refusal)}`);
  return outcome.value;
}

/** Months of a small telecentre: people, visits on working days, proposals with supports. */
async function record(
  centre: Program,
  clock: ReturnType<typeof movingClock>,
  site: (typeof DEMO_SITES)[number],
  now: number,
): Promise<void> {
  const { id = '', district = '' } = centre.app.site;
  const draw = demoRandom(Number(site.district));
  const permissions = centre.app.roles.get('operator') ?? new Set<string>();
  const operator: Actor = {
    kind: 'account',
    account: 'DEMO',
    name: 'Demo',
    language: 'es',
    grants: [{ role: 'operator', scope: { site: id, district }, permissions }],
  };
  const people: string[] = [];
  for (let index = 0; index < site.people; index++) {
    clock.to(now - 110 * DAY + index * 3_600_000);
    const person = demoPerson(index, draw);
    // not surely of age on the day on which it is told
    const minor = person.birthYear >= new Date(now - 110 * DAY).getUTCFullYear() - 18;
    const guardian = minor ? { givenBy: 'guardian', guardianName: 'Demo Madre Ejemplo', childYes: true } : {};
    const registered = await must(centre, registerPerson, operator, {
      ...person,
      ...guardian,
      'consent-card': 'yes',
      'consent-ethnicity': 'yes',
      'consent-share-funder': draw(3) === 0 ? 'no' : 'yes',
      notADuplicate: true,
    });
    people.push(registered.id);
  }
  if (site === DEMO_SITES[0]) await writtenTwice(centre, operator);
  await furnish(centre, operator, site.computers);
  for (let day = 105; day >= 1; day--) {
    const morning = morningOf(now, day);
    if (new Date(morning).getUTCDay() === 0) continue;
    await keepDay(centre, operator, clock, morning, draw, async () => {
      const visits = 1 + draw(3);
      for (let visit = 0; visit < visits; visit++) {
        clock.to(morning + 1_800_000 + visit * 1_800_000);
        await must(centre, registerVisit, operator, demoVisit(people, draw));
      }
    });
  }
  for (const [title, text] of DEMO_PROPOSALS[site.district] ?? []) {
    const presence = { presence: 'mark', readBack: true };
    const { id: proposal } = await must(centre, submitProposal, operator, {
      title,
      text,
      person: people[draw(people.length)],
      ...presence,
    });
    for (const person of new Set(Array.from({ length: 3 + draw(12) }, () => people[draw(people.length)]))) {
      await runCommand(centre.app, supportProposal, { actor: operator, input: { proposal, person, ...presence } }); // an author's own support is refused, which is as it should be
    }
  }
  clock.to(now);
  await openToday(centre, operator, people);
}

const INSTITUTIONS = ['sis', 'reniec', 'sunat', 'midis', 'banco-nacion'] as const;

/** One of ten comes without a card. */
function demoVisit(people: readonly string[], draw: (below: number) => number): Record<string, unknown> {
  const purpose = DEMO_PURPOSES[draw(DEMO_PURPOSES.length)] ?? 'homework';
  const online =
    purpose === 'online-procedure'
      ? { institution: INSTITUTIONS[draw(INSTITUTIONS.length)], procedure: 'consulta', outcome: 'done' }
      : {};
  const trainer = purpose === 'training' ? { trainer: draw(3) === 0 ? 'partner' : 'leader' } : {};
  const who =
    draw(10) === 0
      ? { category: draw(2) === 0 ? 'woman' : 'man', ageBand: '30-59', language: draw(2) === 0 ? 'cni' : 'es' }
      : { person: people[draw(people.length)] };
  return { ...who, purposes: [purpose], ...online, ...trainer };
}

/** One person who has two cards by mistake: something to decide in the queue of duplicates. */
async function writtenTwice(centre: Program, operator: Actor): Promise<void> {
  const card = { sex: 'female', 'consent-card': 'yes', notADuplicate: true };
  const once = { given: 'Demo Zoila', surnames: 'Ejemplo Nueve Vásquez', birthYear: 1979 };
  const again = { given: 'Demo Soila', surnames: 'Ejenplo Nuebe', birthYear: 1980 };
  await must(centre, registerPerson, operator, { ...card, ...once });
  // told apart by a wrong year at first, so that nobody was asked
  const { id: person } = await must(centre, registerPerson, operator, { ...card, ...again, birthYear: 1950 });
  const { version: seen } = await must(centre, openCard, operator, { person });
  await must(centre, correctPerson, operator, { person, seen, sex: 'female', ...again });
}

/** One proposal has its answer, so that the line of stops shows a way. */
async function answerOne(program: Program): Promise<void> {
  const first = await program.app.db.read
    .selectFrom('proposal_step')
    .select('id')
    .where('kind', '=', 'submitted')
    .where('partition', '=', 'd/120608')
    .orderBy('made_at')
    .limit(1)
    .executeTakeFirst();
  if (!first) return;
  const permissions = program.app.roles.get('municipal-staff') ?? new Set<string>();
  const actor: Actor = {
    kind: 'account',
    account: 'DEMO',
    language: 'es',
    grants: [{ role: 'municipal-staff', scope: { district: '120608' }, permissions }],
  };
  const text = 'La propuesta pasa al equipo técnico para calcular el costo. Respuesta de demostración.';
  await runCommand(program.app, answerProposal, {
    actor,
    input: { proposal: first.id, decision: 'under-study', text },
  });
}
