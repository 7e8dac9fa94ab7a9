// Proposals as people read them. They are public: a query needs no actor and hands out no name and no person.
import type { Reader } from '#platform/db';
import { partition, readPartition } from '#platform/partitions';
import { claimsThatAre, standingOf, type ClaimState } from '#replication';
import { proposalOf, type Proposal, type Step } from './rules.ts';
import { proposalSupport } from './tables.ts';

export interface FoundProposal extends Proposal {
  partition: string;
  /** UBIGEO. */
  district: string;
  /** Supports that the hub has not answered yet; they are not among `supports`. */
  waiting: number;
}

const PAGE = 20;

const STEP = ['partition', 'id', 'kind', 'proposal', 'title', 'text', 'person', 'decision', 'made_at'] as const;
type StoredStep = Step & { partition: string };

function found(
  submission: StoredStep,
  steps: readonly StoredStep[],
  counts: { supports: number; waiting: number },
): FoundProposal[] {
  const proposal = proposalOf(submission.id, [submission, ...steps]);
  const district = readPartition(submission.partition)?.of ?? '';
  return proposal ? [{ ...proposal, ...counts, partition: submission.partition, district }] : [];
}

/** All but the supports, which may be thousands and are counted where they lie. */
async function complete(reader: Reader, submissions: readonly StoredStep[]): Promise<FoundProposal[]> {
  const ids = submissions.map((submission) => submission.id);
  if (ids.length === 0) return [];
  const steps = await reader
    .selectFrom('proposal_step')
    .select(STEP)
    .where('proposal', 'in', ids)
    .where('kind', '!=', 'supported')
    .orderBy('made_at')
    .limit(1000)
    .execute();
  const counts = await countSupports(reader, ids);
  const waiting = await countWaiting(reader, ids);
  return submissions.flatMap((submission) => {
    const own = steps.filter((step) => step.partition === submission.partition);
    const { id } = submission;
    return found(submission, own, { supports: counts.get(id) ?? 0, waiting: waiting.get(id) ?? 0 });
  });
}

/** Persons who stand behind these proposals: accepted by the hub, or written before supports were ruled on. */
function supporters(reader: Reader, ids: readonly string[]) {
  return reader
    .selectFrom('proposal_support as support')
    .innerJoin(claimsOn(reader, 'accepted').as('claim'), (join) =>
      join.onRef('claim.partition', '=', 'support.partition').onRef('claim.row', '=', 'support.id'),
    )
    .where('support.proposal', 'in', ids)
    .select(['support.partition', 'support.proposal', 'support.person'])
    .union(
      reader
        .selectFrom('proposal_step as step')
        .where('step.proposal', 'in', ids)
        .where('step.kind', '=', 'supported')
        .select(['step.partition', 'step.proposal', 'step.person']),
    );
}

const claimsOn = (reader: Reader, state: ClaimState) => claimsThatAre(reader, proposalSupport, state);

/** Supports that the hub has not answered yet: they count nowhere, and may turn out to be a second one of the same person. */
async function countWaiting(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await reader
    .selectFrom('proposal_support as support')
    .innerJoin(claimsOn(reader, 'provisional').as('claim'), (join) =>
      join.onRef('claim.partition', '=', 'support.partition').onRef('claim.row', '=', 'support.id'),
    )
    .where('support.proposal', 'in', ids)
    .groupBy('support.proposal')
    .select(['support.proposal', (eb) => eb.fn.countAll<number>().as('count')])
    .execute();
  return new Map(rows.map((row) => [row.proposal ?? '', row.count]));
}

async function countSupports(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await reader
    .selectFrom(supporters(reader, ids).as('support'))
    .innerJoin('proposal_step as submission', (join) =>
      join.onRef('submission.id', '=', 'support.proposal').onRef('submission.partition', '=', 'support.partition'),
    )
    .where((eb) =>
      eb.or([eb('submission.person', 'is', null), eb('support.person', '!=', eb.ref('submission.person'))]),
    )
    .groupBy('support.proposal')
    .select(['support.proposal', (eb) => eb.fn.count<number>('support.person').distinct().as('people')])
    .execute();
  return new Map(rows.map((row) => [row.proposal ?? '', row.people]));
}

