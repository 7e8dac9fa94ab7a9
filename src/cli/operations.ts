// What the command line can ask of an open program; each operation runs the same commands as the screens.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { addAccount, withFreshPassword } from '#modules/accounts';
import { importCalendar } from '#modules/events';
import { recountAll, refresh } from '#modules/statistics';
import { importBoundaries } from '#modules/territory';
import {
  courierStatus,
  enrolWithHub,
  listBundleFiles,
  listErasures,
  listSites,
  makeAllAnew,
  makeBundle,
  peerNamed,
  renewKey,
  syncOnce,
  unpackBundles,
} from '#replication';
import { runCommand, type Command } from '#platform/command';
import { system } from '#platform/permissions';
import type { Program } from './program.ts';
import { batchNamed, quarantineHere, siteIdNamed } from './rights.ts';
import { RefusedCommand } from './words.ts';

type Args = Record<string, unknown>;

/** Runs a command as the program itself. Errors: RefusedCommand. */
export async function runAsSystem<I, O>(program: Program, command: Command<I, O>, input: unknown): Promise<O> {
  const outcome = await runCommand(program.app, command, { actor: system, input });
  if (outcome.ok) return outcome.value;
  throw new RefusedCommand(command.name, outcome.refusal);
}

export const operations = {
  sync: (program: Program, args: Args) => syncOnce(program.replica, { hubUrl: optional(args.hub) }),
  enrol: (program: Program, args: Args) =>
    enrolWithHub(program.replica, { hubUrl: required(args.hub), code: required(args.code) }),
  'add-site': (program: Program, args: Args) => runAsSystem(program, program.replica.sites.add, args),
  async 'add-user'(program: Program, args: Args) {
    const { input, password } = await withFreshPassword(args);
    const { id } = await runAsSystem(program, addAccount, input);
    return { id, username: args.username, password };
  },
  'courier-pack': async (program: Program, args: Args) =>
    makeBundle(program.replica, await peerNamed(program.replica, required(args.to))),
  'courier-unpack': (program: Program, args: Args) =>
    unpackBundles(program.replica, listBundleFiles(path.join(program.app.config.dataDir, within(args.folder)))),
  'courier-number': (program: Program) => Promise.resolve(program.replica.identity.number ?? null),
  'courier-status': (program: Program) => courierStatus(program.replica),
  'end-site': async (program: Program, args: Args) =>
    runAsSystem(program, program.replica.sites.end, {
      site: await siteIdNamed(program, required(args.site)),
      how: args.how,
    }),
  'list-quarantine': (program: Program) => quarantineHere(program),
  'decide-quarantine': async (program: Program, args: Args) =>
    runAsSystem(program, program.replica.verdicts[args.how === 'release' ? 'release' : 'reject'], {
      ...batchNamed(required(args.name)),
      note: args.note,
    }),
  'renew-key': (program: Program) => renewKey(program.replica),
  'make-anew': (program: Program, args: Args) => makeAllAnew(program.replica, { repair: args.repair === true }),
  'order-erasure': (program: Program, args: Args) =>
    runAsSystem(program, program.replica.erasures.order, { partition: args.partition, subject: args.subject }),
  'list-erasures': (program: Program) => listErasures(program.app.db.read),
  'declare-whole': (program: Program, args: Args) =>
    runAsSystem(program, program.replica.refill.declareWhole, { note: args.note }),
  async recount(program: Program) {
    const { months } = await runAsSystem(program, recountAll, {});
    const begun = performance.now();
    await refresh(program.app);
    return { months, seconds: Math.round((performance.now() - begun) / 100) / 10 };
  },
  'import-boundaries': async (program: Program, args: Args) =>
    importBoundaries(program.app, system, {
      bytes: await readFile(required(args.file)),
      column: optional(args.column) ?? '',
      source: required(args.source),
      licence: required(args.licence),
    }),
  'import-events': async (program: Program, args: Args) => {
    const into = {
      district: optional(args.district) ?? program.app.site.district ?? '',
      ...{ organiser: required(args.organiser), venue: required(args.venue), wide: args.wide === true },
    };
    const file = await readFile(required(args.file), 'utf8');
    const outcome = await importCalendar(program.app, system, file, into);
    if (!outcome.ok) throw new RefusedCommand('events.import', outcome.refusal);
    return outcome.value;
  },
  'list-sites': (program: Program) => listSites(program.app.db.read),
} satisfies Record<string, (program: Program, args: Args) => Promise<unknown>>;

export type OperationName = keyof typeof operations;

export function isOperation(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}

function optional(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function required(value: unknown): string {
  const given = optional(value);
  if (!given) throw new Error('a value is missing');
  return given;
}

/** A folder that the command line made in the data folder; nothing else is read on its word. */
function within(value: unknown): string {
  const name = required(value);
  if (!/^courier-in-\d+$/.test(name)) throw new Error('not a folder of the command line');
  return name;
}
