import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Server } from '../../src/start/server.ts';
import { type ApiAnswer, type ApiClient, createApiClient } from '../kit/api-client.ts';
import {
  assertBooksAgree,
  bookOf,
  depositedVbank,
  issueBarcode,
  issueVbank,
  newOrder,
  payByCard,
  refundAccount,
} from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { addFault, balancesOf, endingsOf, receiptsInBook, until, untilFaultsHaveStruck } from './observations.ts';
import { type SharedSimulators, startServerOn, startSharedSimulators } from './servers.ts';

let simulators: SharedSimulators;
let sandbox: Sandbox;
let second: Server;
let client: ApiClient;
/** The same merchant at the other server, which knows of the first only what the database says. */
let elsewhere: ApiClient;
before(async () => {
  simulators = await startSharedSimulators();
  const limits = { gatewayTimeoutMs: 4_000, requestDeadlineMs: 10_000 };
  sandbox = await startSandbox({ settings: { simulators: simulators.urls, ...limits } });
  second = await startServerOn(sandbox.testDatabase.url, simulators.urls, limits);
  client = await sandbox.newMerchant();
  elsewhere = createApiClient(second.url, client.token);
});
after(async () => {
  await second.close();
  await sandbox.close();
  await simulators.close();
});

const cancel = (by: ApiClient, impUid: string, more: object = {}): Promise<ApiAnswer> =>
  by.post('/payments/cancel', { imp_uid: impUid, ...more });

function times<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => make(index)));
}

const done = (answers: readonly ApiAnswer[]): number => answers.filter(({ code }) => code === 0).length;

/** Every answer is a success or one of these refusals; anything else would be a surprise. */
function assertRefusalsAmong(answers: readonly ApiAnswer[], allowed: readonly string[]): void {
  for (const answer of answers) {
    if (answer.code !== 0) assert.ok(allowed.includes(answer.error ?? ''), `${answer.error}: ${answer.text}`);
  }
}

async function payByTransfer(amount: number, more: object = {}): Promise<string> {
  const paid = await client.post('/sandbox/payments', {
    pg_provider: 'tosspayments',
    pay_method: 'trans',
    amount,
    merchant_uid: newOrder(),
    ...more,
  });
  assert.equal(paid.code, 0, paid.text);
  return paid.response.imp_uid;
}

const issueReceipt = (by: ApiClient, impUid: string): Promise<ApiAnswer> =>
  by.post(`/receipts/${impUid}`, { identifier: '010-1234-5678' });

test('partial cancellations one after another stand in both books in their order, and the last one takes the rest', async () => {
  const impUid = await payByCard(client, 1000);
  const first = await cancel(client, impUid, { amount: 300 });
  assert.equal(first.response.status, 'cancelled');
  assert.equal(first.response.cancel_amount, 300);
  const rest = await cancel(elsewhere, impUid);
  assert.equal(rest.response.cancel_amount, 1000);
  assert.deepEqual(
    rest.response.cancel_history.map((entry: { amount: number }) => entry.amount),
    [300, 700],
  );
  await assertBooksAgree(client, impUid);
});

test('200 concurrent full cancellations of one payment make one entry in the book', async () => {
  const impUid = await payByCard(client, 1000);
  const answers = await times(200, () => cancel(client, impUid));
  assert.equal(done(answers), 1);
  assertRefusalsAmong(answers, ['already_cancelled']);
  assert.equal((await bookOf(client, impUid)).cancels.length, 1);
  await assertBooksAgree(client, impUid);
});

test('200 concurrent partial cancellations of a hundredth give back at most what was paid, and each success is in the book', async () => {
  const impUid = await payByCard(client, 1000);
  const answers = await times(200, () => cancel(client, impUid, { amount: 10 }));
  assertRefusalsAmong(answers, ['already_cancelled', 'cancellation_busy', 'cancel_amount_exceeds_balance']);
  assert.ok(done(answers) <= 100);
  assert.equal((await bookOf(client, impUid)).cancels.length, done(answers));
  assert.equal((await bookOf(client, impUid)).cancelled_amount, done(answers) * 10);
  await assertBooksAgree(client, impUid);
});

