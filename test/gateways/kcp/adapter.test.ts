import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { kcpGateway as gateway } from '../../../src/gateways/kcp/adapter/adapter.ts';
import { cancelFields } from '../../../src/gateways/kcp/adapter/requests.ts';
import { kcp } from '../../../src/gateways/kcp/module.ts';
import { isKcpErrorCode, kcpErrors } from '../../../src/gateways/kcp/wire/errors.ts';
import { cutToUtf8Bytes } from '../../../src/platform/charset/utf-8.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { kcpClientOf } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const tno = '20240306000001';
const success = { res_cd: '0000', res_msg: '정상처리', tno, canc_time: '20240306120000' };
const desk = await openDesk(kcp, {
  clock,
  payment: { orderId: 'imp_123456789012', gatewayTid: tno },
  success: () => success,
});
const { rig, server, payment: wellKnown, cancelOf, partOf, answered } = desk;
const { cancel } = gateway.operations;

describe('a cancellation', () => {
  test('of everything is STSC without an amount, of a part or of the rest STPC with the balance before', () => {
    const whole = cancelFields(cancelOf());
    assert.deepEqual(whole, { mod_type: 'STSC', mod_desc: '단순 변심' });
    const rest = cancelFields(cancelOf(wellKnown, { amountMinor: 7_000n, balanceBeforeMinor: 7_000n }));
    assert.deepEqual([rest.mod_type, rest.mod_mny, rest.rem_mny], ['STPC', '7000', '7000']);
  });

  test('of a payment that mixes says supply, VAT and tax-free part, which add up to the amount', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 2n, max: 999_999_999_999n }),
        fc.bigInt({ min: 0n, max: 999_999_999_999n }),
        fc.bigInt({ min: 0n, max: 999_999_999_999n }),
        (amount, a, b) => {
          const amountMinor = amount - 1n;
          const taxFreeMinor = a % (amountMinor + 1n);
          const vatMinor = b % (amountMinor - taxFreeMinor + 1n);
          const fields = cancelFields(
            cancelOf(wellKnown, {
              amountMinor,
              taxFreeMinor,
              vatMinor,
              paymentAmountMinor: amount,
              balanceBeforeMinor: amount,
              paymentTaxFreeMinor: 1n,
            }),
          );
          assert.equal(fields.tax_flag, 'TG03');
          const parts = [fields.mod_tax_mny, fields.mod_vat_mny, fields.mod_free_mny].map((text) =>
            BigInt(text ?? 'x'),
          );
          assert.equal(
            parts.reduce((sum, each) => sum + each, 0n),
            amountMinor,
          );
          for (const text of Object.values(fields)) assert.equal(typeof text, 'string');
          assert.match(fields.mod_mny ?? '', /^[0-9]{1,12}$/);
        },
      ),
    );
    for (const paymentTaxFreeMinor of [0n, 10_000n]) {
      const fields = cancelFields({ ...partOf(), paymentTaxFreeMinor });
      assert.equal('tax_flag' in fields, false, String(paymentTaxFreeMinor));
    }
  });

  test('in parts is confirmed with KCP’s number of each part', async () => {
    const payment = await desk.paid('card', { taxFreeMinor: 4_000n, vatMinor: 545n });
    const mixed = { paymentTaxFreeMinor: 4_000n, taxFreeMinor: 1_000n, vatMinor: 181n };
    const first = await cancel.send(rig.call(), { ...partOf(payment), ...mixed });
    assert.equal(first?.kind, 'confirmed');
    assert.match(first.result.gatewayTid, /^\d{14}$/);
    assert.notEqual(first.result.gatewayTid, payment.gatewayTid);
    const rest = cancelOf(payment, {
      amountMinor: 7_000n,
      balanceBeforeMinor: 7_000n,
      paymentTaxFreeMinor: 4_000n,
      taxFreeMinor: 3_000n,
      vatMinor: 364n,
    });
    assert.equal((await cancel.send(rig.call(), rest))?.kind, 'confirmed');
    const [transaction] = (await rig.control.book({ orderId: payment.orderId })).transactions;
    assert.equal(transaction?.status, 'cancelled');
  });

  test('whose whole would take more than was asked for is refused, since the balance at KCP is another', async () => {
    const payment = await desk.paid('card');
    await kcpClientOf(rig).cancel(payment.gatewayTid, { mod_type: 'STPC', mod_mny: '1000', rem_mny: '10000' });
    const outcome = await cancel.send(rig.call(), cancelOf(payment));
    assert.deepEqual([outcome?.kind, outcome?.kind === 'refused' && outcome.code], ['refused', 'CCA9']);
    const part = await cancel.send(rig.call(), partOf(payment));
    assert.deepEqual([part?.kind, part?.kind === 'refused' && part.category], ['refused', 'over_balance']);
  });

  test('with a key that its password does not open was never sent, and says nothing of the key', async () => {
    const { credentials } = rig.call().channel;
    for (const wrong of [{ privateKeyPassword: 'wrong' }, { privateKey: 'no key' }]) {
      const outcome = await cancel.send(rig.call({ credentials: { ...credentials, ...wrong } }), cancelOf());
      assert.equal(outcome?.kind, 'never_sent');
      assert.doesNotMatch(outcome.why, /BEGIN|wrong|no key/);
    }
  });

  test('is confirmed only by the answer to this very request', async () => {
    assert.equal((await answered(success))?.kind, 'confirmed');
    const part = { ...success, mod_mny: '3000', rem_mny: '7000', mod_pcan_seq_no: '20240306000002' };
    const confirmed = await answered(part, { request: partOf() });
    assert.equal(confirmed?.kind === 'confirmed' && confirmed.result.gatewayTid, '20240306000002');
    const numbers = { ...success, panc_mod_mny: 3_000, mod_pcan_seq_no: '20240306000002' };
    assert.equal((await answered(numbers, { request: partOf() }))?.kind, 'confirmed');
    for (const wrong of [{ tno: '20240306000009' }, { canc_time: '20240230120000' }, { canc_time: '' }]) {
      assert.equal((await answered({ ...success, ...wrong }))?.kind, 'unclear', JSON.stringify(wrong));
    }
    for (const wrong of [{ mod_mny: '3001' }, { rem_mny: '7001' }, { mod_mny: null }, { mod_mny: '-3000' }]) {
      const outcome = await answered({ ...part, ...wrong }, { request: partOf() });
      assert.equal(outcome?.kind, 'unclear', JSON.stringify(wrong));
    }
    for (const body of ['', 'null', '[]', '{}', '<html>', '{"res_cd":"0000"}', '{"res_cd":0,"res_msg":""}']) {
      assert.equal((await answered(body))?.kind, 'unclear', body);
    }
    for (const status of [400, 403, 500, 503]) {
      assert.equal((await answered({ res_cd: '8133', res_msg: 'x' }, { status }))?.kind, 'unclear', String(status));
    }
  });

  test('signs what it asks for, with KCP’s certificate in one line', async () => {
    await answered();
    const sent = server.last();
    const body = sent.json();
    assert.equal(sent.path, '/gw/mod/v1/cancel');
    assert.equal(body.site_cd, rig.mid);
    assert.match(String(body.kcp_cert_info), /^-----BEGIN CERTIFICATE-----[^\n]+-----END CERTIFICATE-----$/);
    assert.equal(Buffer.from(String(body.kcp_sign_data), 'base64').length, 256);
  });
});

