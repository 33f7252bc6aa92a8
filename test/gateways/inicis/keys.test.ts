import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BillingKey } from '../../../src/port/billing-key.ts';
import { assertNotKept } from '../kit/not-kept.ts';
import { orderOf } from '../kit/payment-requests.ts';
import { chargeOf, confirmed, keyIssueOf, registeredKey, testCard } from '../kit/scenarios.ts';
import { failure, openInicisDesk } from './desk.ts';
import { cardFields, chargeFields, inicisClientOf, refusedWith, seoulStamp, sha512, succeeds } from './kit.ts';

const desk = await openInicisDesk();
const { rig, server, clock, answering, v1, v2 } = desk;
const inicis = inicisClientOf(rig);
const { iniapiKey = '' } = rig.call().channel.credentials;

const key = '0123456789abcdef0123456789abcdef01234567';
const billingKey: BillingKey = { key, boundTo: {} };
const issue = { ...keyIssueOf(desk.at('card')), orderId: 'key_1' };
const charged = {
  resultCode: '00',
  resultMsg: '정상처리되었습니다.',
  tid: 'INIAPICARDINIBillTst20240306120000123456',
  payDate: '20240306',
  payTime: '120000',
  payAuthCode: '12345678',
  price: '10000',
  cardCode: '14',
};

describe('a registration', () => {
  test('goes over v1 from both modules, with the card encrypted only, and is hashed as it is sent', async () => {
    for (const { issue_key } of [v1, v2]) {
      const outcome = await issue_key.send(answering({ resultCode: '00', resultMsg: 'ok', billKey: key }), issue);
      assert.deepEqual(confirmed(outcome).billingKey, billingKey);
      const form = desk.lastForm();
      assert.equal(server.last().path, '/api/v1/billing');
      assert.deepEqual([form.type, form.paymethod, form.moid, form.price], ['Auth', 'Card', 'key_1', '0']);
      assert.deepEqual(
        [form.cardNumber, form.cardExpire, form.regNo, form.cardPw],
        [testCard.number, '4912', '900101', '12'].map((text) => inicis.encrypt(text)),
      );
      assert.deepEqual(
        [form.buyerName, form.buyerEmail, form.buyerTel],
        ['홍길동', 'buyer@example.com', '010-1234-5678'],
      );
      const hashed = `AuthCard20240306120000127.0.0.1${rig.mid}key_10${form.cardNumber}`;
      assert.equal(form.hashData, sha512(iniapiKey + hashed));
      assert.ok(!decodeURIComponent(server.last().text()).includes(testCard.number));
    }
  });

  test('leaves out what a contract does not ask of the owner, and fills in what INICIS wants of the buyer', async () => {
    const card = { ...testCard, birthOrBusinessNumber: null, passwordFirstTwo: null };
    const customer = { name: null, email: 'no address', tel: null };
    await v1.issue_key.send(answering(''), { ...issue, card, customer });
    const form = desk.lastForm();
    assert.ok(!('regNo' in form) && !('cardPw' in form));
    for (const name of ['buyerName', 'buyerEmail', 'buyerTel', 'goodName', 'url']) assert.ok(form[name], name);
  });

  test('without a key in its answer is in doubt, and one that is refused has no key', async () => {
    assert.equal((await v1.issue_key.send(answering({ resultCode: '00' }), issue)).kind, 'unclear');
    assert.equal((await v1.issue_key.send(answering(failure('01', '', '카드번호 오류')), issue)).kind, 'refused');
    assert.equal((await v1.issue_key.send(answering(failure('01', '', '타임아웃')), issue)).kind, 'unclear');
    const asked = await v1.issue_key.inquire(rig.call(), issue, clock.now());
    assert.deepEqual([asked.kind, asked.kind === 'unknown' && asked.isFinal], ['unknown', true]);
  });

  test('of a card that the gateway does not take is refused, and of one that is only declined gets a key', async () => {
    for (const [number, code, category] of [
      ['1234123412341234', 'SIM01', 'bad_card'],
      ['4000000000000069', 'SIM02', 'other'],
      ['4000000000000077', 'SIM02', 'other'],
      ['4000000000000085', 'SIM02', 'other'],
    ] as const) {
      const outcome = await v1.issue_key.send(rig.call(), { ...issue, card: { ...testCard, number } });
      assert.ok(outcome.kind === 'refused', number);
      assert.deepEqual([outcome.code, outcome.category], [code, category]);
    }
    for (const [number, code] of [
      ['4000000000000002', 'SIM04'],
      ['4000000000000010', 'SIM03'],
    ] as const) {
      const declined = await registeredKey(desk.at('card'), { ...testCard, number });
      for (const { charge_key } of [v1, v2]) {
        const outcome = await charge_key.send(rig.call(), chargeOf(rig.orderId(), declined.billingKey));
        assert.equal(outcome.kind === 'refused' && outcome.code, code);
      }
    }
  });
});

