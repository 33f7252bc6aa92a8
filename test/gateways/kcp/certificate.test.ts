import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { signText } from '../../../src/gateways/kcp/adapter/requests.ts';
import { kcp } from '../../../src/gateways/kcp/module.ts';
import { element, integer, objectId, selfSignedCertificate } from '../../../src/gateways/kcp/simulator/certificate.ts';
import { certificateLine } from '../../../src/gateways/kcp/wire/signature.ts';

const sandbox = await kcp.sandbox();

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const names = fc.stringMatching(/^[A-Za-z0-9 가-힣.-]{1,60}$/);
const notBefore = new Date('2020-01-01T00:00:00Z');
const notAfter = new Date('2049-12-31T23:59:59Z');

describe('a self-signed certificate', () => {
  test('is read by the standard library with the names, times and key that it was made of', () => {
    fc.assert(
      fc.property(names, names, (commonName, organization) => {
        const text = selfSignedCertificate({ privateKey, commonName, organization, notBefore, notAfter });
        const certificate = new X509Certificate(text);
        const { subject, issuer } = certificate.toLegacyObject();
        assert.equal(subject.CN, commonName);
        assert.equal(subject.O, organization);
        assert.deepEqual(issuer, subject);
        assert.equal(certificate.validFromDate.getTime(), notBefore.getTime());
        assert.equal(certificate.validToDate.getTime(), notAfter.getTime());
        assert.ok(certificate.verify(certificate.publicKey));
        assert.ok(certificate.checkIssued(certificate));
        assert.ok(certificate.checkPrivateKey(privateKey));
        assert.ok(BigInt(`0x${certificate.serialNumber}`) > 0n);
      }),
      { numRuns: 60 },
    );
  });

  test('that was changed anywhere in what is signed fails its verification, or cannot be read', () => {
    const text = selfSignedCertificate({ privateKey, commonName: 'T1234', organization: 'O', notBefore, notAfter });
    const { raw, publicKey } = new X509Certificate(text);
    fc.assert(
      fc.property(fc.integer({ min: 4, max: raw.length - 300 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(raw);
        changed[at] = (changed[at] ?? 0) ^ change;
        let isValid = false;
        try {
          isValid = new X509Certificate(changed).verify(publicKey);
        } catch {
          // It is not even a certificate any more.
        }
        assert.equal(isValid, false);
      }),
      { numRuns: 200 },
    );
  });
});

describe('DER', () => {
  test('an element of any length is read back whole', () => {
    fc.assert(
      fc.property(fc.nat({ max: 70_000 }), (length) => {
        const encoded = element(0x04, Buffer.alloc(length, 7));
        assert.deepEqual(contentOf(encoded), Buffer.alloc(length, 7));
      }),
    );
    assert.deepEqual(element(0x04, Buffer.alloc(127)).subarray(0, 2), Buffer.from('047f', 'hex'));
    assert.deepEqual(element(0x04, Buffer.alloc(128)).subarray(0, 3), Buffer.from('048180', 'hex'));
    assert.deepEqual(element(0x04, Buffer.alloc(65_536)).subarray(0, 5), Buffer.from('0483010000', 'hex'));
  });

  test('an integer has no needless zero and never looks negative', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (bytes) => {
        const content = contentOf(integer(bytes));
        const [first = 0, second = 0] = content;
        assert.ok(first < 0x80);
        assert.ok(content.length === 1 || first !== 0 || second >= 0x80);
        const hex = (of: Uint8Array) => BigInt(`0x${Buffer.from(of).toString('hex')}`);
        assert.equal(hex(content), hex(bytes));
      }),
    );
  });

  test('object ids have the bytes that X.690 and RFC 8017 give for them', () => {
    assert.equal(objectId('1.2.840.113549').toString('hex'), '06062a864886f70d');
    assert.equal(objectId('1.2.840.113549.1.1.11').toString('hex'), '06092a864886f70d01010b');
    assert.equal(objectId('2.5.4.3').toString('hex'), '0603550403');
  });
});

describe('sandbox credentials', () => {
  test('are the same for the same site, and a certificate of its own for each', () => {
    const [first, again, other] = ['T1234', 'T1234', 'T9999'].map((mid) => sandbox.credentials(mid));
    assert.deepEqual(again, first);
    assert.notEqual(other?.certificate, first?.certificate);
    assert.equal(new X509Certificate(first?.certificate ?? '').toLegacyObject().subject.CN, 'T1234');
  });

  test('hold a key that only their password opens and that belongs to the certificate', () => {
    const { certificate = '', privateKey: key = '', privateKeyPassword = '' } = sandbox.credentials('T1234');
    assert.match(key, /^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    assert.throws(() => createPrivateKey({ key, passphrase: `${privateKeyPassword}x` }));
    const opened = createPrivateKey({ key, passphrase: privateKeyPassword });
    assert.ok(new X509Certificate(certificate).checkPrivateKey(opened));
    assert.throws(() => signText('x', { privateKey: key, privateKeyPassword: 'wrong' }));
  });

  test('a certificate goes out in one line that is still the certificate', () => {
    const { certificate = '' } = sandbox.credentials('T1234');
    const line = certificateLine(certificate);
    assert.match(line, /^-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=]+-----END CERTIFICATE-----$/);
    const base64 = line.slice('-----BEGIN CERTIFICATE-----'.length, -'-----END CERTIFICATE-----'.length);
    assert.deepEqual(Buffer.from(base64, 'base64'), new X509Certificate(certificate).raw);
    assert.equal(certificateLine(certificate.replaceAll('\n', '\r\n')), line);
  });

  test('a site code has five characters', () => {
    for (const seed of ['a', 'b', 'conformance', '']) assert.match(sandbox.mid(seed), /^[A-Z0-9]{5}$/);
  });
});

function contentOf(der: Buffer): Buffer {
  const first = der[1] ?? 0;
  if (first < 0x80) return der.subarray(2, 2 + first);
  const bytes = first & 0x7f;
  const length = der.readUIntBE(2, bytes);
  assert.equal(der.length, 2 + bytes + length);
  return der.subarray(2 + bytes);
}
