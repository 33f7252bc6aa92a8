import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newOperationId } from '../../src/core/operations/identifier.ts';
import type { Removed, RetentionObserver } from '../../src/core/retention/observer.ts';
import { removeNotices } from '../../src/core/retention/remove-notices.ts';
import { removeWebhooks, type WebhookRetention } from '../../src/core/retention/remove-webhooks.ts';
import { createRetention } from '../../src/core/retention/retention.ts';
import { createLog } from '../../src/platform/logging/log.ts';
import type { Settings } from '../../src/platform/settings/settings.ts';
import { type Core, startCore } from '../kit/core.ts';
import { eventually } from '../kit/eventually.ts';
import { newOrder } from '../kit/orders.ts';

let core: Core;
before(async () => {
  core = await startCore();
});
after(() => core.close());

const never = new AbortController().signal;

interface Counting extends RetentionObserver {
  readonly rows: Partial<Record<Removed, number>>;
  /** How many rows one statement took away, at most. */
  largest: number;
}

function counting(heard: (what: Removed) => void = () => {}): Counting {
  const observer: Counting = {
    rows: {},
    largest: 0,
    removed(what, rows) {
      observer.rows[what] = (observer.rows[what] ?? 0) + rows;
      observer.largest = Math.max(observer.largest, rows);
      heard(what);
    },
    detached() {},
  };
  return observer;
}

/** A shop with one payment, whose rows nothing else of the core's knows. */
async function newShop(): Promise<{ readonly merchantId: bigint; readonly paymentId: bigint }> {
  const key = newOrder('shop');
  const [shop] = await core.database.query<{ merchant_id: bigint; id: bigint }>(
    `with shop as (
       insert into merchants (imp_key, imp_secret_hash, name, webhook_url, created_at)
       values ($1, '', 'test', 'http://127.0.0.1:9/', now()) returning id
     ), channel as (
       insert into channels (merchant_id, channel_key, name, provider, mid, mode, base_url, credentials, created_at)
       select id, $1, 'test', 'nobody', $1, 'test', '', '', now() from shop returning id, merchant_id
     )
     insert into payments (merchant_id, channel_id, imp_uid, merchant_uid, provider, mid, sandbox, pay_method, channel, status,
       currency, amount_minor, tax_free_minor, vat_minor, started_at, updated_at)
     select merchant_id, id, left($1, 32), $1, 'nobody', $1, true, 'vbank', 'api', 'paid', 'KRW', 1000, 0, 0, now(), now()
     from channel returning merchant_id, id`,
    [key],
  );
  assert.ok(shop);
  return { merchantId: shop.merchant_id, paymentId: shop.id };
}

interface DeliveryOfTest {
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly days: number;
  readonly settlement?: boolean;
}

/** An event, and its one delivery, which ended so many days ago, or has waited for so long. */
async function addDelivery(
  { merchantId, paymentId }: { merchantId: bigint; paymentId: bigint },
  { state, days, settlement = true }: DeliveryOfTest,
  count = 1,
): Promise<void> {
  await core.database.withTransaction(async (client) => {
    // The event's own deliveries would be queued by a trigger.
    await client.query('set local session_replication_role = replica');
    await client.query(
      `with event as (
         insert into outbox (merchant_id, payment_id, event, body, created_at)
         select $1, $2, 'paid', '{}', now() - make_interval(days => $4) from generate_series(1, $6) where $5
         returning id
       ), delivery as (
         insert into webhook_deliveries (merchant_id, outbox_id, payment_id, event, body, url, endpoint, format, state, attempts_max,
           next_attempt_at, created_at, ended_at)
         select $1, e.id, $2, 'paid', '{}', 'http://127.0.0.1:9/', '', 'json', $3, 1, 'infinity', now() - make_interval(days => $4),
           case when $3 <> 'waiting' then now() - make_interval(days => $4) end
         from (select id from event union all select null where not $5) e
         returning id
       )
       insert into webhook_attempts (merchant_id, delivery_id, kind, at, content_type, request_body, duration_ms, answer)
       select $1, id, 'first', now(), '', '', 1, '' from delivery`,
      [merchantId, paymentId, state, days, settlement, count],
    );
  });
}

