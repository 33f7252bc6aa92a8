import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The way to a database over a network that loses what is sent, and tells nobody. */
export interface LosingWay {
  /** The database, over this way. */
  readonly url: string;
  /** The connections that there are carry nothing any more, either way, and are not closed; the database has lost its side of them. */
  loseConnections(): void;
  /** Whether new ones are answered: not, while the machine is lost; again, when its address has moved to another one. */
  answerNewOnes(answers: boolean): void;
  close(): Promise<void>;
}

export async function openLosingWay(databaseUrl: string): Promise<LosingWay> {
  const target = new URL(databaseUrl);
  const open = new Map<Socket, Socket>();
  const lost = new Set<Socket>();
  let isAnswering = true;

  const server = createServer((near) => {
    near.on('error', () => {});
    if (!isAnswering) {
      lost.add(near);
      return;
    }
    const far = connect(Number(target.port), target.hostname);
    far.on('error', () => near.destroy());
    open.set(near, far);
    near.on('close', () => {
      open.delete(near);
      far.destroy();
    });
    far.on('close', () => {
      if (!lost.has(near)) near.destroy();
    });
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    loseConnections() {
      for (const [near, far] of open) {
        lost.add(near);
        near.unpipe(far);
        far.unpipe(near);
        near.resume();
        far.destroy();
      }
    },
    answerNewOnes(answers) {
      isAnswering = answers;
    },
    async close() {
      for (const near of [...lost, ...open.keys()]) near.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
