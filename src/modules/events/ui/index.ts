// What screens show of events.
export { default as EventCard } from './EventCard.svelte';
export { default as EventFields } from './EventFields.svelte';
export type { ShownEvent } from './types.ts';
