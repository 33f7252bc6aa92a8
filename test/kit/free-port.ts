import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A port on loopback on which nothing listens, and on which nothing will that asks for any port: those are handed out from 32768
 * on (Linux) or 49152 on (elsewhere), and hundreds are in a run of all tests, so that one that was just given back is soon
 * somebody else's.
 */
export async function freePort(): Promise<number> {
  const [lowest, highest] = [20_000, 32_000];
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    const server = createServer();
    try {
      await once(server.listen(port, '127.0.0.1'), 'listening');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') continue;
      throw error;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}
