import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

const thrownAwayBytesMax = 64 * 1_048_576;

/**
 * A request that is refused before its body has arrived goes on arriving, and a client that sends all of it before it reads
 * (most do) would find its connection reset instead of the answer. So what still comes is read and thrown away, and then the
 * connection is closed: when all of it is there, when it is absurdly much, or when the time for a request is over.
 */
export function letBodyArrive(request: IncomingMessage): void {
  const { socket } = request;
  if (request.complete || !(socket instanceof Socket) || socket.destroyed) return;
  let thrownAwayBytes = 0;
  let isAnswered = false;
  const { destroySoon } = socket;
  // Node calls it when the answer has been written.
  socket.destroySoon = () => {
    isAnswered = true;
    socket.end();
  };
  request.once('end', () => {
    socket.destroySoon = destroySoon;
    if (isAnswered) socket.destroySoon();
  });
  request.on('data', (chunk: Buffer) => {
    thrownAwayBytes += chunk.length;
    if (thrownAwayBytes > thrownAwayBytesMax) socket.destroy();
  });
}
