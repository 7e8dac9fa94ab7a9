// The languages of the screens: how much of each is there, and how one is added without a release.
import type { PageServerLoad } from './$types';
import { allLanguages, countTexts } from '#lib/text/index.ts';
import { enterArea } from '../../area.ts';

export const load: PageServerLoad = ({ locals, url }) => {
  enterArea(locals, url, 'accounts.manage', 'translations.manage');
  return {
    all: countTexts('es'),
    languages: allLanguages().map(({ code, name }) => ({ code, name, texts: countTexts(code) })),
  };
};
