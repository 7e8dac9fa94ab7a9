// The closed lists a person's card is filled from; what each code is called stands in the texts (`people.<list>.<code>`).

import { ANSWERS, PURPOSES } from './purposes.ts';

/** The breakdown of the EU's predefined indicators, with "prefers not to say" as an answer of its own. */
export const SEXES = ['female', 'male', 'non-binary', 'prefers-not-to-say'] as const;

/** How well the year of birth is known. */
export type BirthBasis = 'date' | 'year' | 'estimated';

/** Codes of ISO 639-3 as the territory uses them; two letters where IATI asks for them. */
export const LANGUAGES = ['es', 'cni', 'not', 'prq', 'ame', 'cot', 'que', 'other', 'prefers-not-to-say'] as const;

/**
 * INEI 2017: "Por sus costumbres y antepasados, usted se siente o considera…". "Nativo o indígena de la Amazonía" is asked
 * for by name of the people. Self-declared only; never filled from a name, a language or a place.
 */
export const PEOPLES = [
  'ashaninka',
  'nomatsigenga',
  'asheninka',
  'yanesha',
  'kakinte',
  'amazonian-other',
  'quechua',
  'aimara',
  'other-indigenous',
  'afroperuvian',
  'white',
  'mestizo',
  'other',
  'prefers-not-to-say',
] as const;

export const DOCUMENT_KINDS = ['dni', 'foreign-card', 'passport', 'community-roll'] as const;

/** How an answer was sealed by the one who gave it. */
export const MARKS = ['signature', 'fingerprint', 'spoken'] as const;

export const HOUSEHOLD_ROLES = ['head', 'partner', 'child', 'other'] as const;

/** All lists together, for the forms about people. */
export const PERSON_LISTS = {
  sexes: SEXES,
  languages: LANGUAGES,
  peoples: PEOPLES,
  documentKinds: DOCUMENT_KINDS,
  marks: MARKS,
  answers: ANSWERS,
  purposes: PURPOSES,
};
