// Certificates for tests, made on the spot: an authority that nobody else trusts, and servers that it names.
import { webcrypto, X509Certificate } from 'node:crypto';
import { Integer, Utf8String } from 'asn1js';
import {
  AttributeTypeAndValue,
  BasicConstraints,
  Certificate,
  Extension,
  ExtKeyUsage,
  GeneralName,
  GeneralNames,
} from 'pkijs';

export interface Authority {
  certificate: Certificate;
  keys: webcrypto.CryptoKeyPair;
  pem: string;
}

export interface ServerCertificate {
  cert: string;
  key: string;
}

const COMMON_NAME = '2.5.4.3';
const DNS_NAME = 2;
let serial = 0;

const newKeys = () =>
  webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]) as Promise<webcrypto.CryptoKeyPair>; // reason: ECDSA makes a pair

const pemOf = (certificate: Certificate) =>
  new X509Certificate(new Uint8Array(certificate.toSchema(true).toBER(false))).toString();

const named = (name: string) => [
  new AttributeTypeAndValue({ type: COMMON_NAME, value: new Utf8String({ value: name }) }),
];

async function made(
  name: string,
  keys: webcrypto.CryptoKeyPair,
  [from, to]: [number, number],
  extensions: Extension[],
  by?: Authority,
): Promise<Certificate> {
  const certificate = new Certificate();
  serial += 1;
  certificate.version = 2;
  certificate.serialNumber = new Integer({ value: serial });
  certificate.subject.typesAndValues.push(...named(name));
  certificate.issuer.typesAndValues.push(...(by ? by.certificate.subject.typesAndValues : named(name)));
  certificate.notBefore.value = new Date(from);
  certificate.notAfter.value = new Date(to);
  certificate.extensions = extensions;
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey as never); // reason: the same key by another name of the type
  await certificate.sign((by?.keys ?? keys).privateKey as never, 'SHA-256'); // reason: as above
  return certificate;
}

const extension = (extnID: string, critical: boolean, value: { toSchema(): { toBER(): ArrayBuffer } }) =>
  new Extension({ extnID, critical, extnValue: value.toSchema().toBER() });

const isAuthority = (cA: boolean) => extension('2.5.29.19', true, new BasicConstraints({ cA }));

/** Times in milliseconds UTC. */
export async function authority(
  name: string,
  from: number,
  to: number,
  by?: Authority,
  mayCertify = true,
): Promise<Authority> {
  const keys = await newKeys();
  const certificate = await made(name, keys, [from, to], [isAuthority(mayCertify)], by);
  return { certificate, keys, pem: pemOf(certificate) };
}

export async function serverCertificate(
  by: Authority,
  host: string,
  [from, to]: [number, number],
  purpose = '1.3.6.1.5.5.7.3.1',
): Promise<ServerCertificate> {
  const keys = await newKeys();
  const names = new GeneralNames({ names: [new GeneralName({ type: DNS_NAME, value: host })] });
  const extensions = [
    isAuthority(false),
    extension('2.5.29.17', false, names),
    extension('2.5.29.37', false, new ExtKeyUsage({ keyPurposes: [purpose] })),
  ];
  const certificate = await made(host, keys, [from, to], extensions, by);
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  const key = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(pkcs8).toString('base64')}\n-----END PRIVATE KEY-----\n`;
  return { cert: pemOf(certificate), key };
}
