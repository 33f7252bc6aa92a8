import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { test } from 'node:test';
import { smartroV2 } from '../../../src/gateways/smartro_v2/module.ts';
import { verifyValue } from '../../../src/gateways/smartro_v2/wire/encryption.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { orderOf } from '../kit/payment-requests.ts';
import { cancelRequest, chargeOf, keyIssueOf, registeredKey, testCard } from '../kit/scenarios.ts';
import { smartroV2ClientOf } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(smartroV2, { clock });
const { gateway, rig, server, answering } = desk;
const { charge_key, revoke_key } = gateway.operations;
const { merchantKey = '' } = rig.call().channel.credentials;
const { send } = smartroV2ClientOf(rig);

const path = '/payment/approval/ssbbill.do';
const billingKey = { key: 'token-1', boundTo: { mallUserId: 'member1' } };
const request = chargeOf('imp_1', billingKey);
const charged = {
  ResultCode: '3001',
  ResultMsg: '카드 결제 성공',
  Mid: rig.mid,
  Tid: `${rig.mid}01012403061200001234`,
  Moid: 'imp_1',
  Amt: '10000',
  AuthCode: '12345678',
  AuthDate: '240306115959',
  AppCardName: '신한',
};
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64');

/** What was sent, decrypted without our own code. */
function sentFields(): Record<string, string> {
  const { body, path: sentTo } = server.last();
  assert.equal(sentTo, path);
  const outer = JSON.parse(body) as { Mid: string; EncData: string };
  assert.equal(outer.Mid, rig.mid);
  const decipher = createDecipheriv('aes-256-cbc', merchantKey.slice(0, 32), Buffer.alloc(16));
  return JSON.parse(decipher.update(outer.EncData, 'base64', 'utf8') + decipher.final('utf8'));
}

function encrypted(fields: Record<string, unknown>, key = merchantKey, Mid = rig.mid): string {
  const cipher = createCipheriv('aes-256-cbc', key.slice(0, 32), Buffer.alloc(16));
  return JSON.stringify({
    Mid,
    EncData: cipher.update(JSON.stringify(fields), 'utf8', 'base64') + cipher.final('base64'),
  });
}

function windowKey(customerId: string, parts = {}) {
  return rig.control.issueKeyInWindow({
    ...orderOf(rig.orderId(), 0n),
    mid: rig.mid,
    payMethod: 'card',
    customerUid: 'card of the customer',
    customerId,
    ...parts,
  });
}

test('the value that verifies comes to what was printed for the billing window', () => {
  const printed = verifyValue('ZBCharger', 'user1billingkey', '5239-****-****-9001', '3001', 'SMARTRO!@#');
  assert.equal(printed, 'oRdbWkxpttFSESFuN4C329YWuvvLjBGwmW6XgUbo4ts=');
});

test('a charge is encrypted as a whole, and verified over key, MID and amount', async () => {
  const outcome = await charge_key.send(answering(charged), { ...request, taxFreeMinor: 4_500n, installmentMonths: 3 });
  assert.deepEqual(outcome, {
    kind: 'confirmed',
    result: {
      gatewayTid: charged.Tid,
      approvalNumber: '12345678',
      approvedAt: new Date('2024-03-06T02:59:59Z'),
      receiptUrl: null,
      card: null,
      bank: null,
    },
  });
  assert.ok(!server.last().body.includes('token-1'), 'the key goes out encrypted only');
  assert.deepEqual(sentFields(), {
    PayMethod: 'CARD',
    MallIp: '127.0.0.1',
    UserIp: '127.0.0.1',
    Mid: rig.mid,
    BillTokenKey: 'token-1',
    Moid: 'imp_1',
    EdiDate: '20240306120000',
    BuyerName: '홍길동',
    BuyerTel: '01012345678',
    BuyerEmail: 'buyer@example.com',
    CardQuota: '03',
    CardPoint: '0',
    GoodsCnt: '1',
    GoodsName: '생수 외 1건',
    Amt: '10000',
    SvcAmt: '0',
    VatAmt: '500',
    TaxAmt: '5000',
    TaxFreeAmt: '4500',
    MallUserId: 'member1',
    VerifyValue: sha256(`token-1${rig.mid}10000`),
  });
  await charge_key.send(answering(charged), { ...request, vatMinor: 800n });
  assert.deepEqual([sentFields().VatAmt, sentFields().TaxAmt, sentFields().CardQuota], ['800', '9200', '00']);
});

