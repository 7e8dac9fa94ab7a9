// The queue of probable duplicates: pairs of which nobody decided, the likeliest first; and what was decided lately, to be taken back.
import type { Reader } from '#platform/db';
import { readPartition } from '#platform/partitions';
import { can, type Actor, type Scope } from '#platform/permissions';
import { inReach, reachOf } from './reach.ts';
import type { Verdict } from './verdicts.ts';

export interface QueuedPair {
  /** The lesser id first. */
  person: string;
  other: string;
  score: number;
  /** When somebody left it for later, or took a decision back; hybrid stamp. */
  leftAt: number | null;
}

export interface DecidedPair {
  person: string;
  other: string;
  verdict: Verdict;
  at: number;
}

/** Nobody is told a larger number than this; the queue is worked from its beginning anyway. */
export const MOST_WAITING = 200;

/** Joining and telling apart is correcting. */
const RIGHT = 'people.correct';

function open(reader: Reader, actor: Actor) {
  const reach = reachOf(actor, RIGHT);
  return reader
    .selectFrom('person_pair as pair')
    .leftJoin('person_decision as decision', (join) =>
      join.onRef('decision.person', '=', 'pair.person').onRef('decision.other', '=', 'pair.other'),
    )
    .leftJoin('person_alias as one', 'one.person', 'pair.person')
    .leftJoin('person_alias as two', 'two.person', 'pair.other')
    .where((eb) => eb.or([eb('decision.verdict', 'is', null), eb('decision.verdict', '=', 'open')]))
    .where((eb) =>
      eb.or([
        eb('one.counts_as', 'is', null),
        eb('two.counts_as', 'is', null),
        eb('one.counts_as', '!=', eb.ref('two.counts_as')),
      ]),
    )
    .where((eb) => inReach(eb, 'pair.partition', reach))
    .where((eb) => inReach(eb, 'pair.other_partition', reach));
}

/** Pairs that wait, those left for later at the end; at most `limit`. */
export async function listWaitingPairs(reader: Reader, actor: Actor, limit = 10): Promise<QueuedPair[]> {
  const rows = await open(reader, actor)
    .select(['pair.person', 'pair.other', 'pair.score', 'decision.made_at'])
    .orderBy((eb) => eb.case().when('decision.made_at', 'is', null).then(0).else(1).end())
    .orderBy('pair.score', 'desc')
    .orderBy('pair.person')
    .orderBy('pair.other')
    .limit(limit)
    .execute();
  return rows.map(({ person, other, score, made_at }) => ({ person, other, score: Number(score), leftAt: made_at }));
}

/** How many pairs wait, up to MOST_WAITING. */
export async function countWaitingPairs(reader: Reader, actor: Actor): Promise<number> {
  const rows = await open(reader, actor).select('pair.person').limit(MOST_WAITING).execute();
  return rows.length;
}

/** The latest decisions that stand, newest first. */
export async function listDecidedPairs(reader: Reader, actor: Actor, limit = 10): Promise<DecidedPair[]> {
  const reach = reachOf(actor, RIGHT);
  const rows = await reader
    .selectFrom('person_decision as decision')
    .leftJoin('person_pair as pair', (join) =>
      join.onRef('pair.person', '=', 'decision.person').onRef('pair.other', '=', 'decision.other'),
    )
    .select(['decision.person', 'decision.other', 'decision.verdict', 'decision.made_at'])
    .where('decision.verdict', '!=', 'open')
    .where((eb) =>
      eb.or([
        inReach(eb, 'decision.partition', reach),
        // of two districts: written at the hub
        eb.and([inReach(eb, 'pair.partition', reach), inReach(eb, 'pair.other_partition', reach)]),
      ]),
    )
    .orderBy('decision.made_at', 'desc')
    .orderBy('decision.person')
    .limit(limit)
    .execute();
  return rows.map(({ person, other, verdict, made_at }) => ({ person, other, verdict, at: made_at }));
}

/** Where a decision about cards of these partitions is taken: in their district, or for the programme when they lie in two. */
export function scopeOfPair(actor: Actor, partitions: readonly string[]): Scope {
  const districts = new Set(partitions.map((name) => readPartition(name)?.of ?? ''));
  const [district] = districts;
  if (!district || districts.size > 1) {
    // one grant may reach over both, a province's for instance
    const wide = actor.grants
      .filter(({ permissions }) => permissions.has(RIGHT))
      .map(({ scope }) => scope)
      .find((scope) => 'province' in scope && [...districts].every((one) => one.startsWith(scope.province)));
    return wide ?? { programme: true };
  }
  const own = actor.grants.map(({ scope }) => scope).find((scope) => 'site' in scope && scope.district === district);
  return own && can(actor, RIGHT, own) ? own : { district };
}
