import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { openInicisDesk } from './desk.ts';
import { cancelledMinorOf, inicisClientOf, part, refundAccountOf, refusedWith, succeeds } from './kit.ts';

const desk = await openInicisDesk();
const { rig, clock, paid, waiting } = desk;
const inicis = inicisClientOf(rig);
const account = () => refundAccountOf(inicis);
const cancelledMinor = (orderId: string) => cancelledMinorOf(rig, orderId);

describe('a full cancel', () => {
  const versions = {
    v1: (tid: string) => inicis.v1('cancel', { tid, msg: '단순 변심' }),
    v2: (tid: string) => inicis.v2('refund', { tid, msg: '단순 변심' }),
  };
  for (const [version, cancel] of Object.entries(versions)) {
    test(`over ${version} gives back everything, once; a second one says when it was`, async () => {
      clock.set('2024-03-06T12:00:00+09:00');
      const { gatewayTid: tid, orderId } = await paid('card');
      const body = await succeeds(cancel(tid));
      assert.deepEqual([body.cancelDate, body.cancelTime, body.cshrCancelNum], ['20240306', '120000', '']);
      clock.set('2024-03-06T12:00:05+09:00');
      const second = await refusedWith(cancel(tid), '500626');
      assert.deepEqual([second.cancelDate, second.cancelTime], ['20240306', '120000']);
      assert.equal(await cancelledMinor(orderId), 10_000n);
    });

    test(`over ${version} is refused once a part is cancelled`, async () => {
      const { gatewayTid: tid, orderId } = await paid('card');
      await succeeds(inicis.v2('partialRefund', part(tid, 3000, 7000)));
      await refusedWith(cancel(tid), '500624');
      assert.equal(await cancelledMinor(orderId), 3000n);
    });
  }

  test('by the id of a partial cancel, of another merchant or of nobody is refused', async () => {
    const { gatewayTid: tid } = await paid('card');
    const { tid: partTid } = await succeeds(inicis.v2('partialRefund', part(tid, 3000, 7000)));
    await refusedWith(inicis.v2('refund', { tid: String(partTid) }), '500625');
    await refusedWith(inicis.v2('partialRefund', part(String(partTid), 1000, 6000)), '500700');
    const mid = rig.sandbox.mid('another');
    const credentials = rig.sandbox.credentials(mid);
    await rig.control.registerMerchant({ mid, credentials });
    const foreign = await paid('card', { mid });
    await refusedWith(inicis.v1('cancel', { tid: foreign.gatewayTid }), '500621');
    await refusedWith(inicis.v2('refund', { tid: foreign.gatewayTid }), '500621');
    const missing = await refusedWith(inicis.v1('cancel', { tid: 'StdpayCARDnone' }), '01');
    assert.equal(missing.resultMsg, '해당거래 없음');
  });

  test('names the kind of the payment in v1, and virtual accounts by the address in v2', async () => {
    const card = await paid('card');
    const transfer = await paid('trans');
    const phone = await paid('phone');
    const deposited = await paid('vbank');
    await refusedWith(inicis.v1('cancel', { tid: card.gatewayTid, paymethod: 'HPP' }), '500263');
    await refusedWith(inicis.v1('cancel', { tid: transfer.gatewayTid, paymethod: 'Card' }), '500263');
    await refusedWith(inicis.v2('refund/vacct', { tid: card.gatewayTid, ...account() }), '500263');
    await refusedWith(inicis.v2('refund', { tid: deposited.gatewayTid }), '500263');
    await succeeds(inicis.v1('cancel', { tid: transfer.gatewayTid, paymethod: 'DirectBank' }));
    await succeeds(inicis.v1('cancel', { tid: (await paid('trans')).gatewayTid, paymethod: 'Acct' }));
    await succeeds(inicis.v1('cancel', { tid: phone.gatewayTid, paymethod: 'HPP' }));
  });

  test('of a telephone payment is taken until the end of its month on the clock of Seoul', async () => {
    clock.set('2024-03-31T23:00:00+09:00');
    const [first, second, card] = [await paid('phone'), await paid('phone'), await paid('card')];
    clock.set('2024-03-31T23:59:59+09:00');
    await succeeds(inicis.v1('cancel', { tid: first.gatewayTid, paymethod: 'HPP' }));
    clock.set('2024-04-01T00:00:00+09:00');
    await refusedWith(inicis.v1('cancel', { tid: second.gatewayTid, paymethod: 'HPP' }), '500667');
    await refusedWith(inicis.v2('partialRefund', part(second.gatewayTid, 1000, 9000)), '500667');
    await succeeds(inicis.v1('cancel', { tid: card.gatewayTid }));
    clock.set('2024-03-06T12:00:00+09:00');
  });

  test('has a reason of 80 bytes at most, and needs none', async () => {
    const { gatewayTid: tid } = await paid('card');
    await refusedWith(inicis.v1('cancel', { tid, msg: '가'.repeat(27) }), 'ERR012');
    await refusedWith(inicis.v2('refund', { tid, msg: '가'.repeat(27) }), 'ERR012');
    await succeeds(inicis.v1('cancel', { tid }));
  });
});

