import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { request } from 'undici';
import { danalTpay } from '../../../src/gateways/danal_tpay/module.ts';
import { danalErrors } from '../../../src/gateways/danal_tpay/wire/errors.ts';
import { cardService, type DanalService, transferService } from '../../../src/gateways/danal_tpay/wire/services.ts';
import { openData, requestBody } from '../../../src/gateways/danal_tpay/wire/wire.ts';
import { decodeEucKrForm } from '../../../src/platform/charset/euc-kr.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const { rig, paid, waiting, inWindow } = await openDesk(danalTpay, { clock });
const { credentials } = rig.call().channel;

/** Danal's API called as its own documentation says, without our adapter. */
async function post(path: string, body: string) {
  const answer = await request(rig.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=euc-kr' },
    body,
  });
  const fields = decodeEucKrForm(Buffer.from(await answer.body.arrayBuffer()));
  return { status: answer.statusCode, fields };
}

async function cancel(fields: Record<string, string>, service: DanalService = cardService) {
  const all = { AMOUNT: '10000', CANCELTYPE: 'C', TXTYPE: 'CANCEL', SERVICETYPE: service.serviceType, ...fields };
  const { fields: outer } = await post(service.path, requestBody(rig.mid, all, service, credentials));
  return { ...openData(outer.DATA ?? '', service, credentials) };
}

async function refused(answer: Promise<Record<string, string | undefined>>, code: string, message: string) {
  const { RETURNCODE, RETURNMSG } = await answer;
  assert.deepEqual([RETURNCODE, RETURNMSG], [code, message]);
}
const { card, transfer } = danalErrors;

describe('a caller', () => {
  test('whose key or CPID Danal does not know is told so in plain text', async () => {
    const { gatewayTid: tid } = await paid('card');
    const fields = { TID: tid, AMOUNT: '10000', CANCELTYPE: 'C', TXTYPE: 'CANCEL', SERVICETYPE: 'DANALCARD' };
    const bodies = [
      requestBody(rig.mid, fields, cardService, rig.sandbox.credentials('nobody')),
      requestBody(rig.mid, fields, transferService, credentials),
      requestBody('A000000000', fields, cardService, credentials),
      `CPID=${rig.mid}`,
      `CPID=${rig.mid}&DATA=AAAA`,
      '',
    ];
    for (const body of bodies) {
      const { status, fields: answered } = await post('/credit/', body);
      assert.deepEqual(
        [status, answered.RETURNCODE, answered.RETURNMSG, answered.DATA],
        [200, '1109', '암/복호화에 실패했습니다.', undefined],
      );
    }
    assert.equal((await cancel({ TID: tid })).RETURNCODE, '0000');
  });

  test('of another path gets nothing', async () => {
    const body = requestBody(rig.mid, { TXTYPE: 'CANCEL' }, cardService, credentials);
    assert.equal((await post('/other/', body)).status, 404);
  });
});

