import { createPrivateKey, type KeyObject } from 'node:crypto';
import { selfSignedCertificate } from './certificate.ts';
import { sandboxKey } from './sandbox-key.ts';

/** Read once: to derive what opens the file takes longer than all else here. */
let signingKey: KeyObject | undefined;

/**
 * What KCP gives a merchant, for the sandbox: a certificate, its private key in an encrypted file, and the password of the file.
 * The key is one for all, each merchant has a certificate of its own, and both are the same at every start.
 */
export function sandboxCredentials(
  mid: string,
): Record<'certificate' | 'privateKey' | 'privateKeyPassword' | 'batchGroupId', string> {
  const { privateKey, privateKeyPassword } = sandboxKey;
  signingKey ??= createPrivateKey({ key: privateKey, passphrase: privateKeyPassword });
  const certificate = selfSignedCertificate({
    privateKey: signingKey,
    commonName: mid,
    organization: 'Hwanbul sandbox',
    notBefore: new Date('2020-01-01T00:00:00Z'),
    notAfter: new Date('2049-12-31T23:59:59Z'),
  });
  return {
    certificate,
    privateKey,
    privateKeyPassword,
    batchGroupId: `${mid.replace(/[^A-Z0-9]/g, '')}71000489`.slice(0, 12).padEnd(12, '0'),
  };
}
