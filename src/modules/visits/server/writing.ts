// Writing a visit with its attentions: the same for a new one and for one that replaces a mistake.
import * as v from 'valibot';
import type { CommandContext } from '#platform/command';
import { choice, civilDate, optionalChoice, optionalRecordId, optionalText } from '#platform/input';
import { partition } from '#platform/partitions';
import { findPerson } from '#modules/people';
import { CATEGORIES, INSTITUTIONS, OUTCOMES, PURPOSES, type VisitPurpose } from './lists.ts';

/** One ticked box comes as a text, several as a list. */
const purposes = () =>
  v.pipe(
    v.union([v.array(v.string()), v.string()], 'field.choose'),
    v.transform((value) => [...new Set(typeof value === 'string' ? [value] : value)].filter((one) => one !== '')),
    v.array(choice(PURPOSES)),
    v.minLength(1, 'field.choose'),
  );

export const visitFields = {
  person: optionalRecordId(),
  category: optionalChoice(CATEGORIES),
  /** Empty = today. Another day = written down later, from paper. */
  day: v.pipe(
    v.optional(v.nullable(v.string('field.invalid')), null),
    v.transform((value) => (value?.trim() ? value : null)),
    v.nullable(civilDate()),
  ),
  purposes: purposes(),
  institution: optionalChoice(INSTITUTIONS),
  procedure: optionalText(80),
  outcome: optionalChoice(OUTCOMES),
};

export interface VisitInput {
  person: string | null;
  category: (typeof CATEGORIES)[number] | null;
  day: string | null;
  purposes: VisitPurpose[];
  institution: string | null;
  procedure: string | null;
  outcome: string | null;
}

/** The telecentre's own partition; refuses at the hub, where nobody walks in. */
export function visitsHere(ctx: CommandContext): string {
  if (!ctx.site.id) ctx.refuse('visits.at-a-telecentre');
  return partition.site(ctx.site.id);
}

export async function writeVisit(ctx: CommandContext, where: string, input: VisitInput): Promise<string> {
  if (!input.person && !input.category) ctx.refuse('visits.who-needed', { field: 'person' });
  if (input.person) await refuseUnlessServed(ctx, input.person);
  const today = ctx.today();
  const day = input.day ?? today;
  // a board that woke in 1970 does not know what lies in the future
  if (day > today && ctx.clockState !== 'unknown') ctx.refuse('visits.day-in-future', { field: 'day' });
  const online = input.purposes.includes('online-procedure');
  if (online && !input.institution) ctx.refuse('visits.institution-needed', { field: 'institution' });
  const visit = await ctx.tx.append('visit', {
    partition: where,
    person: input.person,
    category: input.person ? null : input.category,
    day,
    occurred_at: day === today ? ctx.now : null,
    reported: day === today ? 'desk' : 'paper',
  });
  for (const purpose of input.purposes) {
    const procedure =
      purpose === 'online-procedure'
        ? { institution: input.institution, procedure: input.procedure, outcome: input.outcome ?? 'done' }
        : {};
    await ctx.tx.append('attention', { partition: where, visit, purpose, ...procedure });
  }
  return visit;
}

/** Held here, still on the list, and not one of those who serve: staff is never counted as visitors. */
async function refuseUnlessServed(ctx: CommandContext, id: string): Promise<void> {
  const person = await findPerson(ctx.tx, id);
  if (!person || person.gone || person.partition !== partition.district(ctx.site.district ?? ''))
    ctx.refuse('people.not-found', { field: 'person' });
  if (ctx.actor.person === id) ctx.refuse('visits.staff-not-counted', { field: 'person' });
}
