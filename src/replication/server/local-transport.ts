// A session without a network: telecentre and hub in one process, for the demonstration's first filling and for tests.
import { answerEnrolment, ENROL_PATH } from './enrol.ts';
import type { Replica } from './replica.ts';
import { answerSession } from './session-hub.ts';
import type { Transport } from './transport.ts';

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(bytes);
}

export function localTransport(hub: Replica): Transport {
  const count = { up: 0, down: 0 };
  let requests = 0;
  return {
    async send(path, body) {
      requests += 1;
      const whole = Buffer.concat(body);
      count.up += whole.length;
      if (path === ENROL_PATH) {
        const outcome = await answerEnrolment(hub, JSON.parse(whole.toString()));
        return { status: 200, answer: once(Buffer.from(JSON.stringify(outcome))) };
      }
      const { body: answer } = await answerSession(hub, once(whole));
      return { status: 200, answer: once(answer) };
    },
    bytes: () => ({ ...count }),
    roundTrips: () => requests,
    close: () => undefined,
  };
}
