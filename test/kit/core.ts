import assert from 'node:assert/strict';
import { cancelPayment } from '../../src/core/cancellation/cancel-payment.ts';
import type { CancelPlan, CancelRequest } from '../../src/core/cancellation/request.ts';
import type { Channel } from '../../src/core/merchants/channels.ts';
import { newKeyPair } from '../../src/core/merchants/merchants.ts';
import { newOperationId } from '../../src/core/operations/identifier.ts';
import type { OperationReport } from '../../src/core/operations/report.ts';
import { insertPayment, type NewPayment } from '../../src/core/payments/insert-payment.ts';
import type { Operation } from '../../src/core/records/operation.ts';
import type { Payment } from '../../src/core/records/payment.ts';
import type { ReceiptRow } from '../../src/core/records/receipt.ts';
import { createServices, type Services } from '../../src/core/services.ts';
import { createLiveGuard } from '../../src/core/webhooks/address-guard.ts';
import { tosspayments } from '../../src/gateways/tosspayments/module.ts';
import { type Clock, systemClock } from '../../src/platform/clock/clock.ts';
import { serverClockForAll } from '../../src/platform/clock/merchant-clocks.ts';
import { type Database, openDatabase } from '../../src/platform/database/pool.ts';
import { createEncryption } from '../../src/platform/encryption/encryption.ts';
import { createLog } from '../../src/platform/logging/log.ts';
import { readSettings, type Settings } from '../../src/platform/settings/settings.ts';
import type { PayMethodCapabilities } from '../../src/port/capabilities.ts';
import { createGatewayHttpClient } from '../../src/port/http-client.ts';
import type { GatewayPayment } from '../../src/port/lookup.ts';
import type { NoticeEvent } from '../../src/port/notices.ts';
import type { GatewayOperation, OperationAt, RequestOf, ResultOf } from '../../src/port/operations.ts';
import type { PayMethod } from '../../src/port/payment.ts';
import { createTestDatabase } from './database.ts';
import { newOrder } from './orders.ts';

/**
 * The core of a server over a real PostgreSQL, without its API, with one gateway that says what a test has it say. It is for
 * guarantees of our own book: what a gateway's adapter and simulator say to each other is told elsewhere. It starts in no
 * time, and no round of it runs unless a test runs it.
 *
 * Whatever is written has a twin of the same id that is another merchant's. A statement of the core's that would change the
 * twin fails, so that every test is also one of what belongs to whom.
 */
export interface Core {
  readonly services: Services;
  /** For the test's own questions; the services have a pool of their own. */
  readonly database: Database;
  readonly gateway: ToldGateway;
  readonly channel: Channel;
  /** Another process on the same database: its own leases, queues and caches. */
  another(settings?: Partial<Settings>): Services;
  /** A payment of 1000, 300 of it free of tax, with a VAT of 63; paid unless the values say otherwise. */
  pay(values?: Partial<NewPayment>): Promise<Payment>;
  read(payment: Payment): Promise<Payment>;
  operations(payment: Payment): Promise<readonly (Operation & LeaseColumns)[]>;
  operation(id: string): Promise<Operation & LeaseColumns>;
  receipts(payment: Payment): Promise<readonly ReceiptRow[]>;
  /** What was announced of a payment: event, status, and whose end it tells. */
  announced(payment: Payment): Promise<readonly (readonly [string, string, string | undefined])[]>;
  /** POST /payments/cancel, below the API. */
  cancel(payment: Payment, request?: Partial<CancelRequest>, by?: Services): Promise<OperationReport>;
  /** Only reserves, as a process that dies before it sends anything. */
  reserve(payment: Payment, plan?: Partial<CancelPlan>, more?: ReservationMore): Promise<Operation | undefined>;
  close(): Promise<void>;
}

export interface LeaseColumns {
  readonly lease_of: string;
  readonly lease_until: Date;
  readonly changed_by: string;
  readonly changed_why: string;
}

export interface ReservationMore {
  readonly by?: Services;
  readonly operationId?: string;
  readonly idempotencyId?: bigint;
}

