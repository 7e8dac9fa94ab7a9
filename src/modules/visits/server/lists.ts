// What people come for, and what is written down of it.

/** The uses that PRONATEL publishes for its Centros de Acceso Digital, and our own (communication, health, prices, training, other). */
export const PURPOSES = [
  'online-procedure',
  'homework',
  'information',
  'communication',
  'equipment',
  'office',
  'health',
  'prices',
  'training',
  'other-programs',
  'other',
] as const;
export type VisitPurpose = (typeof PURPOSES)[number];

/** Institutions whose procedures are counted apart; another one is written in words with the procedure. */
export const INSTITUTIONS = [
  'sis',
  'reniec',
  'sunat',
  'essalud',
  'midis',
  'banco-nacion',
  'minedu',
  'municipality',
  'other',
] as const;

/** How somebody agreed to be helped with a procedure: said so, made a mark, or a witness was there. */
export const CONSENTS = ['said-yes', 'mark', 'witness'] as const;

/** Who trains: the telecentre's own digital leader, or a partner's course (the two that PRONATEL counts apart). */
export const TRAINERS = ['leader', 'partner'] as const;

/** Purposes that PRONATEL counts as use of the internet; trainings and procedures are counted apart. */
export const INTERNET_USES = PURPOSES.filter((one) => one !== 'training' && one !== 'online-procedure');

export const OUTCOMES = ['done', 'pending', 'not-possible'] as const;

/** Who comes without a card, as far as it can be seen without asking. */
export const CATEGORIES = ['woman', 'man', 'girl', 'boy', 'not-said'] as const;

export const VOID_REASONS = ['wrong-person', 'wrong-purpose', 'wrong-day', 'twice', 'other'] as const;
