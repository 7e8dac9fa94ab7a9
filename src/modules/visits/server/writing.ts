// Writing a visit with its attentions: the same for a new one and for one that replaces a mistake.
import * as v from 'valibot';
import type { CommandContext } from '#platform/command';
import { choice, optionalChoice, optionalDay, optionalRecordId, optionalText } from '#platform/input';
import { partition } from '#platform/partitions';
import { findPerson } from '#modules/people';
import { AGE_BANDS, PERSON_LISTS } from '#modules/people';
import { CATEGORIES, INSTITUTIONS, OUTCOMES, PURPOSES, TRAINERS, type VisitPurpose } from './lists.ts';

/** One ticked box comes as a text, several as a list. */
export const visitPurposes = () =>
  v.pipe(
    v.union([v.array(v.string()), v.string()], 'field.choose'),
    v.transform((value) => [...new Set(typeof value === 'string' ? [value] : value)].filter((one) => one !== '')),
    v.array(choice(PURPOSES)),
    v.minLength(1, 'field.choose'),
  );

const SECRET = /(clave|contrase|password|\bpin\b|\bcvv\b).*\d|(?<!\d)\d{8}(?!\d)|\d{12,}/i;

/** What looks like a password, a PIN or the number of a document or card is never kept. */
export function withoutSecrets(max: number) {
  return v.pipe(
    optionalText(max),
    v.check((value) => value === null || !SECRET.test(value), 'visits.no-secrets'),
  );
}

export const visitFields = {
  person: optionalRecordId(),
  category: optionalChoice(CATEGORIES),
  /** Empty = today. Another day = written down later, from paper. */
  day: optionalDay(),
  purposes: visitPurposes(),
  institution: optionalChoice(INSTITUTIONS),
  procedure: withoutSecrets(80),
  outcome: optionalChoice(OUTCOMES),
  trainer: optionalChoice(TRAINERS),
  /** Of somebody without a card, as far as she allows. */
  ageBand: optionalChoice(AGE_BANDS),
  language: optionalChoice(PERSON_LISTS.languages),
};

export interface VisitInput {
  person: string | null;
  category: (typeof CATEGORIES)[number] | null;
  day: string | null;
  purposes: VisitPurpose[];
  institution: string | null;
  procedure: string | null;
  outcome: string | null;
  trainer?: string | null;
  ageBand?: string | null;
  language?: string | null;
  /** Of a procedure: who helped, how the person agreed, minutes of help. */
  assisted?: { helper: string | null; consent: string; minutes: number | null };
  /** From a sheet of paper. */
  paper?: { sheet: string; line: number; minute: number | null };
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
  const { paper } = input;
  const atDesk = day === today && !paper;
  const visit = await ctx.tx.append('visit', {
    partition: where,
    person: input.person,
    category: input.person ? null : input.category,
    day,
    occurred_at: atDesk ? ctx.now : null,
    reported: atDesk ? 'desk' : 'paper',
    age_band: input.person ? null : (input.ageBand ?? null),
    language: input.person ? null : (input.language ?? null),
    ...(paper ? { sheet: paper.sheet, line: paper.line, reported_minute: paper.minute } : {}),
  });
  await writeAttentions(ctx, where, visit, input);
  return visit;
}

/** The acts of service of one visit. */
export async function writeAttentions(
  ctx: CommandContext,
  where: string,
  visit: string,
  input: Pick<VisitInput, 'purposes' | 'institution' | 'procedure' | 'outcome' | 'trainer' | 'assisted'>,
): Promise<void> {
  for (const purpose of input.purposes) {
    const details =
      purpose === 'online-procedure'
        ? {
            ...{ institution: input.institution, procedure: input.procedure, outcome: input.outcome ?? 'done' },
            ...input.assisted,
          }
        : purpose === 'training'
          ? { trainer: input.trainer ?? 'leader' }
          : {};
    await ctx.tx.append('attention', { partition: where, visit, purpose, ...details });
  }
}

/** Held here, still on the list, and not one of those who serve: staff is never counted as visitors. */
export async function refuseUnlessServed(ctx: CommandContext, id: string): Promise<void> {
  const person = await findPerson(ctx.tx, id);
  if (!person || person.gone || person.partition !== partition.district(ctx.site.district ?? ''))
    ctx.refuse('people.not-found', { field: 'person' });
  if (ctx.actor.kind !== 'resident' && ctx.actor.person === id)
    ctx.refuse('visits.staff-not-counted', { field: 'person' });
}
