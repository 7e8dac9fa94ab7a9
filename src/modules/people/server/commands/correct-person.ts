// Corrects a person's card; only what changed is written, and only on top of what the operator saw.
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { recordId, text } from '#platform/input';
import { checkPlace, refuseImpossibleBirth } from '../checks.ts';
import { appendProfile, type ProfileChange } from '../facts.ts';
import { birthIn, kernelFields, privateFields } from '../fields.ts';
import { homeOf, personHere } from '../home.ts';
import { findPersonDetail, hasConsent, type PersonDetail } from '../private.ts';
import { findPersonWithNames, type PersonWithNames } from '../queries.ts';
import { profilePeople } from '../rules.ts';
import { saveDetail } from '../detail.ts';

/** What a page showed, in a few letters; a form sends it back, and a card that changed meanwhile is not overwritten. */
export function versionOf(person: PersonWithNames, detail: PersonDetail): string {
  const { given, surnames, birthYear, birthDate, birthBasis, sex, place, gone } = person;
  const shown = JSON.stringify([
    given,
    surnames,
    birthYear,
    birthDate,
    birthBasis,
    sex,
    place,
    gone,
    ...Object.values(detail),
  ]);
  return createHash('sha256').update(shown).digest('base64url').slice(0, 16);
}

export const correctPerson = defineCommand({
  name: 'people.correct',
  permission: 'people.correct',
  input: v.object({ person: recordId(), seen: text(40), ...kernelFields, ...privateFields }),
  async run(ctx: CommandContext, input): Promise<{ changed: number }> {
    const home = homeOf(ctx);
    await personHere(ctx, home, input.person);
    const before = await findPersonWithNames(ctx.tx, ctx.actor, input.person);
    if (!before) ctx.refuse('people.not-found');
    const detail = await findPersonDetail(ctx.tx, ctx.actor, before);
    if (versionOf(before, detail) !== input.seen) ctx.refuse('people.changed-meanwhile');
    const birth = birthIn(input);
    if (!birth) ctx.refuse('people.birth-needed', { field: 'birthYear' });
    refuseImpossibleBirth(ctx, birth);
    await checkPlace(ctx, home, input.place);
    const agreed = await hasConsent(ctx.tx, input.person, 'ethnicity', ctx.today());
    if (input.ethnicity && input.ethnicity !== 'prefers-not-to-say' && !agreed)
      ctx.refuse('people.ethnicity-consent-needed', { field: 'ethnicity' });

    const card = changes({
      given_names: [before.given, input.given],
      surnames: [before.surnames, input.surnames],
      birth_year: [before.birthYear, birth.birthYear],
      birth_date: [before.birthDate, birth.birthDate],
      birth_basis: [before.birthBasis, birth.basis],
      sex: [before.sex, input.sex],
      place: [before.place, input.place],
    });
    const ethnicity = agreed ? input.ethnicity : null;
    const kept = changes({
      ethnicity: [detail.ethnicity, ethnicity],
      language: [detail.language, input.language],
      document_kind: [detail.documentKind, input.document ? input.documentKind : null],
      document: [detail.document, input.document],
      phone: [detail.phone, input.phone],
    });
    if (Object.keys(card).length > 0)
      await ctx.tx.update('person', { partition: home.district, id: input.person }, card);
    if (Object.keys(kept).length > 0) await saveDetail(ctx, home, input.person, kept);
    const figures: ProfileChange = {
      ...('sex' in card ? { sex: input.sex } : {}),
      ...('birth_year' in card ? { birth_year: birth.birthYear, birth_basis: birth.basis } : {}),
      ...('place' in card && input.place ? { place: input.place } : {}),
      ...('ethnicity' in kept ? { people: profilePeople(agreed ? 'yes' : undefined, input.ethnicity) } : {}),
      ...('language' in kept && input.language ? { language: input.language } : {}),
    };
    if (Object.keys(figures).length > 0) await appendProfile(ctx, home, input.person, figures);
    return { changed: Object.keys(card).length + Object.keys(kept).length };
  },
});

type Value = string | number | null;

/** The fields whose value is another than before. */
function changes(fields: Record<string, [before: Value, after: Value]>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, [before, after]]) => (before === after ? [] : [[name, after]])),
  );
}
