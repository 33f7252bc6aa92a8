import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { meaningOfRefusal } from '../../../src/gateways/answers/refusal-texts.ts';
import { chai } from '../../../src/gateways/chai/module.ts';
import { type ChaiRefusalCode, chaiRefusals } from '../../../src/gateways/chai/simulator/protocol.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { type ChaiAnswer, chaiClientOf } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(chai, { clock });
const { rig, inWindow } = desk;
const { cancel, read } = chaiClientOf(rig);
const paid = (parts?: Parameters<typeof desk.paid>[1]) => desk.paid('trans', parts);
const { privateKey = '', publicKey = '' } = rig.call().channel.credentials;

async function refusedWith(answer: Promise<ChaiAnswer>, code: ChaiRefusalCode): Promise<void> {
  const { status, body } = await answer;
  assert.equal(status, code === 'SIMULATED_UNKNOWN_KEY' ? 401 : 400);
  assert.deepEqual(body, { code, type: 'simulated', message: chaiRefusals[code] });
}

async function done(answer: Promise<ChaiAnswer>): Promise<ChaiAnswer['body']> {
  const { status, body, text } = await answer;
  assert.equal(status, 200, text);
  return body;
}

async function cancelledMinor(orderId: string): Promise<bigint | undefined> {
  return (await rig.control.book({ orderId })).transactions[0]?.cancelledMinor;
}