describe('a refusal', () => {
  test('keeps KCP’s code and text, and has the category of its code', async () => {
    for (const [code, { message, category, ...flags }] of Object.entries(kcpErrors)) {
      const outcome = await answered({ res_cd: code, res_msg: message });
      if (flags.inProgress) {
        assert.equal(outcome?.kind, 'unclear', code);
        continue;
      }
      assert.deepEqual(outcome, { kind: 'refused', code, message, category });
    }
    const unknown = await answered({ res_cd: '9999', res_msg: '모름' });
    assert.deepEqual(unknown, { kind: 'refused', code: '9999', message: '모름', category: 'other' });
    assert.ok(!isKcpErrorCode('toString'));
  });

  test('of a repeat that may come of the first request having been carried out is none', async () => {
    const clear = new Set(['8029', '8030', '8035', '8078', '8079', '8080', '8328', '8345', '8384', '8385', '8392']);
    for (const code of [...Object.keys(kcpErrors), '9999']) {
      const outcome = await answered({ res_cd: code, res_msg: 'x' }, { isRepeat: true });
      // SM codes are the simulator's own, of payments, which are never repeated.
      const isClear = clear.has(code) || code.startsWith('SM');
      assert.equal(outcome?.kind, isClear ? 'refused' : 'unclear', code);
    }
  });

  test('comes from the simulator in each category that its rules have', async () => {
    const categories: unknown[] = [];
    const collect = async (request: Cancel) => {
      const outcome = await cancel.send(rig.call(), request);
      categories.push(outcome?.kind === 'refused' ? outcome.category : outcome);
    };
    const payment = await desk.paid('card');
    await collect(cancelOf(payment, { amountMinor: 10_001n }));
    await cancel.send(rig.call(), cancelOf(payment));
    await collect(cancelOf(payment));
    await collect(cancelOf());
    const phone = await desk.paid('phone');
    await collect({ ...partOf(phone), payMethod: 'phone' });
    assert.deepEqual(categories, ['over_balance', 'already_cancelled', 'unknown_transaction', 'partial_not_supported']);
  });
});

