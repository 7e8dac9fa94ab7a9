// A person at the hub decides on what was set aside: it counts everywhere from now on, or nowhere.
import * as v from 'valibot';
import { defineCommand, type Command, type CommandContext } from '#platform/command';
import { text } from '#platform/input';
import { partition as names, readPartition } from '#platform/partitions';
import { nextTurn, type Span } from './core/index.ts';
import type { Replica } from './replica.ts';
import { ruleOpen } from './ruled.ts';
import { settle } from './settle.ts';
import { findSiteByNumber } from './sites.ts';
import { lockPartition } from './store.ts';
import { spansByReason, verdictsOn } from './verdict-log.ts';
import { verdictTable } from './verdict-tables.ts';

/** What can stand under no right at all: the row has another first operation, or the log no place for it. */
export const NEVER_STANDS = new Set(['two-contents', 'fact-changed', 'not-its-partition']);
/** Operations decided on at once; an act stays below 16 kB. */
const MOST = 2_000;
const MOST_WORDS = 40;

export interface JudgeInput extends Span {
  partition: string;
  note: string;
}

export interface JudgingCommands {
  release: Command<JudgeInput, { operations: number }>;
  reject: Command<JudgeInput, { operations: number }>;
}

const number = (least: number) =>
  v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number))], 'field.invalid'),
    v.safeInteger('field.invalid'),
    v.minValue(least, 'field.invalid'),
  );

const input = v.object({
  partition: v.pipe(
    v.string('field.invalid'),
    v.check((name) => readPartition(name)?.control === false, 'field.invalid'),
  ),
  site: number(0),
  device: number(0),
  run: number(0),
  from_n: number(1),
  to_n: number(1),
  note: text(200),
});

/** Commands of the hub; the same screens and terminal call them. */
export function judgingCommands(replica: Replica): JudgingCommands {
  const decide = (name: 'release' | 'reject'): Command<JudgeInput, { operations: number }> =>
    defineCommand({
      name: `verdicts.${name}`,
      permission: 'quarantine.decide',
      input,
      scope: async ({ site }, ctx) => {
        const of = await findSiteByNumber(ctx.tx, site);
        return of ? { site: of.id, district: of.district } : { programme: true };
      },
      run: (ctx, span) => judge(replica, ctx, name, span),
    });
  return { release: decide('release'), reject: decide('reject') };
}

async function judge(
  replica: Replica,
  ctx: CommandContext,
  how: 'release' | 'reject',
  { partition, note, ...span }: JudgeInput,
): Promise<{ operations: number }> {
  if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
  const { site, device, run, from_n, to_n } = span;
  // before the verdict gets its number: what arrives for this partition meanwhile writes verdicts too
  await lockPartition(ctx.tx, partition);
  const aside = await ctx.tx
    .selectFrom('log_quarantine')
    .select(['site', 'device', 'run', 'n', 'reason', 'state'])
    .where('partition', '=', partition)
    .where('site', '=', site)
    .where('device', '=', device)
    .where('run', '=', run)
    .where('n', '>=', from_n)
    .where('n', '<=', to_n)
    .orderBy('n')
    .limit(MOST)
    .execute();
  const open = how === 'release' ? aside : aside.filter(({ state }) => state === 'waiting');
  if (open.length === 0) return ctx.refuse('quarantine.decided');
  if (how === 'release' && open.some(({ reason }) => NEVER_STANDS.has(reason)))
    return ctx.refuse('quarantine.never-stands');
  const spans = spansByReason(open).slice(0, MOST_WORDS);
  const turn = nextTurn(await verdictsOn(ctx.tx, partition, spans));
  const state = how === 'release' ? 'released' : 'rejected';
  for (const word of spans)
    await ctx.tx.append(verdictTable.name, { partition: names.control(partition), ...word, state, turn, note });
  await settle(replica, ctx.tx, partition, spans);
  ctx.afterCommit(() => ruleOpen(replica));
  return { operations: spans.reduce((sum, of) => sum + of.to_n - of.from_n + 1, 0) };
}