test('either code of a success is one, and only with our order and amount', async () => {
  const kindOf = async (parts: Record<string, unknown>, more = {}) =>
    (await charge_key.send(answering({ ...charged, ...parts }, more), request)).kind;
  assert.equal(await kindOf({ ResultCode: '0000' }), 'confirmed');
  assert.equal(await kindOf({ Amt: '000000010000', Mid: undefined }), 'confirmed');
  for (const parts of [
    { Tid: '' },
    { Moid: 'imp_2' },
    { Moid: undefined },
    { Amt: '9999' },
    { Amt: undefined },
    { Mid: 'another000' },
    { ResultCode: undefined },
  ]) {
    assert.equal(await kindOf(parts), 'unclear', JSON.stringify(parts));
  }
  assert.equal(await kindOf({}, { status: 500 }), 'unclear');
  for (const AuthDate of ['20240306115959', '240306115959']) {
    const outcome = await charge_key.send(answering({ ...charged, AuthDate }), request);
    assert.deepEqual(outcome.kind === 'confirmed' && outcome.result.approvedAt, new Date('2024-03-06T02:59:59Z'));
  }
  const undated = await charge_key.send(answering({ ...charged, AuthDate: '20240306' }), request);
  assert.deepEqual(undated.kind === 'confirmed' && undated.result.approvedAt, clock.now());
});

test('a refusal is read from its text, and is none where it may be this very order', async () => {
  const refused = (ResultMsg: string) => charge_key.send(answering({ ResultCode: '3011', ResultMsg }), request);
  assert.deepEqual(await refused('카드번호 오류'), {
    kind: 'refused',
    code: '3011',
    message: '카드번호 오류',
    category: 'bad_card',
  });
  for (const message of ['주문번호가 중복되었습니다.', '처리 중입니다.', '시스템 오류']) {
    assert.equal((await refused(message)).kind, 'unclear', message);
  }
});

test('nothing is asked or sent again after a charge whose answer was lost', async () => {
  const sent = server.requests.length;
  const inquiry = await charge_key.inquire(rig.call(), { ...desk.payment, gatewayTid: null, billingKey }, clock.now());
  assert.deepEqual([inquiry.kind, inquiry.kind === 'unknown' && inquiry.isFinal], ['unknown', true]);
  assert.equal(server.requests.length, sent);
});

test('the window registers a card for a member, by a name that Smartro takes, and pays nothing', async () => {
  for (const [customerId, mallUserId] of [
    ['member1', 'member1'],
    ['한 사람', createHash('sha256').update('한 사람').digest('hex').slice(0, 20)],
    ['123456789012345678901', createHash('sha256').update('123456789012345678901').digest('hex').slice(0, 20)],
  ] as const) {
    const window = await windowKey(customerId);
    assert.ok(window.kind === 'done' && window.result.payment === null);
    const { billingKey: issued, card } = window.result.issued;
    assert.deepEqual([issued.boundTo, card?.maskedNumber], [{ mallUserId }, '409216******0820']);
    const outcome = await charge_key.send(rig.call(), chargeOf(rig.orderId(), issued));
    assert.equal(outcome.kind, 'confirmed', JSON.stringify(outcome));
  }
  assert.equal((await windowKey('member1', { payMethod: 'trans' })).kind, 'refused');
  assert.equal((await windowKey('member1', { currency: 'USD' })).kind, 'refused');
});

