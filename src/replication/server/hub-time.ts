// A telecentre whose clock is lost asks the hub for the time before TLS, which would refuse a board that woke in 1970.
import { randomBytes } from 'node:crypto';
import { encodeHubTime, NONCE_BYTES, readHubTime } from './core/index.ts';
import { privateKeyOf } from './identity.ts';
import { openLine, type Line } from './line.ts';
import type { Replica } from './replica.ts';
import { keysOfSite } from './site-keys.ts';
import { httpTransport, LinkError, type Transport } from './transport.ts';

export const TIME_PATH = '/api/replication/time';
/** Nobody waits long for a hub that does not tell the time over plain HTTP. */
const SILENCE = 20_000;
const MOST_BYTES = 1_000;

/** The hub's side: what was drawn there, and the signed time for it. Undefined for anything else, and at a hub that does not know the time. */
export function answerTime(replica: Replica, nonce: Uint8Array): Uint8Array | undefined {
  const { clock, identity } = replica;
  if (identity.role !== 'hub' || nonce.length !== NONCE_BYTES || clock.state() === 'unknown') return undefined;
  const pairs = [identity, ...(identity.former ?? []).toReversed()];
  return encodeHubTime(nonce, clock.now(), pairs.map(privateKeyOf));
}

/** Where it is asked: the hub's own address without TLS, on the usual port unless the settings name another address. */
export function timeAddress(hubUrl: string, configured: string | undefined): string {
  if (configured) return configured;
  const url = new URL(hubUrl);
  return url.protocol === 'http:' ? url.origin : `http://${url.hostname}`;
}

/**
 * Asks the time by plain HTTP: nothing secret goes over, and what comes back counts only when a key of the hub signed it for this question.
 * True when the hub answered; without an answer the clock stays as it was. What went over the link is added to `spent`.
 */
export async function askTime(
  replica: Replica,
  hubUrl: string,
  spent: ReturnType<Transport['bytes']>,
): Promise<boolean> {
  const { clock, config, db, identity, log } = replica;
  const line = openLine();
  const transport = httpTransport(timeAddress(hubUrl, config.hubTimeUrl), {
    line,
    silence: SILENCE,
    nothingSecret: true,
  });
  try {
    const keys = await keysOfSite(db.read, identity, 0);
    const nonce = randomBytes(NONCE_BYTES);
    const sent = performance.now();
    const { status, answer } = await transport.send(TIME_PATH, [nonce]);
    const bytes = await firstOf(answer);
    const took = performance.now() - sent;
    const time = status === 200 ? readHubTime(bytes, nonce, keys) : undefined;
    if (time === undefined) {
      log.warn({ status }, 'what came as the hub’s time was not signed by our hub for this question');
      return false;
    }
    const before = clock.now();
    clock.told(time + took / 2, took / 2);
    log.warn({ before, now: clock.now() }, 'the clock is lost; the time is the hub’s');
    return true;
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    log.warn({ err: error }, 'the hub’s time could not be asked');
    return false;
  } finally {
    const { up, down } = transport.bytes();
    spent.up += up;
    spent.down += down;
    line.close();
  }
}

async function firstOf(answer: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MOST_BYTES) break;
  }
  return Buffer.concat(chunks);
}

/** TLS judged a certificate by a clock that may be wrong. */
export function isDateProblem(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause)
    if (/^CERT_(NOT_YET_VALID|HAS_EXPIRED)$/.test(String((one as Error & { code?: unknown }).code))) return true;
  return false;
}

/** What a line needs to judge certificates by. */
export const lineOf = ({ clock }: Pick<Replica, 'clock'>): Line =>
  openLine({ judgedAt: () => (clock.isCorrected() ? clock.now() : undefined) });
