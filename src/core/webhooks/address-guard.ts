import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Decides which addresses a webhook may go to. */
export interface AddressGuard {
  allows(address: string): boolean;
}

/** An address that may not be called. The message names no address: it is shown to whoever set the URL. */
export class AddressNotAllowed extends Error {
  readonly code = 'ADDRESS_NOT_ALLOWED';
  constructor() {
    super('the address may not be called');
    this.name = 'AddressNotAllowed';
  }
}

/**
 * Never a receiver, in any mode: unspecified, link-local, multicast, reserved, and the addresses at which clouds give their
 * machines credentials and orders. Most of these are link-local; those that are not stand by themselves, as published lists of
 * metadata services name them.
 */
const neverCalled: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // Azure (Microsoft Learn: "What is IP address 168.63.129.16?"). It lies within a network that is public.
  ['168.63.129.16', 32],
  // Alibaba Cloud.
  ['100.100.100.200', 32],
  // Oracle Cloud, classic.
  ['192.0.0.192', 32],
];
/** The same in IPv6, and addresses that lead on to an IPv4 one (compatible, translated, NAT64, Teredo, 6to4): no receiver has such a one. */
const neverCalledV6: readonly (readonly [string, number])[] = [
  ['::', 128],
  ['fe80::', 10],
  ['ff00::', 8],
  // AWS: metadata, credentials of containers, time and names.
  ['fd00:ec2::', 32],
  // Google Cloud, Oracle Cloud, Scaleway.
  ['fd20:ce::254', 128],
  ['fd00:c1::a9fe:a9fe', 128],
  ['fd00:42::42', 128],
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
];
/** IPv4-compatible addresses, among which `::1` is the loopback one. */
const compatibleV6 = ['::', 96] as const;
/** What else the IANA special-purpose registry of IPv4 does not give to the public internet. */
const notPublic: readonly (readonly [string, number])[] = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
];
/** Within 2000::/3, the only part of IPv6 that is public: Teredo and other tunnels that carry an IPv4 address, documentation. */
const notPublicV6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/**
 * Live mode: public addresses only, and none of this machine's own. What is not in 2000::/3 is refused as a whole, which
 * takes in IPv4 addresses dressed up as IPv6 (mapped, compatible, NAT64), unique local and link-local ones.
 */
export function createLiveGuard(own: readonly string[] = ownAddresses()): AddressGuard {
  const refused = new BlockList();
  for (const [network, prefix] of [...neverCalled, ...notPublic]) refused.addSubnet(network, prefix, 'ipv4');
  for (const [network, prefix] of notPublicV6) refused.addSubnet(network, prefix, 'ipv6');
  for (const address of own) {
    if (isIP(address) !== 0) refused.addAddress(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  const publicV6 = new BlockList();
  publicV6.addSubnet('2000::', 3, 'ipv6');
  return {
    allows(address) {
      const family = isIP(address);
      if (family === 4) return !refused.check(address, 'ipv4');
      // A zone (fe80::1%eth0) belongs to addresses of one link only.
      return (
        family === 6 && !address.includes('%') && publicV6.check(address, 'ipv6') && !refused.check(address, 'ipv6')
      );
    },
  };
}

/** A sandbox calls receivers under development: on this machine, in a network of containers, behind a tunnel. */
export function createSandboxGuard(): AddressGuard {
  const refused = new BlockList();
  for (const [network, prefix] of neverCalled) refused.addSubnet(network, prefix, 'ipv4');
  for (const [network, prefix] of [...neverCalledV6, compatibleV6]) refused.addSubnet(network, prefix, 'ipv6');
  const loopback = new BlockList();
  loopback.addAddress('::1', 'ipv6');
  return {
    allows(address) {
      const family = isIP(address);
      if (family === 0 || address.includes('%')) return false;
      if (family === 4) return !refused.check(address, 'ipv4');
      return loopback.check(address, 'ipv6') || !refused.check(address, 'ipv6');
    },
  };
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
}

/** Asks for all addresses of a name, as `dns.lookup` does with `all`. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A `lookup` for sockets: what it answers is what the socket calls, so that a name can't be checked with one address and
 * called with another. One forbidden address among several refuses the name: no honest receiver has such a mixture.
 */
export function guardedLookup(guard: AddressGuard, resolve: Resolve = systemLookup): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error) done(error, '', 0);
      else if (!first || !addresses.every(({ address }) => guard.allows(address))) done(new AddressNotAllowed(), '', 0);
      else if (options.all) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}