test('partial cancellations of different sizes that together ask for too much stop at what was paid', async () => {
  const impUid = await payByCard(client, 1000);
  const sizes = [700, 600, 500, 400, 300, 200, 170, 90, 70, 30];
  const answers = await Promise.all(sizes.map((amount) => cancel(client, impUid, { amount })));
  assertRefusalsAmong(answers, ['already_cancelled', 'cancellation_busy', 'cancel_amount_exceeds_balance']);
  const given = sizes.filter((_, index) => answers[index]?.code === 0).reduce((sum, amount) => sum + amount, 0);
  assert.ok(given > 0 && given <= 1000);
  assert.equal((await bookOf(client, impUid)).cancelled_amount, given);
  await assertBooksAgree(client, impUid);
});

test('two servers on one database that are asked for the same full cancellations carry each out once', async () => {
  const impUids = await times(20, () => payByCard(client, 1000));
  const answers = await Promise.all(
    impUids.flatMap((impUid) => [client, elsewhere, client, elsewhere].map((by) => cancel(by, impUid))),
  );
  assert.equal(done(answers), impUids.length);
  assertRefusalsAmong(answers, ['already_cancelled', 'cancellation_busy']);
  for (const impUid of impUids) {
    assert.equal((await bookOf(client, impUid)).cancels.length, 1);
    await assertBooksAgree(client, impUid);
  }
});

test('two servers that cancel one payment in parts never give back more than was paid', async () => {
  const impUid = await payByCard(client, 1000);
  const answers = await times(60, (index) => cancel(index % 2 ? client : elsewhere, impUid, { amount: 50 }));
  assertRefusalsAmong(answers, ['already_cancelled', 'cancellation_busy', 'cancel_amount_exceeds_balance']);
  assert.ok(done(answers) <= 20);
  assert.equal((await bookOf(client, impUid)).cancelled_amount, done(answers) * 50);
  await assertBooksAgree(elsewhere, impUid);
});

for (const servers of ['one server', 'two servers']) {
  test(`of 50 cancellations at ${servers} with the same checksum exactly one passes`, async () => {
    const impUid = await payByCard(client, 1000);
    const answers = await times(50, (index) =>
      cancel(servers === 'two servers' && index % 2 ? elsewhere : client, impUid, { amount: 10, checksum: 1000 }),
    );
    assert.equal(done(answers), 1);
    assertRefusalsAmong(answers, ['checksum_mismatch', 'cancellation_busy']);
    assert.equal((await bookOf(client, impUid)).cancelled_amount, 10);
    await assertBooksAgree(client, impUid);
  });
}

test('concurrent cancellations of tax-free parts stop at what was paid free of tax', async () => {
  const impUid = await payByTransfer(1000, { tax_free: 300 });
  const answers = await times(40, () => cancel(client, impUid, { amount: 20, tax_free: 20, vat_amount: 0 }));
  assert.equal(done(answers), 15);
  assertRefusalsAmong(answers, ['cancel_tax_free_exceeds_balance']);
  const balances = await balancesOf(sandbox.database, impUid);
  assert.deepEqual([balances.cancelled_tax_free_minor, balances.reserved_tax_free_minor], [300n, 0n]);
  await assertBooksAgree(client, impUid);
});

test('concurrent cancellations of VAT stop at the VAT that was paid', async () => {
  const impUid = await payByTransfer(1000, { vat_amount: 90 });
  const answers = await times(40, () => cancel(client, impUid, { amount: 20, vat_amount: 9 }));
  assert.equal(done(answers), 10);
  assertRefusalsAmong(answers, ['cancel_tax_free_exceeds_balance']);
  const balances = await balancesOf(sandbox.database, impUid);
  assert.deepEqual([balances.cancelled_vat_minor, balances.reserved_vat_minor], [90n, 0n]);
  await assertBooksAgree(client, impUid);
});

