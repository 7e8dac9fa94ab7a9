// The administration begins with what this person may manage.
import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';
import { holdsSomewhere } from '#platform/permissions';
import { enterArea } from '../area.ts';

const FIRST: [permission: string, page: string][] = [
  ['accounts.manage', '/admin/accounts'],
  ['sites.manage', '/admin/sites'],
  ['territory.manage', '/admin/territory'],
  ['translations.manage', '/admin/languages'],
  ['audit.read', '/admin/audit'],
];

export const load: PageServerLoad = ({ locals, url }) => {
  const actor = enterArea(locals, url, ...FIRST.map(([permission]) => permission));
  redirect(303, FIRST.find(([permission]) => holdsSomewhere(actor, permission))?.[1] ?? '/account');
};
