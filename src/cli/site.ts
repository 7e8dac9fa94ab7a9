// `ciudadania site add` and `site list`: telecentres planned at the hub.
import type { CommonFlags } from './flags.ts';
import { operate, print } from './operate.ts';

export async function addSite(flags: CommonFlags & { name: string; district: string }): Promise<void> {
  print(await operate(flags, 'add-site', { name: flags.name, district: flags.district }));
}

export async function listAllSites(flags: CommonFlags): Promise<void> {
  print(await operate(flags, 'list-sites', {}));
}
