// What the public site declares.
import { defineModule, local } from '#platform/manifest';
import { createSite } from './migrations/20261203-create-site.ts';
import { announcementSource, feedSource, newsDataset, searchSource, taskSource } from './sources.ts';
import { page, pageVersion, programme } from './tables.ts';

export const siteModule = defineModule({
  name: 'site',
  permissions: ['site.edit'],
  roles: [
    { role: 'programme-staff', permissions: ['site.edit'] },
    { role: 'municipal-staff', permissions: ['site.edit'] },
    { role: 'administrator', permissions: ['site.edit'] },
  ],
  tables: [page, pageVersion, programme, local('page_draft')],
  migrations: [createSite],
  search: [searchSource],
  feeds: [feedSource],
  announcements: [announcementSource],
  datasets: [newsDataset],
  tasks: [taskSource],
  refusals: [
    'site.page-unknown',
    'site.version-unknown',
    'site.slug-form',
    'site.slug-taken',
    'site.place-has-page',
    'site.published-already',
    'site.dates-crossed',
  ],
});
