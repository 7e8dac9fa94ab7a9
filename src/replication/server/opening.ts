// What a program does with its log before it serves: each step may be repeated after a crash.
import { indexConflicts } from './conflict-index.ts';
import { indexEdits } from './edit-index.ts';
import { foldHeld } from './fold.ts';
import { resumeStamps } from './last-stamp.ts';
import { checkMarker, writeMarker } from './marker.ts';
import type { Replica } from './replica.ts';
import { finishRestore } from './restored.ts';
import { lookAround } from './watch.ts';
import { ruleOpen } from './ruled.ts';

export async function openLog(replica: Replica): Promise<void> {
  await resumeStamps(replica);
  await checkMarker(replica);
  await finishRestore(replica);
  await indexEdits(replica);
  await indexConflicts(replica);
  await foldHeld(replica);
  await ruleOpen(replica);
  await writeMarker(replica);
  replica.startedAt = replica.clock.stamp();
  await lookAround(replica);
}
