// The command line: one file per command; each runs the same commands as the screens.
import { Command, InvalidArgumentError, Option } from 'commander';
import { programVersion } from './version.ts';
import { addCourierCommands } from './courier-commands.ts';
import { addEventCommands } from './event-commands.ts';
import { addExamples } from './examples.ts';
import { addRightsCommands } from './rights-commands.ts';
import { addTerritoryCommands } from './territory-commands.ts';
import { addUpgradeCommands } from './upgrade-commands.ts';

function role(value: string): 'hub' | 'telecentre' {
  if (value !== 'hub' && value !== 'telecentre') throw new InvalidArgumentError('It must be hub or telecentre.');
  return value;
}

function withData(command: Command): Command {
  return command
    .option('--role <role>', 'hub or telecentre (environment: ROLE; default hub)', role)
    .option('--data <folder>', 'data folder (environment: DATA_DIR; default ./data)');
}

export function buildCli(): Command {
  const cli = new Command('ciudadania')
    .description(
      'Ciudadanía Digital: telecentres that work offline, participation, and results that can be walked back.',
    )
    .version(programVersion)
    .showHelpAfterError('(--help shows every flag)');

  withData(cli.command('start'))
    .description('serve the program; loads the demo territory on the first start unless --empty')
    .option('--port <port>', 'port to listen on (environment: PORT; default 3000)')
    .option('--host <address>', 'address to listen on (environment: HOST)')
    .option('--hub <url>', 'address of the hub, at a telecentre (environment: HUB_URL)')
    .option('--empty', 'first start without demo data: makes one administrator by a one-time link')
    .option('--demo', 'at a telecentre: part of a demonstration, for a hub with demo data')
    .option('--json-ready', 'print one line of JSON when it serves')
    .addOption(new Option('--with-parent', 'end when standard input ends').hideHelp())
    .action(async (flags) => (await import('./start.ts')).start(flags));

  withData(cli.command('enrol'))
    .description('enrol this telecentre at the hub with the one-time code')
    .requiredOption('--hub <url>', 'address of the hub')
    .requiredOption('--code <code>', 'the one-time code, fifteen letters')
    .action(async (flags) => (await import('./enrol.ts')).enrol({ role: 'telecentre', ...flags }));

  withData(cli.command('sync'))
    .description('exchange with the hub now, one session; prints JSON')
    .option('--hub <url>', 'another address of the same hub')
    .action(async (flags) => (await import('./sync.ts')).sync({ role: 'telecentre', ...flags }));

  const user = cli.command('user').description('accounts');
  withData(user.command('add'))
    .description('make an account and grant it a role')
    .requiredOption('--username <name>', 'what the person types to sign in')
    .requiredOption('--name <name>', 'the person’s name')
    .requiredOption('--grant <role>', 'role, e.g. operator')
    .option('--site <id>', 'grant it for one telecentre')
    .option('--district <ubigeo>', 'grant it for one district')
    .action(async (flags) => (await import('./user.ts')).addUser(flags));

  const site = cli.command('site').description('telecentres');
  withData(site.command('add'))
    .description('plan a telecentre and print its one-time enrolment code')
    .requiredOption('--name <name>', 'name of the telecentre')
    .requiredOption('--district <ubigeo>', 'six digits, e.g. 120608')
    .action(async (flags) => (await import('./site.ts')).addSite(flags));
  withData(site.command('list'))
    .description('telecentres and their state, as JSON')
    .action(async (flags) => (await import('./site.ts')).listAllSites(flags));

  withData(cli.command('doctor'))
    .description('check database, log and files; exit code 0 = all well, 1 = something is wrong')
    .option('--json', 'print JSON')
    .option('--rebuild', 'make all rows anew from the log and compare them with what is stored')
    .option('--repair', 'with --rebuild: write what the log says where something else is stored')
    .action(async (flags) => (await import('./doctor.ts')).doctor(flags));

  withData(cli.command('backup'))
    .argument('<file>', 'file to write; the keys go beside it into <file>.keys')
    .description('write an encrypted backup')
    .action(async (file: string, flags) => (await import('./backup.ts')).backup(file, flags));

  withData(cli.command('restore'))
    .argument('<file>', 'a backup made by this program')
    .option('--key-file <file>', 'file that holds the recovery key (environment: RECOVERY_KEY)')
    .description('restore a backup into an empty data folder or database')
    .action(async (file: string, flags) => (await import('./restore.ts')).restore(file, flags));

  cli
    .command('demo')
    .description('hub (3000) and two telecentres (3001, 3002) with a link you can slow down and cut')
    .option('--data <folder>', 'folder for the three data folders (default ./data/demo)')
    .option('--port <port>', 'first of four ports (default 3000; 0 = free ones)')
    .option('--json-ready', 'print one line of JSON when everything serves')
    .action(async (flags) => (await import('./demo.ts')).demo(flags));

  addRightsCommands(cli, site, withData);
  addCourierCommands(cli, withData);
  addTerritoryCommands(cli, withData);
  addEventCommands(cli, withData);
  addUpgradeCommands(cli, withData);
  addExamples(cli);
  return cli;
}

const everyCommand = (command: Command): Command[] => [command, ...command.commands.flatMap(everyCommand)];

/** Runs one command; errors end as one clear line and exit code 1 (2 for wrong flags). */
export async function main(args: string[]): Promise<void> {
  const cli = buildCli();
  for (const command of everyCommand(cli)) command.exitOverride();
  try {
    await cli.parseAsync(args, { from: 'user' });
  } catch (error) {
    const known = error as { code?: string; exitCode?: number };
    if (known.code?.startsWith('commander.')) {
      process.exitCode = known.exitCode === 0 ? 0 : 2;
      return;
    }
    console.error(error instanceof Error ? error.message : String(error));
    if (process.env.DEBUG) console.error(error);
    process.exitCode = 1;
  }
}
