import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';

/**
 * A self-signed X.509 certificate, as small as it may be (RFC 5280: version 3 without extensions, SHA256withRSA). The
 * standard library reads certificates and makes none. Only the sandbox needs one: a merchant of KCP gets its own from KCP.
 */
export function selfSignedCertificate(options: {
  readonly privateKey: KeyObject;
  readonly commonName: string;
  readonly organization: string;
  /** Years before 2050: later ones are written in another form. */
  readonly notBefore: Date;
  readonly notAfter: Date;
}): string {
  const { privateKey, commonName, organization } = options;
  const name = sequence(
    set(sequence(objectId('2.5.4.10'), utf8String(organization))),
    set(sequence(objectId('2.5.4.3'), utf8String(commonName))),
  );
  const toBeSigned = sequence(
    element(0xa0, integer(Buffer.of(2))),
    integer(serialNumber(`${organization} ${commonName}`)),
    sha256WithRsa,
    name,
    sequence(utcTime(options.notBefore), utcTime(options.notAfter)),
    name,
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('RSA-SHA256', toBeSigned, privateKey);
  return pem(sequence(toBeSigned, sha256WithRsa, element(0x03, Buffer.of(0), signature)));
}

/** One element of DER: its tag, its length, its content. */
export function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.of(tag), lengthOf(body.length), body]);
}

/** A number that is not negative, from its bytes: without needless zeros, with one where the sign bit would be set. */
export function integer(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const significant = first < 0 ? Buffer.of(0) : Buffer.from(bytes.subarray(first));
  return element(0x02, ...((significant[0] ?? 0) >= 0x80 ? [Buffer.of(0)] : []), significant);
}

export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
}

const sequence = (...content: readonly Uint8Array[]) => element(0x30, ...content);
const set = (...content: readonly Uint8Array[]) => element(0x31, ...content);
const utf8String = (text: string) => element(0x0c, Buffer.from(text));
const utcTime = (time: Date) =>
  element(0x17, Buffer.from(`${time.toISOString().slice(2, 19).replace(/\D/g, '')}Z`, 'latin1'));
const sha256WithRsa = sequence(objectId('1.2.840.113549.1.1.11'), element(0x05));

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.of(0x80 | bytes.length, ...bytes);
}

function base128(value: number): number[] {
  const groups = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) groups.unshift((rest % 128) | 0x80);
  return groups;
}

/** The same name gets the same number, so that the certificate of a key and a name is always the same. */
function serialNumber(name: string): Buffer {
  return createHash('sha256').update(name).digest().subarray(0, 16);
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
