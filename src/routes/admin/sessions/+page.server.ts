// Everybody's open sessions on this server, to end one.
import type { Actions, PageServerLoad } from './$types';
import { endSession, findAccount, listOpenSessions } from '#modules/accounts';
import { enterArea } from '../../area.ts';
import { proofOf, runForm } from '../../run-form.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  enterArea(locals, url, 'accounts.manage');
  const { read } = locals.app.db;
  const sessions = await listOpenSessions(read, locals.app.clock.now());
  const names = new Map<string, string>();
  for (const { who, kind } of sessions)
    if (kind === 'account' && !names.has(who)) names.set(who, (await findAccount(read, who))?.username ?? who);
  return { proof: proofOf(locals), sessions: sessions.map((one) => ({ ...one, name: names.get(one.who) ?? one.who })) };
};

export const actions: Actions = { end: (event) => runForm(event, endSession, { next: () => '/admin/sessions' }) };
