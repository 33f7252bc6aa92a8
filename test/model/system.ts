import assert from 'node:assert/strict';
import type { Clock } from '../../src/platform/clock/clock.ts';
import { type ApiAnswer, type ApiClient, createApiClient } from '../kit/api-client.ts';
import { eventually } from '../kit/eventually.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import {
  cancelled,
  type Fault,
  type Reference,
  type ReferencePayment,
  remaining,
  standingReceipt,
} from './reference.ts';

/** The server under test, as one merchant sees it, and what only a test may look at. */
export interface System {
  /** Its token dies while the merchant's clock is moved. */
  client: ApiClient;
  logInAgain(): Promise<void>;
  readonly merchantId: bigint;
  readonly sandbox: Sandbox;
  /** Tells orders of one run apart. */
  nextOrder(): string;
}

const limits = Object.freeze({
  gatewayTimeoutMs: 1_200,
  requestDeadlineMs: 3_000,
  recoveryIntervalMs: 150,
  notDoneIsFinalAfterMs: 2_600,
});
/** Below and above the server's patience with a gateway. */
const delays = Object.freeze({ short: 100, long: 1_500 });

/** In the middle of a month, since telephone payments can be cancelled in their month only. */
const startsAt = Date.UTC(2030, 5, 15, 3);

export async function startSystem(): Promise<Sandbox> {
  const began = performance.now();
  const clock: Clock = {
    now: () => new Date(startsAt + performance.now() - began),
    // Leases are counted from it, in real time: what is due without a held clock is due by the same time as everything else.
    monotonicMs: () => startsAt - performance.timeOrigin + performance.now() - began,
  };
  return startSandbox({ clock, settings: limits, poolSize: 20 });
}

export async function newSystem(sandbox: Sandbox): Promise<System> {
  const anybody = createApiClient(sandbox.url);
  const made = await anybody.post('/sandbox/merchants');
  const logIn = () => anybody.logIn(made.response.imp_key, made.response.imp_secret);
  const [merchant] = await sandbox.database.query<{ id: bigint }>('select id from merchants where imp_key = $1', [
    made.response.imp_key,
  ]);
  assert.ok(merchant);
  let orders = 0;
  const system: System = {
    client: await logIn(),
    merchantId: merchant.id,
    sandbox,
    nextOrder: () => `order-${++orders}`,
    async logInAgain() {
      system.client = await logIn();
    },
  };
  return system;
}

export type FaultyOperation =
  | 'approve'
  | 'issue_vbank'
  | 'revoke_vbank'
  | 'issue_barcode'
  | 'revoke_barcode'
  | 'issue_receipt'
  | 'revoke_receipt'
  | 'issue_key'
  | 'charge_key'
  | 'revoke_key'
  | 'cancel';

export async function arm(
  { client }: System,
  fault: Fault | null,
  operation: FaultyOperation,
  provider = 'tosspayments',
): Promise<void> {
  if (!fault) return;
  const delay = fault.isLong ? delays.long : delays.short;
  const hasDelay = fault.kind === 'slow' || fault.kind === 'timeout';
  const faults = [{ operation, kind: fault.kind, ...(hasDelay ? { delay_ms: delay } : {}) }];
  if (fault.inquiry !== 'good') faults.push({ operation: 'inquire' as FaultyOperation, kind: fault.inquiry });
  for (const each of faults) {
    const armed = await client.post('/sandbox/faults', { pg_provider: provider, ...each });
    assert.equal(armed.code, 0, armed.text);
  }
}

/** The merchant's time, in seconds since 1970. */
export async function merchantNow({ client }: System): Promise<number> {
  const answer = await client.get('/sandbox/clock');
  assert.equal(answer.code, 0, answer.text);
  return answer.response.now;
}

/** Waits until the server has settled everything that was asked of it, has run what is due, and takes faults back that never struck. */
export async function settled(system: System): Promise<void> {
  const { client, merchantId, sandbox } = system;
  const now = await merchantNow(system);
  await eventually(async () => {
    // In this order: what is due becomes an operation.
    const [due] = await sandbox.database.query<{ count: bigint }>(
      `select count(*) from schedules where merchant_id = $1 and status = 'scheduled' and schedule_at <= $2`,
      [merchantId, new Date(now * 1000)],
    );
    assert.equal(due?.count, 0n, 'something is still due');
    const [open] = await sandbox.database.query<{ count: bigint }>(
      `select count(*) from operations where merchant_id = $1 and state not in ('confirmed', 'refused', 'unsent')`,
      [merchantId],
    );
    assert.equal(open?.count, 0n, 'something is still open');
  }, 60_000);
  await client.delete('/sandbox/faults');
}

/**
 * Holds an answer against what becomes of the operation in the end. A caller may be told that the outcome is not known
 * yet, whatever it will be; a yes and a no must be true.
 */
export function assertTruthful(answer: ApiAnswer, isDone: boolean, refusedAs: string): void {
  if (answer.error === 'cancellation_in_doubt' || answer.error === 'outcome_in_doubt') return;
  assert.equal(answer.error, isDone ? undefined : refusedAs, answer.text);
  assert.equal(answer.code === 0, isDone, answer.text);
}

