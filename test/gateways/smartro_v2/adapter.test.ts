import assert from 'node:assert/strict';
import { createDecipheriv, createHash } from 'node:crypto';
import { beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { smartroV2 } from '../../../src/gateways/smartro_v2/module.ts';
import { decryptData, encryptData, hashData } from '../../../src/gateways/smartro_v2/wire/encryption.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { revocationOf } from '../kit/payment-requests.ts';
import { noticeKeysOf, rawNotice } from '../kit/raw-notice.ts';
import { confirmed } from '../kit/scenarios.ts';
import { testsWithoutCodes } from '../kit/without-codes.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(smartroV2, { clock, success });
const { gateway, rig, server, payment, cancelOf, answered, paid } = desk;
const { cancel, revoke_vbank } = gateway.operations;
beforeEach(() => clock.set('2024-03-06T12:00:00+09:00'));

const earlier = { ordinal: 2, earlierTids: ['earlier'] };
const whole = cancelOf();
const part = cancelOf(payment, { ...earlier, amountMinor: 3000n, balanceBeforeMinor: 8000n });
const rest = cancelOf(payment, { ...earlier, amountMinor: 7000n, balanceBeforeMinor: 7000n });

function success(request: Cancel, parts: Record<string, unknown> = {}) {
  return {
    ResultCode: '2001',
    ResultMsg: '취소 성공',
    Mid: rig.mid,
    Tid: request.gatewayTid,
    PTid: request.amountMinor === request.paymentAmountMinor ? '' : 'new-part',
    CancelAmt: String(request.amountMinor),
    CancelDate: '20240306',
    CancelTime: '115959',
    ...parts,
  };
}

/** What was sent, decrypted without our own code. */
function sentFields(): Record<string, string> {
  const { path, headers, body } = server.last();
  assert.equal(path, '/payment/approval/cancel.do');
  assert.equal(headers['content-type'], 'application/json');
  const outer = JSON.parse(body);
  assert.deepEqual(Object.keys(outer).sort(), ['EncData', 'Mid']);
  assert.equal(outer.Mid, rig.mid);
  const key = Buffer.from(merchantKey().slice(0, 32), 'ascii');
  const decipher = createDecipheriv('aes-256-cbc', key, Buffer.alloc(16));
  return JSON.parse(decipher.update(outer.EncData, 'base64', 'utf8') + decipher.final('utf8'));
}
const merchantKey = () => rig.call().channel.credentials.merchantKey ?? '';

describe('on the wire', () => {
  test('a cancel of the whole payment is a full one, the first in order, with the hash over the whole key', async () => {
    await answered();
    const { cancelPassword } = rig.call().channel.credentials;
    assert.deepEqual(sentFields(), {
      SERVICE_MODE: 'CL1',
      Tid: 'tid-of-the-payment',
      Mid: rig.mid,
      CancelAmt: '10000',
      CancelPwd: cancelPassword,
      CancelMsg: '단순 변심',
      CancelSeq: '1',
      PartialCancelCode: '0',
      CancelTaxAmt: '',
      CancelTaxFreeAmt: '',
      CancelVatAmt: '',
      DivideInfo: '',
      HashData: createHash('sha256').update(`tid-of-the-payment${merchantKey()}100000`).digest('base64'),
    });
  });

  test('a part, and what is left after a part, are partial cancels of their ordinal', async () => {
    for (const request of [part, rest]) {
      await answered(undefined, { request });
      const { CancelAmt, CancelSeq, PartialCancelCode } = sentFields();
      assert.deepEqual([CancelAmt, CancelSeq, PartialCancelCode], [String(request.amountMinor), '2', '1']);
    }
  });

  test('a payment that mixes taxed and tax-free amounts is split, and the three parts are the amount', async () => {
    const mixed = { ...part, paymentTaxFreeMinor: 4000n, taxFreeMinor: 800n, vatMinor: 200n };
    await answered(undefined, { request: mixed });
    const { CancelTaxAmt, CancelTaxFreeAmt, CancelVatAmt } = sentFields();
    assert.deepEqual([CancelTaxAmt, CancelTaxFreeAmt, CancelVatAmt], ['2000', '800', '200']);
    await answered(success(part), { request: { ...part, vatMinor: 273n } });
    assert.equal(sentFields().CancelVatAmt, '');
  });

  test('a reason is cut to 100 characters, not within one', async () => {
    await answered(success(whole), { request: { ...whole, reason: '😀'.repeat(256) } });
    assert.equal(sentFields().CancelMsg, '😀'.repeat(100));
  });

  test('an account that waits is revoked by a full cancel of its amount', async () => {
    await revoke_vbank.send(desk.answering('', { status: 500 }), revocationOf(5000n));
    const { CancelAmt, CancelSeq, PartialCancelCode, Tid } = sentFields();
    assert.deepEqual([Tid, CancelAmt, CancelSeq, PartialCancelCode], ['tid-of-the-payment', '5000', '1', '0']);
  });
});

describe('encryption', () => {
  test('is AES-256-CBC with the first 32 characters of the key and no initialization vector (made with openssl)', () => {
    const key = 'MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWQ==';
    assert.equal(encryptData('{"CancelMsg":"취소"}', key), 'jlrPlajoDIt/N+UW4IguwBOiWY6TqVZkUe6TMT/rv+A=');
  });

  test('the hash is Base64 of the digest itself, over TID, key, amount and code in this order (made with hashlib)', () => {
    const key = 'MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWQ==';
    const hash = hashData('SMTPAY001m01012403061947481234', key, '1000', '1');
    assert.equal(hash, 'qSIepfBKUlCSG1YguVHHmlda6RhZ3QwHfUPpT//lYiE=');
  });

  test('gives back any text under its key, and nothing under another', () => {
    const key = fc.stringMatching(/^[A-Za-z0-9+/]{32,90}$/);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), key, key, (text, ours, theirs) => {
        assert.equal(decryptData(encryptData(text, ours), ours), text);
        if (ours.slice(0, 32) !== theirs.slice(0, 32)) {
          assert.notEqual(decryptData(encryptData(`${text}.`, ours), theirs), `${text}.`);
        }
      }),
    );
  });
});

