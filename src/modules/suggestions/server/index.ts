// The door to suggestions.
export { suggestionsModule } from './module.ts';
export { stepSuggestion, suggest, TOPICS } from './commands/commands.ts';
export { listSuggestions, type Suggestion } from './queries.ts';