type Operations = { [K in GatewayOperation]: { -readonly [P in keyof OperationAt<K>]: OperationAt<K>[P] } };

export interface ToldNotice {
  readonly event: NoticeEvent;
  readonly trust?: 'authentic' | 'unverified';
  readonly orderId?: string;
  readonly gatewayTid?: string;
}

export interface ToldGateway {
  /** What it does; `forget` makes it confirm everything again. */
  readonly operations: Operations;
  readonly capabilities: { payMethods: Partial<Record<PayMethod, PayMethodCapabilities>> };
  /** Every request that it was sent, and every question, in order. */
  readonly sent: { readonly operation: GatewayOperation; readonly request: unknown; readonly isRepeat: boolean }[];
  readonly asked: GatewayOperation[];
  /** What its book says of a payment. */
  lookUp: () => GatewayPayment | 'not_found' | 'unknown';
  lookups: number;
  forget(): void;
}

const everything = {
  approve: 'supported',
  issue_vbank: 'supported',
  revoke_vbank: 'supported',
  issue_barcode: 'supported',
  revoke_barcode: 'supported',
  issue_receipt: 'supported',
  revoke_receipt: 'supported',
  register_shipping: 'supported',
  pay_in_window: 'supported',
  issue_key: 'supported',
  charge_key: 'supported',
  revoke_key: 'supported',
  cancel: 'supported',
} as const;

const method: PayMethodCapabilities = {
  operations: everything,
  partialCancel: true,
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  receiptOnCancel: 'revoked_by_us',
};

let answers = 0;
const nextTid = (what: string): string => `${what}-${++answers}`;

type Results = { readonly [K in GatewayOperation]: (request: RequestOf<K>, now: Date) => ResultOf<K> };

/** What a gateway answers that does what it is asked for. */
export const results: Results = {
  cancel: ({ amountMinor }, now) => ({
    gatewayTid: nextTid('cancel'),
    amountMinor,
    cancelledAt: now,
    receiptUrl: null,
  }),
  approve: (_request, now) => ({
    gatewayTid: nextTid('payment'),
    approvalNumber: '12345678',
    approvedAt: now,
    receiptUrl: 'https://gateway.test/receipt',
    card: null,
    bank: null,
  }),
  approve_window: (_request, now) => {
    const gatewayTid = nextTid('payment');
    const approval = {
      gatewayTid,
      approvalNumber: '12345678',
      approvedAt: now,
      receiptUrl: null,
      card: null,
      bank: null,
    };
    return { gatewayTid, receiptUrl: null, approval, virtualAccount: null, key: null };
  },
  pay_from_wallet: (_request, now) => ({
    gatewayTid: nextTid('payment'),
    approvalNumber: '12345678',
    approvedAt: now,
    receiptUrl: null,
    card: null,
    bank: null,
  }),
  issue_vbank: ({ bankCode, dueAt, holder }, now) => ({
    gatewayTid: nextTid('account'),
    bankCode,
    bankName: '국민은행',
    accountNumber: '12345678901234',
    holder,
    dueAt,
    issuedAt: now,
    noticeSecret: null,
  }),
  issue_barcode: (_request, now) => ({
    gatewayTid: nextTid('barcode'),
    barcode: '880001',
    expiresAt: new Date(now.getTime() + 86_400_000),
    issuedAt: now,
  }),
  revoke_vbank: (_request, now) => ({ gatewayTid: nextTid('revocation'), revokedAt: now }),
  revoke_barcode: (_request, now) => ({ gatewayTid: nextTid('revocation'), revokedAt: now }),
  issue_receipt: (_request, now) => ({
    receiptTid: nextTid('receipt'),
    approvalNumber: '987654321',
    receiptUrl: null,
    issuedAt: now,
  }),
  revoke_receipt: (_request, now) => ({ gatewayTid: nextTid('receipt-off'), revokedAt: now }),
  register_shipping: (_request, now) => ({ registeredAt: now }),
  issue_key: ({ customerId }, now) => ({
    billingKey: { key: nextTid('key'), boundTo: { customer: customerId } },
    gatewayTid: nextTid('registration'),
    issuedAt: now,
    card: { maskedNumber: null, code: '361', name: 'BC카드', issuerCode: '361', issuerName: 'BC카드', type: 0 },
  }),
  charge_key: (_request, now) => ({
    gatewayTid: nextTid('charge'),
    approvalNumber: '23456789',
    approvedAt: now,
    receiptUrl: null,
    card: null,
    bank: null,
  }),
  revoke_key: (_request, now) => ({ gatewayTid: null, revokedAt: now }),
};

