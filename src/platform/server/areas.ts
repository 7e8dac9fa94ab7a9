// Which areas of the screens open for an actor.
import { holdsSomewhere, type Actor } from './permissions.ts';

export interface Areas {
  desk: boolean;
  office: boolean;
  admin: boolean;
}

/** One of these permissions, held anywhere, opens the area; what is inside asks again for its own place. */
const OPENS: Record<keyof Areas, string[]> = {
  desk: ['visits.register', 'people.register'],
  office: ['results.read', 'proposals.answer'],
  admin: ['accounts.manage', 'sites.manage', 'territory.manage', 'audit.read', 'translations.manage'],
};

export function areasOf(actor: Actor): Areas {
  const open = (area: keyof Areas) => OPENS[area].some((permission) => holdsSomewhere(actor, permission));
  return { desk: open('desk'), office: open('office'), admin: open('admin') };
}