describe('a partial cancel', () => {
  test('says its own id and that of the payment, its amount, what is left, and how many there were', async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    const first = await succeeds(inicis.v1('partialCancel', part(tid, 3000, 7000)));
    assert.notEqual(first.tid, tid);
    assert.equal(String(first.tid).length, 40);
    assert.deepEqual(
      [first.prtcTid, first.prtcPrice, first.prtcRemains, first.prtcCnt, first.prtcType, first.prtcDate],
      [tid, '3000', '7000', '1', '1', '20240306'],
    );
    const rest = await succeeds(inicis.v2('partialRefund', part(tid, 7000, 0)));
    assert.deepEqual([rest.prtcTid, rest.prtcPrice, rest.prtcRemains, rest.prtcCnt], [tid, '7000', '0', '2']);
    assert.equal(await cancelledMinor(orderId), 10_000n);
    await refusedWith(inicis.v2('partialRefund', part(tid, 1, 0)), '500626');
  });

  test('is refused where it is the whole, more than is left, or leaves another balance than it says', async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    await refusedWith(inicis.v1('partialCancel', part(tid, 10_000, 0)), '500749');
    await refusedWith(inicis.v2('partialRefund', part(tid, 10_000, 0)), '500749');
    await refusedWith(inicis.v2('partialRefund', part(tid, 10_001, 0)), '500826');
    await refusedWith(inicis.v2('partialRefund', part(tid, 3000, 6999)), '500706');
    await refusedWith(inicis.v2('partialRefund', part(tid, 3000, 10_000)), '500706');
    await succeeds(inicis.v2('partialRefund', part(tid, 3000, 7000)));
    // The very request again does not fit the balance any more.
    await refusedWith(inicis.v2('partialRefund', part(tid, 3000, 7000)), '500706');
    await refusedWith(inicis.v1('partialCancel', part(tid, 7001, 0)), '500826');
    assert.equal(await cancelledMinor(orderId), 3000n);
  });

  test('has amounts without separators or signs, and in won', async () => {
    const { gatewayTid: tid } = await paid('card');
    for (const price of ['', '0', '-1', '3,000', '3000.0', '03000', '1e3', 'x']) {
      await refusedWith(inicis.v2('partialRefund', { ...part(tid, 3000, 7000), price }), 'ERR012');
    }
    for (const confirmPrice of ['', '-1', '7,000', '07000']) {
      await refusedWith(inicis.v1('partialCancel', { ...part(tid, 3000, 7000), confirmPrice }), 'ERR012');
    }
    await refusedWith(inicis.v2('partialRefund', { ...part(tid, 3000, 7000), currency: 'USD' }), 'ERR012');
    await refusedWith(inicis.v2('partialRefund', { ...part(tid, 3000, 7000), tax: '2000', taxFree: '1001' }), 'ERR012');
  });

  test('takes what is free of tax literally, in both spellings, and not more of it than there is', async () => {
    const { gatewayTid: tid } = await paid('card', { taxFreeMinor: 4000n });
    await refusedWith(inicis.v2('partialRefund', { ...part(tid, 5000, 5000), taxFree: '4001' }), '500706');
    await succeeds(inicis.v2('partialRefund', { ...part(tid, 3000, 7000), taxfree: '3000' }));
    await refusedWith(inicis.v2('partialRefund', { ...part(tid, 2000, 5000), taxFree: '1001' }), '500706');
    await succeeds(inicis.v2('partialRefund', { ...part(tid, 2000, 5000), tax: '91', taxFree: '1000' }));
  });

  test('of more than what is left of the taxed part takes the rest from what is free of tax', async () => {
    const { gatewayTid: tid } = await paid('card', { taxFreeMinor: 4000n });
    await succeeds(inicis.v2('partialRefund', part(tid, 7000, 3000)));
    await succeeds(inicis.v2('partialRefund', { ...part(tid, 2000, 1000), taxFree: '2000' }));
    await succeeds(inicis.v2('partialRefund', { ...part(tid, 1000, 0), taxFree: '1000' }));
  });
});

