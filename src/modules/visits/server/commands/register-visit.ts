// Registers a visit: one person, one day, one or more attentions, in one act.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { visitCode } from '../code.ts';
import { visitFields, visitsHere, writeVisit } from '../writing.ts';

export interface RegisteredVisit {
  id: string;
  /** Short code for the receipt. */
  code: string;
}

export const registerVisit = defineCommand({
  name: 'visits.register',
  permission: 'visits.register',
  input: v.object(visitFields),
  async run(ctx: CommandContext, input): Promise<RegisteredVisit> {
    const id = await writeVisit(ctx, visitsHere(ctx), input);
    return { id, code: visitCode(id) };
  },
});
