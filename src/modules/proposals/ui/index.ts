// The door to components about proposals that more than one screen uses.
export { default as PartFields } from './PartFields.svelte';
export { default as ProposalCard } from './ProposalCard.svelte';
export { default as SignInFirst } from './SignInFirst.svelte';
