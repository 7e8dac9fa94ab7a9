// What suggestions declare.
import { defineModule } from '#platform/manifest';
import { createSuggestions } from './migrations/20261201-create-suggestions.ts';
import { suggestion, suggestionStep } from './tables.ts';

export const suggestionsModule = defineModule({
  name: 'suggestions',
  permissions: ['suggestions.answer'],
  roles: [
    { role: 'operator', permissions: ['suggestions.answer'] },
    { role: 'facilitator', permissions: ['suggestions.answer'] },
  ],
  tables: [suggestion, suggestionStep],
  migrations: [createSuggestions],
  refusals: ['suggestions.at-a-telecentre', 'suggestions.full', 'suggestions.not-found', 'suggestions.answer-needed'],
});
