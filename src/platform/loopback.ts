import { canonicalAddress } from './network-address.ts';

const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Does it lead to this machine itself? One that can't be read does not. */
export function isLoopbackUrl(url: string | URL): boolean {
  const read = typeof url === 'string' ? URL.parse(url) : url;
  return read !== null && loopbackHost.test(read.hostname);
}

/** Of a peer, as a socket names it. */
export function isLoopbackAddress(address: string): boolean {
  const canonical = canonicalAddress(address);
  return canonical === '::1' || /^127(\.\d{1,3}){3}$/.test(canonical);
}
