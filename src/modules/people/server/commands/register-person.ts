// Registers a person at the desk, with her answers to every purpose that was asked, in one act.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { flag } from '#platform/input';
import { makeCard } from '../card.ts';
import { appendConsent, appendProfile } from '../facts.ts';
import {
  answerFields,
  answersIn,
  birthIn,
  givingFields,
  givingIn,
  kernelFields,
  privateFields,
  refuseWithoutGuardian,
} from '../fields.ts';
import { homeOf } from '../home.ts';
import { findProbableDuplicates } from '../queries.ts';
import { profilePeople } from '../rules.ts';
import { checkPlace, refuseImpossibleBirth } from '../checks.ts';

export interface Registered {
  id: string;
  /** Digits of the new card; `showCard` prints them. */
  card: string;
}

export const registerPerson = defineCommand({
  name: 'people.register',
  permission: 'people.register',
  input: v.object({
    ...kernelFields,
    ...privateFields,
    ...answerFields,
    ...givingFields,
    /** The operator saw the probable duplicates and says that this is somebody else. */
    notADuplicate: flag(),
  }),
  async run(ctx: CommandContext, input): Promise<Registered> {
    const home = homeOf(ctx);
    const birth = birthIn(input);
    if (!birth) ctx.refuse('people.birth-needed', { field: 'birthYear' });
    refuseImpossibleBirth(ctx, birth);
    await checkPlace(ctx, home, input.place);
    const answers = answersIn(input);
    if (input['consent-card'] !== 'yes') ctx.refuse('people.card-consent-needed', { field: 'consent-card' });
    // sensitive data is written down only where its purpose was agreed to
    const ethnicityAnswer = input['consent-ethnicity'] ?? undefined;
    if (input.ethnicity && input.ethnicity !== 'prefers-not-to-say' && ethnicityAnswer !== 'yes')
      ctx.refuse('people.ethnicity-consent-needed', { field: 'consent-ethnicity' });
    const giving = givingIn(input);
    refuseWithoutGuardian(ctx, birth, giving);
    const probable = await findProbableDuplicates(ctx.tx, ctx.actor, {
      given: input.given,
      surnames: input.surnames,
      birthYear: birth.birthYear,
      birthDate: birth.birthDate,
      birthBasis: birth.basis,
      sex: input.sex,
      place: input.place,
    });
    if (probable.length > 0 && !input.notADuplicate)
      ctx.refuse('people.probable-duplicate', { params: { count: probable.length } });
    const id = ctx.newId();
    const card = await freeCard(ctx, home.site.number, id);
    await ctx.tx.append('person', {
      partition: home.district,
      id,
      given_names: input.given,
      surnames: input.surnames,
      birth_year: birth.birthYear,
      birth_date: birth.birthDate,
      birth_basis: birth.basis,
      sex: input.sex,
      place: input.place,
      card,
    });
    const ethnicity = ethnicityAnswer === 'yes' ? input.ethnicity : null;
    const { language, documentKind, document, phone } = input;
    if (ethnicity ?? language ?? document ?? phone)
      await ctx.tx.append('person_detail', {
        partition: home.private,
        id,
        person: id,
        ethnicity,
        language,
        document_kind: document ? documentKind : null,
        document,
        phone,
      });
    for (const answer of answers) await appendConsent(ctx, home, id, answer, giving);
    await appendProfile(ctx, home, id, {
      sex: input.sex,
      birth_year: birth.birthYear,
      birth_basis: birth.basis,
      district: home.site.district,
      place: input.place,
      people: profilePeople(ethnicityAnswer, input.ethnicity),
      language,
    });
    // what the operator said of those that look alike is a decision, and is not asked again
    for (const other of probable) {
      const [least, more] = [id, other.id].toSorted();
      await ctx.tx.append('person_link', {
        partition: home.district,
        person: least,
        other: more,
        verdict: 'different',
      });
    }
    return { id, card };
  },
});

/** Two persons may draw the same six digits: then the next draw is tried. */
async function freeCard(ctx: CommandContext, site: number, person: string): Promise<string> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const card = makeCard(site, person, attempt);
    const taken = await ctx.tx
      .selectFrom('person_search')
      .select('person')
      .where('token', '=', card)
      .executeTakeFirst();
    if (!taken) return card;
  }
  return makeCard(site, person, 20);
}
