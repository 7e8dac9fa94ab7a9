// Where the parts of a backup lie; apart, so that a serving program does not load what makes one.
import path from 'node:path';
import type { Config } from '#platform/config';

/** What backups are encrypted to: the public half of the recovery key. */
export const recipientFile = (config: Config): string => path.join(config.dataDir, 'recovery-recipient');
export const keysFile = (file: string): string => `${file}.keys`;
