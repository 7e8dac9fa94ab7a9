// The door to printing.
export { printingModule } from './module.ts';
export { payAhead, printPages, setPrices, takeBack } from './commands/commands.ts';
export { listEntries, pricesOf, printAccount } from './queries.ts';
export { dayOf } from './rules.ts';
