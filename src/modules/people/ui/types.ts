// What the components about people are handed.
import type { LikenessPart } from './reasons.ts';

/** The closed lists a card is filled from. */
export interface PersonLists {
  sexes: readonly string[];
  languages: readonly string[];
  peoples: readonly string[];
  documentKinds: readonly string[];
  marks: readonly string[];
  answers: readonly string[];
  purposes: readonly { id: string; of: string; sensitive: boolean; needed: boolean }[];
}

/** What stands in the form at first: fields by name. */
export type PersonStart = Readonly<Record<string, string>>;

export interface ListedPerson {
  id: string;
  name: string;
  /** As printed on the card. */
  card: string;
  birthYear: number | null;
  /** Name of the community; empty when unknown. */
  place: string;
  /** Why the card may be the same person's, where that is asked. */
  parts?: readonly LikenessPart[] | undefined;
}
