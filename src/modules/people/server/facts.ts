// Writing the facts about a person: an answer to a purpose, and what figures may know of her.
import type { CommandContext } from '#platform/command';
import { readConsent } from './derived.ts';
import type { Home } from './home.ts';
import { purposeVersion, type Answer, type PurposeId } from './purposes.ts';
import { profilePeople, standing } from './rules.ts';

/** How an answer was given: the same for all purposes answered in one act. */
export interface Giving {
  givenBy: 'self' | 'guardian';
  guardianName: string | null;
  childYes: boolean;
  language: string;
  audioHeard: boolean;
  mark: string;
  witness: string | null;
}

/** Writes one answer; it replaces what is known here of the same purpose. */
export async function appendConsent(
  ctx: CommandContext,
  home: Home,
  person: string,
  answer: { purpose: PurposeId; answer: Answer; expires?: string | null },
  giving: Giving,
): Promise<string> {
  const known = await ctx.tx
    .selectFrom('consent')
    .select(['id', 'person', 'purpose', 'answer', 'expires', 'made_at', 'replaces'])
    .where('person', '=', person)
    .where('purpose', '=', answer.purpose)
    .execute();
  const replaces = standing(known.flatMap(readConsent)).map((fact) => fact.id);
  return ctx.tx.append('consent', {
    partition: home.private,
    person,
    purpose: answer.purpose,
    answer: answer.answer,
    given_by: giving.givenBy,
    guardian_name: giving.guardianName,
    child_yes: giving.childYes,
    version: purposeVersion(answer.purpose),
    language: giving.language,
    audio_heard: giving.audioHeard,
    mark: giving.mark,
    witness: giving.witness,
    expires: answer.expires ?? null,
    replaces: replaces.length > 0 ? replaces.join(',') : null,
  });
}

export interface ProfileChange {
  sex?: string | null;
  birth_year?: number | null;
  birth_basis?: string | null;
  district?: string | null;
  place?: string | null;
  people?: string | null;
  language?: string | null;
}

/** What figures may know from now on; fields that are left out stay as they were. */
export async function appendProfile(
  ctx: CommandContext,
  home: Home,
  person: string,
  change: ProfileChange,
): Promise<void> {
  await ctx.tx.append('person_profile', { partition: home.private, person, ...change });
}

/** After an answer to the ethnicity purpose: figures know the declared people, or no longer. */
export async function appendPeopleProfile(
  ctx: CommandContext,
  home: Home,
  person: string,
  answer: Answer,
): Promise<void> {
  const detail = await ctx.tx
    .selectFrom('person_detail')
    .select('ethnicity')
    .where('partition', '=', home.private)
    .where('id', '=', person)
    .executeTakeFirst();
  await appendProfile(ctx, home, person, { people: profilePeople(answer, detail?.ethnicity ?? null) });
}
