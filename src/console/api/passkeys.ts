import type { PasskeyOptionsAnswer } from '../../api/views/second-factor.ts';
import { call } from './call.ts';
import { ApiFailure } from './failure.ts';

/** Browsers have them for names, over HTTPS or on this machine. */
export function hasPasskeys(): boolean {
  return 'PublicKeyCredential' in globalThis && isSecureContext && !/^[\d.]+$|^\[/.test(location.hostname);
}

/** Has the browser make a passkey for what the server asks at `path`. */
export async function makePasskey(path: string): Promise<object> {
  const { options } = await call<PasskeyOptionsAnswer>('POST', path, { body: {} });
  const { startRegistration } = await import('@simplewebauthn/browser');
  return startRegistration({ optionsJSON: options as never }).catch(notMade);
}

/** Has a passkey sign what the server asks at `path`. */
export async function askPasskey(path: string, body: object = {}): Promise<object> {
  const { options } = await call<PasskeyOptionsAnswer>('POST', path, { body });
  const { startAuthentication } = await import('@simplewebauthn/browser');
  return startAuthentication({ optionsJSON: options as never }).catch(notMade);
}

/**
 * Somebody has closed the browser's window, or there is none for this address; or this device's has been enrolled. The browser's own words
 * say little, in its language, so `Problem` has others.
 */
function notMade(error: unknown): never {
  const isThere = error instanceof Error && error.name === 'InvalidStateError';
  throw new ApiFailure(error instanceof Error ? error.message : String(error), {
    errorCode: isThere ? 'passkey_is_there' : 'passkey_not_used',
  });
}
