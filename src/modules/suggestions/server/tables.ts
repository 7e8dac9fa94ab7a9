// What visitors suggest to their telecentre, without saying who they are, and what it answers.
import { replicated, type EngineColumns } from '#platform/manifest';

/** Somebody's words, `t/<site>`. A column may be empty in any row: an older telecentre does not send it. */
interface SuggestionRow extends EngineColumns {
  partition: string;
  id: string;
  topic: string | null;
  text: string | null;
  day: string | null;
}

/** The telecentre's word on it, `t/<site>`: `answered`, or `put-away` where it is an insult or about somebody. */
interface SuggestionStepRow extends EngineColumns {
  partition: string;
  id: string;
  suggestion: string | null;
  kind: string | null;
  text: string | null;
}

declare module '#platform/db' {
  interface Tables {
    suggestion: SuggestionRow;
    suggestion_step: SuggestionStepRow;
  }
}

export const suggestion = replicated({
  number: 94,
  name: 'suggestion',
  class: 'fact',
  wide: true,
  partitions: ['site'],
  columns: {
    topic: { n: 1, type: 'text' },
    text: { n: 2, type: 'text' },
    day: { n: 3, type: 'date' },
  },
});

export const suggestionStep = replicated({
  number: 95,
  name: 'suggestion_step',
  class: 'fact',
  wide: true,
  partitions: ['site'],
  columns: {
    suggestion: { n: 1, type: 'id' },
    kind: { n: 2, type: 'text' },
    text: { n: 3, type: 'text' },
  },
});
