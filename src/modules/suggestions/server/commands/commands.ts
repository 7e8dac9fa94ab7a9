// Anybody suggests at the telecentre; it answers, or puts away what should not be read.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, optionalText, recordId, text } from '#platform/input';
import { partition } from '#platform/partitions';
import { listSuggestions } from '../queries.ts';

export const TOPICS = ['computers', 'hours', 'courses', 'treatment', 'other'] as const;
/** Not more in a day: a form that anybody may send must not fill a disk. */
const MOST_A_DAY = 100;

export const suggest = defineCommand({
  name: 'suggestions.suggest',
  permission: null,
  input: v.object({ topic: choice(TOPICS), text: text(800) }),
  async run(ctx: CommandContext, { topic, text: words }): Promise<{ id: string }> {
    const { id: site } = ctx.site;
    if (!site) return ctx.refuse('suggestions.at-a-telecentre');
    const day = ctx.today();
    const today = (await listSuggestions(ctx.tx, site, true)).filter((one) => one.day === day).length;
    if (today >= MOST_A_DAY) ctx.refuse('suggestions.full');
    return { id: await ctx.tx.append('suggestion', { partition: partition.site(site), topic, text: words, day }) };
  },
});

export const stepSuggestion = defineCommand({
  name: 'suggestions.step',
  permission: 'suggestions.answer',
  input: v.object({ suggestion: recordId(), kind: choice(['answered', 'put-away'] as const), text: optionalText(800) }),
  async run(ctx: CommandContext, { suggestion, kind, text: words }): Promise<null> {
    const { id: site } = ctx.site;
    if (!site) return ctx.refuse('suggestions.at-a-telecentre');
    const one = (await listSuggestions(ctx.tx, site, true)).find(({ id }) => id === suggestion);
    if (!one) return ctx.refuse('suggestions.not-found');
    if (kind === 'answered' && !words) ctx.refuse('suggestions.answer-needed', { field: 'text' });
    await ctx.tx.append('suggestion_step', { partition: partition.site(site), suggestion, kind, text: words });
    return null;
  },
});