function createToldGateway(): ToldGateway {
  const sent: ToldGateway['sent'] = [];
  const asked: GatewayOperation[] = [];
  const gateway: ToldGateway = {
    operations: {} as Operations,
    capabilities: { payMethods: {} },
    sent,
    asked,
    lookUp: () => 'unknown',
    lookups: 0,
    forget() {
      for (const name of Object.keys(results) as GatewayOperation[]) confirm(name);
      gateway.capabilities.payMethods = { card: method, trans: method, vbank: method, cvs: method };
      sent.length = 0;
      asked.length = 0;
      gateway.lookUp = () => 'unknown';
      gateway.lookups = 0;
    },
  };
  function confirm<K extends GatewayOperation>(name: K): void {
    (gateway.operations as Record<GatewayOperation, OperationAt<K>>)[name] = {
      send: async ({ now }, request) => ({ kind: 'confirmed', result: results[name](request, now) }),
      inquire: async () => ({ kind: 'unknown', why: 'it was not told what to say' }),
    };
  }
  gateway.forget();
  return gateway;
}

export const told = 'tosspayments';

/** Its own protocol, and nobody's: a notice is JSON that says what it is. */
export function noticeBody(payment: Payment, { event, trust, orderId, gatewayTid }: ToldNotice): Buffer {
  const body = {
    order: orderId ?? payment.imp_uid,
    tid: gatewayTid ?? null,
    trust: trust ?? 'authentic',
    event,
    nonce: nextTid('notice'),
  };
  return Buffer.from(JSON.stringify(body, (_name, value) => (typeof value === 'bigint' ? `${value}n` : value)));
}

function readBody(body: Buffer) {
  return JSON.parse(body.toString(), (name, value) => {
    if (typeof value === 'string' && /^\d+n$/.test(value)) return BigInt(value.slice(0, -1));
    return ['at', 'depositedAt'].includes(name) && typeof value === 'string' ? new Date(value) : value;
  }) as {
    order: string;
    tid: string | null;
    trust: 'authentic' | 'unverified';
    event: NoticeEvent;
  };
}

