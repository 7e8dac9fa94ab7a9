// What people come for, and what is written down of it.

/** The uses that PRONATEL publishes for its Centros de Acceso Digital, and three of our own (communication, training, other). */
export const PURPOSES = [
  'online-procedure',
  'homework',
  'information',
  'communication',
  'equipment',
  'office',
  'training',
  'other-programs',
  'other',
] as const;
export type VisitPurpose = (typeof PURPOSES)[number];

/** Institutions whose procedures are counted apart; another one is written in words with the procedure. */
export const INSTITUTIONS = ['sis', 'reniec', 'sunat', 'municipality', 'other'] as const;

export const OUTCOMES = ['done', 'pending', 'not-possible'] as const;

/** Who comes without a card, as far as it can be seen without asking. */
export const CATEGORIES = ['woman', 'man', 'girl', 'boy', 'not-said'] as const;

export const VOID_REASONS = ['wrong-person', 'wrong-purpose', 'wrong-day', 'twice', 'other'] as const;