/** Each is right on what a server saw of the payment, and wrong by the time it reserves. */
const outdated = [
  { what: 'a checksum', body: { amount: 10, checksum: 1000 }, error: 'checksum_mismatch' },
  { what: 'an amount', body: { amount: 500 }, error: 'cancel_amount_exceeds_balance' },
  { what: 'a tax-free part', body: { amount: 200, tax_free: 200 }, error: 'cancel_tax_free_exceeds_balance' },
  { what: 'a VAT', body: { amount: 200, vat_amount: 50 }, error: 'cancel_tax_free_exceeds_balance' },
] as const;

for (const { what, body, error } of outdated) {
  test(`${what} that was right when a server looked, but is not any more when it reserves, is refused`, async () => {
    const between = { crashPoint: 'before_reservation:delay=700' };
    const hesitant = await startServerOn(sandbox.testDatabase.url, simulators.urls, between);
    try {
      const impUid = await payByTransfer(1000, { tax_free: 300, vat_amount: 60 });
      const late = cancel(createApiClient(hesitant.url, client.token), impUid, body);
      // When these have been answered one after another, the request before them has looked at the payment, and waits.
      for (let look = 0; look < 6; look++) {
        await createApiClient(hesitant.url, client.token).get(`/payments/${impUid}`);
      }
      const early = await cancel(client, impUid, { amount: 600, tax_free: 200, vat_amount: 40 });
      assert.equal(early.code, 0, early.text);
      const refused = await late;
      assert.equal(refused.error, error, refused.text);
      assert.equal((await bookOf(client, impUid)).cancelled_amount, 600);
      await assertBooksAgree(client, impUid);
    } finally {
      await hesitant.close();
    }
  });
}

/** A thing that waits for its money, and the two who want to have it. */
const waitingKinds = [
  {
    name: 'virtual account',
    provider: 'tosspayments',
    operation: 'revoke_vbank',
    issue: () => issueVbank(client, 1000),
    path: 'vbanks',
    pay: (impUid: string) => client.post(`/sandbox/vbanks/${impUid}/deposit`),
    refusals: ['vbank_revocation_refused', 'vbank_not_revocable', 'sandbox_payment_refused'],
    failReason: '계좌말소',
  },
  {
    name: 'barcode',
    provider: 'galaxia',
    operation: 'revoke_barcode',
    issue: () => issueBarcode(client, 1000),
    path: 'cvs',
    pay: (impUid: string) => client.post(`/sandbox/cvs/${impUid}/pay`),
    refusals: ['barcode_revocation_refused', 'cvs_not_revocable', 'sandbox_payment_refused'],
    failReason: undefined,
  },
] as const;

