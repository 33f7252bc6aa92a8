import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { request } from 'undici';
import { danalGateway as gateway } from '../../../src/gateways/danal_tpay/adapter/adapter.ts';
import { danalTpay } from '../../../src/gateways/danal_tpay/module.ts';
import { cardService, transferService } from '../../../src/gateways/danal_tpay/wire/services.ts';
import { openData, requestBody, sealData } from '../../../src/gateways/danal_tpay/wire/wire.ts';
import { decodeEucKrForm, encodeEucKr } from '../../../src/platform/charset/euc-kr.ts';
import type { KeyCharge } from '../../../src/port/billing-key.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { orderOf } from '../kit/payment-requests.ts';
import { chargeOf, keyIssueOf, registeredKey } from '../kit/scenarios.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(danalTpay, { clock });
const { rig, server, answering } = desk;
const { charge_key, revoke_key, cancel } = gateway.operations;
const { credentials } = rig.call().channel;

const billingKey = { key: 'KEY_-a1B2', boundTo: { userId: 'customer 1' } };
const good = {
  RETURNCODE: '0000',
  RETURNMSG: '성공',
  TID: '202403061200000987654321',
  ORDERID: 'imp_1',
  AMOUNT: '10000',
  TRANDATE: '20240306',
  TRANTIME: '120000',
  CARDCODE: '0100',
  CARDNAME: '신한',
  CARDNO: '433012******1239',
  CARDAUTHNO: '12345678',
};
const seal = (fields: Record<string, string>, service = cardService) =>
  `DATA=${encodeURIComponent(sealData(fields, service, credentials))}`;
const charged = (body: string | Buffer, parts: Partial<KeyCharge> = {}) =>
  charge_key.send(answering(body), chargeOf('imp_1', billingKey, parts));
const deletionOf = (key = billingKey) => ({
  ...keyIssueOf(desk.at('card')),
  billingKey: key,
  reason: '해지',
  requester: null,
});

function sent() {
  const { path, body } = server.last();
  const { CPID, DATA = '' } = decodeEucKrForm(body);
  return { path, CPID, fields: { ...openData(DATA, cardService, credentials) } };
}

