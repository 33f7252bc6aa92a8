import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decryptField } from '../../../src/gateways/inicis/wire/encryption.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import { openInicisDesk, refundAccount, rest, tid, whole } from './desk.ts';
import { sha512 } from './kit.ts';

const desk = await openInicisDesk();
const { rig, server, v1, v2, wellKnown, cancelAnswered } = desk;

describe('a cancel', () => {
  test('is full only where the whole payment goes at once, and else a part that says what it leaves', async () => {
    const kinds: readonly (readonly [Partial<Cancel>, string, string | undefined])[] = [
      [whole, 'refund', undefined],
      [{}, 'partialRefund', '7000'],
      [rest, 'partialRefund', '0'],
      [{ amountMinor: 1000n, balanceBeforeMinor: 7000n }, 'partialRefund', '6000'],
      // The balance is stale, or a defect: never a full cancel, and never a negative number.
      [{ ...whole, balanceBeforeMinor: 7000n }, 'partialRefund', '0'],
      [{ amountMinor: 7000n, paymentAmountMinor: 7000n }, 'partialRefund', '3000'],
    ];
    for (const [parts, type, confirmPrice] of kinds) {
      await cancelAnswered('', parts);
      const sent = desk.lastJson();
      assert.deepEqual([server.last().path, sent.envelope.type], [`/v2/pg/${type}`, type]);
      assert.equal(sent.data.confirmPrice, confirmPrice);
      await v1.cancel.send(desk.answering(''), { ...wellKnown, ...parts });
      const form = desk.lastForm();
      assert.deepEqual(
        [server.last().path, form.type],
        ['/api/v1/refund', `${type[0]?.toUpperCase()}${type.slice(1)}`],
      );
      assert.equal(form.confirmPrice, confirmPrice);
    }
  });

  test('of v1 is a form with the words of v1, hashed in its order', async () => {
    for (const [payMethod, paymethod] of [
      ['card', 'Card'],
      ['trans', 'Acct'],
      ['phone', 'HPP'],
      ['vbank', 'Vacct'],
    ] as const) {
      await v1.cancel.send(desk.answering(''), {
        ...wellKnown,
        payMethod,
        refundAccount: payMethod === 'vbank' ? refundAccount : null,
      });
      const { hashData, ...form } = desk.lastForm();
      const { iniapiKey = '', iniapiIv = '' } = rig.call().channel.credentials;
      const account = payMethod === 'vbank' ? form.refundAcctNum : '';
      assert.equal(
        hashData,
        sha512(`${iniapiKey}PartialRefund${paymethod}20240306120000127.0.0.1${rig.mid}${tid}30007000${account}`),
      );
      const { refundAcctNum, refundBankCode, refundAcctName, ...others } = form;
      assert.deepEqual(others, {
        type: 'PartialRefund',
        paymethod,
        mid: rig.mid,
        timestamp: '20240306120000',
        clientIp: '127.0.0.1',
        tid,
        msg: '단순 변심',
        price: '3000',
        confirmPrice: '7000',
        currency: 'WON',
        tax: '0',
        taxFree: '0',
      });
      if (payMethod === 'vbank') {
        assert.equal(decryptField(refundAcctNum ?? '', { iniapiKey, iniapiIv }), '110123456789');
        assert.deepEqual([refundBankCode, refundAcctName], ['88', '홍길동']);
      } else {
        assert.deepEqual([refundAcctNum, refundBankCode, refundAcctName], [undefined, undefined, undefined]);
      }
      assert.match(
        server.last().headers['content-type'] ?? '',
        /^application\/x-www-form-urlencoded;\s*charset=utf-8$/i,
      );
    }
  });

  test('of v2 is JSON, hashed over the very text of its data, also with slashes, quotes and other alphabets', async () => {
    const { iniapiKey = '' } = rig.call().channel.credentials;
    for (const reason of ['단순 변심', 'a/b "c" \\d\n\te', '😀 返金 \u2028 x', '가'.repeat(100), '\ud800x']) {
      await cancelAnswered('', { reason });
      const { envelope, data, text } = desk.lastJson();
      const { hashData, ...named } = envelope;
      assert.deepEqual(named, {
        mid: rig.mid,
        timestamp: '20240306120000',
        clientIp: '127.0.0.1',
        type: 'partialRefund',
      });
      assert.equal(hashData, sha512(`${iniapiKey}${rig.mid}partialRefund20240306120000${text}`));
      assert.ok(!text.includes('\\'));
      assert.ok(Buffer.byteLength(data.msg ?? '') <= 80);
      assert.equal(data.tid, tid);
    }
    assert.match(server.last().headers['content-type'] ?? '', /^application\/json;\s*charset=utf-8$/i);
  });

  test('of a deposited account goes to the address for accounts, with the number encrypted only', async () => {
    await cancelAnswered('', { payMethod: 'vbank', refundAccount, ...whole });
    assert.equal(server.last().path, '/v2/pg/refund/vacct');
    assert.deepEqual(Object.keys(desk.lastJson().data), [
      'tid',
      'msg',
      'refundAcctNum',
      'refundBankCode',
      'refundAcctName',
    ]);
    assert.ok(!server.last().text().includes('110123456789'));
    await cancelAnswered('', { payMethod: 'vbank', refundAccount });
    assert.equal(server.last().path, '/v2/pg/partialRefund/vacct');
    const before = server.requests.length;
    const outcome = await v2.cancel.send(rig.call({ baseUrl: server.url }), { ...wellKnown, payMethod: 'vbank' });
    assert.deepEqual([outcome.kind, server.requests.length], ['never_sent', before]);
  });

  test('of a mixed payment says what of it is free of tax and what is VAT', async () => {
    const parts = { paymentTaxFreeMinor: 4000n, taxFreeMinor: 1200n, vatMinor: 164n };
    await cancelAnswered('', parts);
    const { data } = desk.lastJson();
    assert.deepEqual([data.price, data.tax, data.taxFree], ['3000', '164', '1200']);
    await v1.cancel.send(desk.answering(''), { ...wellKnown, ...parts });
    const form = desk.lastForm();
    assert.deepEqual([form.price, form.tax, form.taxFree], ['3000', '164', '1200']);
  });

  test('of a mixed payment is taken off its two parts in the book as it was said', async () => {
    const payment = await desk.paid('card', { taxFreeMinor: 4000n, vatMinor: 545n });
    const request = desk.cancelOf(payment, { paymentTaxFreeMinor: 4000n });
    const first = await v2.cancel.send(rig.call(), { ...request, amountMinor: 4000n, taxFreeMinor: 4000n });
    assert.equal(first.kind, 'confirmed');
    const second = { ...request, amountMinor: 1000n, balanceBeforeMinor: 6000n, ordinal: 2 };
    const refused = await v1.cancel.send(rig.call(), { ...second, taxFreeMinor: 1n });
    assert.equal(refused.kind === 'refused' && refused.category, 'over_balance');
    assert.equal((await v1.cancel.send(rig.call(), { ...second, vatMinor: 91n })).kind, 'confirmed');
  });
});
