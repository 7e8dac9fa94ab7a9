// The municipality of the district answers a proposal; a later answer stands beside the earlier one.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, recordId, text } from '#platform/input';
import { findProposal } from '../queries.ts';
import { answerRefusal, DECISIONS } from '../rules.ts';

export const answerProposal = defineCommand({
  name: 'proposals.answer',
  permission: 'proposals.answer',
  input: v.object({ proposal: recordId(), decision: choice(DECISIONS), text: text(3000) }),
  async scope(input, ctx) {
    const proposal = await findProposal(ctx.tx, input.proposal);
    return proposal ? { district: proposal.district } : { programme: true };
  },
  async run(ctx: CommandContext, input): Promise<{ id: string }> {
    const proposal = await findProposal(ctx.tx, input.proposal);
    if (!proposal) ctx.refuse('proposals.not-found');
    const refusal = answerRefusal(proposal);
    if (refusal) ctx.refuse(refusal);
    const id = await ctx.tx.append('proposal_step', {
      partition: proposal.partition,
      kind: 'answered',
      proposal: proposal.id,
      text: input.text,
      decision: input.decision,
      role: ctx.role ?? 'municipal-staff',
      day: ctx.today(),
    });
    return { id };
  },
});
