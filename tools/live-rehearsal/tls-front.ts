import { once } from 'node:events';
import { connect, type Server, type Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { Certificates } from './namespace.ts';

/** What stands at the gateways' hosts, port 443: it ends TLS and hands on to the simulator of the name that was asked for. */
export interface TlsFront {
  open(): Promise<void>;
  /** Nobody listens any more, and connections are cut. */
  shut(): Promise<void>;
}

export function createTlsFront({ key, certificate }: Certificates, portsOf: ReadonlyMap<string, number>): TlsFront {
  const sockets = new Set<Socket>();
  let server: Server | undefined;

  function take(caller: TLSSocket): void {
    const port = portsOf.get(String(caller.servername));
    if (port === undefined) {
      caller.destroy();
      return;
    }
    const simulator = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [caller, simulator],
      [simulator, caller],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroySoon();
      });
      one.pipe(other);
    }
  }

  return {
    async open() {
      server = createServer({ key, cert: certificate }, take).on('tlsClientError', () => {});
      server.listen(443, '127.0.0.1');
      await once(server, 'listening');
    },
    async shut() {
      const closing = server && once(server, 'close');
      server?.close();
      server = undefined;
      for (const socket of sockets) socket.destroy();
      await closing;
    },
  };
}
