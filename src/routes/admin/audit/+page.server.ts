// Sign-ins, views and exports, newest first; what was written is in the log of acts.
import type { PageServerLoad } from './$types';
import { listAudit } from '#platform/audit';
import { enterArea } from '../../area.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  enterArea(locals, url, 'audit.read');
  const before = Number(url.searchParams.get('before') ?? 0) || undefined;
  const entries = await listAudit(locals.app.db.read, { before, limit: 50 });
  return { entries, older: entries.length === 50 ? entries.at(-1)?.at : undefined };
};