describe('a charge', () => {
  test('goes to the host of cards, sealed with their key, with the key and the customer that it was issued to', async () => {
    await charged(seal(good), { orderName: '생수, "큰 것" & 작은 것' });
    assert.deepEqual(sent(), {
      path: '/credit/',
      CPID: rig.mid,
      fields: {
        ORDERID: 'imp_1',
        ITEMNAME: '생수 큰 것 작은 것',
        AMOUNT: '10000',
        CURRENCY: '410',
        USERID: 'customer 1',
        USERNAME: '홍길동',
        USEREMAIL: 'buyer@example.com',
        USERAGENT: 'ONLINE',
        ISREBILL: 'Y',
        BILLINFO: 'KEY_-a1B2',
        TXTYPE: 'OTBILL',
        SERVICETYPE: 'BATCH',
      },
    });
    assert.ok(!server.last().body.includes('KEY_-a1B2'), 'the key goes sealed only');
    const nobody = { name: null, email: null, tel: null };
    await charged(seal(good), { buyer: nobody, orderName: '|', billingKey: { ...billingKey, boundTo: {} } });
    const { fields } = sent();
    assert.deepEqual([fields.ITEMNAME, fields.USERID, 'USERNAME' in fields], ['imp_1', 'imp_1', false]);
  });

  test('is confirmed by a sealed answer about this order and amount only', async () => {
    const outcome = await charged(seal(good));
    assert.ok(outcome.kind === 'confirmed', JSON.stringify(outcome));
    const { gatewayTid, approvalNumber, approvedAt, card } = outcome.result;
    assert.deepEqual(
      [gatewayTid, approvalNumber, approvedAt.toISOString(), card?.maskedNumber, card?.code, card?.name],
      [good.TID, '12345678', '2024-03-06T03:00:00.000Z', '433012******1239', '366', '신한카드'],
    );
    const doubtful: Readonly<Record<string, string | Buffer>> = {
      'another order': seal({ ...good, ORDERID: 'imp_2' }),
      'another amount': seal({ ...good, AMOUNT: '9999' }),
      'no id': seal({ ...good, TID: '' }),
      'no time': seal({ ...good, TRANTIME: '' }),
      'a success in plain text': new URLSearchParams(good).toString(),
      'the key of another service': seal(good, transferService),
      nothing: '',
    };
    for (const [what, body] of Object.entries(doubtful)) assert.equal((await charged(body)).kind, 'unclear', what);
  });

  test('that is refused has Danal’s code and text; one that may have been made before is in doubt', async () => {
    const refused = async (code: string, text: string) => charged(encodeEucKr(`RETURNCODE=${code}&RETURNMSG=${text}`));
    assert.deepEqual(await refused('7777', '한도 초과'), {
      kind: 'refused',
      code: '7777',
      message: '한도 초과',
      category: 'other',
    });
    const keyed = await refused('1109', '암/복호화에 실패했습니다.');
    assert.equal(keyed.kind === 'refused' && keyed.category, 'bad_credentials');
    for (const text of ['카드사 응답 지연', '처리 중입니다.', '중복된 주문입니다. 중복 주문']) {
      assert.equal((await refused('7778', text)).kind, 'unclear', text);
    }
  });

  test('in instalments or in another currency is never sent: there is no field for the one, and one value for the other', async () => {
    const before = server.requests.length;
    const call = rig.call({ baseUrl: server.url });
    for (const parts of [{ installmentMonths: 3 }, { currency: 'USD' }]) {
      assert.equal((await charge_key.send(call, chargeOf('imp_1', billingKey, parts))).kind, 'never_sent');
    }
    assert.equal(server.requests.length, before);
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

describe('a deletion', () => {
  test('names the key alone, and is confirmed by a sealed answer only', async () => {
    const outcome = await revoke_key.send(answering(seal({ RETURNCODE: '0000', TID: good.TID })), deletionOf());
    assert.equal(outcome.kind === 'confirmed' && outcome.result.gatewayTid, good.TID);
    assert.deepEqual(sent().fields, { BILLKEY: 'KEY_-a1B2', TXTYPE: 'DELBILLKEY', SERVICETYPE: 'BATCH' });
    const plain = await revoke_key.send(answering('RETURNCODE=0000&RETURNMSG=OK'), deletionOf());
    assert.equal(plain.kind, 'unclear');
  });

  test('whose answer was lost ends as unknown', async () => {
    const key = await registeredKey(desk.at('card'));
    const deletion = { ...key, reason: '해지', requester: null };
    await rig.control.addFault({ mid: rig.mid, operation: 'revoke_key', kind: 'lost_answer' });
    const call = rig.call();
    assert.equal((await revoke_key.send(call, deletion)).kind, 'unclear');
    const inquiry = await revoke_key.inquire(call, deletion, call.now);
    assert.equal(inquiry.kind === 'unknown' && inquiry.isFinal, true);
  });
});

describe('the simulator', () => {
  /** Danal's API called as its manual says, without our adapter. */
  async function post(fields: Record<string, string>) {
    const answer = await request(`${rig.url}/credit/`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=euc-kr' },
      body: requestBody(rig.mid, fields, cardService, credentials),
    });
    const outer = decodeEucKrForm(Buffer.from(await answer.body.arrayBuffer()));
    return { status: answer.statusCode, ...openData(outer.DATA ?? '', cardService, credentials) } as Record<
      string,
      string | number
    >;
  }
  const chargeFields = (key: string, orderId: string): Record<string, string> => ({
    ORDERID: orderId,
    ITEMNAME: '생수',
    AMOUNT: '301',
    CURRENCY: '410',
    USERID: 'customer',
    USERAGENT: 'ONLINE',
    ISREBILL: 'Y',
    BILLINFO: key,
    TXTYPE: 'OTBILL',
    SERVICETYPE: 'BATCH',
  });
  const window = (amountMinor: bigint) => ({
    ...orderOf(rig.orderId(), amountMinor),
    mid: rig.mid,
    payMethod: 'card' as const,
    customerUid: 'card',
    customerId: 'customer',
  });
  async function issued(amountMinor = 0n) {
    const made = await rig.control.issueKeyInWindow(window(amountMinor));
    assert.ok(
      made.kind === 'done',
      JSON.stringify(made, (_name, value) => String(value)),
    );
    return made.result;
  }

  test('takes a charge from 301 won on, in the fields of the manual', async () => {
    const { billingKey: key } = (await issued()).issued;
    const orderId = rig.orderId();
    const fields = chargeFields(key.key, orderId);
    for (const AMOUNT of ['300', '0', '1e3', '', '1000000000']) {
      assert.equal((await post({ ...fields, AMOUNT })).RETURNCODE, 'SM03', AMOUNT);
    }
    const malformed: Record<string, string>[] = [
      { CURRENCY: '840' },
      { USERID: '' },
      { ITEMNAME: '가'.repeat(128) },
      { ITEMNAME: 'a|b' },
      { ISREBILL: 'N' },
      { SERVICETYPE: 'DANALCARD' },
      { USERAGENT: 'PC' },
    ];
    for (const parts of malformed) {
      assert.equal((await post({ ...fields, ...parts })).RETURNCODE, 'SM01', JSON.stringify(parts));
    }
    const made = await post(fields);
    assert.deepEqual(
      [made.RETURNCODE, made.ORDERID, made.AMOUNT, made.TRANDATE, made.TRANTIME, made.CARDCODE, made.QUOTA],
      ['0000', orderId, '301', '20240306', '120000', '0100', '00'],
    );
    assert.match(String(made.TID), /^20240306120000\d{10}$/);
    assert.equal((await post(fields)).status, 500, 'one payment of an order is all that its book has room for');
    const [transaction] = (await rig.control.book({ orderId })).transactions;
    assert.equal(transaction?.amountMinor, 301n);
  });

  test('cancels such a payment as any other by card, whichever of the two it is called', async () => {
    const { billingKey: key } = (await issued()).issued;
    const orderId = rig.orderId();
    const outcome = await charge_key.send(rig.call(), chargeOf(orderId, key));
    assert.ok(outcome.kind === 'confirmed');
    const { gatewayTid } = outcome.result;
    const part = { TID: gatewayTid, AMOUNT: '1000', CANCELTYPE: 'P', TXTYPE: 'CANCEL', SERVICETYPE: 'BATCH' };
    assert.equal((await post(part)).BALANCE, '9000');
    const rest = desk.cancelOf(
      { ...desk.payment, orderId, gatewayTid },
      { amountMinor: 9000n, balanceBeforeMinor: 9000n, ordinal: 2 },
    );
    assert.equal((await cancel.send(rig.call(), rest)).kind, 'confirmed');
  });

  test('knows no key that was deleted, is another merchant’s, or never was', async () => {
    const { billingKey: key } = (await issued()).issued;
    const mid = rig.sandbox.mid('another');
    await rig.control.registerMerchant({ mid, credentials: rig.sandbox.credentials(mid) });
    const theirs = { mid, credentials: rig.sandbox.credentials(mid) };
    const byAnother = await charge_key.send(rig.call(theirs), chargeOf(rig.orderId(), key));
    assert.equal(byAnother.kind === 'refused' && byAnother.code, 'SM02');
    const never = await charge_key.send(rig.call(), chargeOf(rig.orderId(), billingKey));
    assert.equal(never.kind === 'refused' && never.code, 'SM02');
    const remove = { BILLKEY: key.key, TXTYPE: 'DELBILLKEY', SERVICETYPE: 'BATCH' };
    assert.equal((await post({ ...remove, SERVICETYPE: 'DANALCARD' })).RETURNCODE, 'SM01');
    assert.equal((await post(remove)).RETURNCODE, '0000');
    assert.equal((await post(remove)).RETURNCODE, 'SM02');
    assert.equal((await post(chargeFields(key.key, rig.orderId()))).RETURNCODE, 'SM02');
    const again = await revoke_key.send(rig.call(), { ...deletionOf(), billingKey: key });
    assert.equal(again.kind === 'refused' && again.code, 'SM02');
  });

  test('has a window that pays what is asked for with the key, and nothing where nothing is', async () => {
    const nothing = await issued();
    assert.equal(nothing.payment, null);
    assert.deepEqual(nothing.issued.billingKey.boundTo, { userId: 'customer' });
    const first = await issued(100n);
    assert.deepEqual([first.payment?.status, first.payment?.amountMinor], ['paid', 100n]);
    const tooLittle = await rig.control.issueKeyInWindow(window(99n));
    assert.equal(tooLittle.kind === 'refused' && tooLittle.code, 'INVALID_AMOUNT');
    const transfer = await rig.control.issueKeyInWindow({ ...window(1000n), payMethod: 'trans' });
    assert.equal(transfer.kind === 'refused' && transfer.code, 'UNSUPPORTED_PAY_METHOD');
    const { billingKey: key } = first.issued;
    assert.equal((await charge_key.send(rig.call(), chargeOf(rig.orderId(), key))).kind, 'confirmed');
  });
});