test('every code stands in the README, and the README names no other', () => {
  const readme = readFileSync(new URL('../../../src/gateways/chai/README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `(\w+)` +\| (\w+) +\|/gm)].map(([, code, category]) => [code, category]);
  const codes = Object.entries(chaiRefusals).map(([code, text]) => [code, meaningOfRefusal(text)]);
  assert.deepEqual(rows, codes);
});

describe('who calls', () => {
  test('cancels by the private key, and by no other', async () => {
    const { gatewayTid: tid, orderId } = await paid();
    for (const key of ['stranger', publicKey, '']) {
      await refusedWith(cancel(tid, {}, { 'Private-API-Key': key }), 'SIMULATED_UNKNOWN_KEY');
    }
    await refusedWith(cancel(tid, {}, { 'Private-API-Key': '', 'public-API-Key': publicKey }), 'SIMULATED_UNKNOWN_KEY');
    assert.equal(await cancelledMinor(orderId), 0n);
  });

  test('reads by either key', async () => {
    const { gatewayTid: tid } = await paid();
    for (const headers of [{ 'public-API-Key': publicKey }, { 'Private-API-Key': privateKey }]) {
      assert.equal((await done(read(tid, headers))).paymentId, tid);
    }
    for (const headers of [
      {},
      { 'public-API-Key': privateKey },
      { 'Private-API-Key': publicKey },
      { 'Private-API-Key': 'stranger', 'public-API-Key': publicKey },
    ]) {
      await refusedWith(read(tid, headers), 'SIMULATED_UNKNOWN_KEY');
    }
  });

  test('is told to the log when the key is wrong, without the key', async () => {
    const { gatewayTid: tid } = await paid();
    await cancel(tid, {}, { 'Private-API-Key': `"${privateKey}"` });
    assert.equal(rig.answered.at(-1)?.why, `the Private-API-Key is that of ${rig.mid}, but in quotation marks`);
  });

  test("cannot cancel or read another merchant's payment", async () => {
    const mid = rig.sandbox.mid('another');
    const credentials = rig.sandbox.credentials(mid);
    await rig.control.registerMerchant({ mid, credentials });
    const { gatewayTid: tid, orderId } = await paid();
    const headers = { 'Private-API-Key': credentials.privateKey ?? '' };
    await refusedWith(cancel(tid, {}, headers), 'SIMULATED_UNKNOWN_PAYMENT');
    await refusedWith(read(tid, headers), 'SIMULATED_UNKNOWN_PAYMENT');
    assert.equal(await cancelledMinor(orderId), 0n);
  });
});

describe('a payment', () => {
  test('is read as it was made, and after each cancellation as it is then', async () => {
    const { gatewayTid: tid, orderId } = await paid({ orderName: '생수', taxFreeMinor: 3000n });
    assert.match(tid, /^[0-9a-f]{40}$/);
    const made = await done(read(tid));
    assert.deepEqual(
      { ...made },
      {
        ...made,
        paymentId: tid,
        type: 'payment',
        status: 'confirmed',
        displayStatus: 'confirmed',
        idempotencyKey: orderId,
        currency: 'KRW',
        checkoutAmount: 10_000,
        billingAmount: 10_000,
        taxFreeAmount: 3000,
        canceledAmount: 0,
        canceledBillingAmount: 0,
        description: '생수',
        createdAt: '2024-03-06T03:00:00.000Z',
        updatedAt: '2024-03-06T03:00:00.000Z',
      },
    );
    clock.set('2024-03-06T12:30:00+09:00');
    const part = await done(cancel(tid, { cancelAmount: '4000', checkoutAmount: '10000' }));
    assert.deepEqual(part, {
      ...made,
      displayStatus: 'partial_confirmed',
      canceledAmount: 4000,
      canceledBillingAmount: 4000,
      updatedAt: '2024-03-06T03:30:00.000Z',
    });
    assert.deepEqual(await done(read(tid)), part);
    const whole = await done(cancel(tid, { cancelAmount: '6000', checkoutAmount: '6000' }));
    const { status, displayStatus, checkoutAmount, canceledAmount } = whole;
    assert.deepEqual([status, displayStatus, checkoutAmount, canceledAmount], ['canceled', 'canceled', 10_000, 10_000]);
    assert.deepEqual(await done(read(tid)), whole);
  });

  test('that is not there is not found', async () => {
    await refusedWith(read('0'.repeat(40)), 'SIMULATED_UNKNOWN_PAYMENT');
    await refusedWith(cancel('0'.repeat(40)), 'SIMULATED_UNKNOWN_PAYMENT');
  });

  test('is made in the window in won, from a bank account', async () => {
    for (const parts of [
      { payMethod: 'card' },
      { payMethod: 'point' },
      { currency: 'USD' },
      { amountMinor: 0n },
      { taxFreeMinor: 9000n, vatMinor: 1001n },
      { orderId: 'x'.repeat(101) },
    ] as const) {
      assert.equal((await inWindow('trans', parts)).kind, 'refused', Object.keys(parts).join());
    }
  });
});

describe('a cancellation', () => {
  test('is refused when what is asked for is not a whole amount in a form, and nothing is done', async () => {
    const { gatewayTid: tid, orderId } = await paid();
    for (const cancelAmount of [null, '', '0', '-1', '1,000', '1000.5']) {
      await refusedWith(cancel(tid, { cancelAmount }), 'SIMULATED_BAD_FIELD');
    }
    for (const checkoutAmount of ['', 'all', '1e4']) {
      await refusedWith(cancel(tid, { checkoutAmount }), 'SIMULATED_BAD_FIELD');
    }
    await refusedWith(cancel(tid, {}, { 'content-type': 'application/json' }), 'SIMULATED_BAD_FIELD');
    assert.equal(await cancelledMinor(orderId), 0n);
  });

  test('is refused when it is more than is left, and when nothing is left', async () => {
    const { gatewayTid: tid, orderId } = await paid();
    await refusedWith(cancel(tid, { cancelAmount: '10001' }), 'SIMULATED_OVER_BALANCE');
    await done(cancel(tid, { cancelAmount: '4000' }));
    await refusedWith(cancel(tid, { cancelAmount: '6001' }), 'SIMULATED_OVER_BALANCE');
    await done(cancel(tid, { cancelAmount: '6000' }));
    await refusedWith(cancel(tid, { cancelAmount: '1' }), 'SIMULATED_CANCELED');
    assert.equal(await cancelledMinor(orderId), 10_000n);
  });

  test('is refused when another balance was there than it states, which it need not state', async () => {
    const { gatewayTid: tid, orderId } = await paid();
    const guarded = (checkoutAmount: string | null) => cancel(tid, { checkoutAmount });
    for (const stale of ['9000', '10001', '0']) await refusedWith(guarded(stale), 'SIMULATED_BALANCE_MOVED');
    await done(guarded('10000'));
    await refusedWith(guarded('10000'), 'SIMULATED_BALANCE_MOVED');
    await done(guarded('9000'));
    await done(guarded(null));
    assert.equal(await cancelledMinor(orderId), 3000n);
  });

  test('of a mixed payment takes the taxed part first, until nothing is left', async () => {
    const { gatewayTid: tid, orderId } = await paid({ taxFreeMinor: 3000n });
    for (const cancelAmount of ['5000', '3000', '2000']) await done(cancel(tid, { cancelAmount }));
    assert.equal(await cancelledMinor(orderId), 10_000n);
  });
});

describe('idempotency keys', () => {
  test('bring the first answer back, byte for byte, and do nothing again', async () => {
    const { gatewayTid: tid, orderId } = await paid();
    const headers = { 'Idempotency-Key': 'replayed' };
    const first = await cancel(tid, { checkoutAmount: '10000' }, headers);
    await done(cancel(tid, { checkoutAmount: '9000' }, { 'Idempotency-Key': 'another' }));
    for (let repeat = 1; repeat <= 2; repeat++) {
      assert.deepEqual(await cancel(tid, { checkoutAmount: '10000' }, headers), first);
    }
    assert.equal(await cancelledMinor(orderId), 2000n);
  });

  test('count for one payment only, and do not hold a read back', async () => {
    const headers = { 'Idempotency-Key': 'shared' };
    for (let payment = 1; payment <= 2; payment++) {
      const { gatewayTid: tid, orderId } = await paid();
      const reading = { 'public-API-Key': publicKey, ...headers };
      assert.equal((await done(read(tid, reading))).canceledAmount, 0);
      await done(cancel(tid, {}, headers));
      assert.equal((await done(read(tid, reading))).canceledAmount, 1000);
      assert.equal(await cancelledMinor(orderId), 1000n);
    }
  });

  test('do not bring a refusal back', async () => {
    const { gatewayTid: tid } = await paid();
    const headers = { 'Idempotency-Key': 'refused' };
    await refusedWith(cancel(tid, { cancelAmount: '10001' }, headers), 'SIMULATED_OVER_BALANCE');
    await done(cancel(tid, {}, headers));
  });

  test('outlive the process, with the book', async () => {
    const { gatewayTid: tid, orderId } = await paid();
    const headers = { 'Idempotency-Key': 'durable' };
    const first = await cancel(tid, {}, headers);
    await rig.restart();
    assert.deepEqual(await cancel(tid, {}, headers), first);
    const [transaction] = (await rig.control.book({ orderId })).transactions;
    assert.deepEqual([transaction?.cancels.length, transaction?.cancelledMinor], [1, 1000n]);
  });
});

test('a fault may be any code and text', async () => {
  const { gatewayTid: tid, orderId } = await paid();
  await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'reject' });
  await refusedWith(cancel(tid), 'SIMULATED_REFUSAL');
  await rig.control.addFault({
    mid: rig.mid,
    operation: 'cancel',
    kind: 'reject',
    code: 'x',
    message: '점검 중입니다.',
  });
  const { status, body } = await cancel(tid);
  assert.deepEqual([status, body], [400, { code: 'x', type: 'simulated', message: '점검 중입니다.' }]);
  assert.equal(await cancelledMinor(orderId), 0n);
});
