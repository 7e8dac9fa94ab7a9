// The command line's part for rights: memberships that end, what is set aside, keys that are replaced.
import type { Command } from 'commander';
import { operate, print } from './operate.ts';

type WithData = (command: Command) => Command;

export function addRightsCommands(cli: Command, site: Command, withData: WithData): void {
  withData(site.command('end'))
    .description('take a telecentre’s membership; what it wrote before it heard counts, or only what has arrived')
    .requiredOption('--site <site>', 'its number, id or name')
    .requiredOption('--how <how>', 'ended, or compromised: the computer or its key is in other hands')
    .action(async ({ site: of, how, ...flags }) => print(await operate(flags, 'end-site', { site: of, how })));

  withData(site.command('no-longer-awaited'))
    .description(
      'after the hub’s database went back in time: who has not come yet will not come, the hub decides again',
    )
    .requiredOption('--note <words>', 'why')
    .action(async ({ note, ...flags }) => print(await operate(flags, 'declare-whole', { note })));

  const quarantine = cli.command('quarantine').description('what arrived and does not count until somebody decides');
  withData(quarantine.command('list'))
    .description('what is set aside here, with its reason and its name for the other commands; prints JSON')
    .action(async (flags) => print(await operate(flags, 'list-quarantine', {})));
  for (const [how, what] of [
    ['release', 'it counts everywhere'],
    ['reject', 'it counts nowhere and stays kept'],
  ] as const)
    withData(quarantine.command(how))
      .argument('<name>', 'as `quarantine list` names it')
      .description(`${what}; done at the hub`)
      .requiredOption('--note <words>', 'why, for whoever wrote it')
      .action(async (name: string, { note, ...flags }) =>
        print(await operate(flags, 'decide-quarantine', { how, name, note })),
      );

  const erasure = cli.command('erasure').description('what is personal of somebody is erased wherever it is held');
  withData(erasure.command('order'))
    .description(
      'at the hub: destroys the key of one person in one partition, there and at every holder; cannot be taken back',
    )
    .requiredOption('--partition <name>', 'd/120606, t/<site>/private, …')
    .requiredOption('--subject <id>', 'the person’s id')
    .action(async ({ partition, subject, ...flags }) =>
      print(await operate(flags, 'order-erasure', { partition, subject })),
    );
  withData(erasure.command('list'))
    .description('every order, who has carried it out and who has not been met since; prints JSON')
    .action(async (flags) => print(await operate(flags, 'list-erasures', {})));

  withData(cli.command('statistics').description('the monthly statistics').command('recount'))
    .description('count every month anew from the records, in a worker beside the desk; prints JSON')
    .action(async (flags) => print(await operate(flags, 'recount', {})));

  withData(cli.command('keys').description('the keys of this installation').command('renew'))
    .description('make a new key and use it once it is certified; run again to go on; prints JSON')
    .action(async (flags) => print(await operate(flags, 'renew-key', {})));
}