function submissions(reader: Reader) {
  return reader.selectFrom('proposal_step').select(STEP).where('kind', '=', 'submitted');
}

export async function findProposal(reader: Reader, id: string): Promise<FoundProposal | undefined> {
  const rows = await submissions(reader).where('id', '=', id).limit(1).execute();
  return (await complete(reader, rows))[0];
}

/** How a person's support of a proposal stands here; `waiting` = written, and not answered by the hub yet. */
export type SupportState = 'none' | 'waiting' | 'counted';

export async function supportOf(
  reader: Reader,
  { id, partition: where }: Pick<FoundProposal, 'id' | 'partition'>,
  person: string,
): Promise<SupportState> {
  const [claim] = await standingOf(reader, proposalSupport, where, { proposal: id, person });
  if (claim) return claim === 'accepted' ? 'counted' : 'waiting';
  const earlier = await reader
    .selectFrom('proposal_step')
    .select('id')
    .where('proposal', '=', id)
    .where('kind', '=', 'supported')
    .where('person', '=', person)
    .executeTakeFirst();
  return earlier ? 'counted' : 'none';
}

export interface ProposalPage {
  proposals: FoundProposal[];
  /** From 0. */
  page: number;
  more: boolean;
}

/** Newest first, of one district or of all that are held here. `waiting`: only those without an answer and not withdrawn. */
export async function listProposals(
  reader: Reader,
  options: { districts?: readonly string[] | undefined; waiting?: boolean; page?: number } = {},
): Promise<ProposalPage> {
  const page = Math.max(0, Math.min(options.page ?? 0, 10_000));
  let query = submissions(reader);
  if (options.districts) {
    if (options.districts.length === 0) return { proposals: [], page, more: false };
    query = query.where('partition', 'in', options.districts.map(partition.district));
  }
  if (options.waiting)
    query = query.where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('proposal_step as later')
            .select('later.id')
            .whereRef('later.proposal', '=', 'proposal_step.id')
            .whereRef('later.partition', '=', 'proposal_step.partition')
            .where((inner) =>
              inner.or([
                inner('later.kind', '=', 'answered'),
                inner.and([
                  inner('later.kind', '=', 'withdrawn'),
                  inner('later.person', '=', inner.ref('proposal_step.person')),
                ]),
              ]),
            ),
        ),
      ),
    );
  const rows = await query
    .orderBy('made_at', 'desc')
    .orderBy('id', 'desc')
    .limit(PAGE + 1)
    .offset(page * PAGE)
    .execute();
  return { proposals: await complete(reader, rows.slice(0, PAGE)), page, more: rows.length > PAGE };
}

export interface NamedSupport {
  /** Id of the support. */
  row: string;
  proposal: string;
  title: string;
  /** Who stands behind it: shown to nobody but whoever may read that person's card. */
  person: string;
}

/** What these supports are about, where the proposal is here. */
export async function nameSupports(reader: Reader, rows: readonly string[]): Promise<NamedSupport[]> {
  if (rows.length === 0) return [];
  const found = await reader
    .selectFrom('proposal_support as support')
    .innerJoin('proposal_step as step', (join) =>
      join.onRef('step.partition', '=', 'support.partition').onRef('step.id', '=', 'support.proposal'),
    )
    .where('support.id', 'in', rows.slice(0, 500))
    .select(['support.id as row', 'support.proposal', 'support.person', 'step.title'])
    .execute();
  return found.map(({ row, proposal, person, title }) => {
    return { row, proposal: proposal ?? '', person: person ?? '', title: title ?? '' };
  });
}
