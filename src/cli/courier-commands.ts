// The command line's part for couriers: files on a stick where there is no link.
import type { Command } from 'commander';

export function addCourierCommands(cli: Command, withData: (command: Command) => Command): void {
  const courier = cli.command('courier').description('exchange with the hub by files on a stick');
  withData(courier.command('pack'))
    .description('write what the other side has not receipted into one file, sealed to it; prints JSON')
    .requiredOption('--to <site>', 'hub, or a telecentre’s number, id or name')
    .requiredOption('--out <folder>', 'folder on the stick')
    .action(async (flags) => (await import('./courier.ts')).pack(flags));
  withData(courier.command('unpack'))
    .argument('<folder>', 'folder on the stick; files for others are left alone')
    .description('take in every file for this installation; deletes nothing; prints JSON')
    .action(async (folder: string, flags) => (await import('./courier.ts')).unpack(folder, flags));
  withData(courier.command('status'))
    .description('what waits, which files were made and taken, and what is receipted; prints JSON')
    .action(async (flags) => (await import('./courier.ts')).status(flags));
}
