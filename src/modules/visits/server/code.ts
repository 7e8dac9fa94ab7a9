// The short code on a receipt: what is left of the visit's id once the telecentre that made it is known.
import { encodeId, readId } from '#platform/ids';

const ORIGIN_LETTERS = 5;

/** `7K3X-1C`: run, counter and check letter. */
export function visitCode(id: string): string {
  const short = id.slice(ORIGIN_LETTERS);
  return `${short.slice(0, 4)}-${short.slice(4)}`;
}

/** The visit's id from the code as read aloud at the telecentre that gave it, or from the whole id; null when a letter is wrong. */
export function visitOfCode(site: number, typed: string): string | null {
  const origin = encodeId({ site, device: 0, run: 0, counter: 1 }).slice(0, ORIGIN_LETTERS);
  return readId(typed) ?? readId(origin + typed);
}