export async function startCore(settings: Partial<Settings> = {}, clock: Clock = systemClock): Promise<Core> {
  const testDatabase = await createTestDatabase({ poolSize: 10 });
  const { database } = testDatabase;
  const ofCore = openDatabase(testDatabase.url, { poolSize: 10, applicationName: coreName });
  const gateway = createToldGateway();
  const base = tosspayments.gateway;
  const gateways = new Map([
    [
      told,
      {
        ...base,
        capabilities: {
          ...base.capabilities,
          orderOptions: ['use_card_point', 'interest_free_by_merchant'] as const,
          lookup: 'by_order_id' as const,
          get payMethods() {
            return gateway.capabilities.payMethods;
          },
        },
        operations: new Proxy(gateway.operations, {
          get(operations, name: GatewayOperation) {
            const operation = operations[name] as OperationAt<GatewayOperation>;
            return {
              send: (call: { isRepeat: boolean }, request: unknown) => {
                gateway.sent.push({ operation: name, request, isRepeat: call.isRepeat });
                return operation.send(call as never, request as never);
              },
              inquire: (call: unknown, request: unknown, sentAt: Date) => {
                gateway.asked.push(name);
                return operation.inquire(call as never, request as never, sentAt);
              },
            };
          },
        }),
        async lookUp() {
          gateway.lookups += 1;
          const found = gateway.lookUp();
          if (found === 'not_found') return { kind: 'not_found' as const };
          if (found === 'unknown') return { kind: 'unknown' as const, why: 'it was not told what to say' };
          return { kind: 'found' as const, payment: found };
        },
        notices: {
          identify: ({ body }: { body: Buffer }) => {
            const { order, tid } = readBody(body);
            return { mid: null, orderId: order === '' ? null : order, gatewayTid: tid };
          },
          open: ({ body }: { body: Buffer }) => {
            const { order, tid, trust, event } = readBody(body);
            return { kind: 'notice' as const, trust, orderId: order, gatewayTid: tid, event };
          },
          answer: (taken: string) => ({
            status: taken === 'taken' ? 200 : 503,
            contentType: 'text/plain',
            body: taken,
          }),
        },
      },
    ],
  ]);
  const all: Services[] = [];

  function another(more: Partial<Settings> = {}): Services {
    const services = createServices(
      {
        settings: {
          ...readSettings({ DATABASE_URL: testDatabase.url }, []),
          turnWaitMs: 2_000,
          // No test reaches it on a busy machine; one that is about its end gives a short one to a process of its own.
          requestDeadlineMs: 20_000,
          gatewayTimeoutMs: 1_500,
          ...settings,
          ...more,
        },
        gateways,
        database: ofCore,
        encryption: createEncryption(Buffer.alloc(32, 'test key')),
        clock,
        log: createLog('silent'),
      },
      {
        clocks: serverClockForAll(clock),
        http: createGatewayHttpClient({ loopbackOnly: true }),
        webhookGuard: createLiveGuard(),
        showsTestPayments: true,
        asksForOperator: false,
      },
    );
    all.push(services);
    return services;
  }

  const services = another();
  const merchant = await services.merchants.put(newKeyPair(), {
    name: 'test',
    webhookUrl: null,
    webhookFormat: 'json',
    webhookRetry: false,
  });
  const channel = await services.channels.put(merchant.id, {
    name: 'test',
    provider: told,
    mid: 'test-mid',
    mode: 'test',
    baseUrl: 'http://127.0.0.1:9',
    credentials: {},
    isDefault: true,
  });

  const stranger = await services.merchants.put(newKeyPair(), {
    name: 'stranger',
    webhookUrl: null,
    webhookFormat: 'json',
    webhookRetry: false,
  });
  await makeTwins(database, merchant.id, stranger.id);

  return {
    services,
    database,
    gateway,
    channel,
    another,
    pay: (values = {}) =>
      insertPayment(
        ofCore,
        channel,
        {
          merchant_uid: newOrder(),
          pay_method: 'card',
          channel: 'pc',
          currency: 'KRW',
          amount_minor: 1000n,
          tax_free_minor: 300n,
          vat_minor: 63n,
          started_at: clock.now(),
          status: 'paid',
          pg_tid: nextTid('payment'),
          paid_at: clock.now(),
          ...values,
        },
        null,
      ),
    async read({ id }) {
      const [payment] = await database.query<Payment>('select * from payments where merchant_id = $2 and id = $1', [
        id,
        merchant.id,
      ]);
      assert.ok(payment);
      return payment;
    },
    operations: ({ id }) =>
      database.query(
        `select o.* from operations o left join receipts r on r.merchant_id = o.merchant_id and r.id = o.receipt_id
         where o.merchant_id = $2 and coalesce(o.payment_id, r.payment_id) = $1 order by o.id`,
        [id, merchant.id],
      ),
    async operation(id) {
      const [operation] = await database.query<Operation & LeaseColumns>(
        'select * from operations where merchant_id = $2 and id = $1',
        [id, merchant.id],
      );
      assert.ok(operation);
      return operation;
    },
    receipts: ({ id }) =>
      database.query('select * from receipts where merchant_id = $2 and payment_id = $1 order by id', [
        id,
        merchant.id,
      ]),
    async announced({ id }) {
      const rows = await database.query<{ event: string; body: { status: string; cancellation_id?: string } }>(
        'select event, body from outbox where merchant_id = $2 and payment_id = $1 order by id',
        [id, merchant.id],
      );
      return rows.map(({ event, body }) => [event, body.status, body.cancellation_id] as const);
    },
    cancel: (payment, request = {}, by = services) =>
      cancelPayment(
        by,
        { merchantId: merchant.id, idempotencyId: null, deadline: by.requestDeadline() },
        { ...noRequest, impUid: payment.imp_uid, ...request },
      ),
    reserve: (payment, plan = {}, { by = services, operationId, idempotencyId } = {}) =>
      by.reserveCancel({
        operationId: operationId ?? newOperationId(clock.now()),
        merchantId: payment.merchant_id,
        paymentId: payment.id,
        plan: {
          amountMinor: null,
          checksumMinor: null,
          taxFreeMinor: null,
          vatMinor: null,
          reason: 'test',
          refundAccount: null,
          details: {},
          ...plan,
        },
        secrets: null,
        idempotencyId: idempotencyId ?? null,
        by: 'test',
        requestedAt: clock.now(),
      }),
    async close() {
      await Promise.all(all.map((each) => each.http.close()));
      await ofCore.close();
      await testDatabase.drop();
    },
  };
}

