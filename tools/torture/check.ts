// What must be true after the torture: nothing acknowledged is missing, nothing stands twice, nothing is there that nobody wrote, and all agree.
import { DatabaseSync } from 'node:sqlite';

/** What a telecentre's screen said. One attempt is one form with its key, sent twice by a nervous hand. */
export interface Attempt {
  /** Stands in the visit's procedure, so that each attempt can be found again. */
  mark: string;
  /** Number of the telecentre. */
  centre: number;
  /** Id of the visit that the screen told; undefined when no answer came: then it may or may not be there, once. */
  visit: string | undefined;
}

export interface Verdict {
  acknowledged: number;
  /** Acknowledged and missing, at its telecentre or at the hub. */
  lost: string[];
  /** One attempt that made two visits, anywhere. */
  twice: string[];
  /** Visits that no attempt explains. */
  phantom: string[];
  /** Visits that one side has and the other has not. */
  apart: string[];
}

interface Row {
  visit: string;
  mark: string;
}

function rowsIn(file: string): Row[] {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 10_000 });
  try {
    return db
      .prepare("SELECT visit, procedure AS mark FROM attention WHERE procedure LIKE 'torture-%' ORDER BY visit")
      .all() as unknown as Row[]; // reason: node:sqlite rows are untyped
  } finally {
    db.close();
  }
}

/** Looks into the databases themselves, not at what programs say of them. */
export function check(attempts: readonly Attempt[], hubFile: string, centreFiles: readonly string[]): Verdict {
  const hub = rowsIn(hubFile);
  const centres = centreFiles.map(rowsIn);
  const verdict: Verdict = { acknowledged: 0, lost: [], twice: [], phantom: [], apart: [] };
  const atHub = new Set(hub.map((row) => row.visit));
  const atCentre = centres.map((rows) => new Set(rows.map((row) => row.visit)));
  for (const { visit, centre, mark } of attempts) {
    if (visit === undefined) continue;
    verdict.acknowledged += 1;
    if (!atHub.has(visit) || !atCentre[centre]?.has(visit)) verdict.lost.push(`${mark} ${visit}`);
  }
  const known = new Set(attempts.map((attempt) => attempt.mark));
  for (const rows of [hub, ...centres]) {
    const seen = new Map<string, string>();
    for (const { mark, visit } of rows) {
      if (!known.has(mark)) verdict.phantom.push(`${mark} ${visit}`);
      if (seen.has(mark)) verdict.twice.push(`${mark} ${visit} ${seen.get(mark)}`);
      seen.set(mark, visit);
    }
  }
  const all = centres.flat().map((row) => row.visit);
  for (const visit of all) if (!atHub.has(visit)) verdict.apart.push(visit);
  const anywhere = new Set(all);
  for (const visit of atHub) if (!anywhere.has(visit)) verdict.apart.push(visit);
  return verdict;
}

export const isClean = (verdict: Verdict): boolean =>
  [verdict.lost, verdict.twice, verdict.phantom, verdict.apart].every((list) => list.length === 0);
