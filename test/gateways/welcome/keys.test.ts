import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { welcome } from '../../../src/gateways/welcome/module.ts';
import { decryptCardValue, encryptCardValue } from '../../../src/gateways/welcome/wire/signature.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { assertNotKept } from '../kit/not-kept.ts';
import { chargeOf, keyIssueOf, type RegisteredKey, registeredKey, testCard } from '../kit/scenarios.ts';
import { type Fields, sha256, type WelcomeAnswer, welcomeClientOf } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(welcome, { clock });
const { gateway, rig, server, answering } = desk;
const { issue_key, charge_key, revoke_key, cancel } = gateway.operations;
const { post } = welcomeClientOf(rig);
const keys = rig.call().channel.credentials as { signKey: string; encryptionKey: string; encryptionIv: string };

const billingKey = { key: 'k'.repeat(40), boundTo: {} };
const registered = {
  ResultCode: '00',
  ResultMsg: '정상처리되었습니다.',
  CardResultCode: '14',
  CardKind: '0',
  Billkey: billingKey.key,
  Price: '0',
  PayDate: '20240306',
  PayTime: '115959',
  tid: 'tid-of-the-registration',
};
const charged = {
  ResultCode: '00',
  ResultMsg: '정상처리되었습니다.',
  PayDate: '20240306',
  PayTime: '115959',
  Price: '10000',
  tid: 'tid-of-the-charge',
  ApplNum: '30001234',
};
const failure = (ResultMsg: string) => ({ ResultCode: '77', ResultMsg });
const issueOf = (parts = {}) => ({ ...keyIssueOf(desk.at('card')), orderId: 'key_1', ...parts });
const deletionOf = (key: RegisteredKey) => ({ ...key, reason: '해지', requester: null });

function sent(): { path: string; fields: Record<string, string> } {
  const { path, body } = server.last();
  return { path, fields: Object.fromEntries(new URLSearchParams(body)) };
}
const signed = (between: string) =>
  sha256(`mid=${rig.mid}&mkey=${sha256(keys.signKey)}${between}&timestamp=20240306120000`);

describe('on the wire', () => {
  test('a registration hides number, owner and password, and signs the number as it is sent', async () => {
    await issue_key.send(answering(registered), issueOf());
    const { path, fields } = sent();
    const { cardNumber = '', registNo = '', passwd = '', signature, ...others } = fields;
    assert.equal(path, '/billing/billkey/card');
    assert.deepEqual(
      [cardNumber, registNo, passwd].map((value) => decryptCardValue(value, keys)),
      [testCard.number, '900101', '12'],
    );
    assert.equal(signature, signed(`&cardNumber=${cardNumber}`));
    assert.deepEqual(others, {
      mid: rig.mid,
      cardExpireYY: '49',
      cardExpireMM: '12',
      buyerName: '홍길동',
      buyerTel: '010-1234-5678',
      buyerEmail: 'buyer@example.com',
      etc: 'key_1',
      timestamp: '20240306120000',
    });
  });

  test('one without birth date or password goes by the path that wants neither', async () => {
    for (const missing of [{ birthOrBusinessNumber: null }, { passwordFirstTwo: null }]) {
      await issue_key.send(answering(registered), issueOf({ card: { ...testCard, ...missing } }));
      const { path, fields } = sent();
      assert.equal(path, '/noauth/billkey/card');
      assert.ok(!('registNo' in fields) && !('passwd' in fields));
      assert.equal(fields.signature, signed(`&cardNumber=${fields.cardNumber}`));
    }
  });

  test('a charge has the key in place of the card, and signs order and price', async () => {
    const buyer = { name: null, email: null, tel: null };
    const request = chargeOf('imp_1', billingKey, { installmentMonths: 3, interestFreeByMerchant: true, buyer });
    await charge_key.send(answering(charged), request);
    assert.deepEqual(sent(), {
      path: '/billing/billpay',
      fields: {
        billkey: billingKey.key,
        mid: rig.mid,
        cardQuota: '03',
        quotaInterest: '1',
        oid: 'imp_1',
        price: '10000',
        goodsName: '생수 외 1건',
        buyerName: '구매자',
        timestamp: '20240306120000',
        signature: signed('&oid=imp_1&price=10000'),
      },
    });
    await charge_key.send(answering(charged), chargeOf('imp_1', billingKey, { taxFreeMinor: 4500n, vatMinor: 500n }));
    assert.deepEqual([sent().fields.tax, sent().fields.taxfree], ['500', '4500']);
  });

  test('a deletion names the key, and signs MID, key and time alone', async () => {
    await revoke_key.send(answering({ ResultCode: '00' }), deletionOf({ ...issueOf(), billingKey }));
    assert.deepEqual(sent(), {
      path: '/billing/billkey/delete',
      fields: { mid: rig.mid, billkey: billingKey.key, timestamp: '20240306120000', signature: signed('') },
    });
  });

  test('without the keys for card values nothing is registered, and keys are charged and deleted all the same', async () => {
    const credentials = { signKey: keys.signKey };
    const before = server.requests.length;
    const never = await issue_key.send(rig.call({ baseUrl: server.url, credentials }), issueOf());
    assert.deepEqual([never.kind, server.requests.length], ['never_sent', before]);
    const paid = await charge_key.send(answering(charged, { credentials }), chargeOf('imp_1', billingKey));
    assert.equal(paid.kind, 'confirmed');
  });
});

