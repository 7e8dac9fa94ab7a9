// What every page knows: language, place, who is signed in and where they may go.
import type { LayoutServerLoad } from './$types';
import { countTexts, knownLanguages } from '#lib/text/index.ts';
import type { ShellData } from '#lib/ui/shell.ts';
import { areasOf } from '#platform/areas';

export const load: LayoutServerLoad = ({ locals }): ShellData => {
  const { app, actor, language, mode } = locals;
  return {
    language,
    languages: knownLanguages()
      .filter(({ code }) => countTexts(code) > 0)
      .map(({ code, name }) => ({ code, name })),
    programme: app.site.programme,
    place: app.site.role === 'telecentre' ? app.site.name || undefined : undefined,
    demo: app.config.demo,
    textOnly: mode.text,
    contrast: mode.contrast,
    photosOff: mode.photosOff,
    person: actor.kind === 'anonymous' ? undefined : (actor.name ?? actor.kind),
    areas: areasOf(actor),
  };
};
