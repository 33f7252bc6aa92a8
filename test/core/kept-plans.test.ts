import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chargeKeyKind } from '../../src/core/billing/charge-key-kind.ts';
import { newOperationId } from '../../src/core/operations/identifier.ts';
import { createLeases } from '../../src/core/operations/leases.ts';
import { insertPayment } from '../../src/core/payments/insert-payment.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';
import type { PlanNode } from '../distribution/plan.ts';
import { type Core, startCore } from '../kit/core.ts';
import { eventually } from '../kit/eventually.ts';
import { newOrder } from '../kit/orders.ts';

/**
 * Planning the statements of the hot path takes longer than carrying them out. PostgreSQL keeps their plans when it can't see that
 * another one would be better, and no such plan may be one that was made while there was next to nothing in the tables.
 */
let core: Core;
before(async () => {
  core = await startCore();
});
after(() => core.close());

const hot = ['payments_by_imp_uid', 'reserve_cancels', 'settle_cancels', 'settle_charge_key'];
const leaseMs = 60_000;

/** One after the other, so that one connection carries them. */
async function cancelAndCharge(): Promise<void> {
  assert.equal((await core.cancel(await core.pay(), { amount: 10 })).state, 'confirmed');
  const { services, channel } = core;
  const leases = createLeases(systemClock);
  const now = systemClock.now();
  const id = newOperationId(now);
  const payment = await insertPayment(
    services.database,
    channel,
    {
      merchant_uid: newOrder(),
      pay_method: 'card',
      channel: 'api',
      currency: 'KRW',
      amount_minor: 1000n,
      tax_free_minor: 0n,
      vat_minor: 91n,
      claims_order: true,
      started_at: now,
    },
    {
      id,
      kind: 'charge_key',
      reason: 'test',
      details: {},
      secrets: null,
      idempotencyId: null,
      billingKey: null,
      leaseOwner: leases.owner,
      leaseUntil: leases.until(leaseMs),
    },
  );
  const settled = await chargeKeyKind.createSettle({ ...services, leases })({
    merchantId: channel.merchantId,
    operationId: id,
    turnRowId: payment.id,
    kind: 'charge_key',
    outcome: { kind: 'refused', code: 'NO', message: 'no', category: 'other' },
    sentAt: now,
    endedAt: now,
    by: 'test',
    why: 'test',
    followUpId: null,
  });
  assert.ok(settled && 'status' in settled);
  assert.equal(settled.status, 'failed');
}

interface Prepared {
  readonly name: string;
  readonly types: readonly string[];
  readonly kept: bigint;
}

/** What the connection has prepared that asks last, and how often it has used a plan that it keeps. */
async function prepared(): Promise<Prepared[]> {
  return await core.services.database.query<Prepared & { readonly name: string }>(
    `select name, parameter_types::text[] as types, generic_plans as kept from pg_prepared_statements order by name`,
  );
}

/** How the plan that is kept reads `payments` and `operations`. */
async function scansOf({ name, types }: Prepared): Promise<string[]> {
  const [row] = await core.services.database.query<{ 'QUERY PLAN': readonly [{ readonly Plan: PlanNode }] }>(
    `explain (format json) execute ${name}(${types.map(() => 'null').join(', ')})`,
  );
  assert.ok(row);
  return scansIn(row['QUERY PLAN'][0].Plan);
}

function scansIn(node: PlanNode): string[] {
  const isScan =
    ['payments', 'operations'].includes(node['Relation Name'] ?? '') && node['Node Type'] !== 'ModifyTable';
  return [...(isScan ? [node['Node Type']] : []), ...(node.Plans ?? []).flatMap(scansIn)];
}

async function grow(rows: number): Promise<void> {
  await core.database.withTransaction(async (client) => {
    // Past the triggers.
    await client.query('set local session_replication_role = replica');
    await client.query(
      `with made as (
         insert into payments (imp_uid, merchant_id, channel_id, merchant_uid, provider, mid, sandbox, pay_method, channel, status,
           currency, amount_minor, tax_free_minor, vat_minor, started_at, updated_at)
         select 'old_' || n, $1, $2, 'old_' || n, 'test', 'test', true, 'card', 'pc', 'paid', 'KRW', 1000, 0, 91, now(), now()
         from generate_series(1, $3::integer) n
         returning id, merchant_id, channel_id
       )
       insert into operations (id, merchant_id, channel_id, payment_id, kind, state, amount_minor, balance_before_minor, reason,
         requested_at, ended_at, changed_at, changed_by, changed_why, next_inquiry_at, lease_of, lease_until)
       select lpad(id::text, 20, '0'), merchant_id, channel_id, id, 'cancel', 'confirmed', 10, 1000, 'old', now(), now(), now(), 'test',
         'test', now(), 'test', now()
       from made`,
      [core.channel.merchantId, core.channel.id, rows],
    );
  });
}

async function assertPlansAreKept(): Promise<void> {
  for (let n = 0; n < 8; n++) await cancelAndCharge();
  const statements = await prepared();
  for (const name of hot) {
    const statement = statements.find((each) => each.name === name);
    assert.ok(statement, `${name} is prepared`);
    assert.ok(statement.kept > 0n, `${name} is planned each time`);
    const scans = await scansOf(statement);
    assert.ok(scans.length > 0, `${name} reads neither payments nor operations`);
    assert.ok(!scans.includes('Seq Scan'), `${name}: ${scans}`);
  }
}

test('statements of the hot path keep a plan once there are many rows, and it reads none of the tables whole', async () => {
  for (let n = 0; n < 8; n++) await cancelAndCharge();
  const whileSmall = (await prepared()).map(({ name }) => name);
  for (const name of hot) {
    assert.ok(whileSmall.includes(`${name}_while_small`), `${whileSmall}`);
    assert.ok(!whileSmall.includes(name), 'no plan is kept of what there was then');
  }

  // Nothing has been analyzed since there was nothing in the tables.
  await grow(20_000);
  await eventually(async () => {
    await cancelAndCharge();
    assert.ok((await prepared()).some(({ name }) => name === 'settle_cancels'));
  }, 20_000);
  await assertPlansAreKept();

  await core.database.query('analyze');
  await assertPlansAreKept();
});
