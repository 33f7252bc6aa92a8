import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ksnet } from '../../../src/gateways/ksnet/module.ts';
import { supportOf } from '../../../src/port/capabilities.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { assertNotKept } from '../kit/not-kept.ts';
import { chargeOf, keyIssueOf, registeredKey, testCard } from '../kit/scenarios.ts';
import { ksnetClientOf } from './kit.ts';

const clock = movingClock('2024-06-04T12:00:00+09:00');
const desk = await openDesk(ksnet, { clock, call: { idempotencyKey: 'op_1' } });
const { gateway, rig, server, answering } = desk;
const { issue_key, charge_key, cancel } = gateway.operations;
const { post } = ksnetClientOf(rig);

const billingKey = { key: 'TOKEN+/=1', boundTo: {} };
const envelope = (data: Record<string, unknown>) => ({
  aid: 'WFVCCSE00000000000060121',
  code: 'A0200',
  message: 'Success',
  data,
});
const refusal = (respCode: string, respMessage: string) => ({
  ...envelope({ respCode, respMessage }),
  code: 'A0201',
  message: 'Fail',
});
/** What the shop reads of the two answers. */
const registered = {
  tid: '189189011016',
  respCode: '0000',
  respMessage: '정상',
  issuerCardType: 'HYUNDAI',
  issuerCardName: '현대카드',
  purchaseCardType: 'HYUNDAI',
  purchaseCardName: '현대카드',
  cardType: 'CHECK',
  cardNumb: '40176201XXXX825X',
  billingToken: billingKey.key,
};
const charged = {
  tid: '189189011017',
  respCode: '0000',
  respMessage: '현대카드/OK: 00112345',
  approvalNumb: '00112345',
  cardNumb: '40176201XXXX825X',
  expiryDate: '',
  installMonth: '03',
};
const issueOf = (parts = {}) => ({ ...keyIssueOf(desk.at('card')), orderId: 'key_1', ...parts });

describe('a registration', () => {
  test('carries the card, and what of its owner is given', async () => {
    await issue_key.send(answering(envelope(registered)), issueOf());
    const { path, headers, json } = server.last();
    const { apiKey } = rig.call().channel.credentials;
    assert.deepEqual(
      [path, headers.authorization, json()],
      [
        '/kspay/webfep/api/v1/billing/regist',
        `pgapi ${apiKey}`,
        {
          mid: rig.mid,
          payload: 'key_1',
          cardNumb: testCard.number,
          expiryDate: '4912',
          password2: '12',
          userInfo: '900101',
        },
      ],
    );
    const card = { ...testCard, birthOrBusinessNumber: null, passwordFirstTwo: null };
    await issue_key.send(answering(envelope(registered)), issueOf({ card }));
    assert.ok(!('password2' in server.last().json()) && !('userInfo' in server.last().json()));
  });

  test('is confirmed by a token, in the answer to this request', async () => {
    const outcome = await issue_key.send(answering(envelope({ ...registered, payload: 'key_1' })), issueOf());
    assert.deepEqual(outcome, {
      kind: 'confirmed',
      result: {
        billingKey,
        gatewayTid: '189189011016',
        issuedAt: clock.now(),
        card: {
          code: '367',
          name: '현대카드',
          issuerCode: '367',
          issuerName: '현대카드',
          type: 1,
          maskedNumber: '433012******1239',
        },
      },
    });
    assert.equal((await issue_key.send(answering(envelope(registered)), issueOf())).kind, 'confirmed');
    for (const parts of [{ payload: 'key_2' }, { billingToken: '' }, { respCode: '8037' }, { respCode: undefined }]) {
      const doubtful = await issue_key.send(answering(envelope({ ...registered, ...parts })), issueOf());
      assert.equal(doubtful.kind, 'unclear', JSON.stringify(parts));
    }
    const refused = await issue_key.send(answering(refusal('8037', '카드번호 잘못입력')), issueOf());
    assert.equal(refused.kind === 'refused' && refused.category, 'bad_card');
  });
});

