import { isIPv4, isIPv6 } from 'node:net';

/**
 * One spelling per address, so that addresses can be compared: an IPv4 address that came over an IPv6 socket
 * (`::ffff:192.0.2.1`) as IPv4, any other IPv6 address in its short form (RFC 5952). What is no address stays as it is.
 */
export function canonicalAddress(address: string): string {
  const text = address.replace(/%.*$/, '');
  if (isIPv4(text) || !isIPv6(text)) return address;
  const short = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  if (!mapped) return short;
  const bits = [mapped[1], mapped[2]].map((group) => Number.parseInt(group ?? '', 16));
  return bits.flatMap((group) => [group >> 8, group & 0xff]).join('.');
}