describe('a cancel', () => {
  test('of parts adds up, and each answer names the payment, its own id, the time and the balance', async () => {
    for (const service of [cardService, transferService]) {
      const { gatewayTid: tid } = await paid(service === cardService ? 'card' : 'trans');
      const first = await cancel({ TID: tid, AMOUNT: '3000', CANCELTYPE: 'P' }, service);
      assert.deepEqual(
        [first.RETURNCODE, first.RETURNMSG, first.O_TID, first.AMOUNT, first.BALANCE, first.TRANDATE, first.TRANTIME],
        ['0000', '성공', tid, '3000', '7000', '20240306', '120000'],
      );
      assert.match(first.TID ?? '', /^20240306120000\d{10}$/);
      const second = await cancel({ TID: tid, AMOUNT: '7000', CANCELTYPE: 'P' }, service);
      assert.deepEqual([second.RETURNCODE, second.BALANCE], ['0000', '0']);
      assert.notEqual(second.TID, first.TID);
    }
  });

  test('of what has been cancelled, of more than is left, and of another amount as a whole, is refused', async () => {
    const { gatewayTid: tid } = await paid('card');
    await refused(cancel({ TID: tid, AMOUNT: '10001', CANCELTYPE: 'P' }), '1128', card['1128'].message);
    await refused(cancel({ TID: tid, AMOUNT: '9999' }), '1126', card['1126'].message);
    assert.equal((await cancel({ TID: tid })).RETURNCODE, '0000');
    await refused(cancel({ TID: tid }), '1115', '이미 취소된 거래건 입니다.');
    await refused(cancel({ TID: tid, AMOUNT: '1', CANCELTYPE: 'P' }), '1115', card['1115'].message);

    const trans = (await paid('trans')).gatewayTid;
    await refused(
      cancel({ TID: trans, AMOUNT: '10001', CANCELTYPE: 'P' }, transferService),
      '1117',
      transfer['1117'].message,
    );
    assert.equal((await cancel({ TID: trans }, transferService)).RETURNCODE, '0000');
    await refused(cancel({ TID: trans }, transferService), '1115', transfer['1115'].message);
  });

  test('of a payment that this service does not have is refused, also where another one has it', async () => {
    const byCard = (await paid('card')).gatewayTid;
    const byTransfer = (await paid('trans')).gatewayTid;
    const account = (await waiting('vbank')).gatewayTid;
    for (const tid of ['999999999999999999999999', byTransfer, account]) {
      await refused(cancel({ TID: tid }), '3250', '취소가 불가합니다.(원거래 없음)');
    }
    await refused(cancel({ TID: byCard }, transferService), '3821', '원거래건이 존재하지 않습니다.');
  });

  test('is taken for 365 days', async () => {
    const { gatewayTid: tid } = await paid('card');
    clock.set('2025-03-06T12:00:00+09:00');
    assert.equal((await cancel({ TID: tid, AMOUNT: '1', CANCELTYPE: 'P' })).RETURNCODE, '0000');
    clock.set('2025-03-06T12:00:01+09:00');
    await refused(cancel({ TID: tid, AMOUNT: '1', CANCELTYPE: 'P' }), '1123', '취소 가능기간이 만료되었습니다.');
    clock.set('2024-03-06T12:00:00+09:00');
  });

  const malformed: Readonly<Record<string, Record<string, string>>> = {
    'without a TID': { TID: '' },
    'with a longer TID than there is': { TID: '2'.repeat(25) },
    'with an amount of ten digits': { AMOUNT: '1000000000' },
    'with an amount that is none': { AMOUNT: '1,000' },
    'with an amount of zero': { AMOUNT: '0' },
    'of an unknown kind': { CANCELTYPE: 'X' },
    'with another transaction type': { TXTYPE: 'AUTH' },
    'for another service': { SERVICETYPE: 'WIRETRANSFER' },
    'with a requester of 21 bytes': { CANCELREQUESTER: 'A'.repeat(21) },
    'with a reason of 256 bytes': { CANCELDESC: '가'.repeat(128) },
    'with a forbidden character': { CANCELDESC: 'a|b' },
  };
  for (const [name, fields] of Object.entries(malformed)) {
    test(`${name} is refused, and cancels nothing`, async () => {
      const { gatewayTid: tid, orderId } = await paid('card');
      await refused(cancel({ TID: tid, ...fields }), '1116', '취소 불가 상태입니다.');
      const [transaction] = (await rig.control.book({ orderId })).transactions;
      assert.equal(transaction?.cancelledMinor, 0n);
    });
  }

  test('takes the tax-free part last', async () => {
    const { gatewayTid: tid, orderId } = await paid('card', { taxFreeMinor: 4000n, vatMinor: 545n });
    for (const amount of ['6000', '4000']) {
      assert.equal((await cancel({ TID: tid, AMOUNT: amount, CANCELTYPE: 'P' })).RETURNCODE, '0000');
    }
    assert.equal((await rig.control.book({ orderId })).transactions[0]?.status, 'cancelled');
  });
});

describe('the payment window', () => {
  test('makes payments under ids of 24 digits, once per order', async () => {
    const orderId = rig.orderId();
    const made = await inWindow('card', { orderId });
    assert.ok(made.kind === 'done', inspect(made));
    const { gatewayTid, approval } = made.result;
    assert.match(gatewayTid, /^20240306120000\d{10}$/);
    assert.deepEqual([approval?.card?.code, approval?.card?.name], ['366', '신한카드']);
    await assert.rejects(paid('card', { orderId }), /1106/);
    await assert.rejects(paid('card', { payMethod: 'phone' }), /UNSUPPORTED_PAY_METHOD/);
    await assert.rejects(paid('card', { amountMinor: 1_000_000_000n }), /INVALID_AMOUNT/);
    await assert.rejects(waiting('vbank', { bankCode: '290' }), /1131/);
  });

  test('issues accounts that wait until a day ends in Seoul', async () => {
    const made = await inWindow('vbank', { bankCode: '004', dueAt: new Date('2024-03-08T01:00:00Z') });
    assert.ok(made.kind === 'done', inspect(made));
    const { virtualAccount } = made.result;
    assert.equal(virtualAccount?.bankCode, '004');
    assert.deepEqual(virtualAccount?.dueAt, new Date('2024-03-08T14:59:59Z'));
  });
});
