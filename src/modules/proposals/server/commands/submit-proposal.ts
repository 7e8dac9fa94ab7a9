// A resident proposes something to the municipality of the district, alone or with somebody who writes it down.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { text } from '#platform/input';
import { partition } from '#platform/partitions';
import { partFields } from '../fields.ts';
import { scopeOfPart, whoTakesPart } from '../permissions.ts';

export const submitProposal = defineCommand({
  name: 'proposals.submit',
  permission: 'proposals.take-part',
  input: v.object({ title: text(120), text: text(3000), ...partFields }),
  scope: scopeOfPart,
  async run(ctx: CommandContext, input): Promise<{ id: string }> {
    const author = await whoTakesPart(ctx, input);
    const id = await ctx.tx.append('proposal_step', {
      partition: partition.district(author.district),
      kind: 'submitted',
      title: input.title,
      text: input.text,
      person: author.id,
      role: 'resident',
      presence: author.presence,
      day: ctx.today(),
    });
    return { id };
  },
});
