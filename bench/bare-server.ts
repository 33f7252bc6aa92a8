/** What a probe takes on this machine at best: Node's own HTTP server, in a process that does nothing else. Answers all with 200. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer((_request, response) => {
  response.end('{}');
});
server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
// Its parent is gone, or has had enough of it.
process.once('disconnect', () => process.exit());