async function rowsOf(merchantId: bigint): Promise<Record<string, number>> {
  const [row] = await core.database.query<{ rows: Record<string, number> }>(
    `select jsonb_build_object(
       'events', (select count(*) from outbox where merchant_id = $1),
       'attempts', (select count(*) from webhook_attempts where merchant_id = $1),
       'waiting', (select count(*) from webhook_deliveries where merchant_id = $1 and state = 'waiting'),
       'failed', (select count(*) from webhook_deliveries where merchant_id = $1 and state = 'failed'),
       'delivered', (select count(*) from webhook_deliveries where merchant_id = $1 and state = 'delivered')
     ) as rows`,
    [merchantId],
  );
  return row?.rows ?? {};
}

const removing = (limits: Partial<WebhookRetention>, observer: RetentionObserver = counting(), stopping = never) =>
  removeWebhooks(
    core.services.database,
    { webhooksDays: undefined, failedWebhooksDays: undefined, ...limits },
    stopping,
    observer,
  );

test('of webhooks only those go that were delivered long enough ago; what waits or was given up stays', async () => {
  const shop = await newShop();
  for (const state of ['waiting', 'delivered', 'failed'] as const) {
    await addDelivery(shop, { state, days: 40 });
    await addDelivery(shop, { state, days: 20 });
  }
  // A call test that failed: it can't be sent again.
  await addDelivery(shop, { state: 'failed', days: 40, settlement: false });
  const all = { events: 6, attempts: 7, waiting: 2, failed: 3, delivered: 2 };
  await removing({});
  assert.deepEqual(await rowsOf(shop.merchantId), all);
  await removing({ webhooksDays: 41, failedWebhooksDays: 41 });
  assert.deepEqual(await rowsOf(shop.merchantId), all);
  await removing({ webhooksDays: 30 });
  assert.deepEqual(await rowsOf(shop.merchantId), { events: 5, attempts: 5, waiting: 2, failed: 2, delivered: 1 });
  await removing({ failedWebhooksDays: 30 });
  assert.deepEqual(await rowsOf(shop.merchantId), { events: 5, attempts: 4, waiting: 2, failed: 1, delivered: 1 });
  await removing({ webhooksDays: 1, failedWebhooksDays: 1 });
  assert.deepEqual(await rowsOf(shop.merchantId), { events: 2, attempts: 2, waiting: 2, failed: 0, delivered: 0 });
});

test('an event stays as long as one of its deliveries does', async () => {
  const shop = await newShop();
  await addDelivery(shop, { state: 'delivered', days: 40 });
  await core.database.query(
    `insert into webhook_deliveries (merchant_id, outbox_id, payment_id, event, body, url, endpoint, format, state, attempts_max,
       next_attempt_at, created_at)
     select merchant_id, outbox_id, payment_id, event, body, 'http://127.0.0.1:9/second', '', 'json', 'waiting', 1, 'infinity', created_at
     from webhook_deliveries where merchant_id = $1`,
    [shop.merchantId],
  );
  await removing({ webhooksDays: 30 });
  assert.deepEqual(await rowsOf(shop.merchantId), { events: 1, attempts: 0, waiting: 1, failed: 0, delivered: 0 });
});

test('two servers and a stop in the middle: by short statements everything old goes once, and nothing else', async () => {
  const shops = [await newShop(), await newShop()];
  for (const shop of shops) {
    await addDelivery(shop, { state: 'delivered', days: 40 }, 1_200);
    await addDelivery(shop, { state: 'waiting', days: 40 }, 3);
    await addDelivery(shop, { state: 'delivered', days: 1 }, 2);
  }
  const stopping = new AbortController();
  const first = counting(() => stopping.abort());
  await removing({ webhooksDays: 30 }, first, stopping.signal);
  assert.ok((first.rows.webhooks ?? 0) <= 500, 'it has ended after its first statement');
  const others = [counting(), counting()];
  await Promise.all(others.map((each) => removing({ webhooksDays: 30 }, each)));
  // What one of them had in hand when the other came by, neither may have taken.
  await removing({ webhooksDays: 30 }, first);
  const sum = (what: Removed) => [first, ...others].reduce((all, { rows }) => all + (rows[what] ?? 0), 0);
  assert.deepEqual([sum('webhooks'), sum('webhook_attempts'), sum('webhook_events')], [2_400, 2_400, 2_400]);
  assert.ok(Math.max(...[first, ...others].map(({ largest }) => largest)) <= 500);
  for (const { merchantId } of shops) {
    assert.deepEqual(await rowsOf(merchantId), { events: 5, attempts: 5, waiting: 3, failed: 0, delivered: 2 });
  }
});

