// What the frame of this area needs besides what every page knows: where this person may go.
import type { LayoutServerLoad } from './$types';
import { holdsSomewhere } from '#platform/permissions';

const PLACES: [name: string, ...permissions: string[]][] = [
  ['accounts', 'accounts.manage'],
  ['sites', 'sites.read', 'sites.manage'],
  ['territory', 'territory.manage'],
  ['sessions', 'accounts.manage'],
  ['languages', 'accounts.manage', 'translations.manage'],
  ['audit', 'audit.read'],
];

export const load: LayoutServerLoad = ({ locals }) => ({
  nonce: locals.nonce,
  places: PLACES.filter(([, ...permissions]) =>
    permissions.some((permission) => holdsSomewhere(locals.actor, permission)),
  ).map(([name]) => name),
});
