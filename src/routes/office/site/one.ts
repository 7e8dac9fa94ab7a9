// One page for who writes it: the words, how they will look, versions and what changed, and when everybody reads it.
import { error } from '@sveltejs/kit';
import { findPage, hrefOf, renderMarkup, versionsOf } from '#modules/site';
import { text } from '#lib/text/index.ts';
import { proofOf } from '../../run-form.ts';
import { enterSite, languagesOf, mayEdit, stateOf, unsaved } from './site.ts';
import { changesBetween, shownVersions } from './versions.ts';

export async function onePage({ locals, params, url }: { locals: App.Locals; params: { id: string }; url: URL }) {
  const actor = enterSite(locals, url);
  const { read } = locals.app.db;
  const page = await findPage(read, params.id);
  if (!page) error(404, text(locals.language, 'refusal.site.page-unknown'));
  if (!mayEdit(locals, page.district)) error(403, text(locals.language, 'refusal.permissions.denied'));
  const versions = await versionsOf(read, [page.id]);
  const asked = (name: string) => versions.find(({ id }) => id === url.searchParams.get(name));
  const current = asked('version') ?? versions[0];
  const left = await unsaved(locals, page.id);
  const take = left !== undefined && url.searchParams.has('take');
  const compared = asked('compare');
  return {
    ...{ by: actor.account ?? '', proof: proofOf(locals), languages: languagesOf() },
    page: { id: page.id, kind: page.kind, state: page.state, shown: stateOf(locals, page), href: hrefOf(page) },
    current: current?.id ?? '',
    start: take
      ? left.fields
      : {
          language: current?.language ?? 'es',
          title: current?.title ?? '',
          summary: current?.summary ?? '',
          body: current?.body ?? '',
        },
    preview: current && {
      title: current.title,
      summary: current.summary,
      language: current.language,
      html: renderMarkup(current.body),
    },
    versions: shownVersions(locals.language, versions, Object.values(page.published)),
    changes: compared && current ? changesBetween(compared, current) : undefined,
    left: left?.when,
    told: ['saved', 'meanwhile', 'published', 'later', 'withdrawn'].find((one) => url.searchParams.has(one)),
  };
}