const coreName = 'hwanbul core';

/**
 * The tables whose rows have twins, and in what a twin differs: it is in nobody's way, is due at no time, and lives at a
 * gateway that is none. Of receipts every second one has a twin: that a row is not found, a twin would hide.
 */
const twins = {
  payments: { provider: 'nobody', claims_order: false, turn_of: null },
  operations: { kind: 'approve', next_inquiry_at: 'infinity', lease_until: 'infinity' },
  receipts: { state: 'failed' },
  billing_keys: { provider: 'nobody', turn_of: null },
  schedules: { status: 'revoked', payment_id: null },
  idempotency_keys: { expires_at: 'infinity' },
  gateway_notices: { state: 'applied', next_try_at: 'infinity' },
  refund_requests: { state: 'expired', decided_by: null, decided_by_name: null, request_key: null },
} as const;

const only: Readonly<Record<string, string>> = {
  receipts: 'and new.id % 2 = 0',
  operations: 'and (new.receipt_id is null or new.receipt_id % 2 = 0)',
};

async function makeTwins(database: Database, merchantId: bigint, strangerId: bigint): Promise<void> {
  const [channel] = await database.query<{ id: bigint }>(
    `insert into channels (merchant_id, channel_key, name, provider, mid, mode, base_url, credentials, created_at)
     values ($1, 'stranger', 'stranger', 'nobody', 'nobody', 'test', '', '', now()) returning id`,
    [strangerId],
  );
  assert.ok(channel);
  await database.query(`
    create function make_twin() returns trigger language plpgsql as $$
    declare
      own jsonb := to_jsonb(new);
      twin jsonb := own || jsonb_build_object('merchant_id', ${strangerId}) || tg_argv[0]::jsonb;
    begin
      if own ->> 'channel_id' is not null then
        twin := twin || jsonb_build_object('channel_id', ${channel.id});
      end if;
      execute format('insert into %1$I overriding system value select * from jsonb_populate_record(null::%1$I, $1)
        on conflict do nothing', tg_table_name)
      using twin;
      return null;
    end $$;
    create function keep_twin() returns trigger language plpgsql as $$
    begin
      if current_setting('application_name') = '${coreName}' then
        raise exception 'a row of another merchant would be changed: % of %', tg_op, tg_table_name;
      end if;
      return null;
    end $$`);
  for (const [table, differs] of Object.entries(twins)) {
    await database.query(`
      create trigger has_a_twin after insert on ${table} for each row
      when (new.merchant_id = ${merchantId} ${only[table] ?? ''})
      execute function make_twin('${JSON.stringify(differs)}');
      create trigger is_a_twin before update or delete on ${table} for each row when (old.merchant_id = ${strangerId})
      execute function keep_twin()`);
  }
}

const noRequest: CancelRequest = {
  impUid: undefined,
  merchantUid: undefined,
  amount: undefined,
  checksum: undefined,
  taxFree: undefined,
  vatAmount: undefined,
  reason: undefined,
  refundHolder: undefined,
  refundBank: undefined,
  refundAccount: undefined,
  refundTel: undefined,
  details: {},
};
