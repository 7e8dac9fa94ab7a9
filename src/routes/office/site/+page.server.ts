// Everything that this person writes at: what is a draft, what everybody reads, what appears later.
import type { PageServerLoad } from './$types';
import { listPages, versionsOf } from '#modules/site';
import { placeNames } from '../../events.ts';
import { enterSite, mayEdit, stateOf, titlesOf } from './site.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  enterSite(locals, url);
  const { read } = locals.app.db;
  const pages = (await listPages(read)).filter(({ district }) => mayEdit(locals, district));
  const titles = titlesOf(
    await versionsOf(
      read,
      pages.map(({ id }) => id),
      2_000,
    ),
  );
  const names = await placeNames(locals);
  return {
    mayProgramme: mayEdit(locals, ''),
    pages: pages.map((page) => ({
      ...{ id: page.id, kind: page.kind, title: titles.get(page.id) ?? '' },
      district: names.get(page.district) ?? '',
      state: stateOf(locals, page),
    })),
  };
};
