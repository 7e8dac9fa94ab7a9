// Enrolment: the hub's answer to a one-time code, and the telecentre that types it in.
import { runCommand, type Outcome } from '#platform/command';
import { Refusal } from '#platform/errors';
import { anonymous } from '#platform/permissions';
import { certificateHolds } from './identity.ts';
import type { Replica } from './replica.ts';
import { TOKEN } from './session-client.ts';
import { newToken } from './session-hub.ts';
import { writeState } from './state.ts';
import { fingerprintFits, readCode, type EnrolmentAnswer } from './sites.ts';
import { httpTransport, LinkError, type Transport } from './transport.ts';

export const ENROL_PATH = '/api/replication/enrol';

/** The hub's side: JSON in, JSON out. The code itself is the permission. */
export async function answerEnrolment(replica: Replica, body: unknown): Promise<Outcome<EnrolmentAnswer>> {
  const outcome = await runCommand(replica.app(), replica.sites.enrol, { actor: anonymous(), input: body });
  if (!outcome.ok) return outcome;
  // with it the first session need not begin by asking for one
  const token = Buffer.from(await newToken(replica, outcome.value.number)).toString('base64url');
  return { ...outcome, value: { ...outcome.value, token } };
}

export interface EnrolOptions {
  hubUrl: string;
  code: string;
  transport?: Transport;
}

/** Asks the hub to take this telecentre in. A lost answer is no harm: the same code and key get the same answer. Errors: Refusal, LinkError. */
export async function enrolWithHub(
  replica: Replica,
  options: EnrolOptions,
): Promise<{ number: number; name: string; programme: string; district: string }> {
  const { identity } = replica;
  if (identity.role !== 'telecentre') throw new Refusal('replication.telecentre-only');
  const code = readCode(options.code);
  if (!code) throw new Refusal('replication.code-wrong', { field: 'code' });
  if (identity.number !== undefined && identity.hubUrl !== options.hubUrl)
    throw new Refusal('replication.already-enrolled');
  const transport = options.transport ?? httpTransport(options.hubUrl, { line: replica.line });
  try {
    const request = JSON.stringify({ secret: code.secret, publicKey: identity.publicKey, demo: identity.demo });
    const exchange = await transport.send(ENROL_PATH, [Buffer.from(request)]);
    const chunks: Uint8Array[] = [];
    for await (const chunk of exchange.answer) chunks.push(chunk);
    const outcome = readOutcome(Buffer.concat(chunks).toString(), exchange.status);
    if (!outcome.ok)
      throw new Refusal(outcome.refusal.code, { field: outcome.refusal.field, params: outcome.refusal.params });
    const answer = outcome.value;
    const hubKey = Buffer.from(answer.hubPublicKey, 'base64url');
    const certified = certificateHolds(
      answer.rootPublicKey,
      0,
      hubKey,
      Buffer.from(answer.hubCertificate, 'base64url'),
    );
    const formerHold = (answer.hubFormer ?? []).every(({ publicKey, certificate }) =>
      certificateHolds(
        answer.rootPublicKey,
        0,
        Buffer.from(publicKey, 'base64url'),
        Buffer.from(certificate, 'base64url'),
      ),
    );
    // the code holds five letters of the root key: an impostor on the way cannot answer for the hub
    if (!certified || !formerHold || !fingerprintFits(code.fingerprint, answer.rootPublicKey))
      throw new Refusal('replication.wrong-hub');
    await replica.saveIdentity({
      number: answer.number,
      siteId: answer.siteId,
      district: answer.district,
      name: answer.name,
      programme: answer.programme,
      rootPublicKey: answer.rootPublicKey,
      hubPublicKey: answer.hubPublicKey,
      hubFormer: (answer.hubFormer ?? []).map(({ publicKey }) => publicKey),
      hubUrl: options.hubUrl,
    });
    if (answer.token !== undefined) await writeState(replica.db, TOKEN, answer.token);
    replica.log.info({ site: answer.number }, 'enrolled');
    return { number: answer.number, name: answer.name, programme: answer.programme, district: answer.district };
  } finally {
    if (!options.transport) transport.close();
  }
}

/** Errors: LinkError when what answered is no hub, or has no time now. */
function readOutcome(text: string, status: number): Outcome<EnrolmentAnswer> {
  try {
    return JSON.parse(text) as Outcome<EnrolmentAnswer>;
  } catch (error) {
    const reason =
      status === 429 ? 'it was asked too often; wait a minute' : `what answers there is no hub (${status})`;
    throw new LinkError(`The telecentre was not enrolled: ${reason}.`, { cause: error });
  }
}
