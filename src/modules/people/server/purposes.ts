// What personal data is asked for, one purpose at a time: who asks, whether the law calls it sensitive, which wording was read.

export interface Purpose {
  id: string;
  /**
   * Whose purpose it is. A municipality acting within its powers needs no consent, the organisation that runs the
   * programme does (Ley 29733 art. 14.1), so every purpose says it.
   */
  of: 'ngo' | 'municipality';
  /** Sensitive data in the sense of Ley 29733 art. 2.5: written and express consent. */
  sensitive: boolean;
  /** Without this one there is no card; the person is served all the same and counted without a name. */
  needed: boolean;
  /** Version of the wording (texts `people.purpose.<id>.ask`): raised whenever its meaning changes. */
  version: number;
}

export const PURPOSES = [
  { id: 'card', of: 'ngo', sensitive: false, needed: true, version: 1 },
  { id: 'ethnicity', of: 'ngo', sensitive: true, needed: false, version: 1 },
  { id: 'photo-voice', of: 'ngo', sensitive: false, needed: false, version: 1 },
  { id: 'share-municipality', of: 'municipality', sensitive: false, needed: false, version: 1 },
  { id: 'share-ngo', of: 'ngo', sensitive: false, needed: false, version: 1 },
  { id: 'share-funder', of: 'ngo', sensitive: false, needed: false, version: 1 },
  { id: 'income', of: 'ngo', sensitive: true, needed: false, version: 1 },
  { id: 'plot-location', of: 'ngo', sensitive: false, needed: false, version: 1 },
  { id: 'share-buyer', of: 'ngo', sensitive: false, needed: false, version: 1 },
] as const satisfies readonly Purpose[];

export type PurposeId = (typeof PURPOSES)[number]['id'];
export const PURPOSE_IDS = PURPOSES.map((purpose) => purpose.id);

export const ANSWERS = ['yes', 'no', 'prefers-not'] as const;
export type Answer = (typeof ANSWERS)[number];

export function purposeVersion(id: PurposeId): number {
  return PURPOSES.find((purpose) => purpose.id === id)?.version ?? 1;
}