test('a webhook that somebody is just sending again is passed over', async () => {
  const shop = await newShop();
  await addDelivery(shop, { state: 'failed', days: 40 }, 2);
  await core.database.withTransaction(async (client) => {
    await client.query(
      `update webhook_deliveries set state = 'waiting', ended_at = null
       where merchant_id = $1 and id = (select min(id) from webhook_deliveries where merchant_id = $1)`,
      [shop.merchantId],
    );
    await removing({ failedWebhooksDays: 30 });
  });
  await removing({ failedWebhooksDays: 30 });
  assert.deepEqual(await rowsOf(shop.merchantId), { events: 2, attempts: 1, waiting: 1, failed: 0, delivered: 0 });
});

test('of notices only those go that were applied and can’t move anything when they come again', async () => {
  interface NoticeOfTest {
    readonly kind: string;
    readonly state?: string;
    readonly days?: number;
    readonly payment?: string;
    readonly reversed?: boolean;
  }
  const whole = `status = 'cancelled', cancelled_minor = 1000`;
  const goes: readonly NoticeOfTest[] = [
    { kind: 'deposit' },
    { kind: 'deposit', state: 'needless' },
    { kind: 'deposit', payment: whole },
    { kind: 'refund_result', payment: whole },
    { kind: 'order_changed' },
    { kind: 'escrow_changed' },
  ];
  const stays: readonly NoticeOfTest[] = [
    { kind: 'deposit', days: 80 },
    { kind: 'deposit', state: 'waiting' },
    { kind: 'deposit', state: 'unmatched' },
    { kind: 'deposit', payment: `status = 'ready'` },
    { kind: 'deposit', reversed: true },
    { kind: 'deposit_reversed' },
    { kind: 'deposit_reversed', payment: whole },
    { kind: 'refund_result' },
    { kind: 'refund_result', payment: 'cancelled_minor = 400' },
    { kind: 'refund_result', payment: 'reserved_minor = 1000' },
    { kind: 'order_changed', state: 'unmatched' },
  ];
  const add = async ({ kind, state = 'applied', days = 100, payment, reversed }: NoticeOfTest): Promise<bigint> => {
    const { merchantId, paymentId } = await newShop();
    if (payment !== undefined) {
      await core.database.query(`update payments set ${payment} where merchant_id = $1`, [merchantId]);
    }
    for (const each of reversed ? [kind, 'deposit_reversed'] : [kind]) {
      await core.database.query(
        `insert into gateway_notices (merchant_id, provider, payment_id, kind, digest, content, trust, sender, state, why, received_at,
           changed_at, next_try_at)
         values ($1, 'nobody', $2, $3::text, $3::text::bytea, '', 'authentic', '127.0.0.1', $4, 'test', now() - make_interval(days => $5),
           now() - make_interval(days => $5), now())`,
        [merchantId, paymentId, each, state, days],
      );
    }
    return merchantId;
  };
  const going = await Promise.all(goes.map(add));
  const staying = await Promise.all(stays.map(add));
  const observer = counting();
  await removeNotices(core.services.database, undefined, never, observer);
  assert.deepEqual(observer.rows, {});
  await removeNotices(core.services.database, 90, never, observer);
  assert.equal(observer.rows.notices, goes.length);
  const left = await core.database.query<{ merchant_id: bigint }>(
    'select merchant_id from gateway_notices where merchant_id = any($1)',
    [[...going, ...staying]],
  );
  const isLeft = new Set(left.map(({ merchant_id }) => merchant_id));
  assert.deepEqual(
    stays.filter((_, n) => !isLeft.has(staying[n] ?? 0n)),
    [],
  );
  assert.deepEqual(
    goes.filter((_, n) => isLeft.has(going[n] ?? 0n)),
    [],
  );
});

test('the key of a doubt stays known after its time is over, until the doubt has ended', async () => {
  const { services, channel } = core;
  const keys = services.idempotencyKeys;
  const key = newOrder('doubt');
  const admit = () => keys.admit(channel.merchantId, key, { method: 'POST', path: '/', parameters: {} });
  const admission = await admit();
  assert.equal(admission.kind, 'first');
  const idempotencyId = admission.kind === 'first' ? admission.id : 0n;
  const operation = await core.reserve(await core.pay(), { amountMinor: 400n }, { idempotencyId });
  assert.ok(operation);
  await services.runner.markInDoubt(operation, new Date(), 'test', 'lost');
  await keys.leaveOpen(channel.merchantId, idempotencyId);
  await core.database.query(`update idempotency_keys set expires_at = '-infinity' where key = $1`, [key]);
  await keys.removeExpired();
  assert.deepEqual(await admit(), { kind: 'interrupted', id: idempotencyId, operationId: operation.id });
  await core.database.query(
    `update operations set state = 'refused', ended_at = now(), changed_at = now(), changed_by = 'test', changed_why = 'test' where id = $1`,
    [operation.id],
  );
  await keys.removeExpired();
  const left = await core.database.query('select from idempotency_keys where merchant_id = $1 and key = $2', [
    channel.merchantId,
    key,
  ]);
  assert.deepEqual(left, []);
});

