// Local events that change nothing but must be kept (RLPDP 46: sign-ins, views, exports, at least two years). Acts are in the log itself.
import type { LocalTx, Reader } from './db.ts';
import type { Actor } from './permissions.ts';

declare module './db.ts' {
  interface Tables {
    audit_entry: {
      at: number;
      /** Account or person id, or the kind of actor. Never a name. */
      actor: string;
      session: string | null;
      /** `accounts.signed-in`, `people.viewed`, `results.records-viewed` … */
      event: string;
      /** Id of what was looked at. */
      subject: string | null;
      /** JSON, no names, PINs or bodies. */
      detail: string | null;
    };
  }
}

export interface AuditEntry {
  event: string;
  subject?: string | undefined;
  detail?: Record<string, string | number | boolean> | undefined;
}

export async function writeAudit(tx: LocalTx, entry: AuditEntry & { at: number; actor: Actor }): Promise<void> {
  const { actor } = entry;
  await tx.local
    .insertInto('audit_entry')
    .values({
      at: entry.at,
      actor: actor.account ?? actor.person ?? actor.kind,
      session: actor.sessionId ?? null,
      event: entry.event,
      subject: entry.subject ?? null,
      detail: entry.detail ? JSON.stringify(entry.detail) : null,
    })
    .execute();
}

export interface AuditRow {
  at: number;
  actor: string;
  event: string;
  subject: string | null;
  detail: string | null;
}

/** Newest first, at most `limit` (200). */
export async function listAudit(
  reader: Reader,
  options: { before?: number; event?: string; limit?: number } = {},
): Promise<AuditRow[]> {
  let query = reader.selectFrom('audit_entry').select(['at', 'actor', 'event', 'subject', 'detail']);
  if (options.before) query = query.where('at', '<', options.before);
  if (options.event) query = query.where('event', '=', options.event);
  return query
    .orderBy('at', 'desc')
    .limit(Math.min(options.limit ?? 50, 200))
    .execute();
}
