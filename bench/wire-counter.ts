import { Socket } from 'node:net';

/**
 * Loaded into the server's process before its program (`node --import`), for a run that is counted and not measured: what it
 * writes to PostgreSQL, and in how many calls to the system. It answers every message of its parent with the counts.
 */
export interface WireCounts {
  /** Executions of prepared statements, and simple queries. */
  readonly statements: number;
  /** Calls of `write` and `writev`, one for each that Node hands to the system. */
  readonly writes: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
}

interface Chunk {
  readonly chunk: Buffer | string;
  readonly encoding: BufferEncoding;
}

/** What Node's streams call, and `@types/node` does not name on sockets. */
interface WritableInside {
  _write(chunk: Buffer | string, encoding: BufferEncoding, done: () => void): void;
  _writev(chunks: readonly Chunk[], done: () => void): void;
}

const port = Number(new URL(process.env.DATABASE_URL ?? '').port);
const sockets = new Set<Socket>();
const counts = { statements: 0, writes: 0, bytesOut: 0 };
// The type of a message is its first byte; the driver hands over each message as a chunk of its own (PostgreSQL, 54.7).
const [execute, query] = ['E'.charCodeAt(0), 'Q'.charCodeAt(0)];

function count(socket: Socket, chunks: readonly Buffer[]): void {
  if (socket.remotePort !== port) return;
  sockets.add(socket);
  counts.writes += 1;
  for (const chunk of chunks) {
    counts.bytesOut += chunk.length;
    if (chunk[0] === execute || chunk[0] === query) counts.statements += 1;
  }
}

const inside = Socket.prototype as unknown as WritableInside;
const { _write, _writev } = inside;
inside._write = function (this: Socket & WritableInside, chunk, encoding, done) {
  count(this, [Buffer.from(chunk as string, encoding)]);
  return _write.call(this, chunk, encoding, done);
};
inside._writev = function (this: Socket & WritableInside, chunks, done) {
  count(
    this,
    chunks.map(({ chunk, encoding }) => Buffer.from(chunk as string, encoding)),
  );
  return _writev.call(this, chunks, done);
};

process.on('message', () => {
  const bytesIn = [...sockets].reduce((sum, socket) => sum + socket.bytesRead, 0);
  process.send?.({ ...counts, bytesIn } satisfies WireCounts);
});
// The channel is no reason for the server to live on.
process.channel?.unref();