describe('a refund of a deposited account', () => {
  test('goes to the account that was sent encrypted, in part and in full, over both versions', async () => {
    const first = await paid('vbank');
    await succeeds(inicis.v1('partialRefund', { ...part(first.gatewayTid, 3000, 7000), ...account() }));
    await succeeds(inicis.v2('partialRefund/vacct', { ...part(first.gatewayTid, 7000, 0), ...account() }));
    assert.equal(await cancelledMinor(first.orderId), 10_000n);
    const second = await paid('vbank');
    await succeeds(inicis.v2('refund/vacct', { tid: second.gatewayTid, ...account() }));
    const third = await paid('vbank');
    await succeeds(inicis.v1('refund', { tid: third.gatewayTid, ...account() }));
    await refusedWith(inicis.v1('refund', { tid: third.gatewayTid, ...account() }), '500626');
  });

  test('needs an account, its bank in two digits, and its holder', async () => {
    const { gatewayTid: tid, orderId } = await paid('vbank');
    for (const changes of [
      { refundAcctNum: '' },
      { refundAcctNum: '110123456789' },
      { refundAcctNum: inicis.encrypt('110-123-456789') },
      { refundBankCode: '' },
      { refundBankCode: '088' },
      { refundBankCode: '99' },
      { refundAcctName: '' },
    ]) {
      await refusedWith(inicis.v2('refund/vacct', { tid, ...account(), ...changes }), 'ERR012');
      await refusedWith(inicis.v1('refund', { tid, ...account(), ...changes }), 'ERR012');
    }
    assert.equal(await cancelledMinor(orderId), 0n);
  });

  test("is refused to the sandbox's bad accounts", async () => {
    const { gatewayTid: tid } = await paid('vbank');
    for (const [number, code] of [
      ['99990000000001', '500628'],
      ['99990000000002', '500622'],
    ] as const) {
      const fields = { tid, ...account(), refundAcctNum: inicis.encrypt(number) };
      await refusedWith(inicis.v1('refund', fields), code);
      await refusedWith(inicis.v2('refund/vacct', fields), code);
    }
  });

  test('is none before the deposit, and a revocation is none after it', async () => {
    const { gatewayTid: tid, orderId } = await waiting('vbank');
    await refusedWith(inicis.v2('refund/vacct', { tid, ...account() }), '500628');
    await rig.control.deposit({ orderId });
    await refusedWith(inicis.v1('revoke', { tid }), '500628');
    await succeeds(inicis.v2('refund/vacct', { tid, ...account() }));
  });

  test('never leaves the number of an account in the book', async () => {
    const { gatewayTid: tid } = await paid('vbank');
    const numbers = ['110555777999', '110555777998'];
    for (const [at, number] of numbers.entries()) {
      const fields = { ...part(tid, 1000, 9000 - at * 1000), ...account(), refundAcctNum: inicis.encrypt(number) };
      await succeeds(inicis.v2('partialRefund/vacct', fields));
    }
    const folder = dirname(rig.bookFile);
    const bytes = readdirSync(folder).map((file) => readFileSync(join(folder, file)).toString('latin1'));
    for (const number of numbers) assert.ok(bytes.every((text) => !text.includes(number)));
  });
});