describe('a charge', () => {
  test('carries the order and the token in place of a card', async () => {
    const request = chargeOf('imp_1', billingKey, { installmentMonths: 3, taxFreeMinor: 100n, productType: 'digital' });
    assert.equal((await charge_key.send(answering(envelope(charged)), request)).kind, 'confirmed');
    assert.equal(server.last().path, '/kspay/webfep/api/v1/billing/pay');
    assert.deepEqual(server.last().json(), {
      mid: rig.mid,
      payload: 'op_1',
      orderNumb: 'imp_1',
      userName: '홍길동',
      productType: 'DIGITAL',
      productName: '생수 외 1건',
      totalAmount: '10000',
      taxFreeAmount: '100',
      interestType: 'PG',
      billingToken: billingKey.key,
      installMonth: '03',
      currencyType: 'KRW',
    });
  });

  test('is confirmed only by both codes, and by an answer in which nothing is another’s', async () => {
    const request = chargeOf('imp_1', billingKey, { installmentMonths: 3 });
    const outcome = await charge_key.send(answering(envelope(charged)), request);
    assert.ok(outcome.kind === 'confirmed', JSON.stringify(outcome));
    const { gatewayTid, approvalNumber, approvedAt, card } = outcome.result;
    assert.deepEqual([gatewayTid, approvalNumber, approvedAt], ['189189011017', '00112345', clock.now()]);
    assert.deepEqual([card?.installmentMonths, card?.maskedNumber.slice(0, 6)], [3, '401762']);
    const full = { ...charged, payload: 'op_1', totalAmount: '10000', tradeDateTime: '20240604103121' };
    const timed = await charge_key.send(answering(envelope(full)), request);
    assert.equal(
      timed.kind === 'confirmed' && timed.result.approvedAt.toISOString(),
      new Date('2024-06-04T10:31:21+09:00').toISOString(),
    );
    for (const parts of [{ payload: 'op_2' }, { totalAmount: '9999' }, { tid: '' }, { respCode: '8326' }]) {
      const doubtful = await charge_key.send(answering(envelope({ ...full, ...parts })), request);
      assert.equal(doubtful.kind, 'unclear', JSON.stringify(parts));
    }
    const accepted = { ...envelope(full), code: 'A0201' };
    assert.equal((await charge_key.send(answering(accepted), request)).kind, 'unclear');
  });

  test('that is refused has the code of the card company; a repeated order is in doubt', async () => {
    const request = chargeOf('imp_1', billingKey);
    assert.deepEqual(await charge_key.send(answering(refusal('8326', '승인거절/월사용한도초과')), request), {
      kind: 'refused',
      code: '8326',
      message: '승인거절/월사용한도초과',
      category: 'other',
    });
    const doubts = [
      ['P10H', '중복승인요청오류'],
      ['P105', '중복거래'],
      ['8380', '무응답 또는 지연응답시 (timeout)'],
      ['9999', '주문번호 중복'],
    ] as const;
    for (const [code, text] of doubts) {
      assert.equal((await charge_key.send(answering(refusal(code, text)), request)).kind, 'unclear', text);
    }
  });

  test('whose answer was lost is not asked for and never sent again', async () => {
    const key = await registeredKey(desk.at('card'));
    const orderId = rig.orderId();
    await rig.control.addFault({ mid: rig.mid, operation: 'charge_key', kind: 'lost_answer' });
    const call = rig.call();
    assert.equal((await charge_key.send(call, chargeOf(orderId, key.billingKey))).kind, 'unclear');
    const asked = { ...desk.payment, orderId, gatewayTid: null, billingKey: key.billingKey };
    const inquiry = await charge_key.inquire(call, asked, call.now);
    assert.equal(inquiry.kind === 'unknown' && inquiry.isFinal, true);
  });
});

test('there is no deletion: how KSNET does it is not public, and keys are forgotten on our side only', () => {
  assert.equal(supportOf(gateway.capabilities, 'card', 'revoke_key'), 'unsupported');
});

