// What the help of each command shows below its flags: how people use it.
import type { Command } from 'commander';

const EXAMPLES: Record<string, string[]> = {
  start: ['start', 'start --empty --port 8080', 'start --role telecentre --data /var/lib/ciudadania'],
  enrol: ['enrol --hub https://hub.example.org --code AAAAA-BBBBB-CCCCC'],
  sync: ['sync', 'sync --hub http://192.168.1.10:3000'],
  'user add': ['user add --username rosa --name "Rosa Quispe" --grant operator --site 000007F1D101G'],
  'site add': ['site add --name "Puerto Ocopa" --district 120608'],
  'site list': ['site list'],
  'site end': ['site end --site "Puerto Ocopa" --how ended', 'site end --site 7 --how compromised'],
  'quarantine list': ['quarantine list'],
  'quarantine release': ['quarantine release d/120608:7.0.52163.12-14 --note "agreed by radio"'],
  'quarantine reject': ['quarantine reject d/120608:7.0.52163.12-14 --note "entered twice"'],
  'statistics recount': ['statistics recount', 'statistics recount --role telecentre --data /var/lib/ciudadania'],
  'keys renew': ['keys renew', 'keys renew --role telecentre --data /var/lib/ciudadania'],
  doctor: ['doctor', 'doctor --json --data /var/lib/ciudadania --role telecentre', 'doctor --rebuild --repair'],
  backup: ['backup /media/stick/today.backup'],
  restore: [
    'restore /media/stick/today.backup --key-file recovery.txt --data ./data',
    'restore today.backup --role telecentre     with RECOVERY_KEY set',
  ],
  'courier pack': ['courier pack --to hub --out /media/stick', 'courier pack --to "Puerto Ocopa" --out /media/stick'],
  'courier unpack': ['courier unpack /media/stick'],
  'courier status': ['courier status'],
  demo: ['demo', 'demo --port 4000 --data ./demonstration'],
  upgrade: ['upgrade /media/stick/ciudadania-digital-0.2.0-linux-x64.tar.gz', 'upgrade --status'],
};

/** Errors: Error when an example is of no command. */
export function addExamples(cli: Command): void {
  for (const [name, lines] of Object.entries(EXAMPLES)) {
    const command = name
      .split(' ')
      .reduce<Command | undefined>((within, word) => within?.commands.find((one) => one.name() === word), cli);
    if (!command) throw new Error(`there is no command ${name}`);
    const shown = lines.map((line) => `  npx ciudadania ${line}`).join('\n');
    command.addHelpText('after', `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${shown}`);
  }
}
