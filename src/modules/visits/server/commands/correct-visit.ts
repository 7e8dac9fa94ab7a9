// Corrects a visit: the wrong one is voided by a fact of its own, and where there is a right one it is written beside it.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, flag, recordId } from '#platform/input';
import { visitCode } from '../code.ts';
import { VOID_REASONS } from '../lists.ts';
import { visitFields, visitsHere, writeVisit } from '../writing.ts';
import type { RegisteredVisit } from './register-visit.ts';

const common = { visit: recordId(), reason: choice(VOID_REASONS) };

export const correctVisit = defineCommand({
  name: 'visits.correct',
  permission: 'visits.correct',
  input: v.object({ ...common, ...visitFields }),
  async run(ctx: CommandContext, input): Promise<RegisteredVisit> {
    const where = visitsHere(ctx);
    await refuseUnlessStanding(ctx, where, input.visit);
    const id = await writeVisit(ctx, where, input);
    await ctx.tx.append('visit_void', { partition: where, visit: input.visit, reason: input.reason, replaced_by: id });
    return { id, code: visitCode(id) };
  },
});

export const voidVisit = defineCommand({
  name: 'visits.void',
  permission: 'visits.correct',
  input: v.object({ ...common, sure: v.pipe(flag(), v.literal(true, 'field.choose')) }),
  async run(ctx: CommandContext, input): Promise<null> {
    const where = visitsHere(ctx);
    await refuseUnlessStanding(ctx, where, input.visit);
    await ctx.tx.append('visit_void', { partition: where, visit: input.visit, reason: input.reason });
    return null;
  },
});

async function refuseUnlessStanding(ctx: CommandContext, where: string, id: string): Promise<void> {
  const visit = await ctx.tx
    .selectFrom('visit')
    .select('id')
    .where('partition', '=', where)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!visit) ctx.refuse('visits.not-found');
  const voided = await ctx.tx
    .selectFrom('visit_void')
    .select('id')
    .where('partition', '=', where)
    .where('visit', '=', id)
    .executeTakeFirst();
  if (voided) ctx.refuse('visits.voided-already');
}