describe('an answer', () => {
  test('to a registration is confirmed by a key', async () => {
    const outcome = await issue_key.send(answering(registered), issueOf());
    assert.deepEqual(outcome, {
      kind: 'confirmed',
      result: {
        billingKey,
        gatewayTid: 'tid-of-the-registration',
        issuedAt: new Date('2024-03-06T11:59:59+09:00'),
        card: {
          code: '366',
          name: '신한카드',
          issuerCode: null,
          issuerName: null,
          type: null,
          maskedNumber: '433012******1239',
        },
      },
    });
    assert.equal((await issue_key.send(answering({ ...registered, Billkey: '' }), issueOf())).kind, 'unclear');
    assert.equal((await issue_key.send(answering(registered, { status: 500 }), issueOf())).kind, 'unclear');
    const refused = await issue_key.send(answering(failure('카드번호가 올바르지 않습니다.')), issueOf());
    assert.equal(refused.kind === 'refused' && refused.category, 'bad_card');
  });

  test('to a charge is confirmed by our amount and an id', async () => {
    const request = chargeOf('imp_1', billingKey, { installmentMonths: 3 });
    const outcome = await charge_key.send(answering(charged), request);
    assert.ok(outcome.kind === 'confirmed', JSON.stringify(outcome));
    const { gatewayTid, approvalNumber, card } = outcome.result;
    assert.deepEqual(
      [gatewayTid, approvalNumber, card?.code, card?.installmentMonths],
      ['tid-of-the-charge', '30001234', null, 3],
    );
    for (const parts of [{ Price: '9999' }, { tid: '' }, { Price: undefined }]) {
      const doubtful = await charge_key.send(answering({ ...charged, ...parts }), request);
      assert.equal(doubtful.kind, 'unclear', JSON.stringify(parts));
    }
    const refused = await charge_key.send(answering(failure('한도초과')), request);
    assert.deepEqual(refused.kind === 'refused' && [refused.code, refused.category], ['77', 'other']);
    for (const text of ['주문번호가 중복되었습니다.', '처리 중입니다.', '시스템 오류']) {
      assert.equal((await charge_key.send(answering(failure(text)), request)).kind, 'unclear', text);
    }
  });

  test('to a deletion is what its code says', async () => {
    const deletion = deletionOf({ ...issueOf(), billingKey });
    assert.equal((await revoke_key.send(answering({ ResultCode: '00' }), deletion)).kind, 'confirmed');
    assert.equal((await revoke_key.send(answering(failure('없는 빌키')), deletion)).kind, 'refused');
    assert.equal((await revoke_key.send(answering('<html>'), deletion)).kind, 'unclear');
  });

  test('that was lost is not asked for, and none of the three is sent again', async () => {
    const key = await registeredKey(desk.at('card'));
    const call = rig.call();
    const orderId = rig.orderId();
    await rig.control.addFault({ mid: rig.mid, operation: 'charge_key', kind: 'lost_answer' });
    assert.equal((await charge_key.send(call, chargeOf(orderId, key.billingKey))).kind, 'unclear');
    const payment = { ...desk.payment, orderId, gatewayTid: null, billingKey: key.billingKey };
    const inquiries = [
      await charge_key.inquire(call, payment, call.now),
      await issue_key.inquire(call, issueOf(), call.now),
      await revoke_key.inquire(call, deletionOf(key), call.now),
    ];
    for (const inquiry of inquiries) assert.equal(inquiry.kind === 'unknown' && inquiry.isFinal, true);
  });
});