test('keys that have expired go by short statements', async () => {
  const { merchantId } = await newShop();
  await core.database.query(
    `insert into idempotency_keys (merchant_id, key, request_hash, running_until, created_at, expires_at)
     select $1, n::text, '', now(), now(), now() + case when n <= 1100 then -1 else 1 end * interval '1 minute'
     from generate_series(1, 1103) n`,
    [merchantId],
  );
  const removed: number[] = [];
  await core.services.idempotencyKeys.removeExpired(never, (rows) => removed.push(rows));
  assert.equal(
    removed.reduce((sum, rows) => sum + rows, 0),
    1_100,
  );
  assert.ok(Math.max(...removed) <= 500);
  const left = await core.database.query('select from idempotency_keys where merchant_id = $1', [merchantId]);
  assert.equal(left.length, 3);
});

/** The audit's months are this and those ahead unless a test makes an older one. */
async function addMonth(month: string): Promise<string> {
  const part = `operation_audit_${month.replace('-', '_')}`;
  await core.database.query(`create table ${part} (like operation_audit, primary key (merchant_id, id))`);
  await core.database.query('select protect_audit_part($1)', [part]);
  await core.database.query(
    `alter table operation_audit attach partition ${part} for values from ('${month}-01 00:00+00') to ('${month}-28 00:00+00')`,
  );
  return part;
}

const addAudit = (operationId: string, month: string) =>
  core.database.query(
    `insert into operation_audit (merchant_id, operation_id, from_state, to_state, at, by, why, written_at)
     values ($1, $2, 'none', 'requested', now(), 'test', 'long ago', $3)`,
    [core.channel.merchantId, operationId, `${month}-02 00:00+00`],
  );

const attached = async (): Promise<readonly string[]> =>
  (await core.database.query<{ part: string }>('select part from audit_months() order by part')).map(
    ({ part }) => part,
  );

function retention(settings: Partial<Settings> = {}, observer?: RetentionObserver) {
  const all = { ...core.services.settings, ...settings };
  return createRetention({ ...core.services, settings: all, observer, log: createLog('silent') });
}

const auditOf = (operationId: string) =>
  core.database.query<{ to_state: string; part: string }>(
    `select to_state, tableoid::regclass::text as part from operation_audit where merchant_id = $1 and operation_id = $2 order by id`,
    [core.channel.merchantId, operationId],
  );

test('the audit has a table for this month and for the next three, made once however many servers look', async () => {
  const [{ months } = { months: [] }] = await core.database.query<{ months: string[] }>(
    `select array_agg(to_char(date_trunc('month', now() at time zone 'UTC') + n * interval '1 month', '"operation_audit_"YYYY_MM') order by n)
       as months from generate_series(0, 3) n`,
  );
  assert.deepEqual(await attached(), months);
  await core.database.query(`alter table operation_audit detach partition ${months[3]}`);
  await core.database.query(`drop table ${months[3]}`);
  await Promise.all([retention().runOnce(), retention().runOnce(), retention().runOnce()]);
  assert.deepEqual(await attached(), months);
  const { state, operationId } = await core.cancel(await core.pay(), { amount: 400 });
  assert.equal(state, 'confirmed');
  assert.deepEqual(
    (await auditOf(operationId)).map(({ to_state, part }) => [to_state, part]),
    ['requested', 'sent', 'confirmed'].map((to) => [to, months[0]]),
  );
});

