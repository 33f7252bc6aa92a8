import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { join } from 'node:path';

/** Whatever is called from here on stays on this machine: there is only loopback, and the gateways' names lead there. */
export function closeNetwork(folder: string, hosts: readonly string[]): void {
  run('ip', ['link', 'set', 'lo', 'up']);
  assertNoWayOut();
  const file = join(folder, 'hosts');
  writeFileSync(file, `127.0.0.1 localhost ${hosts.join(' ')}\n`);
  run('mount', ['--bind', file, '/etc/hosts']);
  if (!readFileSync('/etc/hosts', 'utf8').includes(hosts[0] ?? '')) throw new Error('/etc/hosts could not be covered');
}

/** This process is in a network namespace in which nothing has been made yet. */
export function assertNoWayOut(): void {
  const outside = Object.values(networkInterfaces()).flat().filter(isOutside);
  if (outside.length > 0) throw new Error('this network namespace has more than loopback: nothing is begun');
}

function isOutside(info: NetworkInterfaceInfo | undefined): boolean {
  return info !== undefined && !info.internal;
}

export interface Certificates {
  /** For NODE_EXTRA_CA_CERTS. */
  readonly caFile: string;
  readonly key: Buffer;
  readonly certificate: Buffer;
}

/** A CA of the rehearsal's own, and a certificate of it for the gateways' hosts. */
export function makeCertificates(folder: string, hosts: readonly string[]): Certificates {
  const at = (name: string): string => join(folder, name);
  writeFileSync(at('names'), `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(',')}\n`);
  const subject = ['-subj', '/O=Rehearsal/CN=rehearsal'];
  const fresh = ['-newkey', 'rsa:2048', '-nodes'];
  run('openssl', ['req', '-x509', ...fresh, '-days', '30', ...subject, '-keyout', at('ca.key'), '-out', at('ca.pem')]);
  run('openssl', ['req', ...fresh, ...subject, '-keyout', at('hosts.key'), '-out', at('hosts.csr')]);
  const signed = [
    '-CA',
    at('ca.pem'),
    '-CAkey',
    at('ca.key'),
    '-CAcreateserial',
    '-days',
    '30',
    '-extfile',
    at('names'),
  ];
  run('openssl', ['x509', '-req', '-in', at('hosts.csr'), ...signed, '-out', at('hosts.pem')]);
  return { caFile: at('ca.pem'), key: readFileSync(at('hosts.key')), certificate: readFileSync(at('hosts.pem')) };
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
