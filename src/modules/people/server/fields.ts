// Fields that several forms about a person share.
import * as v from 'valibot';
import {
  choice,
  flag,
  optionalChoice,
  optionalDay,
  optionalRecordId,
  optionalText,
  optionalWholeNumber,
  text,
} from '#platform/input';
import { ANSWERS, PURPOSE_IDS, type Answer, type PurposeId } from './purposes.ts';
import { DOCUMENT_KINDS, LANGUAGES, MARKS, PEOPLES, SEXES } from './lists.ts';
import type { BirthBasis } from './lists.ts';
import type { CommandContext } from '#platform/command';
import type { Giving } from './facts.ts';
import { ofAge, type Birth } from './rules.ts';

const NAME_LENGTH = 80;

export const optionalDate = () => optionalDay();

/** The kernel: what stands on the card. */
export const kernelFields = {
  given: text(NAME_LENGTH),
  surnames: text(NAME_LENGTH),
  birthYear: optionalWholeNumber(1900, 2200),
  birthDate: optionalDate(),
  birthEstimated: flag(),
  sex: choice(SEXES),
  place: optionalRecordId(),
};

/** What stays with the telecentre. */
export const privateFields = {
  ethnicity: optionalChoice(PEOPLES),
  language: optionalChoice(LANGUAGES),
  documentKind: optionalChoice(DOCUMENT_KINDS),
  document: optionalText(20),
  phone: optionalText(20),
};

/** How consent was given. */
export const givingFields = {
  givenBy: v.optional(choice(['self', 'guardian']), 'self'),
  guardianName: optionalText(2 * NAME_LENGTH),
  childYes: flag(),
  consentLanguage: v.optional(choice(LANGUAGES), 'es'),
  audioHeard: flag(),
  mark: v.optional(choice(MARKS), 'spoken'),
  witness: optionalText(2 * NAME_LENGTH),
};

type AnswerField = `consent-${PurposeId}`;

const answerSchema = () => optionalChoice(ANSWERS);

/** One field per purpose, `consent-ethnicity` …; left empty = not asked yet. */
export const answerFields = Object.fromEntries(
  PURPOSE_IDS.map((id): [AnswerField, ReturnType<typeof answerSchema>] => [`consent-${id}`, answerSchema()]),
) as Record<AnswerField, ReturnType<typeof answerSchema>>;

export function answersIn(input: Record<AnswerField, Answer | null>): { purpose: PurposeId; answer: Answer }[] {
  return PURPOSE_IDS.flatMap((purpose) => {
    const answer = input[`consent-${purpose}`];
    return answer ? [{ purpose, answer }] : [];
  });
}

interface GivingInput {
  givenBy: 'self' | 'guardian';
  guardianName: string | null;
  childYes: boolean;
  consentLanguage: string;
  audioHeard: boolean;
  mark: string;
  witness: string | null;
}

export function givingIn(input: GivingInput): Giving {
  const { givenBy, guardianName, childYes, consentLanguage, audioHeard, mark, witness } = input;
  return { givenBy, guardianName, childYes, language: consentLanguage, audioHeard, mark, witness };
}

/** A minor's consent is the guardian's, and the child's own yes beside it (Ley 29733 art. 13.3). A clock that is not known judges nobody's age. */
export function refuseWithoutGuardian(ctx: CommandContext, birth: Birth, giving: Giving): void {
  if (ctx.clockState === 'unknown' || ofAge(birth, ctx.today())) return;
  if (giving.givenBy !== 'guardian' || !giving.guardianName)
    ctx.refuse('people.guardian-needed', { field: giving.givenBy === 'guardian' ? 'guardianName' : 'givenBy' });
  if (!giving.childYes) ctx.refuse('people.child-yes-needed', { field: 'childYes' });
}

/** Year and basis from what was filled in; null when neither year nor date was. */
export function birthIn(input: { birthYear: number | null; birthDate: string | null; birthEstimated: boolean }) {
  const year = input.birthDate ? Number(input.birthDate.slice(0, 4)) : input.birthYear;
  if (year === null) return null;
  const basis: BirthBasis = input.birthDate ? 'date' : input.birthEstimated ? 'estimated' : 'year';
  return { birthYear: year, birthDate: input.birthDate, basis };
}
