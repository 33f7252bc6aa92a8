import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CrashPointName } from '../../src/core/operations/crash-points.ts';
import { createApiClient } from '../kit/api-client.ts';
import { type ConsoleClient, join } from '../kit/console-client.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { assertBooksAgree, bookOf, payByCard } from '../kit/orders.ts';
import { addFault, until } from './observations.ts';
import {
  neverMs,
  type SharedSimulators,
  shortLimits,
  startServerOn,
  startServerProcessOn,
  startSharedSimulators,
} from './servers.ts';

let simulators: SharedSimulators;
let testDatabase: TestDatabase;
before(async () => {
  simulators = await startSharedSimulators();
  testDatabase = await createTestDatabase({ poolSize: 4 });
});
after(async () => {
  await testDatabase?.drop();
  await simulators?.close();
});

/** The same person in front of another server on the same database. */
function at(url: string, { cookie, csrf }: ConsoleClient) {
  const client = createApiClient(url);
  const headers = { cookie, 'x-hwanbul-csrf': csrf };
  return {
    get: (path: string) => client.get(path, headers),
    post: (path: string, body: object) => client.post(path, body, headers),
  };
}

const points: readonly CrashPointName[] = [
  // Reserved and not sent; sent and not written down; in doubt and nobody asks; settled, and the request does not know.
  'after_reservation',
  'after_answer',
  'after_doubt',
  'after_settlement',
  // Approved, and nothing of it has begun. The last one, since the others would carry it out, and die in that, if they lived for long.
  'after_approval',
];

test('an approved request whose server is killed with kill -9 is carried out once by the next one, and the approver’s repeat learns it', async (t) => {
  const calm = await startServerOn(testDatabase.url, simulators.urls, { ...shortLimits, recoveryIntervalMs: neverMs });
  const made = await createApiClient(calm.url).post('/sandbox/merchants');
  const shop = await createApiClient(calm.url).logIn(made.response.imp_key, made.response.imp_secret);
  const [clerk, boss] = [await join(shop, 'operator'), await join(shop, 'manager')];

  const approvals: { point: CrashPointName; impUid: string; path: string; digest: string }[] = [];
  for (const point of points) {
    const impUid = await payByCard(shop, 1000);
    const asked = await clerk.post('/refund-requests', { imp_uid: impUid, amount: 400, reason: point });
    assert.equal(asked.code, 0, asked.text);
    const { refund_request_id: id, digest } = asked.response;
    approvals.push({ point, impUid, path: `/refund-requests/${id}`, digest });
    if (point === 'after_doubt') await addFault(shop, { operation: 'cancel', kind: 'lost_answer', imp_uid: impUid });
  }
  // Whoever lives on would take up what the dead have left, and each of them is to die in its own approval.
  await calm.close();
  for (const { point, path, digest } of approvals) {
    const doomed = await startServerProcessOn(t, testDatabase.url, simulators, {
      HWANBUL_CRASH_POINT: point,
      HWANBUL_RECOVERY_INTERVAL_MS: String(neverMs),
      HWANBUL_GATEWAY_TIMEOUT_MS: '3000',
      // Ten minutes: nobody here lives to see the end of its leases.
      HWANBUL_REQUEST_DEADLINE_MS: '300000',
    });
    await assert.rejects(at(doomed.url, boss).post(`${path}/approve`, { digest }), point);
    assert.equal((await doomed.exited).signal, 'SIGKILL', doomed.stderr());
  }

  const next = await startServerOn(testDatabase.url, simulators.urls, shortLimits);
  t.after(() => next.close());
  const shopThere = createApiClient(next.url, shop.token);
  for (const { point, impUid, path, digest } of approvals) {
    await until(`${point}: it is carried out`, async () => {
      const { response } = await at(next.url, boss).get(path);
      return response.state === 'done';
    });
    const repeated = await at(next.url, boss).post(`${path}/approve`, { digest });
    assert.deepEqual([repeated.code, repeated.response.state], [0, 'done'], repeated.text);
    const book = await bookOf(shopThere, impUid);
    assert.deepEqual([point, book.cancels.length, book.cancelled_amount], [point, 1, 400]);
    await assertBooksAgree(shopThere, impUid);
  }
});
