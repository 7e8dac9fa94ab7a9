// Helping somebody with a public procedure is an act of its own: who helped, that the person agreed, how it ended. Never a password.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, optionalChoice, optionalRecordId, optionalWholeNumber } from '#platform/input';
import { AGE_BANDS, PERSON_LISTS } from '#modules/people';
import { visitCode } from '../code.ts';
import { CATEGORIES, CONSENTS, INSTITUTIONS, OUTCOMES } from '../lists.ts';
import { visitOfToday } from '../queries.ts';
import { refuseUnlessServed, visitsHere, withoutSecrets, writeAttentions, writeVisit } from '../writing.ts';
import type { RegisteredVisit } from './register-visit.ts';

export const assistProcedure = defineCommand({
  name: 'visits.assist-procedure',
  permission: 'visits.register',
  input: v.object({
    person: optionalRecordId(),
    category: optionalChoice(CATEGORIES),
    ageBand: optionalChoice(AGE_BANDS),
    language: optionalChoice(PERSON_LISTS.languages),
    institution: choice(INSTITUTIONS),
    procedure: withoutSecrets(80),
    consent: choice(CONSENTS),
    outcome: choice(OUTCOMES),
    minutes: optionalWholeNumber(1, 480),
  }),
  async run(ctx: CommandContext, { consent, minutes, ...input }): Promise<RegisteredVisit> {
    const where = visitsHere(ctx);
    const assisted = { helper: ctx.actor.account ?? null, consent, minutes };
    const whole = { ...input, day: null, purposes: ['online-procedure' as const], assisted };
    // who came for it today already has come once
    const known = input.person ? await visitOfToday(ctx.tx, where, input.person, ctx.today()) : undefined;
    if (!known) {
      const id = await writeVisit(ctx, where, whole);
      return { id, code: visitCode(id) };
    }
    if (input.person) await refuseUnlessServed(ctx, input.person);
    await writeAttentions(ctx, where, known, whole);
    return { id: known, code: visitCode(known) };
  },
});