describe('a doubt', () => {
  const ask = (request: Cancel) => cancel.inquire(rig.call(), request, clock.now());

  test('about a part whose answer was lost is settled by the balance, and the repeat moves nothing', async () => {
    const payment = await desk.paid('card');
    const request = partOf(payment);
    assert.deepEqual(await ask(request), { kind: 'not_done', repeatIsSafe: true });
    await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'lost_answer' });
    assert.equal((await cancel.send(rig.call(), request))?.kind, 'unclear');
    assert.equal((await cancel.send(rig.call({ isRepeat: true }), request))?.kind, 'unclear');
    const inquiry = await ask(request);
    assert.ok(inquiry.kind === 'done');
    assert.deepEqual(inquiry.result, {
      gatewayTid: payment.gatewayTid,
      amountMinor: 3_000n,
      cancelledAt: clock.now(),
      receiptUrl: null,
    });
    const [transaction] = (await rig.control.book({ orderId: payment.orderId })).transactions;
    assert.equal(transaction?.cancelledMinor, 3_000n);
  });

  test('stays one when the balance is neither the one before nor the one after', async () => {
    const payment = await desk.paid('card');
    await kcpClientOf(rig).cancel(payment.gatewayTid, { mod_type: 'STPC', mod_mny: '1000', rem_mny: '10000' });
    assert.equal((await ask(partOf(payment))).kind, 'unknown');
    assert.equal((await ask(cancelOf(payment))).kind, 'unknown');
    assert.equal((await ask(cancelOf())).kind, 'unknown');
    const other = { ...cancelOf(payment), paymentAmountMinor: 20_000n };
    assert.equal((await ask(other)).kind, 'unknown');
  });

  test('about what KCP does not do is never settled', async () => {
    assert.equal('issue_vbank' in gateway.operations, false);
    const gift = cancelOf(wellKnown, { payMethod: 'cultureland' });
    assert.equal((await ask(gift)).kind, 'unknown');
  });
});