describe('a charge', () => {
  const request = chargeOf('imp_123456789012', billingKey, {
    installmentMonths: 3,
    taxFreeMinor: 100n,
    vatMinor: 900n,
  });

  test('goes over the version of its module, hashed over the key in v1 and over the text of data in v2', async () => {
    const first = confirmed(await v1.charge_key.send(answering(charged), request));
    const form = desk.lastForm();
    assert.equal(server.last().path, '/api/v1/billing');
    assert.deepEqual([form.type, form.paymethod, form.currency], ['Billing', 'Card', 'WON']);
    const hashed = `BillingCard20240306120000127.0.0.1${rig.mid}imp_12345678901210000${key}`;
    assert.equal(form.hashData, sha512(iniapiKey + hashed));
    const second = confirmed(await v2.charge_key.send(answering(charged), request));
    const { envelope, data, text } = desk.lastJson();
    assert.equal(server.last().path, '/v2/pg/billing');
    assert.deepEqual([envelope.type, envelope.paymethod], ['billing', 'Card']);
    assert.equal(envelope.hashData, sha512(`${iniapiKey}${rig.mid}billing20240306120000${text}`));
    for (const sent of [form, data]) {
      assert.deepEqual(
        [sent.moid, sent.price, sent.billKey, sent.authentification, sent.cardQuota, sent.quotaInterest],
        ['imp_123456789012', '10000', key, '00', '03', '0'],
      );
      assert.deepEqual([sent.tax, sent.taxFree, sent.buyerTel], ['900', '100', '010-1234-5678']);
    }
    assert.deepEqual(first, second);
    assert.deepEqual(
      [first.gatewayTid, first.approvalNumber, first.approvedAt, first.card?.code, first.card?.installmentMonths],
      [charged.tid, '12345678', new Date('2024-03-06T12:00:00+09:00'), '366', 3],
    );
  });

  test('is confirmed by an answer with its amount, an id and a time only', async () => {
    for (const parts of [{ price: '9999' }, { tid: '' }, { payDate: '' }, { moid: 'another' }]) {
      const outcome = await v2.charge_key.send(answering({ ...charged, ...parts }), request);
      assert.equal(outcome.kind, 'unclear', JSON.stringify(parts));
    }
    assert.equal((await v2.charge_key.send(answering(charged, { status: 500 }), request)).kind, 'unclear');
    assert.equal((await v2.charge_key.send(answering(failure('01', '', '주문번호 중복')), request)).kind, 'unclear');
    assert.equal((await v2.charge_key.send(answering(failure('ER0102', '')), request)).kind, 'refused');
    const { cardCode: _, ...without } = charged;
    assert.equal(confirmed(await v1.charge_key.send(answering(without), request)).card, null);
  });

  test('whose answer was lost is found by its order, and one that is not found is not called undone', async () => {
    const { billingKey: issued } = await registeredKey(desk.at('card'));
    for (const { charge_key } of [v1, v2]) {
      const orderId = rig.orderId();
      const asked = { ...desk.payment, orderId, gatewayTid: null, billingKey: issued };
      const before = await charge_key.inquire(rig.call(), asked, clock.now());
      assert.equal(before.kind, 'unknown');
      await rig.control.addFault({ mid: rig.mid, operation: 'charge_key', kind: 'lost_answer' });
      assert.equal((await charge_key.send(rig.call(), chargeOf(orderId, issued))).kind, 'unclear');
      const [transaction] = (await rig.control.book({ orderId })).transactions;
      const after = await charge_key.inquire(rig.call(), asked, clock.now());
      assert.equal(after.kind === 'done' && after.result.gatewayTid, transaction?.gatewayTid);
      const otherAmount = { ...asked, paymentAmountMinor: 9_999n };
      assert.equal((await charge_key.inquire(rig.call(), otherAmount, clock.now())).kind, 'unknown');
      // The same order again: the first one must have arrived.
      assert.equal((await charge_key.send(rig.call(), chargeOf(orderId, issued))).kind, 'unclear');
      assert.equal((await rig.control.book({ orderId })).transactions.length, 1);
      const cancel = desk.cancelOf({ ...desk.payment, orderId, gatewayTid: transaction?.gatewayTid ?? '' });
      assert.equal((await v2.cancel.send(rig.call(), cancel)).kind, 'confirmed');
      assert.equal((await charge_key.inquire(rig.call(), asked, clock.now())).kind, 'unknown', 'cancelled meanwhile');
    }
  });

  test('by a key that never was, or of another merchant, is refused', async () => {
    const { billingKey: issued } = await registeredKey(desk.at('card'));
    for (const { charge_key } of [v1, v2]) {
      const outcome = await charge_key.send(rig.call(), chargeOf(rig.orderId(), billingKey));
      assert.equal(outcome.kind === 'refused' && outcome.code, 'SIM05');
      const credentials = rig.sandbox.credentials('another00');
      await rig.control.registerMerchant({ mid: 'another00', credentials });
      const stranger = await charge_key.send(
        rig.call({ mid: 'another00', credentials }),
        chargeOf(rig.orderId(), issued),
      );
      assert.equal(stranger.kind === 'refused' && stranger.code, 'SIM05');
    }
  });
});