describe('against the simulator', () => {
  test('a key is charged, its payment is cancelled, and it is deleted once', async () => {
    const key = await registeredKey(desk.at('card'));
    const orderId = rig.orderId();
    const outcome = await charge_key.send(rig.call(), chargeOf(orderId, key.billingKey, { installmentMonths: 2 }));
    assert.ok(outcome.kind === 'confirmed', JSON.stringify(outcome));
    const { gatewayTid } = outcome.result;
    const [transaction] = (await rig.control.book({ orderId })).transactions;
    assert.deepEqual([transaction?.amountMinor, transaction?.status], [10_000n, 'paid']);
    const repeated = await charge_key.send(rig.call(), chargeOf(orderId, key.billingKey));
    assert.equal(repeated.kind, 'unclear', 'the order number was used');
    const back = await cancel.send(rig.call(), desk.cancelOf({ ...desk.payment, orderId, gatewayTid }));
    assert.equal(back.kind, 'confirmed');
    assert.equal((await revoke_key.send(rig.call(), deletionOf(key))).kind, 'confirmed');
    const again = await revoke_key.send(rig.call(), deletionOf(key));
    assert.equal(again.kind === 'refused' && again.code, 'SIM37');
    const vain = await charge_key.send(rig.call(), chargeOf(rig.orderId(), key.billingKey));
    assert.equal(vain.kind === 'refused' && vain.code, 'SIM37');
  });

  test('a key that nobody has, or that is another merchant’s, is neither charged nor deleted', async () => {
    const unknown = await charge_key.send(rig.call(), chargeOf(rig.orderId(), billingKey));
    assert.equal(unknown.kind === 'refused' && unknown.code, 'SIM37');
    const mid = rig.sandbox.mid('another');
    const credentials = rig.sandbox.credentials(mid);
    await rig.control.registerMerchant({ mid, credentials });
    const key = await registeredKey(desk.at('card'));
    const theirs = { mid, credentials };
    const byAnother = await charge_key.send(rig.call(theirs), chargeOf(rig.orderId(), key.billingKey));
    assert.equal(byAnother.kind === 'refused' && byAnother.code, 'SIM37');
    const deleted = await revoke_key.send(rig.call(theirs), deletionOf(key));
    assert.equal(deleted.kind === 'refused' && deleted.code, 'SIM37');
    assert.equal((await charge_key.send(rig.call(), chargeOf(rig.orderId(), key.billingKey))).kind, 'confirmed');
  });

  test('a card’s data are looked at when it is registered, and what it is good for when it is charged', async () => {
    const atOnce = [
      ['1234123412341234', 'SIM31'],
      ['4000000000000069', 'SIM34'],
      ['4000000000000077', 'SIM35'],
      ['4000000000000085', 'SIM36'],
      ['43301234123412', 'SIM31'],
    ] as const;
    for (const [number, code] of atOnce) {
      const refused = await issue_key.send(rig.call(), issueOf({ card: { ...testCard, number } }));
      assert.equal(refused.kind === 'refused' && refused.code, code);
    }
    const expired = await issue_key.send(rig.call(), issueOf({ card: { ...testCard, expiryYear: '23' } }));
    assert.equal(expired.kind === 'refused' && expired.code, 'SIM34');
    const later = [
      ['4000000000000002', 'SIM32'],
      ['4000000000000010', 'SIM33'],
      ['4000000000000044', 'SIM32'],
      ['4000000000000051', 'SIM32'],
    ] as const;
    for (const [number, code] of later) {
      const { billingKey: declined } = await registeredKey(desk.at('card'), { ...testCard, number });
      for (let charge = 0; charge < 2; charge += 1) {
        const refused = await charge_key.send(rig.call(), chargeOf(rig.orderId(), declined));
        assert.equal(refused.kind === 'refused' && refused.code, code);
      }
    }
  });

  /** PAYAPI called as Welcome's manual says, without our adapter. */
  function send(path: string, names: readonly string[], fields: Fields): Promise<WelcomeAnswer> {
    const kept = Object.entries({ mid: rig.mid, timestamp: '20240306120000', ...fields }).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    );
    const all = Object.fromEntries(kept);
    const between = names.map((name) => `&${name}=${all[name] ?? ''}`).join('');
    return post(path, new URLSearchParams({ signature: signed(between), ...all }).toString());
  }
  const codeOf = async (answer: Promise<WelcomeAnswer>) => (await answer).body.ResultCode;
  const hidden = (value: string) => encryptCardValue(value, keys);
  const card: Fields = {
    buyerName: '홍길동',
    cardNumber: hidden('4017620101234567'),
    cardExpireYY: '30',
    cardExpireMM: '12',
    registNo: hidden('870605'),
    passwd: hidden('34'),
    etc: 'kept',
  };

  test('each of the two registrations takes its own fields, and keeps nothing of a card', async () => {
    const register = (parts: Fields = {}, path = '/billing/billkey/card', names = ['cardNumber']) =>
      send(path, names, { ...card, ...parts });
    assert.equal(await codeOf(register({}, '/billing/billkey/card', [])), 'SIM02', 'the number is signed');
    const malformed: Fields[] = [
      { registNo: undefined },
      { passwd: undefined },
      { etc: undefined },
      { buyerName: undefined },
      { registNo: '870605' },
      { passwd: hidden('123') },
      { cardNumber: '4017620101234567' },
      { etc: 'x'.repeat(101) },
      { price: '1,000' },
    ];
    for (const parts of malformed) assert.equal(await codeOf(register(parts)), 'SIM01', JSON.stringify(parts));
    const { body } = await register({ price: '1000', goodsName: '생수' });
    assert.deepEqual(
      [body.ResultCode, body.CardResultCode, body.CardKind, body.Billkey?.length, body.Price, body.tid?.length],
      ['00', '14', '0', 40, '0', 40],
    );
    const unverified = { registNo: undefined, passwd: undefined, etc: undefined };
    const without = await register(unverified, '/noauth/billkey/card');
    assert.deepEqual([without.body.ResultCode, without.body.CardKind], ['00', undefined]);
    assert.equal(await codeOf(register({}, '/noauth/billkey/card')), 'SIM01');
    assertNotKept(rig, 'kept', ['4017620101234567', '870605']);
  });

  test('a charge needs neither instalments nor goods, and its signature covers order and price', async () => {
    const { body } = await send('/billing/billkey/card', ['cardNumber'], card);
    const order: Fields = { oid: rig.orderId(), price: '1004', buyerName: '홍길동', billkey: body.Billkey };
    const charge = (parts: Fields = {}, names = ['oid', 'price']) =>
      send('/billing/billpay', names, { ...order, ...parts });
    assert.equal(await codeOf(charge({}, [])), 'SIM02');
    const malformed: Fields[] = [
      { price: '0' },
      { price: '1'.repeat(11) },
      { oid: undefined },
      { oid: 'x'.repeat(41) },
      { billkey: undefined },
      { billkey: 'x'.repeat(41) },
      { cardQuota: '3' },
      { quotaInterest: '2' },
    ];
    for (const parts of malformed) assert.equal(await codeOf(charge(parts)), 'SIM01', JSON.stringify(parts));
    assert.equal(await codeOf(charge({ tax: '101' })), 'SIM11', 'VAT is at most a tenth');
    const paid = await charge();
    assert.deepEqual(
      [paid.body.ResultCode, paid.body.Price, paid.body.PayDate, paid.body.CardResultCode],
      ['00', '1004', '20240306', undefined],
    );
    assert.equal(await codeOf(charge()), 'SIM22');
    assert.equal(await codeOf(send('/billing/billkey/delete', ['billkey'], { billkey: body.Billkey })), 'SIM02');
    assert.equal(await codeOf(send('/billing/billkey/delete', [], { billkey: body.Billkey })), '00');
  });
});