describe('an answer to a cancel', () => {
  test('with 2001 or 2211, about this payment and amount, is confirmed', async () => {
    assert.deepEqual(await answered(undefined, { request: part }), {
      kind: 'confirmed',
      result: {
        gatewayTid: 'new-part',
        amountMinor: 3000n,
        cancelledAt: new Date('2024-03-06T02:59:59Z'),
        receiptUrl: null,
      },
    });
    const full = confirmed(await answered(success(whole, { ResultCode: '2211' })));
    assert.equal(full.gatewayTid, whole.gatewayTid);
  });

  test('may give its amount as a number or with leading zeros, and no readable time', async () => {
    for (const CancelAmt of [3000, '000000003000']) {
      const outcome = await answered(success(part, { CancelAmt, CancelDate: undefined }), { request: part });
      assert.deepEqual(confirmed(outcome).cancelledAt, clock.now());
    }
  });

  const doubtful: Readonly<Record<string, unknown>> = {
    'of another payment': { Tid: 'another' },
    'of another merchant': { Mid: 'another000' },
    'of another amount': { CancelAmt: '3001' },
    'without an amount': { CancelAmt: undefined },
    'with an amount that is no integer': { CancelAmt: 3000.5 },
    'with a partial cancel that is known already': { PTid: 'earlier' },
  };
  for (const [name, parts] of Object.entries(doubtful)) {
    test(`${name} is unclear`, async () => {
      assert.equal(
        (await answered(success(part, parts as Record<string, unknown>), { request: part })).kind,
        'unclear',
      );
    });
  }

  test('that is unreadable, has no code, or comes with another status is unclear', async () => {
    for (const answer of ['', 'null', '[]', '"2001"', '<html>', { ResultMsg: '취소 성공' }]) {
      assert.equal((await answered(answer, { request: part })).kind, 'unclear', JSON.stringify(answer));
    }
    for (const status of [201, 302, 400, 403, 404, 429, 500, 502, 503]) {
      assert.equal((await answered(undefined, { request: part, status })).kind, 'unclear', String(status));
      const refusal = { ResultCode: 'XXXX', ResultMsg: '이미 취소된 거래입니다.' };
      assert.equal((await answered(refusal, { request: part, status })).kind, 'unclear', String(status));
    }
  });
});

