// A hub and a telecentre joined without a network: requests go straight to the hub's functions, and can be cut at any byte.
import { answerEnrolment, answerSession, ENROL_PATH, LinkError, type Replica, type Transport } from '#replication';

export interface TestLink extends Transport {
  /** Cuts the next requests after this many bytes of body; undefined = whole. */
  cutUpAfter: number | undefined;
  /** Cuts the next answers after this many bytes. */
  cutDownAfter: number | undefined;
}

export function directLink(hub: Replica): TestLink {
  const count = { up: 0, down: 0 };
  let requests = 0;
  const link: TestLink = {
    cutUpAfter: undefined,
    cutDownAfter: undefined,
    async send(path, body) {
      requests += 1;
      const whole = Buffer.concat(body);
      count.up += whole.length;
      if (path === ENROL_PATH) {
        const outcome = await answerEnrolment(hub, JSON.parse(whole.toString()));
        return { status: 200, answer: pieces(Buffer.from(JSON.stringify(outcome)), undefined) };
      }
      const { body: answer } = await answerSession(hub, pieces(whole, link.cutUpAfter)).catch((error: unknown) => {
        throw error instanceof CutHere ? new LinkError('cut on the way up') : error;
      });
      const down = Buffer.from(answer);
      count.down += down.length;
      return { status: 200, answer: pieces(down, link.cutDownAfter) };
    },
    bytes: () => ({ ...count }),
    roundTrips: () => requests,
    close: () => undefined,
  };
  return link;
}

class CutHere extends LinkError {}

/** In small pieces, so that frames arrive torn. */
async function* pieces(whole: Uint8Array, cutAfter: number | undefined): AsyncIterable<Uint8Array> {
  const end = cutAfter === undefined ? whole.length : Math.min(cutAfter, whole.length);
  for (let at = 0; at < end; at += 1_000) yield await Promise.resolve(whole.subarray(at, Math.min(at + 1_000, end)));
  if (end < whole.length) throw new CutHere('cut');
}
