// Flags of every command that opens the data, as settings.
import type { ConfigInput } from '#platform/config';

/** Flags of every command that opens the data. */
export interface CommonFlags {
  role?: 'hub' | 'telecentre';
  data?: string;
  hub?: string;
}

export function configInput(flags: CommonFlags): ConfigInput {
  return { role: flags.role, dataDir: flags.data, hubUrl: flags.hub };
}