describe('a lookup', () => {
  test('tells the payment with its card, and after a part what is left, without a list of cancellations', async () => {
    const payment = await desk.paid('card');
    const found = await gateway.lookUp(rig.call(), payment);
    assert.ok(found.kind === 'found');
    assert.equal(found.payment.approval?.card?.name, '신한카드');
    assert.equal(found.payment.approval?.card?.maskedNumber, '457973******1234');
    assert.equal(found.payment.paidAt?.getTime(), clock.now().getTime());
    await cancel.send(rig.call(), partOf(payment));
    const after = await gateway.lookUp(rig.call(), payment);
    assert.ok(after.kind === 'found');
    assert.deepEqual(
      [after.payment.status, after.payment.balanceMinor, after.payment.cancels],
      ['partially_cancelled', 7_000n, null],
    );
  });

  test('of a transfer tells the bank by KFTC’s code', async () => {
    const payment = await desk.paid('trans', { bankCode: '004' });
    const found = await gateway.lookUp(rig.call(), payment);
    assert.equal(found.kind === 'found' && found.payment.approval?.bank?.name, '국민은행');
  });

  test('claims nothing without a transaction number, of another order, or of a state that does not fit', async () => {
    const payment = await desk.paid('card');
    assert.equal((await gateway.lookUp(rig.call(), { ...payment, gatewayTid: null })).kind, 'unknown');
    assert.equal((await gateway.lookUp(rig.call(), { ...payment, orderId: 'imp_999999999999' })).kind, 'unknown');
    assert.equal((await gateway.lookUp(rig.call(), wellKnown)).kind, 'not_found');
    const transaction = {
      ...success,
      amount: '10000',
      rem_mny: '10000',
      stat_ca_cd: 'STSR',
      app_time: '20240306120000',
    };
    for (const [parts, kind] of [
      [{}, 'found'],
      [{ stat_ca_cd: 'STAF' }, 'unknown'],
      [{ rem_mny: '9000' }, 'unknown'],
      [{ stat_ca_cd: 'STPC' }, 'unknown'],
      [{ rem_mny: '10001' }, 'unknown'],
      [{ pay_method: 'PABK' }, 'unknown'],
      [{ app_time: '' }, 'unknown'],
      [{ amount: '-1' }, 'unknown'],
      [{ rem_mny: null }, 'unknown'],
      [{ stat_ca_cd: 'STSC', rem_mny: null }, 'found'],
    ] as const) {
      const found = await gateway.lookUp(desk.answering({ ...transaction, ...parts }), wellKnown);
      assert.equal(found.kind, kind, JSON.stringify(parts));
    }
  });
});

describe('what has no public protocol', () => {
  const refundAccount = { holder: '홍길동', bankCode: '088', accountNumber: '110123456789', tel: null };

  test('is not sent on a live channel: refunds of virtual accounts, receipts, and questions about them', async () => {
    const live = rig.call({ mode: 'live', baseUrl: server.url });
    const sentBefore = server.requests.length;
    const request = cancelOf(wellKnown, { payMethod: 'vbank', refundAccount });
    assert.equal((await cancel.send(live, request))?.kind, 'never_sent');
    assert.equal((await cancel.inquire(live, request, clock.now())).kind, 'unknown');
    assert.equal((await gateway.lookUp(live, { ...wellKnown, payMethod: 'vbank' })).kind, 'unknown');
    assert.deepEqual(server.requests.slice(sentBefore), []);
  });

  test('goes over the stand-in in a sandbox: a refund is taken first, and its account may be refused', async () => {
    const request = cancelOf(await desk.paid('vbank'), { refundAccount });
    const refused = rig.sandbox.refundAccounts?.[0];
    assert.ok(refused);
    const bad = await cancel.send(rig.call(), {
      ...request,
      refundAccount: { ...refundAccount, accountNumber: refused.number },
    });
    assert.deepEqual(
      [bad?.kind === 'refused' && bad.code, bad?.kind === 'refused' && bad.category],
      [refused.code, 'bad_refund_account'],
    );
    assert.equal((await cancel.send(rig.call(), request))?.kind, 'accepted');
  });
});

test('a text cut to bytes of UTF-8 is a beginning of it, fits, and ends with a whole character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat({ max: 40 }), (text, bytesMax) => {
      const cut = cutToUtf8Bytes(text, bytesMax);
      assert.ok(text.startsWith(cut));
      assert.ok(Buffer.byteLength(cut) <= bytesMax);
      assert.ok(cut.isWellFormed() || !text.isWellFormed());
      const next = String.fromCodePoint(text.codePointAt(cut.length) ?? 0);
      if (cut.length < text.length) assert.ok(Buffer.byteLength(cut) + Buffer.byteLength(next) > bytesMax);
    }),
  );
});

test('the README lists the codes with the texts, categories and marks that the adapter has', () => {
  const readme = readFileSync(new URL('../../../src/gateways/kcp/README.md', import.meta.url), 'utf8');
  const listed = [...readme.matchAll(/^\| `(\w{4})`( \*)? +\| (.+?) +\| (\w[\w ]+?) +\|$/gm)].map(
    ([, code, mark, text, category]) => [code, mark !== undefined, text?.replaceAll('\\|', '|'), category],
  );
  const known = Object.entries(kcpErrors).map(([code, { message, category, ofState, inProgress }]) => [
    code,
    ofState ?? false,
    message,
    inProgress ? 'a doubt' : category,
  ]);
  assert.deepEqual(listed.sort(), known.sort());
});
