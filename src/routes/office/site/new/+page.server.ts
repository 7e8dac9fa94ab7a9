// A new page or piece of news, as a draft.
import type { Actions, PageServerLoad } from './$types';
import { KINDS, startPage, throwAway } from '#modules/site';
import { proofOf, runForm } from '../../../run-form.ts';
import { enterSite, languagesOf, placesToWrite, unsaved } from '../site.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const actor = enterSite(locals, url);
  const asked = url.searchParams.get('kind') ?? '';
  const left = await unsaved(locals, 'new');
  return {
    ...(await placesToWrite(locals)),
    kind: KINDS.find((one) => one === asked) ?? 'news',
    proof: proofOf(locals),
    languages: languagesOf(),
    by: actor.account ?? '',
    left: left?.when,
    start: left && url.searchParams.has('take') ? left.fields : {},
  };
};

export const actions: Actions = {
  save: (event) => runForm(event, startPage, { next: ({ id }) => `/office/site/${id}?saved` }),
  drop: (event) => runForm(event, throwAway, { input: { page: 'new' }, next: () => '/office/site/new' }),
};
