// `ciudadania enrol`: makes this installation a telecentre of the programme, with the code that the hub gave.
import type { CommonFlags } from './flags.ts';
import { operate, print } from './operate.ts';

export async function enrol(flags: CommonFlags & { hub: string; code: string }): Promise<void> {
  print(await operate(flags, 'enrol', { hub: flags.hub, code: flags.code }));
}