interface OwnBook {
  readonly imp_uid: string;
  readonly reserved_minor: bigint;
  readonly reserved_tax_free_minor: bigint;
  readonly reserved_vat_minor: bigint;
  readonly cancelled_tax_free_minor: bigint;
  readonly cancelled_vat_minor: bigint;
  readonly turn_of: string | null;
}

/** The promise: the reference, our book and the gateways' books are one, and nothing stays reserved. */
export async function assertBooksAgree(reference: Reference, system: System): Promise<void> {
  const { client, merchantId, sandbox } = system;
  const [listed, toss, galaxia, rows] = await Promise.all([
    client.get('/payments/status/all?limit=1000'),
    client.get('/sandbox/books/tosspayments'),
    client.get('/sandbox/books/galaxia'),
    sandbox.database.query<OwnBook>('select * from payments where merchant_id = $1', [merchantId]),
  ]);
  assert.equal(listed.response.total, reference.payments.length, 'as many payments as were made');
  const transactions = [...toss.response.transactions, ...galaxia.response.transactions];
  assert.equal(transactions.length, reference.payments.filter(({ isAtGateway }) => isAtGateway).length);
  for (const expected of reference.payments) {
    const { impUid } = expected;
    const byId = (each: { imp_uid: string }): boolean => each.imp_uid === impUid;
    const ours = listed.response.list.find(byId);
    assert.ok(ours, `${impUid} is in our book`);
    assertOurs(expected, ours);
    const booked = transactions.find(byId);
    assert.equal(booked !== undefined, expected.isAtGateway, `${impUid} is in the gateway's book if it came about`);
    if (booked) assertBooked(expected, ours, booked);
    const receipts = toss.response.receipts.filter(byId);
    assert.deepEqual(
      receipts.map((receipt: { amount: number; balance: number }) => [receipt.amount, receipt.balance]),
      expected.receipts.map(({ amount, left }) => [amount, left]),
      `${impUid}: the receipts of the tax service`,
    );
    const row = rows.find(byId);
    assert.ok(row);
    assert.deepEqual(
      [row.reserved_minor, row.reserved_tax_free_minor, row.reserved_vat_minor, row.turn_of],
      [0n, 0n, 0n, null],
      `${impUid}: nothing stays reserved`,
    );
    assert.equal(Number(row.cancelled_tax_free_minor), expected.cancelledTaxFree, `${impUid}: tax-free part`);
    assert.equal(Number(row.cancelled_vat_minor), expected.cancelledVat, `${impUid}: VAT`);
  }
}

interface Ours {
  readonly status: string;
  readonly amount: number;
  readonly cancel_amount: number;
  readonly pay_method: string;
  readonly merchant_uid: string;
  readonly cash_receipt_issued: boolean;
  readonly cancel_history: readonly {
    readonly amount: number;
    readonly pg_tid: string;
    readonly cancellation_id: string;
    readonly receipt_url: string | null;
  }[];
  readonly cancel_receipt_urls: readonly unknown[];
  readonly cancelled_at: number;
}

function assertOurs(expected: ReferencePayment, ours: Ours): void {
  assert.deepEqual(
    {
      status: ours.status,
      amount: ours.amount,
      cancelled: ours.cancel_amount,
      history: ours.cancel_history.map(({ amount }) => amount),
      method: ours.pay_method,
      order: ours.merchant_uid,
      hasReceipt: ours.cash_receipt_issued,
    },
    {
      status: expected.status,
      amount: expected.amount,
      cancelled: cancelled(expected),
      history: expected.history,
      method: expected.method,
      order: expected.order,
      hasReceipt: standingReceipt(expected) !== undefined,
    },
    `${expected.impUid} in our book`,
  );
  assert.ok(ours.cancel_amount <= ours.amount, 'never more than was paid');
  assert.deepEqual(
    ours.cancel_receipt_urls,
    ours.cancel_history.flatMap(({ receipt_url }) => receipt_url ?? []),
  );
  assert.equal(new Set(ours.cancel_history.map((entry) => entry.cancellation_id)).size, ours.cancel_history.length);
  assert.equal(ours.cancelled_at > 0, ours.cancel_history.length > 0);
}

interface Booked {
  readonly amount: number;
  readonly cancelled_amount: number;
  readonly status: string;
  readonly cancels: readonly { readonly id: string; readonly amount: number }[];
}

function assertBooked(expected: ReferencePayment, ours: Ours, booked: Booked): void {
  const whole = remaining(expected) === 0 ? 'cancelled' : 'partially_cancelled';
  const status = { ready: 'waiting_for_deposit', paid: 'paid', cancelled: whole, failed: 'revoked' }[expected.status];
  assert.equal(booked.status, status, `${expected.impUid}: status in the gateway's book`);
  assert.equal(booked.amount, expected.amount);
  assert.equal(booked.cancelled_amount, cancelled(expected), `${expected.impUid}: sum in the gateway's book`);
  assert.deepEqual(
    booked.cancels.map(({ id, amount }) => [id, amount]),
    ours.cancel_history.map(({ pg_tid, amount }) => [pg_tid, amount]),
    `${expected.impUid}: each cancellation stands in both books, once and in the same order`,
  );
}
