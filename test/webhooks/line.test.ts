import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { DatabaseClient } from '../../src/platform/database/pool.ts';
import { until } from '../exactly-once/observations.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { newWebhookMerchant } from './webhook-merchant.ts';

/** What a settlement and a delivery do is done by hand here, on rows that no server takes while they are looked at. */
let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox();
  ({ client } = await newWebhookMerchant(sandbox.url, {}));
});
after(() => sandbox.close());

const announceSql = `
  insert into outbox (merchant_id, payment_id, event, body, created_at)
  select merchant_id, id, 'paid', '{"imp_uid":"x","merchant_uid":"x","status":"paid"}', now() from payments where imp_uid = $1`;
const finishSql = `
  select finish_webhook_attempt(merchant_id, id, 'nobody', 'delivered', 0, 'first', now(), now(), '', '', 200, null, 1, '')
  from webhook_deliveries d where payment_id = (select id from payments where imp_uid = $1) and lease_of = 'nobody'`;

/** A payment with one event that somebody, who will never come back, is just delivering. */
async function paymentWithHead(): Promise<string> {
  const impUid = await payByCard(client);
  await sandbox.database.withTransaction(async (tx) => {
    await tx.query(`update payments set notice_urls = '["http://127.0.0.1:9/"]' where imp_uid = $1`, [impUid]);
    await tx.query(announceSql, [impUid]);
    await tx.query(
      `update webhook_deliveries set lease_of = 'nobody', next_attempt_at = now() + interval '1 hour'
       where payment_id = (select id from payments where imp_uid = $1)`,
      [impUid],
    );
  });
  return impUid;
}

async function waitingOf(impUid: string): Promise<{ in_line: boolean; by: string | null }[]> {
  return sandbox.database.query(
    `select next_attempt_at = 'infinity' as in_line, lease_of as by from webhook_deliveries
     where payment_id = (select id from payments where imp_uid = $1) and state = 'waiting' order by id`,
    [impUid],
  );
}

/** Runs both, the second once the first has done its statement; the first commits when the second waits for it, and not before. */
async function interleave(impUid: string, first: string, second: string): Promise<void> {
  let waiting: Promise<unknown> | undefined;
  await sandbox.database.withTransaction(async (tx: DatabaseClient) => {
    await tx.query(first, [impUid]);
    const [me] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
    waiting = sandbox.database.query(second, [impUid]);
    await until('the second statement waits for the first', async () => {
      const blocked = await sandbox.database.query(
        'select from pg_stat_activity where $1 = any(pg_blocking_pids(pid))',
        [me?.pid],
      );
      return blocked.length === 1;
    });
  });
  await waiting;
}

test('an event that is announced while its predecessor waits is put in line, and let go when that has ended', async () => {
  const impUid = await paymentWithHead();
  await sandbox.database.query(announceSql, [impUid]);
  assert.deepEqual(await waitingOf(impUid), [
    { in_line: false, by: 'nobody' },
    { in_line: true, by: null },
  ]);
  await sandbox.database.query(finishSql, [impUid]);
  assert.equal((await waitingOf(impUid)).filter(({ in_line }) => in_line).length, 0);
});

test('one whose announcement is not committed when its predecessor ends is not forgotten in line', async () => {
  const impUid = await paymentWithHead();
  await interleave(impUid, announceSql, finishSql);
  assert.equal((await waitingOf(impUid)).filter(({ in_line }) => in_line).length, 0);
});

test('one that is announced while the end of its predecessor is not committed is not put in line', async () => {
  const impUid = await paymentWithHead();
  await interleave(impUid, finishSql, announceSql);
  assert.equal((await waitingOf(impUid)).filter(({ in_line }) => in_line).length, 0);
});

test('who has lost the lease changes nothing', async () => {
  const impUid = await paymentWithHead();
  await sandbox.database.query(finishSql.replace("id, 'nobody'", "id, 'somebody else'"), [impUid]);
  assert.deepEqual(await waitingOf(impUid), [{ in_line: false, by: 'nobody' }]);
});
