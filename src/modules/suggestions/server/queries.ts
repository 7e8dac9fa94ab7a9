// Suggestions as the desk reads them, and the answered ones as everybody does.
import type { Reader } from '#platform/db';
import { partition } from '#platform/partitions';

export interface Suggestion {
  id: string;
  topic: string;
  text: string;
  day: string;
  /** Last answer; null while there is none. */
  answer: string | null;
  putAway: boolean;
}

/** Latest first; at most 100. Put away ones are left out unless they are asked for. */
export async function listSuggestions(reader: Reader, site: string, all = false): Promise<Suggestion[]> {
  const where = partition.site(site);
  const rows = await reader
    .selectFrom('suggestion')
    .select(['id', 'topic', 'text', 'day'])
    .where('partition', '=', where)
    .orderBy('made_at', 'desc')
    .limit(100)
    .execute();
  if (rows.length === 0) return [];
  // the partition is looked at here: asked for it, SQLite goes through all of it instead of these few
  const allSteps = await reader
    .selectFrom('suggestion_step')
    .select(['partition', 'suggestion', 'kind', 'text'])
    .where(
      'suggestion',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('made_at')
    .execute();
  const steps = allSteps.filter((one) => one.partition === where);
  return rows
    .map(({ id, topic, text, day }) => {
      const own = steps.filter((step) => step.suggestion === id);
      const answer = own.findLast(({ kind }) => kind === 'answered')?.text ?? null;
      const putAway = own.at(-1)?.kind === 'put-away';
      return { id, topic: topic ?? 'other', text: text ?? '', day: day ?? '', answer, putAway };
    })
    .filter((one) => all || !one.putAway);
}
