import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { selfSignedCertificate } from './certificate.ts';

/**
 * What KCP gives a merchant, for the sandbox: a certificate, its private key in an encrypted file, and the password of
 * the file. A key takes long to make, so that there is one for each process, made when it is first wanted; each merchant
 * has a certificate of its own. A new process has a new key: the channel and the simulator are given it together.
 */
export function sandboxCredentials(mid: string): Record<'certificate' | 'privateKey' | 'privateKeyPassword', string> {
  const { privateKey, privateKeyPassword } = keyOfProcess();
  const certificate = selfSignedCertificate({
    privateKey: createPrivateKey({ key: privateKey, passphrase: privateKeyPassword }),
    commonName: mid,
    organization: 'Hwanbul sandbox',
    notBefore: new Date('2020-01-01T00:00:00Z'),
    notAfter: new Date('2049-12-31T23:59:59Z'),
  });
  return { certificate, privateKey, privateKeyPassword };
}

type SandboxKey = { readonly privateKey: string; readonly privateKeyPassword: string };
let made: SandboxKey | undefined;

function keyOfProcess(): SandboxKey {
  made ??= makeKey();
  return made;
}

function makeKey(): SandboxKey {
  const privateKeyPassword = randomBytes(12).toString('base64url');
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: privateKeyPassword },
  });
  return Object.freeze({ privateKey, privateKeyPassword });
}
