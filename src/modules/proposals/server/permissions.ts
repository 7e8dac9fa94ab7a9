// Who may do what with proposals, and where: residents and those who assist them in their district, municipal staff in theirs.
import type { CommandContext } from '#platform/command';
import { defaultScope } from '#platform/command';
import type { RoleShare } from '#platform/manifest';
import type { Scope } from '#platform/permissions';
import { findPerson, type PersonCard } from '#modules/people';

/** An operator takes part in the name of somebody who is there; a resident in her own. */
export const PERMISSIONS = ['proposals.take-part', 'proposals.answer'];

export const ROLES: RoleShare[] = [
  { role: 'resident', permissions: ['proposals.take-part'] },
  { role: 'operator', permissions: ['proposals.take-part'] },
  { role: 'facilitator', permissions: ['proposals.take-part'] },
  { role: 'municipal-staff', permissions: ['proposals.answer'] },
];

/** A person who takes part: who is signed in as a resident, or the one whom an operator assists and who is there. */
export interface ByPerson {
  person: string | null;
  presence: string | null;
  readBack: boolean;
}

export async function scopeOfPart(input: ByPerson, ctx: CommandContext): Promise<Scope> {
  if (ctx.site.id) return defaultScope(ctx.site);
  const id = ctx.actor.person ?? input.person;
  const person = id ? await findPerson(ctx.tx, id) : undefined;
  return person ? { district: person.district } : { programme: true };
}

/** The person in whose name a step is taken; refuses without her, and without proof that she was there. */
export async function whoTakesPart(
  ctx: CommandContext,
  input: ByPerson,
): Promise<PersonCard & { presence: string | null }> {
  const assisted = ctx.actor.kind !== 'resident';
  const id = assisted ? input.person : (ctx.actor.person ?? null);
  if (!id) ctx.refuse('proposals.person-needed', { field: 'person' });
  const person = await findPerson(ctx.tx, id);
  if (!person || person.gone || (ctx.site.district && person.district !== ctx.site.district))
    ctx.refuse('people.not-found', { field: 'person' });
  if (!assisted) return { ...person, presence: null };
  if (!input.presence) ctx.refuse('proposals.presence-needed', { field: 'presence' });
  if (!input.readBack) ctx.refuse('proposals.read-back-needed', { field: 'readBack' });
  return { ...person, presence: input.presence };
}
