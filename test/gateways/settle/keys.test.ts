import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { beforeEach, describe, test } from 'node:test';
import { hectoGateway as gateway } from '../../../src/gateways/settle/adapter/adapter.ts';
import { settle } from '../../../src/gateways/settle/module.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { assertNotKept } from '../kit/not-kept.ts';
import { orderOf } from '../kit/payment-requests.ts';
import type { RegisteredKey } from '../kit/scenarios.ts';
import { chargeOf, keyIssueOf, registeredKey, testCard } from '../kit/scenarios.ts';
import { type Fields, hectoClientOf } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(settle, { clock });
const { rig, server, answering } = desk;
const { issue_key, charge_key, revoke_key, cancel } = gateway.operations;
const hecto = hectoClientOf(rig);
const { licenseKey = '' } = rig.call().channel.credentials;
beforeEach(() => clock.set('2024-03-06T12:00:00+09:00'));

/** As printed in Hecto's manual, with the public key of its test environment. */
const printed = {
  mid: 'nxca_ks_gu',
  licenseKey: 'ST1009281328226982205',
  orderId: 'PG_API20220920131039',
  startedAt: new Date('2022-09-20T13:10:39+09:00'),
  request: '3bf1295695eb0e081f7900dfcbfcb225887d8fb07322d54c3dba72a2726bf55d',
  answeredAt: ['20220921', '093117'],
  answer: '07d36ed4ef2a773829feca675b01e3f16db40f90b3895c6f8d85e6d0e7c1d583',
} as const;
const billKey = `SBILL_${'0'.repeat(34)}`;
const billingKey = { key: billKey, boundTo: {} };

/** An answer to the request, with a hash of its own, as Hecto's answers to these have. */
function answer(orderId: string, amount: string, data: Fields, params: Fields = {}) {
  const [day, time] = ['20240306', '120000'];
  const hashed = `0021${day}${time}${rig.mid}${orderId}${amount}${licenseKey}`;
  const pktHash = createHash('sha256').update(hashed).digest('hex');
  const header = { mchtId: rig.mid, mchtTrdNo: orderId, trdDt: day, trdTm: time, trdNo: 'STFP_PGCA1' };
  return {
    params: { ...header, outStatCd: '0021', outRsltCd: '0000', outRsltMsg: 'ok', ...params },
    data: { pktHash, ...data },
  };
}

function sent() {
  const { path, json } = server.last();
  return { path, ...(json() as Record<'params' | 'data', Record<string, string>>) };
}

const deletionOf = (key: RegisteredKey) => ({ ...key, reason: '해지', requester: null });
const issueOf = (parts = {}) => ({ ...keyIssueOf(desk.at('card')), ...parts });

describe('the printed hashes', () => {
  test('are those of a registration and of its answer', async () => {
    const { mid, orderId, startedAt } = printed;
    const credentials = { ...rig.call().channel.credentials, licenseKey: printed.licenseKey };
    const [trdDt, trdTm] = printed.answeredAt;
    const params = { mchtId: mid, mchtTrdNo: orderId, trdDt, trdTm, trdNo: 'T', outStatCd: '0021', outRsltCd: '0000' };
    const given = { params, data: { pktHash: printed.answer, billKey, issrId: 'SHN', cardKind: '신한 체크' } };
    const outcome = await issue_key.send(answering(given, { mid, credentials, startedAt }), issueOf({ orderId }));
    assert.equal(sent().data.pktHash, printed.request);
    assert.ok(outcome.kind === 'confirmed', JSON.stringify(outcome));
    const { card, issuedAt } = outcome.result;
    assert.deepEqual([card?.code, card?.type, card?.maskedNumber], ['366', 1, '433012******1239']);
    assert.equal(issuedAt.getTime(), new Date('2022-09-21T09:31:17+09:00').getTime());
    const forged = { ...given, data: { ...given.data, pktHash: printed.answer.replace('0', '1') } };
    assert.equal(
      (await issue_key.send(answering(forged, { mid, credentials, startedAt }), issueOf({ orderId }))).kind,
      'unclear',
    );
  });
});