testsWithoutCodes(desk, { refusal: (ResultMsg) => ({ ResultCode: 'ABCD', ResultMsg }), code: 'ABCD' });

describe('against the simulator', () => {
  const categories: Readonly<Record<string, [Partial<Cancel>, string]>> = {
    'unknown payment': [{ gatewayTid: 'nothing' }, 'unknown_transaction'],
    'more than is left': [{ amountMinor: 10_001n }, 'over_balance'],
    'an ordinal that is not the next one': [{ amountMinor: 100n, ordinal: 3 }, 'other'],
  };
  for (const [name, [parts, category]] of Object.entries(categories)) {
    test(`${name} is refused as ${category}`, async () => {
      const request = { ...cancelOf(await paid('card')), ...parts };
      const outcome = await cancel.send(rig.call(), request);
      assert.equal(outcome.kind === 'refused' && outcome.category, category, JSON.stringify(outcome, stringify));
    });
  }

  test('a wrong cancel password is refused as bad credentials', async () => {
    const request = cancelOf(await paid('card'));
    const credentials = { ...rig.call().channel.credentials, cancelPassword: 'wrong' };
    const outcome = await cancel.send(rig.call({ credentials }), request);
    assert.equal(outcome.kind === 'refused' && outcome.category, 'bad_credentials');
    assert.equal(outcome.kind === 'refused' && outcome.code, 'SIM03');
  });

  test('a telephone payment can be cancelled until its month ends in Seoul', async () => {
    clock.set('2024-03-31T23:59:50+09:00');
    const [inTime, late] = [await paid('phone'), await paid('phone')];
    confirmed(await cancel.send(rig.call(), cancelOf(inTime)));
    clock.set('2024-04-01T00:00:00+09:00');
    const outcome = await cancel.send(rig.call(), cancelOf(late));
    assert.equal(outcome.kind === 'refused' && outcome.category, 'window_passed');
  });

  test('a refund to an account is taken first, paid out after a minute, and told of by a signed notice', async () => {
    const payment = await paid('vbank');
    const request = cancelOf(payment, { amountMinor: 4_000n });
    const call = rig.call();
    const taken = await cancel.send(call, request);
    assert.equal(taken.kind, 'accepted');
    assert.equal((await cancel.inquire(call, request, call.now)).kind, 'accepted');
    clock.set('2024-03-06T12:01:01+09:00');
    assert.equal((await cancel.inquire(call, request, call.now)).kind, 'done');
    const notices = await rig.control.listNotices({ orderId: payment.orderId });
    assert.equal(notices.length, 2);
    const body = Buffer.from(notices[1]?.body ?? '', 'base64');
    const raw = rawNotice(body);
    const keys = noticeKeysOf(rig);
    const opened = gateway.notices.open(raw, keys);
    assert.ok(opened.kind === 'notice' && opened.event.kind === 'refund_result');
    assert.deepEqual([opened.event.succeeded, opened.event.amountMinor, opened.trust], [true, 4_000n, 'authentic']);
    const forged = { ...raw, body: Buffer.from(body.toString().replace('4000', '9000')) };
    assert.equal(gateway.notices.open(forged, keys).kind, 'forged');
  });
});

function stringify(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
