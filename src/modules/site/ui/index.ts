// What screens show of the site.
export { default as NewsCard } from './NewsCard.svelte';
export { default as PageFields } from './PageFields.svelte';
export { default as Words } from './Words.svelte';
