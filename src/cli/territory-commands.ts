// The command line's part for the territory: a file of boundaries for the maps.
import path from 'node:path';
import type { Command } from 'commander';
import { operate, print } from './operate.ts';

export function addTerritoryCommands(cli: Command, withData: (command: Command) => Command): void {
  const territory = cli.command('territory').description('places and what is known of them');
  withData(territory.command('boundaries'))
    .argument('<file>', 'GeoJSON of districts, in degrees (WGS-84), at most 20 MB')
    .description('load the outlines of districts for the maps; a file that is no good changes nothing')
    .requiredOption('--source <words>', 'who made the file')
    .requiredOption('--licence <words>', 'under which licence it may be used')
    .option('--column <name>', 'column that holds INEI’s code, where its name is unusual')
    .action(async (file: string, { source, licence, column, ...flags }) =>
      print(await operate(flags, 'import-boundaries', { file: path.resolve(file), source, licence, column })),
    );
}
