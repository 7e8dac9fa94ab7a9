// Opens a person's card with all that the actor may read of it; the view is written to the audit (RLPDP 46).
import * as v from 'valibot';
import { defaultScope, defineCommand, type CommandContext } from '#platform/command';
import { recordId } from '#platform/input';
import { listHousehold } from '../households.ts';
import { joinedWith, knownAsOthers } from '../links.ts';
import { findPersonDetail, listConsents, type ConsentEntry, type PersonDetail } from '../private.ts';
import {
  findPeopleWithNames,
  findPerson,
  findPersonWithNames,
  findProbableDuplicates,
  type PersonWithNames,
  type ProbableDuplicate,
} from '../queries.ts';
import { ofAge } from '../rules.ts';
import { versionOf } from './correct-person.ts';

export interface OpenedCard {
  person: PersonWithNames;
  detail: PersonDetail;
  consents: ConsentEntry[];
  household: (PersonWithNames & { role: string | null })[];
  /** Cards that probably mean the same person, written at two desks before they met, of which nobody decided yet. */
  probableDuplicates: ProbableDuplicate[];
  /** Other cards of this person, by somebody's decision. */
  joined: PersonWithNames[];
  /** Under 18, or not surely of age: a yes is the guardian's. */
  minor: boolean;
  /** To be sent back with a correction. */
  version: string;
}

export const openCard = defineCommand({
  name: 'people.open-card',
  permission: 'people.read',
  input: v.object({ person: recordId() }),
  async scope(input, ctx) {
    if (ctx.site.id) return defaultScope(ctx.site);
    const district = (await findPerson(ctx.tx, input.person))?.district;
    if (!district) return { programme: true };
    // at the hub an operator reads with the grant of the telecentre in that district
    const own = ctx.actor.grants
      .map((grant) => grant.scope)
      .find((scope) => 'site' in scope && scope.district === district);
    return own ?? { district };
  },
  async run(ctx: CommandContext, input): Promise<OpenedCard> {
    const person = await findPersonWithNames(ctx.tx, ctx.actor, input.person);
    if (!person) ctx.refuse('people.not-found');
    await ctx.audit({ event: 'people.viewed', subject: person.id });
    const detail = await findPersonDetail(ctx.tx, ctx.actor, person);
    const household = await listHousehold(ctx.tx, person.id);
    const names = await findPeopleWithNames(
      ctx.tx,
      ctx.actor,
      household.map((member) => member.person),
    );
    const joined = await joinedWith(ctx.tx, person.id);
    const settled = new Set([...joined, ...(await knownAsOthers(ctx.tx, person.id))]);
    const probable = person.gone ? [] : await findProbableDuplicates(ctx.tx, ctx.actor, person, person.id);
    return {
      person,
      detail,
      consents: await listConsents(ctx.tx, ctx.actor, person),
      household: names
        .filter((member) => member.id !== person.id)
        .map((member) => ({ ...member, role: household.find((one) => one.person === member.id)?.role ?? null })),
      probableDuplicates: probable.filter((other) => !settled.has(other.id)),
      joined: await findPeopleWithNames(ctx.tx, ctx.actor, joined),
      minor: ctx.clockState !== 'unknown' && !ofAge(person, ctx.today()),
      version: versionOf(person, detail),
    };
  },
});
