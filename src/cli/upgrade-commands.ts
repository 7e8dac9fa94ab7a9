// The command line's part for installed machines: upgrading, and what the upgrade and the installer call.
import type { Command } from 'commander';

export function addUpgradeCommands(cli: Command, withData: (command: Command) => Command): void {
  withData(cli.command('upgrade'))
    .argument('[archive]', 'archive of a signed release, with its .release and .release.sig beside it')
    .description('verify, back up, swap, migrate and check; goes back by itself when anything fails (as root)')
    .option('--home <folder>', 'where the program is installed', '/opt/ciudadania')
    .option('--service <name>', 'systemd service to stop and start, or none', 'ciudadania')
    .option('--resume', 'finish or undo an upgrade that a power cut interrupted')
    .option('--status', 'print the installed version and how the last upgrade ended')
    .action(async (archive: string | undefined, flags) =>
      (await import('./upgrade.ts')).upgradeCommand(archive, flags),
    );

  withData(cli.command('migrate', { hidden: true }))
    .description('bring the data to this version')
    .action(async (flags) => (await import('./self-test.ts')).migrateData(flags));
  withData(cli.command('self-test', { hidden: true }))
    .description('serve once on loopback and ask for the main pages')
    .action(async (flags) => (await import('./self-test.ts')).selfTest(flags));
  withData(cli.command('upgrade-data', { hidden: true }))
    .argument('<action>', 'take, restore or drop')
    .description('the copy of the data for the time of an upgrade')
    .action(async (action: string, flags) => (await import('./upgrade.ts')).upgradeData(action, flags));
  cli
    .command('verify-release', { hidden: true })
    .argument('<archive>')
    .requiredOption('--keys <folder>', 'folder with the trusted keys, *.pem')
    .option('--folder <folder>', 'check these unpacked files too')
    .description('check the signature of a release')
    .action(async (archive: string, flags) => (await import('./upgrade.ts')).verifyRelease(archive, flags));
}
