// Takes back a yes, as easily as it was given: for one purpose, without leaving, with effect from now in everything computed here.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, recordId } from '#platform/input';
import { saveDetail } from '../detail.ts';
import { appendConsent, appendPeopleProfile } from '../facts.ts';
import { givingFields, givingIn } from '../fields.ts';
import { homeOf, personHere } from '../home.ts';
import { hasConsent } from '../private.ts';
import { PURPOSE_IDS, PURPOSES } from '../purposes.ts';

export const withdrawConsent = defineCommand({
  name: 'people.withdraw-consent',
  permission: 'people.consent',
  input: v.object({
    person: recordId(),
    purpose: choice(PURPOSE_IDS as [(typeof PURPOSE_IDS)[number], ...(typeof PURPOSE_IDS)[number][]]),
    ...givingFields,
  }),
  async run(ctx: CommandContext, input): Promise<{ id: string }> {
    const home = homeOf(ctx);
    const person = await personHere(ctx, home, input.person);
    if (!(await hasConsent(ctx.tx, person.id, input.purpose, ctx.today()))) ctx.refuse('people.nothing-to-withdraw');
    const id = await appendConsent(ctx, home, person.id, { purpose: input.purpose, answer: 'no' }, givingIn(input));
    if (input.purpose === 'ethnicity') {
      await saveDetail(ctx, home, person.id, { ethnicity: null }); // nothing sensitive is kept without its purpose
      await appendPeopleProfile(ctx, home, person.id, 'no');
    }
    // without the purpose that the card itself needs, the person leaves the lists; what was counted stays counted
    if (PURPOSES.some((purpose) => purpose.id === input.purpose && purpose.needed))
      await ctx.tx.update('person', { partition: home.district, id: person.id }, { gone: true });
    return { id };
  },
});