test('an old month becomes a table of its own, append-only as before; one that a doubt needs stays', async () => {
  const [old, needed] = [await addMonth('2020-01'), await addMonth('2020-02')];
  await addAudit('00000000000000000001', '2020-01');
  const operation = await core.reserve(await core.pay(), {}, { operationId: newOperationId(new Date()) });
  assert.ok(operation);
  await core.services.runner.markInDoubt(operation, new Date(), 'test', 'lost');
  await addAudit(operation.id, '2020-02');

  await retention().runOnce();
  assert.ok((await attached()).includes(old), 'for ever, unless a setting says otherwise');
  await retention({ keepAuditMonths: 1_200 }).runOnce();
  assert.ok((await attached()).includes(old), 'it is not that old');
  let months = 0;
  await retention({ keepAuditMonths: 1 }, { removed() {}, detached: () => (months += 1) }).runOnce();
  assert.deepEqual((await attached()).slice(0, 1), [needed]);
  assert.equal(months, 1);
  assert.deepEqual(await auditOf('00000000000000000001'), []);
  assert.equal((await core.database.query(`select from ${old} where why = 'long ago'`)).length, 1);
  for (const statement of [`update ${old} set why = ''`, `delete from ${old}`, `truncate ${old}`]) {
    await assert.rejects(core.database.query(statement), /only ever appended to/);
  }

  await core.database.query(
    `update operations set state = 'refused', ended_at = now(), changed_at = now(), changed_by = 'test', changed_why = 'test' where id = $1`,
    [operation.id],
  );
  await retention({ keepAuditMonths: 1 }).runOnce();
  assert.ok(!(await attached()).includes(needed));
  await core.database.query(`drop table ${needed}`);
});

test('while months are taken out, cancellations go on, and all of them are in the audit', async () => {
  for (const month of ['2021-01', '2021-02', '2021-03', '2021-04', '2021-05', '2021-06']) await addMonth(month);
  let isDone = false;
  const cancelling = Array.from({ length: 4 }, async () => {
    const operations: string[] = [];
    do {
      const { state, operationId } = await core.cancel(await core.pay(), { amount: 400 });
      assert.equal(state, 'confirmed');
      operations.push(operationId);
    } while (!isDone);
    return operations;
  });
  await eventually(async () => {
    await Promise.all([retention({ keepAuditMonths: 1 }).runOnce(), retention({ keepAuditMonths: 1 }).runOnce()]);
    assert.deepEqual(
      (await attached()).filter((part) => part.includes('2021')),
      [],
    );
  }).finally(() => {
    isDone = true;
  });
  for (const id of (await Promise.all(cancelling)).flat()) assert.equal((await auditOf(id)).length, 3);
});

test('somebody who reads the audit for long holds up the month that is to go, and no cancellation', async () => {
  const month = await addMonth('2022-01');
  await core.database.withTransaction(async (client) => {
    await client.query('select from operation_audit limit 1');
    const [, { state }] = await Promise.all([
      retention({ keepAuditMonths: 1 }).runOnce(),
      core.cancel(await core.pay(), { amount: 400 }),
    ]);
    assert.equal(state, 'confirmed');
    assert.ok((await attached()).includes(month));
  });
  await retention({ keepAuditMonths: 1 }).runOnce();
  assert.ok(!(await attached()).includes(month));
});

test('that one thing can’t be done keeps nothing else from being done, and the round has failed', async () => {
  const { merchantId } = await newShop();
  await core.database.query(
    `insert into idempotency_keys (merchant_id, key, request_hash, running_until, created_at, expires_at)
     values ($1, 'old', '', now(), now(), '-infinity')`,
    [merchantId],
  );
  await core.database.query('alter function make_audit_months(integer) rename to made_audit_months');
  const round = retention();
  await assert.rejects(round.runOnce(), /make_audit_months/);
  assert.ok(round.health().lastFailure);
  assert.deepEqual(await core.database.query('select from idempotency_keys where merchant_id = $1', [merchantId]), []);
  await core.database.query('alter function made_audit_months(integer) rename to make_audit_months');
  await round.runOnce();
});

test('in a month that has no table a cancellation is carried out and audited, and the next months are made', async () => {
  const [month = '', next = ''] = await attached();
  await core.database.query(`alter table operation_audit detach partition ${month}`);
  await core.database.query(`alter table operation_audit detach partition ${next}`);
  await core.database.query(`drop table ${next}`);
  const { state, operationId } = await core.cancel(await core.pay(), { amount: 400 });
  assert.equal(state, 'confirmed');
  const parts = (await auditOf(operationId)).map(({ part }) => part);
  assert.deepEqual(
    parts,
    Array.from({ length: 3 }, () => 'operation_audit_without_month'),
  );
  for (const statement of ['delete from operation_audit', 'truncate operation_audit_without_month']) {
    await assert.rejects(core.database.query(statement), /only ever appended to/);
  }
  await retention().runOnce();
  assert.equal((await attached())[0], next);
  assert.equal((await core.cancel(await core.pay(), { amount: 400 })).state, 'confirmed');
});
