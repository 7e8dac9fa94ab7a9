// Who waits at a telecentre: a number, and what became of it step by step. Without names; nobody has to sign in for a number.
// A column may be empty in any row: an older telecentre does not send it.
import { replicated, type EngineColumns } from '#platform/manifest';

/** Somebody took a number, `t/<site>`. */
interface QueueTicketRow extends EngineColumns {
  partition: string;
  id: string;
  day: string | null;
  /** From 1 each day. */
  number: number | null;
  /** See PRIORITIES; declared, never proven. */
  priority: string | null;
  /** What for, see NEEDS. */
  need: string | null;
  /** Milliseconds UTC at which the bus or boat leaves. */
  leaves_at: number | null;
  came_at: number | null;
  /** `desk` or `self`. */
  taken_by: string | null;
}

/** What happened with a number, `t/<site>`. */
interface QueueStepRow extends EngineColumns {
  partition: string;
  id: string;
  ticket: string | null;
  /** `called`, `absent`, `back`, `finished`, `left`. */
  kind: string | null;
  at: number | null;
  /** Where to: a computer, or empty for the desk. */
  station: string | null;
}

declare module '#platform/db' {
  interface Tables {
    queue_ticket: QueueTicketRow;
    queue_step: QueueStepRow;
  }
}

export const queueTicket = replicated({
  number: 84,
  name: 'queue_ticket',
  class: 'fact',
  partitions: ['site'],
  columns: {
    day: { n: 1, type: 'date' },
    number: { n: 2, type: 'integer' },
    priority: { n: 3, type: 'text' },
    need: { n: 4, type: 'text' },
    leaves_at: { n: 5, type: 'instant' },
    came_at: { n: 6, type: 'instant' },
    taken_by: { n: 7, type: 'text' },
  },
});

export const queueStep = replicated({
  number: 85,
  name: 'queue_step',
  class: 'fact',
  partitions: ['site'],
  columns: {
    ticket: { n: 1, type: 'id' },
    kind: { n: 2, type: 'text' },
    at: { n: 3, type: 'instant' },
    station: { n: 4, type: 'id' },
  },
});
