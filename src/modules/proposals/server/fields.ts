// Fields that every step taken in a person's name has.
import { flag, optionalChoice, optionalRecordId } from '#platform/input';

export const PRESENCES = ['mark', 'witness'] as const;

/** Filled in only by those who assist; a resident who is signed in is known. */
export const partFields = {
  person: optionalRecordId(),
  /** How it can be shown that the person was there. */
  presence: optionalChoice(PRESENCES),
  /** What was written was read aloud to the person, who said yes. */
  readBack: flag(),
};