test('a payment by a key is cancelled with the key of its MID; the key is deleted over the stand-in', async () => {
  const window = await windowKey('member1');
  assert.ok(window.kind === 'done');
  const { billingKey: issued } = window.result.issued;
  const orderId = rig.orderId();
  const outcome = await charge_key.send(rig.call(), chargeOf(orderId, issued));
  assert.ok(outcome.kind === 'confirmed');
  const payment = { ...desk.payment, orderId, gatewayTid: outcome.result.gatewayTid, noticeSecret: null };
  const cancel = cancelRequest(desk.at('card'), payment, 10_000n);
  assert.equal((await gateway.operations.cancel.send(rig.call(), cancel)).kind, 'confirmed');

  const revocation = { ...keyIssueOf(desk.at('card')), billingKey: issued, reason: '해지', requester: null };
  assert.equal((await revoke_key.send(rig.call(), revocation)).kind, 'confirmed');
  const refused = await charge_key.send(rig.call(), chargeOf(rig.orderId(), issued));
  assert.deepEqual([refused.kind, refused.kind === 'refused' && refused.code], ['refused', 'SIM31']);
});

test('a card that gets a key and is declined says so at every charge', async () => {
  for (const [number, code] of [
    ['4000000000000002', 'SIM32'],
    ['4000000000000010', 'SIM33'],
  ] as const) {
    const { billingKey: issued } = await registeredKey(desk.at('card'), { ...testCard, number });
    const refused = await charge_key.send(rig.call(), chargeOf(rig.orderId(), issued));
    assert.deepEqual([refused.kind, refused.kind === 'refused' && refused.code], ['refused', code]);
  }
});

test('the simulator refuses what is malformed or wrongly verified, another member, an unknown key, and an order twice', async () => {
  const window = await windowKey('member1');
  assert.ok(window.kind === 'done');
  const { key } = window.result.issued.billingKey;
  const fields = {
    PayMethod: 'CARD',
    Mid: rig.mid,
    BillTokenKey: key,
    Moid: 'imp_simulator',
    EdiDate: '20240306120000',
    BuyerTel: '01012345678',
    CardQuota: '00',
    GoodsName: '생수',
    Amt: '1000',
    SvcAmt: '0',
    VatAmt: '91',
    TaxAmt: '909',
    TaxFreeAmt: '0',
    MallUserId: 'member1',
  };
  const codeOf = async (parts: Record<string, unknown>) => {
    const given = { ...fields, ...parts };
    const VerifyValue = sha256(`${given.BillTokenKey}${given.Mid}${given.Amt}`);
    return (await send(encrypted({ VerifyValue, ...given }), path)).body.ResultCode;
  };
  for (const parts of [
    { PayMethod: 'BANK' },
    { Moid: '' },
    { Moid: 'x'.repeat(41) },
    { EdiDate: '20241306120000' },
    { EdiDate: '20240306' },
    { BuyerTel: '010-1234-5678' },
    { CardQuota: '0' },
    { GoodsName: undefined },
    { Amt: '0' },
    { Amt: 1000 },
    { Amt: '1234567890123' },
  ]) {
    assert.equal(await codeOf(parts), 'SIM01', JSON.stringify(parts));
  }
  for (const parts of [{ VatAmt: '92' }, { TaxAmt: '' }]) assert.equal(await codeOf(parts), 'SIM11');
  assert.equal(await codeOf({ VerifyValue: sha256('another') }), 'SIM02');
  assert.equal(await codeOf({ Mid: 'another000' }), 'SIM02');
  assert.equal((await send(encrypted(fields, 'x'.repeat(32)), path)).body.ResultCode, 'SIM02');
  assert.equal((await send(encrypted(fields, merchantKey, 'another000'), path)).body.ResultCode, 'SIM02');
  assert.equal(await codeOf({ BillTokenKey: 'nobody' }), 'SIM31');
  assert.equal(await codeOf({ MallUserId: 'member2' }), 'SIM31');
  assert.equal(await codeOf({}), '3001');
  assert.equal(await codeOf({}), 'SIM22');
});
