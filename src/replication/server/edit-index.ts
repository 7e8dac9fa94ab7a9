// After an upgrade: which operations changed which rows, for a log that was written before this was kept.
import { decodeAct, openSegment } from './core/index.ts';
import { editsOf } from './acts.ts';
import type { Replica } from './replica.ts';
import { readState, writeState } from './state.ts';
import { insertMany, segmentsAfter } from './store.ts';

const MARK = 'edits_indexed';
const AT_ONCE = 100;

/** At every opening; does nothing once it is done. May be cut anywhere and done again. */
export async function indexEdits(replica: Replica): Promise<void> {
  const { db } = replica;
  if (await readState(db.read, MARK)) return;
  const open = await db.read.selectFrom('log_open').select('act').execute();
  await db.transaction((tx) => insertMany(tx, 'log_edit', editsOf(open.map(({ act }) => decodeAct(act)))));
  for (const { partition } of await db.read.selectFrom('log_partition').select('partition').execute())
    for (let feed: number | undefined = 0; feed !== undefined;) feed = await indexPage(replica, partition, feed);
  await writeState(db, MARK, 'yes');
}

/** Returns the feed number to go on after; undefined at the end. */
async function indexPage(replica: Replica, partition: string, after: number): Promise<number | undefined> {
  const segments = await segmentsAfter(replica.db.read, partition, after, AT_ONCE);
  const edits = segments.flatMap(({ bytes }) => editsOf(openSegment(bytes).acts));
  if (edits.length > 0) await replica.db.transaction((tx) => insertMany(tx, 'log_edit', edits));
  return segments.at(-1)?.feed;
}
