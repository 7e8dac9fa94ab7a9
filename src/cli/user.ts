// `ciudadania user add`: an account with a role, for set-up and for when nobody can sign in.
import type { CommonFlags } from './flags.ts';
import { operate, print } from './operate.ts';

export interface AddUserFlags extends CommonFlags {
  username: string;
  name: string;
  grant: string;
  site?: string;
  district?: string;
}

export async function addUser(flags: AddUserFlags): Promise<void> {
  const { username, name, grant, site, district } = flags;
  print(await operate(flags, 'add-user', { username, name, grant, site, district }));
}
