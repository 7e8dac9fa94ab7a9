// Rows about people: the card that a district shares, what only its telecentre and the hub hold, and the search keys kept here.
// A column may be empty in any row: an older telecentre does not send it.
import { replicated, type EngineColumns } from '#platform/manifest';
import { applyConsents, applyPeople, applyProfiles } from './derived.ts';
import { applyLinks } from './links.ts';
import type { Verdict } from './verdicts.ts';
import type { Answer } from './purposes.ts';

/** The kernel of a person, partition `d/<district>`. Names are empty once the person was erased. */
interface PersonRow extends EngineColumns {
  partition: string;
  id: string;
  given_names: string | null;
  surnames: string | null;
  birth_year: number | null;
  birth_date: string | null;
  /** `date`, `year` or `estimated`. */
  birth_basis: string | null;
  sex: string | null;
  /** Community, town or hamlet: id of a place. */
  place: string | null;
  /** Digits of the card, with the check digit. */
  card: string | null;
  /** Withdrawn from the list; a shared field, so that a later edit shows as a conflict instead of being lost. */
  gone: boolean | null;
  meta: string | null;
}

/** What only the home telecentre and the hub hold, `t/<site>/private`; the row's id is the person's. All fields sealed. */
interface PersonDetailRow extends EngineColumns {
  partition: string;
  id: string;
  person: string | null;
  ethnicity: string | null;
  language: string | null;
  document_kind: string | null;
  document: string | null;
  phone: string | null;
  meta: string | null;
}

/** People who live together, `d/<district>`. */
interface HouseholdRow extends EngineColumns {
  partition: string;
  id: string;
  place: string | null;
  gone: boolean | null;
  meta: string | null;
}

/** Somebody came into a household or left it. */
interface HouseholdMemberRow extends EngineColumns {
  partition: string;
  id: string;
  household: string | null;
  person: string | null;
  /** `head`, `partner`, `child`, `other`. */
  role: string | null;
  /** `in` or `out`. */
  step: string | null;
  /** Civil date. */
  day: string | null;
}

/** One answer to one purpose, `t/<site>/private`. Never changed: a withdrawal is a later answer. */
export interface ConsentRow extends EngineColumns {
  partition: string;
  id: string;
  person: string | null;
  purpose: string | null;
  /** `yes`, `no`, `prefers-not`. */
  answer: string | null;
  /** `self` or `guardian`. */
  given_by: string | null;
  guardian_name: string | null;
  /** A minor's own yes, beside the guardian's. */
  child_yes: boolean | null;
  /** Version and language of the wording that was read. */
  version: number | null;
  language: string | null;
  audio_heard: boolean | null;
  /** `signature`, `fingerprint`, `spoken`. */
  mark: string | null;
  witness: string | null;
  /** Last civil day on which a yes counts. */
  expires: string | null;
  /** Ids of the answers that this one knew and replaces, comma between: so a wrong clock cannot bring an old yes back. */
  replaces: string | null;
}

/** What figures need, in clear and never sealed, `t/<site>/private`. An empty field says nothing; a later fact supersedes. */
interface PersonProfileRow extends EngineColumns {
  partition: string;
  id: string;
  person: string | null;
  sex: string | null;
  birth_year: number | null;
  birth_basis: string | null;
  district: string | null;
  place: string | null;
  /** Code of PEOPLES with consent to the ethnicity purpose, else `unknown` or `prefers-not-to-say`. */
  people: string | null;
  language: string | null;
}

/**
 * Somebody looked at two cards and decided whether they mean one person; a later decision undoes it. `d/<district>`, or `hub`
 * for cards of two districts.
 */
interface PersonLinkRow extends EngineColumns {
  partition: string;
  id: string;
  /** The two persons, the lesser id first. */
  person: string | null;
  other: string | null;
  /** See VERDICTS. */
  verdict: string | null;
}

