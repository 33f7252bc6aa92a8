import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

/** Where a ciphertext belongs: it can be read there, and nowhere else. */
export interface Place {
  /** Table and column, such as `channels.credentials`. */
  readonly column: string;
  /** The merchant and what else tells the row from all others. It must never change while the row is there. */
  readonly row: readonly string[];
}

/**
 * Keeps secrets at rest. AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits for every value. The place of the value
 * is authenticated with it, so that a ciphertext copied to another row, column or merchant does not decrypt there.
 *
 * A ciphertext is: version (1 byte, 2), id of the key (8), nonce (12), tag (16), and the encrypted UTF-8 text. Version 1, which
 * is only read, has no id of a key, and is bound to the column alone.
 */
export interface Encryption {
  /** With the current key. */
  encrypt(plaintext: string, place: Place): Buffer;
  /**
   * With whichever of the keys made it.
   *
   * @throws DecryptionError when the ciphertext was altered, or made with another key or for another place.
   */
  decrypt(ciphertext: Buffer, place: Place): string;
  /** 32 bytes that only a holder of the current key can work out from these; for tokens that are made again rather than kept. */
  derive(nonce: Buffer, context: string): Buffer;
  /** The same with each of the keys, the current one first: to recognize what was derived before the key was changed. */
  derivations(nonce: Buffer, context: string): readonly Buffer[];
  /** 32 bytes that tell the current key from others and give nothing of it away. */
  fingerprint(): Buffer;
  /** Of each of the keys, the current one first. */
  fingerprints(): readonly Buffer[];
  /** What every ciphertext begins with that needs no rotation. */
  currentHeader(): Buffer;
}

export class DecryptionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DecryptionError';
  }
}

export const keyBytes = 32;
const keyIdBytes = 8;
const versionUnbound = 1;
const versionBound = 2;
const nonceBytes = 12;
const tagBytes = 16;
const boundBytesMin = 1 + keyIdBytes + nonceBytes + tagBytes;
const unboundBytesMin = 1 + nonceBytes + tagBytes;

/** Bytes at the beginning of a bound ciphertext that tell its version and its key. */
export const headerBytes = 1 + keyIdBytes;

/** A key by its fingerprint's first bytes, in hex: enough to tell the few keys of one database apart. */
export function keyIdOf(fingerprint: Buffer): string {
  return fingerprint.toString('hex', 0, keyIdBytes);
}

/** The id of the key that made the ciphertext; `null`: it is unbound, and does not say. */
export function keyIdOfCiphertext(ciphertext: Buffer): string | null {
  return isBound(ciphertext) ? ciphertext.toString('hex', 1, headerBytes) : null;
}

function isBound(ciphertext: Buffer): boolean {
  return ciphertext.length >= boundBytesMin && ciphertext[0] === versionBound;
}

/** `previous` are keys that were the current one before, or are to be: what they made is read, and they make nothing. */
export function createEncryption(key: Buffer, previous: readonly Buffer[] = []): Encryption {
  const keys = [key, ...previous.filter((each) => !each.equals(key))].map(readyKey);
  const [current] = keys;
  if (current === undefined) throw new RangeError('There is no encryption key.');
  const byId = new Map(keys.map((each) => [each.id, each]));
  const header = Buffer.concat([Buffer.from([versionBound]), Buffer.from(current.id, 'hex')]);

  return Object.freeze({
    encrypt(plaintext: string, place: Place): Buffer {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce, { authTagLength: tagBytes });
      cipher.setAAD(boundData(current.id, place));
      const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
      return Buffer.concat([header, nonce, cipher.getAuthTag(), body]);
    },
    decrypt(ciphertext: Buffer, place: Place): string {
      if (isBound(ciphertext)) {
        const id = ciphertext.toString('hex', 1, headerBytes);
        const known = byId.get(id);
        if (!known)
          throw new DecryptionError(`The ciphertext was made with a key that is not given here (its id: ${id}).`);
        return open(known.key, ciphertext.subarray(headerBytes), boundData(id, place));
      }
      if (ciphertext.length < unboundBytesMin || ciphertext[0] !== versionUnbound) {
        throw new DecryptionError('This is not a ciphertext of a known version.');
      }
      const sealed = ciphertext.subarray(1);
      return openWithAny(keys, sealed, Buffer.from(place.column, 'utf8'));
    },
    derive: (nonce: Buffer, context: string) => deriveWith(current.key, nonce, context),
    derivations: (nonce: Buffer, context: string) => keys.map((each) => deriveWith(each.key, nonce, context)),
    fingerprint: () => Buffer.from(current.fingerprint),
    fingerprints: () => keys.map((each) => Buffer.from(each.fingerprint)),
    currentHeader: () => Buffer.from(header),
  });
}

interface ReadyKey {
  /** Node looks longer at the bytes of a key, each time, than it ciphers. */
  readonly key: KeyObject;
  readonly fingerprint: Buffer;
  readonly id: string;
}

function readyKey(key: Buffer): ReadyKey {
  if (key.length !== keyBytes) throw new RangeError(`An encryption key has ${keyBytes} bytes, not ${key.length}.`);
  const secret = createSecretKey(key);
  const fingerprint = createHmac('sha256', secret).update('hwanbul encryption key fingerprint, version 1').digest();
  return { key: secret, fingerprint, id: keyIdOf(fingerprint) };
}

/** JSON keeps the parts apart: no two places run together into the same bytes. */
function boundData(keyId: string, { column, row }: Place): Buffer {
  return Buffer.from(JSON.stringify([versionBound, keyId, column, ...row]), 'utf8');
}

/** `sealed`: nonce, tag, and the encrypted text. */
function open(key: KeyObject, sealed: Buffer, data: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(data);
  decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]).toString('utf8');
  } catch {
    throw new DecryptionError('The ciphertext was altered, or made with another key or for another place.');
  }
}

function openWithAny(keys: readonly ReadyKey[], sealed: Buffer, data: Buffer): string {
  let refused: unknown;
  for (const { key } of keys) {
    try {
      return open(key, sealed, data);
    } catch (error) {
      if (!(error instanceof DecryptionError)) throw error;
      refused = error;
    }
  }
  throw refused;
}

/** The length of the context goes in, so that no two pairs run together into the same bytes. */
function deriveWith(key: KeyObject, nonce: Buffer, context: string): Buffer {
  return createHmac('sha256', key)
    .update(`derive ${Buffer.byteLength(context)} ${context} `)
    .update(nonce)
    .digest();
}
