import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { balancerPort } from './balancer.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import { postgresUser } from './machines.ts';

export const poolerPort = 6432;

/** PgBouncer in transaction mode, in front of the balancer: every transaction may get another session. */
export function startPooler(): Daemon {
  const folder = mkdtempSync(join(tmpdir(), 'hwanbul-pooler-'));
  chmodSync(folder, 0o755);
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(file, configuration);
  return startDaemon('/usr/sbin/pgbouncer', [file], join(folder, 'log'), postgresUser());
}

/** Fewer sessions than the servers have connections, so that they do change hands. */
const configuration = `
[databases]
* = host=127.0.0.1 port=${balancerPort} user=hwanbul

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${poolerPort}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 12
max_client_conn = 500
# 15 s otherwise, and a failover would be noticed so much later. It takes fractions of a second.
server_login_retry = 0.2
`;