declare module '#platform/db' {
  interface Tables {
    person: PersonRow;
    person_detail: PersonDetailRow;
    household: HouseholdRow;
    household_member: HouseholdMemberRow;
    consent: ConsentRow;
    person_profile: PersonProfileRow;
    person_link: PersonLinkRow;
    /** Words and sounds by which a person is found; gone when the person is. */
    person_search: { token: string; person: string; partition: string };
    /** See `keysOf`; a year of 0 goes with every year. */
    person_block: { key: string; birth_year: number; person: string; partition: string };
    /** Cards that are probably one person's, the lesser id first, whatever was decided of them. */
    person_pair: { person: string; other: string; partition: string; other_partition: string; score: number };
    /** One row: who compares cards waits for whoever does so at the same moment (PostgreSQL). */
    person_compare: { id: number; turn: number };
    /** The decision that counts, per pair. */
    person_decision: {
      person: string;
      other: string;
      partition: string;
      verdict: Verdict;
      link: string;
      made_at: number;
    };
    /** The answer that counts, per person and purpose, from every consent held here. */
    consent_state: { person: string; purpose: string; answer: Answer; expires: string | null; consent: string };
    /** Who counts as whom: every person of a joined set points to its least id. Persons who stand alone have no row. */
    person_alias: { person: string; counts_as: string };
    /** The profile that counts, per person; its row is also what a change of the person's derived rows locks. */
    profile_state: {
      person: string;
      sex: string | null;
      birth_year: number | null;
      district: string | null;
      place: string | null;
      people: string | null;
      language: string | null;
    };
  }
}

export const person = replicated({
  number: 20,
  name: 'person',
  class: 'shared',
  partitions: ['district'],
  subject: 'id',
  columns: {
    given_names: { n: 1, type: 'text', sealed: true },
    surnames: { n: 2, type: 'text', sealed: true },
    birth_year: { n: 3, type: 'integer' },
    birth_date: { n: 4, type: 'date', sealed: true },
    birth_basis: { n: 5, type: 'text' },
    sex: { n: 6, type: 'text' },
    place: { n: 7, type: 'id' },
    card: { n: 8, type: 'text' },
    gone: { n: 9, type: 'boolean' },
  },
  onApplied: applyPeople,
});

export const personDetail = replicated({
  number: 21,
  name: 'person_detail',
  class: 'shared',
  partitions: ['site-private'],
  subject: 'person',
  columns: {
    person: { n: 1, type: 'id' },
    ethnicity: { n: 2, type: 'text', sealed: true },
    language: { n: 3, type: 'text', sealed: true },
    document_kind: { n: 4, type: 'text', sealed: true },
    document: { n: 5, type: 'text', sealed: true },
    phone: { n: 6, type: 'text', sealed: true },
  },
});

export const household = replicated({
  number: 22,
  name: 'household',
  class: 'shared',
  partitions: ['district'],
  columns: { place: { n: 1, type: 'id' }, gone: { n: 2, type: 'boolean' } },
});

export const householdMember = replicated({
  number: 23,
  name: 'household_member',
  class: 'fact',
  partitions: ['district'],
  columns: {
    household: { n: 1, type: 'id' },
    person: { n: 2, type: 'id' },
    role: { n: 3, type: 'text' },
    step: { n: 4, type: 'text' },
    day: { n: 5, type: 'date' },
  },
});

export const consent = replicated({
  number: 24,
  name: 'consent',
  class: 'fact',
  partitions: ['site-private'],
  subject: 'person',
  columns: {
    person: { n: 1, type: 'id' },
    purpose: { n: 2, type: 'text' },
    answer: { n: 3, type: 'text' },
    given_by: { n: 4, type: 'text' },
    guardian_name: { n: 5, type: 'text', sealed: true },
    child_yes: { n: 6, type: 'boolean' },
    version: { n: 7, type: 'integer' },
    language: { n: 8, type: 'text' },
    audio_heard: { n: 9, type: 'boolean' },
    mark: { n: 10, type: 'text' },
    witness: { n: 11, type: 'text', sealed: true },
    expires: { n: 12, type: 'date' },
    replaces: { n: 13, type: 'text' },
  },
  onApplied: applyConsents,
});

export const personProfile = replicated({
  number: 25,
  name: 'person_profile',
  class: 'fact',
  partitions: ['site-private'],
  columns: {
    person: { n: 1, type: 'id' },
    sex: { n: 2, type: 'text' },
    birth_year: { n: 3, type: 'integer' },
    birth_basis: { n: 4, type: 'text' },
    district: { n: 5, type: 'text' },
    place: { n: 6, type: 'id' },
    people: { n: 7, type: 'text' },
    language: { n: 8, type: 'text' },
  },
  onApplied: applyProfiles,
});

export const personLink = replicated({
  number: 26,
  name: 'person_link',
  class: 'fact',
  partitions: ['district', 'hub'],
  columns: { person: { n: 1, type: 'id' }, other: { n: 2, type: 'id' }, verdict: { n: 3, type: 'text' } },
  onApplied: applyLinks,
});
