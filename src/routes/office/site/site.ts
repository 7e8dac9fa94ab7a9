// Who writes the public site, where, and what the screens of it show.
import { error } from '@sveltejs/kit';
import { can, type Scope } from '#platform/permissions';
import { unsavedOf, type PageHead, type Version } from '#modules/site';
import { formatInstant, formatTime } from '#lib/format/index.ts';
import { knownLanguages, countTexts, text } from '#lib/text/index.ts';
import { enterArea } from '../../area.ts';
import { placeNames } from '../../events.ts';

const scopeOf = (district: string): Scope => (district ? { district } : { programme: true });

export const mayEdit = ({ actor }: App.Locals, district: string): boolean => can(actor, 'site.edit', scopeOf(district));

/** Errors: to the sign-in, or refused. The site is written at the hub. */
export function enterSite(locals: App.Locals, url: URL) {
  const actor = enterArea(locals, url, 'site.edit');
  if (locals.app.site.role !== 'hub') error(403, text(locals.language, 'refusal.replication.hub-only'));
  return actor;
}

export const languagesOf = () =>
  knownLanguages()
    .filter(({ code }) => countTexts(code) > 0)
    .map(({ code, name }) => ({ value: code, label: name }));

/** Where this person may write: districts by code, and the whole programme. */
export async function placesToWrite(locals: App.Locals) {
  const districts = [...(await placeNames(locals))].filter(([ubigeo]) => mayEdit(locals, ubigeo));
  return {
    mayProgramme: mayEdit(locals, ''),
    districts: districts.map(([value, label]) => ({ value, label })),
  };
}

/** What this person typed at a page and did not save, with its hour. */
export async function unsaved({ app, actor, language }: App.Locals, page: string) {
  const kept = actor.account ? await unsavedOf(app.db.read, actor.account, page) : undefined;
  return kept && { fields: kept.fields, when: formatTime(language, kept.at) };
}

export function stateOf({ language, app }: App.Locals, page: PageHead): string {
  if (page.state === 'published' && (page.fromAt ?? 0) > app.clock.now())
    return text(language, 'site.state.later', { when: formatInstant(language, page.fromAt ?? 0, 'day') });
  return text(language, `site.state.${page.state}`);
}

/** The latest words of each page. */
export function titlesOf(versions: readonly Version[]): Map<string, string> {
  const titles = new Map<string, string>();
  for (const { page, title } of versions) if (!titles.has(page)) titles.set(page, title);
  return titles;
}
