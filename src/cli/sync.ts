// `ciudadania sync`: one session with the hub now; prints what went over the link.
import type { CommonFlags } from './flags.ts';
import { operate, print } from './operate.ts';

export async function sync(flags: CommonFlags): Promise<void> {
  print(await operate(flags, 'sync', { hub: flags.hub }));
}
