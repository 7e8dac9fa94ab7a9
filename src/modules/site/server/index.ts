// The door to the public site.
export { siteModule } from './module.ts';
export { keepTyped, KINDS, publishPage, savePage, startPage, throwAway, withdrawPage } from './commands/pages.ts';
export { setProgramme } from './commands/programme.ts';
export { plainText, renderMarkup } from './markup.ts';
export {
  findPage,
  findPageBySlug,
  findPlacePage,
  findProgramme,
  listNews,
  listPages,
  readPages,
  unsavedOf,
  versionsOf,
  type PageHead,
  type Programme,
  type ReadPage,
  type Version,
} from './queries.ts';
export { hrefOf } from './sources.ts';