test('INICIS has no call that deletes a key', () => {
  assert.equal(v1.revoke_key, undefined);
  assert.equal(v2.revoke_key, undefined);
});

test('a key of the window pays nothing and is charged later', async () => {
  const window = await rig.control.issueKeyInWindow({
    ...orderOf(rig.orderId(), 5_000n),
    mid: rig.mid,
    payMethod: 'card',
    customerUid: 'card of the customer',
    customerId: 'customer',
  });
  assert.ok(window.kind === 'done' && window.result.payment === null);
  const { billingKey: issued, card } = window.result.issued;
  assert.match(issued.key, /^[0-9a-f]{40}$/);
  assert.equal(card?.maskedNumber, '559410******1234');
  const orderId = rig.orderId();
  confirmed(await v2.charge_key.send(rig.call(), chargeOf(orderId, issued)));
  assert.equal((await rig.control.book({ orderId })).transactions[0]?.amountMinor, 10_000n);
});

describe('the simulator', () => {
  test('registers and charges as the documents say, and keeps nothing of the card', async () => {
    const orderId = rig.orderId();
    const { billKey } = await succeeds(inicis.v1('registerCard', cardFields(inicis, orderId)));
    assert.match(String(billKey), /^[0-9a-f]{40}$/);
    const first = rig.orderId();
    const answer = await succeeds(inicis.v1('chargeKey', chargeFields(first, String(billKey))));
    assert.deepEqual(
      [answer.price, `${answer.payDate}${answer.payTime}`, answer.cardCode],
      ['10000', seoulStamp(clock.now()), '14'],
    );
    assert.equal(String(answer.tid).length, 40);
    const fields = chargeFields(rig.orderId(), String(billKey));
    const other = await succeeds(inicis.v2('billing', fields, { paymethod: 'Card' }));
    assert.deepEqual(Object.keys(other), Object.keys(answer));
    assertNotKept(rig, first, [testCard.number, inicis.encrypt(testCard.number)]);
  });

  test('checks the hash of each, over every field that it names', async () => {
    const { billKey } = await succeeds(inicis.v1('registerCard', cardFields(inicis, rig.orderId())));
    const fields = chargeFields(rig.orderId(), String(billKey));
    for (const [name, value] of [
      ['type', 'Billing'],
      ['moid', 'another'],
      ['price', '1'],
      ['cardNumber', inicis.encrypt('4330123412341240')],
    ] as const) {
      await refusedWith(inicis.v1('registerCard', cardFields(inicis, rig.orderId()), { [name]: value }), 'ERR205');
    }
    for (const [name, value] of [
      ['paymethod', 'HPP'],
      ['moid', 'another'],
      ['price', '100'],
      ['billKey', key],
    ] as const) {
      await refusedWith(inicis.v1('chargeKey', fields, { [name]: value }), 'ERR205');
    }
    await refusedWith(
      inicis.v2('billing', fields, { paymethod: 'Card', hashed: JSON.stringify({ ...fields, price: '1' }) }),
      'ERR205',
    );
    assert.equal((await rig.control.book({ orderId: fields.moid ?? '' })).transactions.length, 0);
  });

  test('tells in its log which field of a hash differed, and neither key nor card', async () => {
    const orderId = rig.orderId();
    const { billKey } = await succeeds(inicis.v1('registerCard', cardFields(inicis, orderId)));
    const cardNumber = inicis.encrypt('4330123412341240');
    await refusedWith(inicis.v1('registerCard', cardFields(inicis, orderId), { cardNumber }), 'ERR205');
    const card = rig.answered.at(-1)?.why ?? '';
    await refusedWith(inicis.v1('chargeKey', chargeFields(orderId, key), { billKey: String(billKey) }), 'ERR205');
    const charge = rig.answered.at(-1)?.why ?? '';
    assert.match(card, /^hashData does not match/);
    assert.match(charge, /^hashData does not match/);
    for (const secret of [
      cardNumber,
      key,
      String(billKey),
      iniapiKey,
      ...Object.values(cardFields(inicis, orderId)).slice(7),
    ]) {
      assert.ok(!card.includes(secret) && !charge.includes(secret));
    }
  });

  test('refuses what is malformed, and a buyer of whom something is missing by a code of its own', async () => {
    const register = (parts: Record<string, string>) =>
      inicis.v1('registerCard', cardFields(inicis, rig.orderId(), parts));
    for (const name of ['buyerName', 'buyerEmail', 'buyerTel']) {
      await refusedWith(register({ [name]: '' }), 'ER0102');
      await refusedWith(inicis.v1('chargeKey', chargeFields(rig.orderId(), key, { [name]: '' })), 'ER0102');
    }
    for (const [parts, code] of [
      [{ moid: '' }, 'ERR012'],
      [{ moid: 'x'.repeat(41) }, 'ERR012'],
      [{ goodName: '' }, 'ERR012'],
      [{ cardNumber: testCard.number }, 'ERR012'],
      [{ cardNumber: inicis.encrypt('43301234') }, 'SIM01'],
      [{ cardExpire: inicis.encrypt('4913') }, 'ERR012'],
      [{ cardExpire: inicis.encrypt('2402') }, 'SIM02'],
      [{ regNo: inicis.encrypt('9001011') }, 'ERR012'],
      [{ cardPw: inicis.encrypt('1234') }, 'ERR012'],
    ] as const) {
      await refusedWith(register(parts), code);
    }
    const { billKey } = await succeeds(register({ regNo: '', cardPw: '' }));
    for (const [parts, code] of [
      [{ price: '0' }, 'ERR012'],
      [{ price: '1,000' }, 'ERR012'],
      [{ cardQuota: '3' }, 'ERR012'],
      [{ authentification: '' }, 'ERR012'],
      [{ quotaInterest: '2' }, 'ERR012'],
      [{ taxFree: '9000', tax: '2000' }, 'ERR012'],
      [{ billKey: '' }, 'ERR012'],
      [{ billKey: key }, 'SIM05'],
    ] as const) {
      const fields = chargeFields(rig.orderId(), String(billKey), parts);
      await refusedWith(inicis.v1('chargeKey', fields), code);
      await refusedWith(inicis.v2('billing', fields, { paymethod: 'Card' }), code);
    }
    const fields = chargeFields(rig.orderId(), String(billKey));
    await refusedWith(inicis.v2('billing', fields), 'ERR012');
    await refusedWith(inicis.v2('billing', fields, { paymethod: 'HPP' }), 'SIM05');
  });

  test('takes an order number once', async () => {
    const { billKey } = await succeeds(inicis.v1('registerCard', cardFields(inicis, rig.orderId())));
    const fields = chargeFields(rig.orderId(), String(billKey));
    await succeeds(inicis.v1('chargeKey', fields));
    const { resultMsg } = await refusedWith(inicis.v1('chargeKey', fields), '01');
    assert.equal(resultMsg, '주문번호 중복');
  });
});
