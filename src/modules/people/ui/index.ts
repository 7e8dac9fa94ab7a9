// The door to components about people that more than one screen uses.
export { default as ConsentFields } from './ConsentFields.svelte';
export { default as GivingFields } from './GivingFields.svelte';
export { default as Likeness } from './Likeness.svelte';
export { default as PersonFields } from './PersonFields.svelte';
export { default as PersonList } from './PersonList.svelte';
export type { ListedPerson } from './types.ts';
