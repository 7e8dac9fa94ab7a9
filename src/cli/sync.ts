// `ciudadania sync`: one session with the hub now; prints what went over the link, and ends with 1 when it was cut or refused.
import type { CommonFlags } from './flags.ts';
import type { SessionReport } from '#replication';
import { operate, print } from './operate.ts';

export async function sync(flags: CommonFlags): Promise<void> {
  const report = (await operate(flags, 'sync', { hub: flags.hub })) as SessionReport;
  print(report);
  if (!report.ok) process.exitCode = 1;
}
