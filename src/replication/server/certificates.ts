// Judges a server's certificate at a given time, as TLS does it at the machine's: chain, dates, names, purpose.
import { X509Certificate } from 'node:crypto';
import { checkServerIdentity, type TLSSocket } from 'node:tls';
import { Certificate, CertificateChainValidationEngine } from 'pkijs';

/** RFC 5280: the certificate may be used by a server of TLS. */
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
/** No honest chain is longer. */
const MOST_CERTIFICATES = 10;

const parsed = ({ raw }: X509Certificate) => Certificate.fromBER(Uint8Array.from(raw));

/** `trusted`: PEM. Errors: Error that says what is wrong with it. */
export async function judgeCertificate(
  socket: TLSSocket,
  host: string,
  at: number,
  trusted: readonly string[],
): Promise<void> {
  const leaf = socket.getPeerX509Certificate();
  if (!leaf) throw new Error('the server showed no certificate');
  const named = checkServerIdentity(host, socket.getPeerCertificate());
  if (named) throw named;
  if (leaf.keyUsage && !leaf.keyUsage.includes(SERVER_AUTH)) throw new Error('the certificate is not for a server');
  const above: X509Certificate[] = [];
  for (let one = leaf.issuerCertificate; one && above.length < MOST_CERTIFICATES; one = one.issuerCertificate) {
    if (above.some(({ fingerprint256 }) => fingerprint256 === one?.fingerprint256)) break;
    above.push(one);
  }
  const engine = new CertificateChainValidationEngine({
    trustedCerts: trusted.flatMap(readable),
    certs: [...above.toReversed(), leaf].map(parsed), // the last is the one that is judged
    checkDate: new Date(at),
  });
  const { result, resultMessage } = await engine.verify();
  if (!result) throw new Error(`the certificate does not hold: ${resultMessage}`);
}

/** A machine's list may hold one that nobody reads any more. */
function readable(pem: string): Certificate[] {
  try {
    return [parsed(new X509Certificate(pem))];
  } catch {
    return [];
  }
}
