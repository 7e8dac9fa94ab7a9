// Writes down an answer to one purpose, given at the desk by the person or her guardian.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, optionalChoice, recordId } from '#platform/input';
import { saveDetail } from '../detail.ts';
import { appendConsent, appendPeopleProfile } from '../facts.ts';
import { givingFields, givingIn, optionalDate, refuseWithoutGuardian } from '../fields.ts';
import { homeOf, personHere } from '../home.ts';
import { PEOPLES } from '../lists.ts';
import { ANSWERS, PURPOSE_IDS } from '../purposes.ts';
import { findBirth } from '../queries.ts';

export const recordConsent = defineCommand({
  name: 'people.record-consent',
  permission: 'people.consent',
  input: v.object({
    person: recordId(),
    purpose: choice(PURPOSE_IDS as [(typeof PURPOSE_IDS)[number], ...(typeof PURPOSE_IDS)[number][]]),
    answer: choice(ANSWERS),
    expires: optionalDate(),
    /** With a yes to the ethnicity purpose: what the person declares. */
    ethnicity: optionalChoice(PEOPLES),
    ...givingFields,
  }),
  async run(ctx: CommandContext, input): Promise<{ id: string }> {
    const home = homeOf(ctx);
    const person = await personHere(ctx, home, input.person);
    const giving = givingIn(input);
    // a no needs nobody's leave, as a withdrawal does not
    if (input.answer === 'yes') refuseWithoutGuardian(ctx, await findBirth(ctx.tx, person), giving);
    if (input.expires && ctx.clockState !== 'unknown' && input.expires < ctx.today())
      ctx.refuse('people.expired-already', { field: 'expires' });
    const id = await appendConsent(ctx, home, person.id, input, giving);
    if (input.purpose === 'ethnicity') {
      const agreed = input.answer === 'yes';
      if (agreed && input.ethnicity) await saveDetail(ctx, home, person.id, { ethnicity: input.ethnicity });
      await appendPeopleProfile(ctx, home, person.id, input.answer);
    }
    return { id };
  },
});
