// The command line's part for events: a calendar of somebody else comes in as drafts.
import path from 'node:path';
import type { Command } from 'commander';
import { operate, print } from './operate.ts';

export function addEventCommands(cli: Command, withData: (command: Command) => Command): void {
  const events = cli.command('events').description('actions and events');
  withData(events.command('import'))
    .argument('<file>', 'iCalendar (.ics), at most 500 events and 2 MB')
    .description(
      'read a calendar: new events become drafts, known ones are changed; what is wrong is told; prints JSON',
    )
    .requiredOption('--organiser <words>', 'who holds them')
    .requiredOption('--venue <words>', 'where, for events that do not say it')
    .option('--district <ubigeo>', 'six digits; at a telecentre its own')
    .option('--wide', 'of the whole programme')
    .action(async (file: string, { organiser, venue, district, wide, ...flags }) =>
      print(
        await operate(flags, 'import-events', {
          file: path.resolve(file),
          organiser,
          venue,
          district,
          wide: wide === true,
        }),
      ),
    );
}
