import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Daemon, startDaemon } from './daemon.ts';
import type { Machine } from './machines.ts';
import { patroniPort, postgresPort } from './patroni.ts';

export const balancerPort = 5000;

/** HAProxy in front of PostgreSQL, which asks each Patroni whether it is the primary, as Patroni's documentation has it. */
export function startBalancer(machines: readonly Machine[]): Daemon {
  const folder = mkdtempSync(join(tmpdir(), 'hwanbul-balancer-'));
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, configurationFor(machines));
  return startDaemon('/usr/sbin/haproxy', ['-db', '-f', file], join(folder, 'log'));
}

const configurationFor = (machines: readonly Machine[]): string => `
defaults
    mode tcp
    timeout connect 2s
    timeout client 30m
    timeout server 30m
    timeout check 1s
    # Otherwise a connection that came before the change waits three seconds for the old primary, which refuses it, and whoever asked with it.
    retries 0

listen primary
    bind 127.0.0.1:${balancerPort}
    option httpchk OPTIONS /primary
    http-check expect status 200
    # Connections to what is no primary any more are cut: nobody waits for a machine that is lost.
    # A planned switchover takes three seconds, of which a look once a second would be a part that counts.
    default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
${machines
  .map((machine) => {
    const address = machine.address('servers');
    return `    server ${machine.name} ${address}:${postgresPort} check port ${patroniPort}\n`;
  })
  .join('')}`;