describe('against the simulator', () => {
  test('a key is charged again and again, and its payments are cancelled as others are', async () => {
    const { billingKey: key } = await registeredKey(desk.at('card'));
    const orderIds = [rig.orderId(), rig.orderId()];
    for (const orderId of orderIds) {
      const outcome = await charge_key.send(rig.call(), chargeOf(orderId, key, { installmentMonths: 2 }));
      assert.ok(outcome.kind === 'confirmed', JSON.stringify(outcome));
      assert.equal(outcome.result.card?.maskedNumber, '433012******1239');
      const { gatewayTid } = outcome.result;
      const back = await cancel.send(rig.call(), desk.cancelOf({ ...desk.payment, orderId, gatewayTid }));
      assert.equal(back.kind, 'confirmed');
    }
    const again = await charge_key.send(rig.call(), chargeOf(orderIds[0] ?? '', key));
    assert.equal(again.kind, 'unclear', 'the order number was used');
  });

  test('a token that nobody has, or that is another shop’s, is refused', async () => {
    const unknown = await charge_key.send(rig.call(), chargeOf(rig.orderId(), billingKey));
    assert.deepEqual(unknown.kind === 'refused' && [unknown.code, unknown.message], ['P106', '카드정보없음']);
    const mid = rig.sandbox.mid('another');
    const credentials = rig.sandbox.credentials(mid);
    await rig.control.registerMerchant({ mid, credentials });
    const { billingKey: key } = await registeredKey(desk.at('card'));
    const theirs = await charge_key.send(rig.call({ mid, credentials }), chargeOf(rig.orderId(), key));
    assert.equal(theirs.kind === 'refused' && theirs.code, 'P106');
  });

  test('a card’s data are looked at when it is registered, and what it is good for when it is charged', async () => {
    const atOnce = [
      ['1234123412341234', '8037'],
      ['4000000000000069', 'P10J'],
      ['4000000000000077', 'P10I'],
      ['4000000000000085', '6003'],
    ] as const;
    for (const [number, code] of atOnce) {
      const refused = await issue_key.send(rig.call(), issueOf({ card: { ...testCard, number } }));
      assert.equal(refused.kind === 'refused' && refused.code, code);
    }
    const expired = await issue_key.send(rig.call(), issueOf({ card: { ...testCard, expiryYear: '23' } }));
    assert.equal(expired.kind === 'refused' && expired.code, '8314');
    const later = [
      ['4000000000000002', '8373'],
      ['4000000000000010', '8326'],
      ['4000000000000044', '8350'],
      ['4000000000000051', '8324'],
    ] as const;
    for (const [number, code] of later) {
      const { billingKey: declined } = await registeredKey(desk.at('card'), { ...testCard, number });
      for (let charge = 0; charge < 2; charge += 1) {
        const refused = await charge_key.send(rig.call(), chargeOf(rig.orderId(), declined));
        assert.equal(refused.kind === 'refused' && refused.code, code);
      }
    }
  });

  test('takes the fields of both calls in their forms, and keeps nothing of a card', async () => {
    const card = { mid: rig.mid, payload: 'kept', cardNumb: '4017620101234567', expiryDate: '3012' };
    for (const parts of [{ cardNumb: '' }, { expiryDate: '301' }, { password2: '1' }, { userInfo: '9001' }]) {
      assert.equal((await post('/billing/regist', { ...card, ...parts })).code, 'A0400', JSON.stringify(parts));
    }
    const { data } = await post('/billing/regist', { ...card, password2: '12', userInfo: '8706051234' });
    assert.deepEqual([data?.respCode, data?.payload, data?.cardNumb], ['0000', 'kept', '401762******4567']);
    const order = {
      mid: rig.mid,
      orderNumb: rig.orderId(),
      userName: '홍길동',
      productName: '생수',
      totalAmount: '1004',
      billingToken: data?.billingToken,
      installMonth: '00',
      currencyType: 'KRW',
    };
    const malformed: Record<string, string>[] = [
      { billingToken: '' },
      { totalAmount: '0' },
      { productType: 'OTHER' },
      { currencyType: 'USD' },
      { taxFreeAmount: '1005' },
      { installMonth: '3' },
    ];
    for (const parts of malformed) {
      assert.equal((await post('/billing/pay', { ...order, ...parts })).code, 'A0400', JSON.stringify(parts));
    }
    const months = await post('/billing/pay', { ...order, installMonth: '01' });
    assert.equal(months.data?.respCode, '8393');
    const paid = await post('/billing/pay', order);
    assert.deepEqual([paid.code, paid.data?.respCode, paid.data?.totalAmount], ['A0200', '0000', '1004']);
    assertNotKept(rig, 'kept', ['4017620101234567', '8706051234']);
  });
});
