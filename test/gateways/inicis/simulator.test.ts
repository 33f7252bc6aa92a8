import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openInicisDesk } from './desk.ts';
import {
  cancelledMinorOf,
  inicisClient,
  inicisClientOf,
  issueFields,
  part,
  publishedErrors,
  receiptFields,
  refundAccountOf,
  refusedWith,
  seoulStamp,
  succeeds,
  v2ReceiptFields,
} from './kit.ts';

const desk = await openInicisDesk();
const { rig, clock, paid } = desk;
const inicis = inicisClientOf(rig);
const account = () => refundAccountOf(inicis);
const cancelledMinor = (orderId: string) => cancelledMinorOf(rig, orderId);

test('every published error has its text, and is told as a detail of 01', async () => {
  for (const [code, message] of Object.entries(publishedErrors)) {
    await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'reject', code });
    const body = await refusedWith(inicis.v1('cancel', { tid: 'any' }), code);
    assert.equal(body.resultMsg, message);
  }
});

describe('hashData', () => {
  const wrong = { hashData: '0'.repeat(128) };
  const issue = () => issueFields(rig.orderId());
  const receipt = () => receiptFields(inicis);

  test('is checked in every request of v1, and nothing is done where it is wrong', async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    const deposited = await paid('vbank');
    const waiting = await desk.waiting('vbank');
    const partOfAccount = { ...part(deposited.gatewayTid, 3000, 7000), ...account() };
    await refusedWith(inicis.v1('cancel', { tid }, wrong), 'ERR205');
    await refusedWith(inicis.v1('partialCancel', part(tid, 3000, 7000), wrong), 'ERR205');
    await refusedWith(inicis.v1('refund', { tid: deposited.gatewayTid, ...account() }, wrong), 'ERR205');
    await refusedWith(inicis.v1('partialRefund', partOfAccount, wrong), 'ERR205');
    await refusedWith(inicis.v1('revoke', { tid: waiting.gatewayTid }, wrong), 'ERR205');
    await refusedWith(inicis.v1('issue', issue(), wrong), 'ERR205');
    await refusedWith(inicis.v1('receipt', receipt(), wrong), 'ERR205');
    await refusedWith(inicis.v1('extra', { oid: orderId }, wrong), 'ERR205');
    await succeeds(inicis.v1('issue', issue()));
    const { tid: receiptTid } = await succeeds(inicis.v1('receipt', receipt()));
    await refusedWith(inicis.v1('revokeReceipt', { tid: String(receiptTid) }, wrong), 'ERR205');
    assert.equal(await cancelledMinor(orderId), 0n);
    assert.equal(await cancelledMinor(deposited.orderId), 0n);
    assert.equal((await rig.control.book({ orderId: waiting.orderId })).transactions[0]?.status, 'waiting_for_deposit');
  });

  test('covers each field that v1 names: one that was changed on the way is refused', async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    const fields = part(tid, 3000, 7000);
    for (const changes of [
      { type: 'Refund' },
      { paymethod: 'HPP' },
      { timestamp: '20240306120001' },
      { clientIp: '127.0.0.2' },
      { tid: `${tid.slice(0, -1)}x` },
      { price: '30000' },
      { confirmPrice: '700' },
    ]) {
      await refusedWith(inicis.v1('partialCancel', fields, changes), 'ERR205');
    }
    assert.equal(await cancelledMinor(orderId), 0n);
  });

  test('is checked in every request of v2, over the very text of data', async () => {
    const { gatewayTid: tid } = await paid('card');
    const deposited = await paid('vbank');
    const withWrong = { after: wrong };
    await refusedWith(inicis.v2('refund', { tid }, withWrong), 'ERR205');
    await refusedWith(inicis.v2('partialRefund', part(tid, 3000, 7000), withWrong), 'ERR205');
    await refusedWith(inicis.v2('refund/vacct', { tid: deposited.gatewayTid, ...account() }, withWrong), 'ERR205');
    const partOfAccount = { ...part(deposited.gatewayTid, 3000, 7000), ...account() };
    await refusedWith(inicis.v2('partialRefund/vacct', partOfAccount, withWrong), 'ERR205');
    await refusedWith(inicis.v2('receipt', v2ReceiptFields(inicis), withWrong), 'ERR205');
    await refusedWith(inicis.v2('inquiry', { tid }, withWrong), 'ERR205');
    for (const after of [{ timestamp: '20240306120001' }, { mid: 'somebody' }]) {
      await refusedWith(inicis.v2('refund', { tid, msg: 'x' }, { after }), 'ERR205');
    }
    // The same members in another order, or with other spaces, are another text.
    const data = `{"msg":"x","tid":"${tid}"}`;
    await refusedWith(inicis.v2('refund', {}, { data, hashed: `{"tid":"${tid}","msg":"x"}` }), 'ERR205');
    await refusedWith(inicis.v2('refund', {}, { data, hashed: data.replaceAll(',', ', ') }), 'ERR205');
    await succeeds(
      inicis.v2('refund', {}, { data: data.replaceAll(',', ' ,\n '), hashed: data.replaceAll(',', ' ,\n ') }),
    );
  });

  test('is over the JSON as it is sent, with all its escapes, numbers and spaces', async () => {
    const { gatewayTid: tid } = await paid('card');
    const data = `{ "tid": "${tid}", "msg":"\\ub2e8\\uc21c a\\/b\\n", "price" :3000.0, "confirmPrice": "7000" }`;
    const numbers = data.replace('3000.0', '3000');
    await refusedWith(inicis.v2('partialRefund', {}, { data, hashed: numbers }), 'ERR205');
    await succeeds(inicis.v2('partialRefund', {}, { data }));
  });

  test("is taken without the escapes of letters, which a shop's library makes when it sends", async () => {
    const { gatewayTid: tid } = await paid('card');
    const hashed = `{"tid":"${tid}","msg":"단순 변심 😀 a/b \\n"}`;
    const escaped = hashed.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`).replace('/', '\\/');
    assert.ok(escaped.includes('\\ub2e8') && escaped.includes('\\ud83d\\ude00'));
    await refusedWith(inicis.v2('refund', {}, { data: escaped, hashed: hashed.replace('단순', '단수') }), 'ERR205');
    await succeeds(inicis.v2('refund', {}, { data: escaped, hashed }));
  });

  test("is taken as INICIS's samples make it: without PHP's escapes of slashes, and without any backslash", async () => {
    const first = await paid('card');
    const php = `{"tid":"${first.gatewayTid}", "msg":"a\\/b \\"c\\""}`;
    await succeeds(inicis.v2('refund', {}, { data: php, hashed: php.replace('\\/', '/') }));
    const second = await paid('card');
    const java = `{"tid":"${second.gatewayTid}","msg":"a \\"b\\""}`;
    await succeeds(inicis.v2('refund', {}, { data: java, hashed: `{"tid":"${second.gatewayTid}","msg":"a "b""}` }));
  });

  test('of a merchant that INICIS does not know is never right', async () => {
    const { iniapiKey = '', iniapiIv = '' } = rig.call().channel.credentials;
    const stranger = inicisClient(rig.url, { mid: 'nobody0000', iniapiKey, iniapiIv }, () => seoulStamp(clock.now()));
    await refusedWith(stranger.v1('cancel', { tid: 'any' }), 'ERR205');
    await refusedWith(stranger.v2('inquiry', { tid: 'any' }), 'ERR205');
  });

  const malformed: readonly (readonly [string, Record<string, string | undefined>])[] = [
    ['without a type', { type: undefined }],
    ['of a type that the address does not have', { type: 'Pay' }],
    ['without a paymethod', { paymethod: undefined }],
    ['of a paymethod in small letters', { paymethod: 'card' }],
    ['of a paymethod in capitals', { paymethod: 'CARD' }],
    ['without a timestamp', { timestamp: undefined }],
    ['with a timestamp that is no time', { timestamp: '20241306120000' }],
    ['with a timestamp that is too short', { timestamp: '202403061200' }],
    ["without the caller's address", { clientIp: undefined }],
    ['without a MID', { mid: undefined }],
    ['with a MID of eleven characters', { mid: 'elevenchars' }],
    ['with a transaction id of 41 characters', { tid: 'x'.repeat(41) }],
  ];
  for (const [name, changes] of malformed) {
    test(`is not looked at in a request ${name}`, async () => {
      await refusedWith(inicis.v1('cancel', { tid: 'any' }, changes), 'ERR012');
    });
  }
});

describe('addresses', () => {
  test('of v1 take forms and no JSON, and those of v2 JSON and no forms', async () => {
    const json = 'application/json;charset=utf-8';
    const form = 'application/x-www-form-urlencoded;charset=utf-8';
    await refusedWith(inicis.send('/api/v1/refund', json, '{"type":"Refund"}'), 'ERR012');
    await refusedWith(inicis.send('/v2/pg/refund', form, 'type=refund'), 'ERR012');
    for (const body of ['', 'null', '{}', '{"data":"x"}', '{"data":{}}', '{"data":{},"data":{}}', '{']) {
      await refusedWith(inicis.send('/v2/pg/refund', json, body), 'ERR012');
    }
  });

  test('that INICIS does not have, and other methods, are answered with a page', async () => {
    for (const [path, method] of [
      ['/api/v1/cancel', 'POST'],
      ['/v2/pg/', 'POST'],
      ['/', 'POST'],
      ['/api/v1/refund', 'GET'],
    ] as const) {
      const answer = await inicis.send(path, 'application/json', '{}', method);
      assert.match(answer.contentType, /^text\/html/);
    }
  });
});
