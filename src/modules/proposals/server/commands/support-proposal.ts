// A resident of the district stands behind a proposal; once, however often it is said.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { recordId } from '#platform/input';
import { partFields } from '../fields.ts';
import { scopeOfPart, whoTakesPart } from '../permissions.ts';
import { findProposal, supportOf } from '../queries.ts';
import { supportRefusal } from '../rules.ts';

export const supportProposal = defineCommand({
  name: 'proposals.support',
  permission: 'proposals.take-part',
  input: v.object({ proposal: recordId(), ...partFields }),
  scope: scopeOfPart,
  async run(ctx: CommandContext, input): Promise<{ id: string; state: 'accepted' | 'provisional' }> {
    const person = await whoTakesPart(ctx, input);
    const proposal = await findProposal(ctx.tx, input.proposal);
    if (!proposal) ctx.refuse('proposals.not-found');
    if (proposal.district !== person.district) ctx.refuse('proposals.other-district');
    const refusal = supportRefusal(proposal, person.id, (await supportOf(ctx.tx, proposal, person.id)) !== 'none');
    if (refusal) ctx.refuse(refusal);
    return ctx.tx.claim('proposal_support', {
      partition: proposal.partition,
      proposal: proposal.id,
      person: person.id,
      role: 'resident',
      presence: person.presence,
      day: ctx.today(),
    });
  },
});