for (const kind of waitingKinds) {
  const revoke = (impUid: string): Promise<ApiAnswer> => client.delete(`/${kind.path}/${impUid}`);

  async function assertEndedAs(impUid: string, end: 'paid' | 'revoked'): Promise<void> {
    const payment = (await client.get(`/payments/${impUid}`)).response;
    assert.equal(payment.status, end === 'paid' ? 'paid' : 'failed');
    if (end === 'revoked' && kind.failReason) assert.equal(payment.fail_reason, kind.failReason);
    assert.equal((await bookOf(client, impUid, kind.provider)).status === 'revoked', end === 'revoked');
    assert.deepEqual(await endingsOf(sandbox.database, impUid, kind.operation), [
      end === 'revoked' ? 'confirmed' : 'refused',
    ]);
  }

  test(`a ${kind.name} that is revoked and paid at the same moment ends in exactly one of the two`, async () => {
    await times(20, async (index) => {
      const impUid = await kind.issue();
      const attempts = [() => revoke(impUid), () => kind.pay(impUid)];
      const answers = await Promise.all((index % 2 ? attempts : attempts.reverse()).map((attempt) => attempt()));
      assert.equal(done(answers), 1, answers.map(({ text }) => text).join('\n'));
      assertRefusalsAmong(answers, kind.refusals);
      const book = await bookOf(client, impUid, kind.provider);
      const payment = (await client.get(`/payments/${impUid}`)).response;
      assert.equal(payment.status, book.status === 'revoked' ? 'failed' : 'paid');
    });
  });

  test(`a ${kind.name} that is paid while its revocation is on the way stays paid`, async () => {
    const impUid = await kind.issue();
    await addFault(client, { pg_provider: kind.provider, operation: kind.operation, kind: 'slow', delay_ms: 2_000 });
    const revocation = revoke(impUid);
    await untilFaultsHaveStruck(client, kind.provider);
    assert.equal((await kind.pay(impUid)).code, 0);
    const refused = await revocation;
    assert.equal(refused.status, 400, refused.text);
    await assertEndedAs(impUid, 'paid');
  });

  test(`a ${kind.name} whose revocation was carried out takes no money, though nobody has heard of it yet`, async () => {
    const impUid = await kind.issue();
    const fault = { pg_provider: kind.provider, operation: kind.operation, kind: 'lost_answer', delay_ms: 2_000 };
    await addFault(client, fault);
    const revocation = revoke(impUid);
    await untilFaultsHaveStruck(client, kind.provider);
    const payment = await kind.pay(impUid);
    assert.equal(payment.error, 'sandbox_payment_refused', payment.text);
    assert.equal((await revocation).code, 0);
    await assertEndedAs(impUid, 'revoked');
  });

  test(`20 concurrent revocations of one ${kind.name} revoke it once`, async () => {
    const impUid = await kind.issue();
    const answers = await times(20, (index) =>
      index % 2 ? revoke(impUid) : elsewhere.delete(`/${kind.path}/${impUid}`),
    );
    assert.equal(done(answers), 1);
    assertRefusalsAmong(answers, [kind.refusals[1], 'cancellation_busy']);
    await assertEndedAs(impUid, 'revoked');
  });
}

test('a deposit heard of many times at once is booked once', async () => {
  const impUid = await issueVbank(client, 1000);
  await times(20, () => client.post(`/sandbox/vbanks/${impUid}/deposit`));
  const [payment] = await sandbox.database.query<{ deposits: number; events: bigint }>(
    `select jsonb_array_length(deposit_history) as deposits,
       (select count(*) from outbox o where o.payment_id = p.id and o.event = 'paid') as events
     from payments p where imp_uid = $1`,
    [impUid],
  );
  assert.deepEqual(payment, { deposits: 1, events: 1n });
});

test('20 concurrent refunds of a deposited virtual account refund it once', async () => {
  const impUid = await depositedVbank(client, 1000);
  const answers = await times(20, (index) => cancel(index % 2 ? client : elsewhere, impUid, refundAccount));
  assert.equal(done(answers), 1);
  assertRefusalsAmong(answers, ['already_cancelled', 'cancellation_busy']);
  await assertBooksAgree(client, impUid);
});

test('of two receipts that are asked for at once one is issued', async () => {
  await times(5, async () => {
    const impUid = await payByTransfer(1000);
    const answers = await Promise.all([issueReceipt(client, impUid), issueReceipt(elsewhere, impUid)]);
    assert.equal(done(answers), 1, answers.map(({ text }) => text).join('\n'));
    assertRefusalsAmong(answers, ['receipt_already_issued', 'cancellation_busy']);
    assert.equal((await receiptsInBook(client, impUid)).length, 1);
  });
});

test('a receipt that is issued while its payment is cancelled in full never stands after both', async () => {
  await times(10, async (index) => {
    const impUid = await payByTransfer(1000);
    const attempts = [() => issueReceipt(client, impUid), () => cancel(index % 4 < 2 ? client : elsewhere, impUid)];
    const [issued, cancelled] =
      index % 2
        ? await Promise.all(attempts.map((attempt) => attempt()))
        : (await Promise.all(attempts.toReversed().map((attempt) => attempt()))).toReversed();
    assert.equal(cancelled?.code, 0, cancelled?.text);
    if (issued?.code !== 0) assert.equal(issued?.error, 'receipt_payment_not_paid', issued?.text);
    const receipts = await receiptsInBook(client, impUid);
    assert.equal(receipts.length, issued?.code === 0 ? 1 : 0);
    assert.ok(receipts.every(({ balance }) => balance === 0));
    assert.equal((await client.get(`/payments/${impUid}`)).response.cash_receipt_issued, false);
    await assertBooksAgree(client, impUid);
  });
});

