import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { eventually } from '../kit/eventually.ts';
import { startServerProcess } from '../kit/server-process.ts';

const callers = 1_000;
const keptBySystem = () => {
  try {
    return Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'));
  } catch {
    return 0;
  }
};

/** A stopped process takes no connection, so that all of them wait, and with Node's own limit half of them would not be there. */
test('a thousand callers who come while the server is held up are all connected, and answered when it goes on', {
  skip: keptBySystem() < callers && `the system keeps fewer than ${callers} waiting connections (net.core.somaxconn)`,
}, async (t) => {
  const server = await startServerProcess({ test: t });
  const { hostname, port } = new URL(server.url);
  const begun: Socket[] = [];
  const connected: Socket[] = [];
  t.after(() => {
    server.kill('SIGCONT');
    for (const socket of begun) socket.destroy();
  });
  server.kill('SIGSTOP');
  for (let n = 0; n < callers; n++) {
    const socket = connect(Number(port), hostname, () => connected.push(socket));
    // One that fails is missing below.
    socket.on('error', () => {});
    begun.push(socket);
  }
  await eventually(async () => assert.equal(connected.length, callers));
  const answers = connected.slice(-10).map(
    (socket) =>
      new Promise<number | undefined>((resolve, reject) => {
        request({ path: '/live', headers: { connection: 'close' }, createConnection: () => socket }, (answer) => {
          answer.resume().once('end', () => resolve(answer.statusCode));
        })
          .once('error', reject)
          .end();
      }),
  );
  server.kill('SIGCONT');
  assert.deepEqual(await Promise.all(answers), Array(10).fill(200));
});
