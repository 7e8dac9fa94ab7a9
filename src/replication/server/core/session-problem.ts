// What stops a session, in codes that screens put into words.
import { STATUS, type AnswerHead } from './session.ts';

/** What stops a session, as a code for the screen. */
export class SessionProblem extends Error {
  readonly code: string;
  constructor(code: string, detail: string) {
    super(detail);
    this.name = 'SessionProblem';
    this.code = code;
  }
}

const REFUSALS: Record<number, [code: string, detail: string]> = {
  [STATUS.unknownSite]: ['unknown-site', 'the hub does not know this site'],
  [STATUS.badSignature]: ['bad-signature', 'the hub could not verify a signature of this site'],
  [STATUS.ended]: ['ended', 'the hub ended the membership of this site'],
  [STATUS.notAllowed]: ['not-allowed', 'the hub refused: this site may not hold or write a partition it named'],
  [STATUS.malformed]: ['malformed', 'what arrived at the hub was damaged'],
  [STATUS.busy]: ['busy', 'the hub is busy'],
  [STATUS.diskFull]: ['hub-disk-full', 'the hub has no room left'],
  [STATUS.asideFull]: ['aside-full', 'too much of this site waits for a decision at the hub'],
};

/** Errors: SessionProblem when the hub refused. */
export function checkStatus(answer: AnswerHead): void {
  const refusal = REFUSALS[answer.status];
  if (refusal) throw new SessionProblem(...refusal);
  // a newer hub may have reasons that this program does not know
  if (answer.status !== STATUS.done)
    throw new SessionProblem('refused', `the hub refused, with number ${answer.status}`);
}
