// Who proposed something takes it back, as long as nobody has answered.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { recordId } from '#platform/input';
import { partFields } from '../fields.ts';
import { scopeOfPart, whoTakesPart } from '../permissions.ts';
import { findProposal } from '../queries.ts';
import { withdrawalRefusal } from '../rules.ts';

export const withdrawProposal = defineCommand({
  name: 'proposals.withdraw',
  permission: 'proposals.take-part',
  input: v.object({ proposal: recordId(), ...partFields }),
  scope: scopeOfPart,
  async run(ctx: CommandContext, input): Promise<{ id: string }> {
    const person = await whoTakesPart(ctx, input);
    const proposal = await findProposal(ctx.tx, input.proposal);
    if (!proposal) ctx.refuse('proposals.not-found');
    const refusal = withdrawalRefusal(proposal, person.id);
    if (refusal) ctx.refuse(refusal);
    const id = await ctx.tx.append('proposal_step', {
      partition: proposal.partition,
      kind: 'withdrawn',
      proposal: proposal.id,
      person: person.id,
      role: 'resident',
      presence: person.presence,
      day: ctx.today(),
    });
    return { id };
  },
});