describe('a request', () => {
  test('of a registration has the card encrypted, and no amount', async () => {
    await issue_key.send(answering('', { status: 500 }), issueOf({ orderId: 'key_1', customerId: 'c:1' }));
    const { path, params, data } = sent();
    assert.deepEqual(
      [path, params.method, params.bizType, params.mchtTrdNo],
      ['/spay/APICardAuth.do', 'CA', 'A4', 'key_1'],
    );
    assert.deepEqual(
      ['cardNo', 'vldDtMon', 'vldDtYear', 'idntNo', 'cardPwd'].map((name) => hecto.decrypt(data[name] ?? '')),
      [testCard.number, '12', '49', '900101', '12'],
    );
    assert.deepEqual([data.mchtCustNm, data.mchtCustId, data.keyRegYn], ['홍길동', 'c 1', 'Y']);
    assert.ok(!('trdAmt' in data) && !server.last().text().includes(testCard.number));
    const card = { ...testCard, birthOrBusinessNumber: null, passwordFirstTwo: null };
    await issue_key.send(answering('', { status: 500 }), issueOf({ card }));
    assert.ok(!('idntNo' in sent().data) && !('cardPwd' in sent().data));
  });

  test('of a charge is that of a payment by number with the key, in the clear, in place of the card', async () => {
    const request = chargeOf('imp_1', billingKey, { installmentMonths: 3, taxFreeMinor: 10_000n });
    await charge_key.send(answering('', { status: 500 }), request);
    const { path, params, data } = sent();
    assert.deepEqual(
      [path, params.method, params.bizType, params.mchtTrdNo],
      ['/spay/APICardActionPay.do', 'CA', 'B0', 'imp_1'],
    );
    assert.deepEqual(
      [data.billKey, data.instmtMon, data.crcCd, data.taxTypeCd, hecto.decrypt(data.trdAmt ?? '')],
      [billKey, '03', 'KRW', 'Y', '10000'],
    );
    assert.ok(!('cardNo' in data) && !('vldDtMon' in data));
    const hashed = `20240306120000${rig.mid}imp_110000${licenseKey}`;
    assert.equal(data.pktHash, createHash('sha256').update(hashed).digest('hex'));
    const euro = await charge_key.send(rig.call(), { ...request, currency: 'EUR' });
    assert.equal(euro.kind, 'never_sent');
  });

  test('of a deletion names the key under a number of its own', async () => {
    const call = answering('', { status: 500, idempotencyKey: 'op_1' });
    await revoke_key.send(call, deletionOf({ ...issueOf({ orderId: 'key_1' }), billingKey }));
    const { path, params, data } = sent();
    assert.deepEqual([path, params.bizType, params.mchtTrdNo], ['/spay/APICardActionDelkey.do', 'A1', 'op_1']);
    assert.equal(data.billKey, billKey);
    const hashed = `20240306120000${rig.mid}op_10${licenseKey}`;
    assert.equal(data.pktHash, createHash('sha256').update(hashed).digest('hex'));
  });
});

describe('an answer', () => {
  test('that is about another request, key or amount decides nothing', async () => {
    const issue = issueOf({ orderId: 'key_1' });
    assert.equal((await issue_key.send(answering(answer('key_1', '0', { billKey })), issue)).kind, 'confirmed');
    assert.equal((await issue_key.send(answering(answer('key_1', '0', {})), issue)).kind, 'unclear');
    assert.equal((await issue_key.send(answering(answer('key_2', '0', { billKey })), issue)).kind, 'unclear');
    assert.equal((await issue_key.send(answering(answer('key_1', '1', { billKey })), issue)).kind, 'unclear');

    const charge = chargeOf('imp_1', billingKey);
    const paid = { trdAmt: hecto.encrypt('10000'), issrId: 'SHN', apprNo: '12345678' };
    const done = await charge_key.send(answering(answer('imp_1', '10000', paid)), charge);
    assert.ok(done.kind === 'confirmed', JSON.stringify(done));
    assert.deepEqual([done.result.approvalNumber, done.result.card?.code], ['12345678', '366']);
    const less = { ...paid, trdAmt: hecto.encrypt('9999') };
    assert.equal((await charge_key.send(answering(answer('imp_1', '9999', less)), charge)).kind, 'unclear');
    assert.equal((await charge_key.send(answering(answer('imp_2', '10000', paid)), charge)).kind, 'unclear');
    const used = answer('imp_1', '10000', {}, { outStatCd: '0031', outRsltCd: 'ST50' });
    assert.equal((await charge_key.send(answering(used), charge)).kind, 'unclear', 'the number was ours');

    const deletion = deletionOf({ ...issue, billingKey });
    const call = { idempotencyKey: 'op_2' };
    const gone = await revoke_key.send(answering(answer('op_2', '0', { billKey }), call), deletion);
    assert.equal(gone.kind, 'confirmed');
    const other = answer('op_2', '0', { billKey: 'SBILL_other' });
    assert.equal((await revoke_key.send(answering(other, call), deletion)).kind, 'unclear');
  });
});

