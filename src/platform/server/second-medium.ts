// What the second medium holds of this installation: the last copy, or why there is none.
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { App } from './app.ts';

export const SECOND_MEDIUM_JOB = 'program.second-medium';

/** unset: nobody named one · gone: it is not connected · empty: no copy yet · made */
export interface SecondMedium {
  state: 'unset' | 'gone' | 'empty' | 'made';
  /** When the newest copy was finished. */
  last: number | undefined;
  /** It is older than two nights, or the last night’s failed. */
  late: boolean;
}

const LATE = 2.5 * 86_400_000;

/** Several sites may share a medium: names of copies begin with whose they are. */
export function copyPrefix({ config, site }: Pick<App, 'config' | 'site'>): string {
  return `${config.role}-${site.id ?? site.number ?? 'new'}-`;
}

export async function secondMedium(app: Pick<App, 'clock' | 'config' | 'db' | 'site'>): Promise<SecondMedium> {
  const folder = app.config.secondMedium;
  if (!folder) return { state: 'unset', last: undefined, late: true };
  if (!existsSync(folder)) return { state: 'gone', last: undefined, late: true };
  const prefix = copyPrefix(app);
  const made = readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && name.endsWith('.backup'))
    .map((name) => statSync(path.join(folder, name)).mtimeMs);
  if (made.length === 0) return { state: 'empty', last: undefined, late: true };
  const last = Math.round(Math.max(...made));
  const job = await app.db.read
    .selectFrom('job_state')
    .select('last_error')
    .where('name', '=', SECOND_MEDIUM_JOB)
    .executeTakeFirst();
  return { state: 'made', last, late: Boolean(job?.last_error) || app.clock.now() - last > LATE };
}