test('a receipt that is revoked while its payment is cancelled in full is taken back once', async () => {
  await times(10, async (index) => {
    const impUid = await payByTransfer(1000);
    assert.equal((await issueReceipt(client, impUid)).code, 0);
    const attempts = [
      () => client.delete(`/receipts/${impUid}`),
      () => cancel(index % 4 < 2 ? client : elsewhere, impUid),
    ];
    const [revoked, cancelled] =
      index % 2
        ? await Promise.all(attempts.map((attempt) => attempt()))
        : (await Promise.all(attempts.toReversed().map((attempt) => attempt()))).toReversed();
    assert.equal(cancelled?.code, 0, cancelled?.text);
    if (revoked?.code !== 0) assert.equal(revoked?.error, 'receipt_already_revoked', revoked?.text);
    assert.deepEqual(await endingsOf(sandbox.database, impUid, 'revoke_receipt'), ['confirmed']);
    assert.deepEqual(
      (await receiptsInBook(client, impUid)).map(({ balance }) => balance),
      [0],
    );
    assert.equal((await client.get(`/payments/${impUid}`)).response.cash_receipt_issued, false);
    await assertBooksAgree(client, impUid);
  });
});

test('partial cancellations beside each other leave a receipt of exactly what is left', async () => {
  const impUid = await payByTransfer(1000);
  assert.equal((await issueReceipt(client, impUid)).code, 0);
  const answers = await times(6, (index) => cancel(index % 2 ? client : elsewhere, impUid, { amount: 100 }));
  assertRefusalsAmong(answers, ['cancellation_busy']);
  const left = 1000 - done(answers) * 100;
  assert.equal((await client.get(`/receipts/${impUid}`)).response.amount, left);
  assert.deepEqual(
    (await receiptsInBook(client, impUid)).map(({ balance }) => balance),
    [left],
  );
  await assertBooksAgree(client, impUid);
});

test('while a cancellation of one payment is on the way, those of other payments are carried out', async () => {
  const [held, ...others] = await times(6, () => payByCard(client, 1000));
  assert.ok(held);
  await addFault(client, { operation: 'cancel', kind: 'lost_answer', delay_ms: 2_500 });
  let ended = false;
  const slow = cancel(client, held).finally(() => {
    ended = true;
  });
  await untilFaultsHaveStruck(client, 'tosspayments');
  const answers = await Promise.all(others.map((impUid) => cancel(client, impUid)));
  assert.equal(ended, false, 'the first one is still on the way');
  assert.equal(done(answers), others.length);
  assert.equal((await slow).code, 0);
});

test('a cancellation that waits too long for its turn is refused as busy, and nothing of it remains', async () => {
  const impatient = await startServerOn(sandbox.testDatabase.url, simulators.urls, { turnWaitMs: 100 });
  try {
    const impUid = await payByCard(client, 1000);
    await addFault(client, { operation: 'cancel', kind: 'lost_answer', delay_ms: 2_500 });
    const first = cancel(client, impUid, { amount: 400 });
    await untilFaultsHaveStruck(client, 'tosspayments');
    const busy = await cancel(createApiClient(impatient.url, client.token), impUid, { amount: 100 });
    assert.equal(busy.error, 'cancellation_busy', busy.text);
    assert.equal((await first).code, 0);
    assert.deepEqual(await endingsOf(sandbox.database, impUid, 'cancel'), ['confirmed']);
    await until('the turn is free', async () => (await balancesOf(sandbox.database, impUid)).turn_of === null);
    await assertBooksAgree(client, impUid);
  } finally {
    await impatient.close();
  }
});