describe('against the simulator', () => {
  test('a key is charged, found by its order, cancelled, and deleted once', async () => {
    const key = await registeredKey(desk.at('card'));
    assert.match(key.billingKey.key, /^SBILL_[0-9a-f]{34}$/);
    const orderId = rig.orderId();
    const call = rig.call();
    const charged = await charge_key.send(call, chargeOf(orderId, key.billingKey, { installmentMonths: 3 }));
    assert.ok(charged.kind === 'confirmed', JSON.stringify(charged));
    assert.deepEqual(
      [charged.result.card?.maskedNumber, charged.result.card?.installmentMonths],
      ['433012******1239', 3],
    );
    const { gatewayTid } = charged.result;
    const asked = { ...desk.payment, orderId, gatewayTid: null, billingKey: key.billingKey };
    const inquiry = await charge_key.inquire(call, asked, call.now);
    assert.equal(inquiry.kind === 'done' && inquiry.result.gatewayTid, gatewayTid);
    const never = await charge_key.inquire(call, { ...asked, orderId: 'imp_never' }, call.now);
    assert.deepEqual(never, { kind: 'not_done', repeatIsSafe: false });
    const back = await cancel.send(rig.call(), desk.cancelOf({ ...desk.payment, orderId, gatewayTid }));
    assert.equal(back.kind, 'confirmed');
    assert.equal((await revoke_key.send(rig.call(), deletionOf(key))).kind, 'confirmed');
    const again = await revoke_key.send(rig.call(), deletionOf(key));
    assert.deepEqual(again.kind === 'refused' && [again.code, again.category], ['ST06', 'unknown_transaction']);
    const vain = await charge_key.send(rig.call(), chargeOf(rig.orderId(), key.billingKey));
    assert.equal(vain.kind === 'refused' && vain.code, 'ST06');
  });

  test('a key that nobody has, or that is another merchant’s, is neither charged nor deleted', async () => {
    const unknown = await charge_key.send(rig.call(), chargeOf(rig.orderId(), billingKey));
    assert.equal(unknown.kind === 'refused' && unknown.code, 'ST06');
    const mid = rig.sandbox.mid('another');
    const credentials = rig.sandbox.credentials(mid);
    await rig.control.registerMerchant({ mid, credentials });
    const key = await registeredKey(desk.at('card'));
    const theirs = rig.call({ mid, credentials });
    const charged = await charge_key.send(theirs, chargeOf(rig.orderId(), key.billingKey));
    assert.equal(charged.kind === 'refused' && charged.code, 'ST06');
    const deleted = await revoke_key.send(rig.call({ mid, credentials }), deletionOf(key));
    assert.equal(deleted.kind === 'refused' && deleted.code, 'ST06');
    assert.equal((await charge_key.send(rig.call(), chargeOf(rig.orderId(), key.billingKey))).kind, 'confirmed');
  });

  test('a card’s data are looked at when it is registered, and what it is good for when it is charged', async () => {
    const atOnce = [
      ['1234123412341234', 'CA58'],
      ['4000000000000069', 'CA20'],
      ['4000000000000077', 'CA30'],
      ['4000000000000085', 'CA27'],
    ] as const;
    for (const [number, code] of atOnce) {
      const refused = await issue_key.send(rig.call(), issueOf({ card: { ...testCard, number } }));
      assert.deepEqual(refused.kind === 'refused' && [refused.code, refused.category], [code, 'bad_card']);
    }
    const expired = await issue_key.send(rig.call(), issueOf({ card: { ...testCard, expiryYear: '20' } }));
    assert.equal(expired.kind === 'refused' && expired.code, 'CA20');
    const later = [
      ['4000000000000002', 'CA82'],
      ['4000000000000010', 'CA31'],
      ['4000000000000044', 'CA51'],
      ['4000000000000051', 'CA50'],
    ] as const;
    for (const [number, code] of later) {
      const { billingKey: declined } = await registeredKey(desk.at('card'), { ...testCard, number });
      for (let charge = 0; charge < 2; charge += 1) {
        const refused = await charge_key.send(rig.call(), chargeOf(rig.orderId(), declined));
        assert.equal(refused.kind === 'refused' && refused.code, code);
      }
    }
  });

  test('the window pays, and gives a key to the same card', async () => {
    const orderId = rig.orderId();
    const window = {
      ...orderOf(orderId, 10_000n),
      mid: rig.mid,
      payMethod: 'card' as const,
      customerUid: 'c',
      customerId: 'c',
    };
    const nothing = await rig.control.issueKeyInWindow({ ...window, amountMinor: 0n });
    assert.equal(nothing.kind === 'refused' && nothing.code, '1109');
    const paid = await rig.control.issueKeyInWindow(window);
    assert.ok(paid.kind === 'done');
    const { issued, payment } = paid.result;
    assert.deepEqual([payment?.status, payment?.amountMinor], ['paid', 10_000n]);
    const charged = await charge_key.send(rig.call(), chargeOf(rig.orderId(), issued.billingKey));
    assert.equal(charged.kind === 'confirmed' && charged.result.card?.maskedNumber, issued.card?.maskedNumber);
  });

  test('a hash over anything but nothing, a card in the clear and a registration that says it is none are refused', async () => {
    const data: Fields = {
      cardNo: hecto.encrypt(testCard.number),
      vldDtMon: hecto.encrypt('12'),
      vldDtYear: hecto.encrypt('49'),
      keyRegYn: 'Y',
    };
    const register = (parts: Fields, hashed = '0') =>
      hecto.send('/spay/APICardAuth.do', { method: 'CA', bizType: 'A4' }, { ...data, ...parts }, hashed);
    const codeOf = async (given: ReturnType<typeof register>) => (await given).result[1];
    assert.equal(await codeOf(register({}, '')), '1901');
    assert.equal(await codeOf(register({ cardNo: testCard.number })), '1902');
    assert.equal(await codeOf(register({ keyRegYn: 'N' })), 'ST09');
    assert.equal(await codeOf(register({ vldDtMon: hecto.encrypt('13') })), 'ST09');
    assert.equal(await codeOf(register({ mchtCustId: 'x'.repeat(51) })), '1117');
    const wrongType = { method: 'CA', bizType: 'B0' };
    assert.equal(await codeOf(hecto.send('/spay/APICardAuth.do', wrongType, data, '0')), 'ST09');
    const { data: made, result } = await register({});
    assert.deepEqual([result[1], made.billKey?.length], ['0000', 40]);
    const remove = (key: string, hashed: string) =>
      hecto.send('/spay/APICardActionDelkey.do', { method: 'CA', bizType: 'A1' }, { billKey: key }, hashed);
    assert.equal((await remove(made.billKey ?? '', '')).result[1], '1901');
    assert.equal((await remove('x'.repeat(51), '0')).result[1], 'ST09');
    const removed = await remove(made.billKey ?? '', '0');
    assert.deepEqual([removed.result[1], removed.data.billKey], ['0000', made.billKey]);
  });

  test('a lost registration and a lost deletion end as unknown for good; nothing of a card is kept', async () => {
    const issue = issueOf();
    const call = rig.call();
    await rig.control.addFault({ mid: rig.mid, operation: 'issue_key', kind: 'lost_answer' });
    assert.equal((await issue_key.send(call, issue)).kind, 'unclear');
    const asked = await issue_key.inquire(call, issue, call.now);
    assert.equal(asked.kind === 'unknown' && asked.isFinal, true);
    const key = await registeredKey(desk.at('card'), { ...testCard, birthOrBusinessNumber: '870605' });
    const deletion = deletionOf(key);
    await rig.control.addFault({ mid: rig.mid, operation: 'revoke_key', kind: 'lost_answer' });
    assert.equal((await revoke_key.send(call, deletion)).kind, 'unclear');
    const after = await revoke_key.inquire(call, deletion, call.now);
    assert.equal(after.kind === 'unknown' && after.isFinal, true);
    assertNotKept(rig, key.orderId, [testCard.number, '870605']);
  });
});
