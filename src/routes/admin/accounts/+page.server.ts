// All accounts, by username.
import type { PageServerLoad } from './$types';
import { listAccounts } from '#modules/accounts';
import { enterArea } from '../../area.ts';

const SIZE = 50;

export const load: PageServerLoad = async ({ locals, url }) => {
  enterArea(locals, url, 'accounts.manage');
  const page = Math.max(0, Number(url.searchParams.get('page') ?? 0) || 0);
  const accounts = await listAccounts(locals.app.db.read, { page, size: SIZE });
  return { accounts: accounts.slice(0, SIZE), page, more: accounts.length > SIZE };
};
