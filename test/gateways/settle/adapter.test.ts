import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { beforeEach, describe, test } from 'node:test';
import { hectoGateway as gateway } from '../../../src/gateways/settle/adapter/adapter.ts';
import { settle } from '../../../src/gateways/settle/module.ts';
import { encryptField } from '../../../src/gateways/settle/wire/crypto.ts';
import type { KeyInApproval } from '../../../src/port/approval.ts';
import type { GatewayCall } from '../../../src/port/call.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import type { PayMethod } from '../../../src/port/payment.ts';
import type { VirtualAccountIssue } from '../../../src/port/virtual-account.ts';
import { type AnsweringParts, openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { accountIssueOf, orderOf, revocationOf } from '../kit/payment-requests.ts';
import { hectoClientOf } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(settle, { clock });
const { rig, server, payment, cancelOf, partOf, paid, answering } = desk;
const { approve, cancel, issue_vbank, revoke_vbank } = gateway.operations;
const hecto = hectoClientOf(rig);
const { aesKey = '', licenseKey } = rig.call().channel.credentials;
beforeEach(() => clock.set('2024-03-06T12:00:00+09:00'));

const refundAccount = { holder: '홍길동', bankCode: '088', accountNumber: '110123456789', tel: null };
const wholeBy = (payMethod: PayMethod, parts: Partial<Cancel> = {}) => cancelOf(payment, { payMethod, ...parts });
const issueOf = (parts: Partial<VirtualAccountIssue> = {}) => accountIssueOf(rig.orderId(), parts);

function keyInOf(number = '4330123412341239'): KeyInApproval {
  return {
    ...orderOf(rig.orderId(), 10_000n),
    card: {
      number,
      expiryYear: '29',
      expiryMonth: '12',
      birthOrBusinessNumber: '900101',
      passwordFirstTwo: '12',
      cvc: null,
    },
    installmentMonths: 3,
    interestFreeByMerchant: false,
    useCardPoint: false,
    productType: null,
  };
}

/** What the adapter sends, taken by a server that answers nothing useful. */
async function sent(run: (call: GatewayCall) => Promise<unknown>, parts: AnsweringParts = {}) {
  await run(answering('', { status: 500, ...parts }));
  const { path, json } = server.last();
  const { params, data } = json() as Record<'params' | 'data', Record<string, string>>;
  const plain = (name: string) => hecto.decrypt(data[name] ?? '');
  return { path, params, data, plain };
}

describe('a request', () => {
  test('of a cancel is Hecto’s packet, hashed over the plain amount', async () => {
    const { path, params, data, plain } = await sent((call) => cancel.send(call, partOf(payment, { ordinal: 2 })), {
      idempotencyKey: 'op_1',
    });
    assert.equal(path, '/spay/APICancel.do');
    const { mid } = rig;
    const header = { mchtId: mid, ver: '0A19', method: 'CA', bizType: 'C0', encCd: '23', mchtTrdNo: 'op_1' };
    assert.deepEqual(params, { ...header, trdDt: '20240306', trdTm: '120000' });
    const hashed = `20240306120000${mid}op_13000${licenseKey}`;
    assert.deepEqual(
      { ...data, cnclAmt: plain('cnclAmt') },
      {
        pktHash: createHash('sha256').update(hashed).digest('hex'),
        orgTrdNo: 'tid-of-the-payment',
        crcCd: 'KRW',
        cnclOrd: '002',
        cnclAmt: '3000',
        taxTypeCd: 'N',
        cnclRsn: '단순 변심',
      },
    );
  });

  test('is the same to the last byte when it is repeated later', async () => {
    const run = (call: GatewayCall) => cancel.send(call, cancelOf());
    const same = { idempotencyKey: 'op_2', startedAt: new Date('2024-03-05T23:59:59+09:00') };
    await sent(run, same);
    clock.set('2024-03-06T13:00:00+09:00');
    await sent(run, { ...same, isRepeat: true });
    assert.equal(server.last().body, server.requests.at(-2)?.body);
  });

  const split = ['taxTypeCd', 'taxAmt', 'vatAmt', 'taxFreeAmt'];
  const taxes: readonly (readonly [string, PayMethod, Partial<Cancel>, readonly (string | undefined)[]])[] = [
    ['a taxed payment', 'card', {}, ['N', undefined, undefined, undefined]],
    ['a taxed payment whose VAT is known', 'card', { vatMinor: 273n }, ['N', '2727', '273', '0']],
    ['a tax-free payment', 'card', { paymentTaxFreeMinor: 10_000n, taxFreeMinor: 3_000n }, ['Y']],
    [
      'a mixed payment',
      'trans',
      { paymentTaxFreeMinor: 4_000n, taxFreeMinor: 1_000n, vatMinor: 182n },
      ['G', '1818', '182', '1000'],
    ],
    [
      'the taxed part of a mixed one',
      'card',
      { paymentTaxFreeMinor: 4_000n, vatMinor: 273n },
      ['G', '2727', '273', '0'],
    ],
    ['a taxed telephone payment', 'phone', { vatMinor: 273n }, ['N']],
    [
      'a mixed telephone payment',
      'phone',
      { paymentTaxFreeMinor: 4_000n, taxFreeMinor: 1_000n },
      ['G', '2000', '0', '1000'],
    ],
    ['points', 'point', { vatMinor: 273n }, []],
    ['a certificate', 'booknlife', { paymentTaxFreeMinor: 4_000n, taxFreeMinor: 1_000n }, []],
  ];
  for (const [of, payMethod, parts, expected] of taxes) {
    test(`splits the tax of ${of} as Hecto wants it`, async () => {
      const request = partOf(payment, { payMethod, ...parts });
      const { data, plain } = await sent((call) => cancel.send(call, request));
      const given = split.map((name) => (name in data ? (name === 'taxTypeCd' ? data[name] : plain(name)) : undefined));
      assert.deepEqual(
        given,
        Array.from(split, (_, at) => expected[at]),
      );
    });
  }

  test('of a certificate has the ordinal 001, and its reason fits 255 bytes', async () => {
    const reason = `${'환불 사유 '.repeat(40)}`;
    const { params, data } = await sent((call) => cancel.send(call, wholeBy('smartculture', { ordinal: 2, reason })));
    assert.deepEqual([params.method, data.cnclOrd], ['SG', '001']);
    assert.ok(Buffer.byteLength(data.cnclRsn ?? '') <= 255 && reason.startsWith(data.cnclRsn ?? 'no'));
    const empty = await sent((call) => cancel.send(call, wholeBy('card', { reason: ' 👍 ' })));
    assert.equal(empty.data.cnclRsn, '취소');
  });

  test('of a refund to an account goes to its own path with the account encrypted', async () => {
    const { path, params, data, plain } = await sent((call) =>
      cancel.send(call, wholeBy('vbank', { refundAccount: { ...refundAccount, holder: '홍:길동' } })),
    );
    assert.equal(path, '/spay/APIRefund.do');
    assert.deepEqual([params.method, params.bizType], ['VA', 'C0']);
    assert.deepEqual(
      [data.refundBankCd, plain('refundAcntNo'), data.refundDpstrNm],
      ['088', '110123456789', '홍 길동'],
    );
  });

  test('of a telephone payment goes to an account only when its month is over and an account is given', async () => {
    const phone = wholeBy('phone', { madeAt: new Date('2024-02-29T23:59:59+09:00') });
    const march = { ...phone, madeAt: new Date('2024-03-01T00:00:00+09:00'), refundAccount };
    const without = await sent((call) => cancel.send(call, phone));
    assert.deepEqual([without.path, without.params.bizType], ['/spay/APICancel.do', 'C0']);
    const later = await sent((call) => cancel.send(call, { ...phone, refundAccount }));
    assert.deepEqual([later.path, later.params.method, later.params.bizType], ['/spay/APIRefund.do', 'MP', 'C1']);
    const same = await sent((call) => cancel.send(call, march));
    assert.deepEqual([same.path, same.data.refundAcntNo], ['/spay/APICancel.do', undefined]);
  });

  test('of an account names where notices go, its end and its bank; a fixed one its number', async () => {
    const issue = issueOf({ orderId: 'imp_of_the_account' });
    const { path, params, data, plain } = await sent((call) => issue_vbank.send(call, issue), {
      noticeUrl: 'https://pay.example.com/gateways/settle/notices',
    });
    assert.equal(path, '/spay/APIVBank.do');
    assert.deepEqual([params.bizType, params.mchtTrdNo], ['A0', 'imp_of_the_account']);
    assert.deepEqual(
      [
        data.notiUrl,
        data.expireDate,
        data.bankCd,
        data.acntType,
        data.dpstrNm,
        data.ordNm,
        data.email,
        plain('trdAmt'),
      ],
      [
        'https://pay.example.com/gateways/settle/notices',
        '20240313235959',
        '088',
        '1',
        '환불상점',
        '홍길동',
        'buyer@example.com',
        '10000',
      ],
    );
    const fixed = await sent((call) => issue_vbank.send(call, { ...issue, fixedKey: '562-1234-567890' }));
    assert.deepEqual([fixed.data.acntType, fixed.plain('vAcntNo')], ['2', '5621234567890']);
  });

  test('of a revocation is hashed over 0, names the number, and has a number of its own on each repeat', async () => {
    const run = (call: GatewayCall) =>
      revoke_vbank.send(call, { ...revocationOf(10_000n), accountNumber: '5621234567890' });
    const first = await sent(run, { idempotencyKey: 'op_3' });
    const hashed = `20240306120000${rig.mid}op_30${licenseKey}`;
    assert.equal(first.data.pktHash, createHash('sha256').update(hashed).digest('hex'));
    assert.deepEqual(
      [first.params.bizType, first.params.mchtTrdNo, first.plain('vAcntNo')],
      ['A2', 'op_3', '5621234567890'],
    );
    const numbers = new Set([first.params.mchtTrdNo]);
    for (let at = 0; at < 3; at++) {
      const { params } = await sent(run, { idempotencyKey: 'op_3', isRepeat: true });
      assert.match(params.mchtTrdNo ?? '', /^op_3-[0-9a-f]{12}$/);
      numbers.add(params.mchtTrdNo);
    }
    assert.equal(numbers.size, 4);
  });

  test('that can not be made is never sent', async () => {
    const count = server.requests.length;
    const call = rig.call({ baseUrl: server.url });
    const outcomes = [
      await cancel.send(call, wholeBy('vbank', { refundAccount: null })),
      await cancel.send(call, wholeBy('trans', { currency: 'USD' })),
      await cancel.send(call, wholeBy('cvs')),
      await issue_vbank.send(call, issueOf({ currency: 'USD' })),
      await revoke_vbank.send(call, revocationOf(10_000n)),
    ];
    assert.deepEqual(new Set(outcomes.map(({ kind }) => kind)), new Set(['never_sent']));
    assert.equal(server.requests.length, count);
  });
});

describe('an answer to a cancel', () => {
  /** The packet of a success, as Hecto would answer this very call. */
  async function success(request: Cancel, parts: { params?: object; data?: object } = {}) {
    const { params, data } = await sent((call) => cancel.send(call, request), {
      idempotencyKey: 'op_9',
    });
    return {
      params: { ...params, trdNo: 'cancel-tid', outStatCd: '0021', outRsltCd: '0000', outRsltMsg: '', ...parts.params },
      data: { pktHash: data.pktHash, orgTrdNo: request.gatewayTid, cnclAmt: data.cnclAmt, ...parts.data },
    };
  }
  const request = partOf();
  const answered = (value: unknown, parts: AnsweringParts = {}) =>
    desk.answered(value, { idempotencyKey: 'op_9', request, ...parts });

  test('that is ours is confirmed, with our hash or with one made anew over it', async () => {
    const result = {
      gatewayTid: 'cancel-tid',
      amountMinor: 3_000n,
      cancelledAt: new Date('2024-03-06T12:00:00+09:00'),
      receiptUrl: null,
    };
    assert.deepEqual(await answered(await success(request)), { kind: 'confirmed', result });
    const text = `002120240306120000${rig.mid}op_93000${licenseKey}`;
    const pktHash = createHash('sha256').update(text).digest('hex').toUpperCase();
    assert.deepEqual(await answered(await success(request, { data: { pktHash } })), { kind: 'confirmed', result });
  });

  test('that is not the one to this request is a doubt', async () => {
    const wrong: readonly { params?: object; data?: object }[] = [
      { params: { mchtTrdNo: 'op_8' } },
      { params: { mchtId: 'another' } },
      { params: { trdNo: '' } },
      { params: { outStatCd: '0051' } },
      { params: { outRsltCd: '0009' } },
      { data: { pktHash: '0'.repeat(64) } },
      { data: { pktHash: '' } },
      { data: { orgTrdNo: 'another' } },
      { data: { cnclAmt: encryptField(aesKey, '3001') } },
      { data: { cnclAmt: '3000' } },
      { data: { cnclAmt: '' } },
    ];
    for (const parts of wrong) {
      assert.equal((await answered(await success(request, parts))).kind, 'unclear', JSON.stringify(parts));
    }
    const of = await success(request, { params: { mchtTrdNo: 'op_8', outStatCd: '0031', outRsltCd: 'ST45' } });
    assert.equal((await answered(of)).kind, 'unclear');
    for (const [status, body] of [
      [500, await success(request)],
      [302, ''],
      [200, ''],
      [200, '<html>점검</html>'],
      [200, '{}'],
    ] as const) {
      assert.equal((await answered(body, { status })).kind, 'unclear');
    }
  });

  const failed = (outRsltCd: string, outRsltMsg = '') => ({
    params: { outStatCd: '0031', outRsltCd, outRsltMsg },
    data: {},
  });

  test('that is a failure keeps Hecto’s code and text, and has the category of the table', async () => {
    const categories = {
      CA12: 'already_cancelled',
      ST39: 'already_cancelled',
      '3007': 'over_balance',
      ST54: 'partial_not_supported',
      MP81: 'window_passed',
      ST11: 'closed_hours',
      ST06: 'unknown_transaction',
      ST41: 'temporarily_unavailable',
      '1901': 'bad_credentials',
      ST48: 'contract_missing',
      CA50: 'bad_card',
      ST24: 'bad_refund_account',
      ST45: 'other',
      XX99: 'other',
    };
    for (const [code, category] of Object.entries(categories)) {
      const outcome = await answered(failed(code, encodeURIComponent('거절되었습니다')));
      assert.deepEqual(outcome, { kind: 'refused', code, message: '거절되었습니다', category });
    }
    const unnamed = await answered(failed('ST54'));
    assert.equal(unnamed.kind === 'refused' && unnamed.message, '부분취소 불가');
  });

  test('that tells of a time-out, of work under way or of a number that was used is a doubt', async () => {
    for (const code of ['VTIM', 'ST38', 'ST10', '9999', '9904', 'CA85', 'MP35', 'RA83', 'ST50']) {
      const outcome = await answered(failed(code, '오류'));
      assert.deepEqual([outcome.kind, 'code' in outcome && outcome.code], ['unclear', code]);
    }
  });

  test('to a repeat is no refusal when the first request, or the moment, may have caused it', async () => {
    const notProof = [
      'CA12',
      'ST25',
      'ST39',
      '3007',
      'ST57',
      'ST56',
      'ST58',
      'ST26',
      'ST55',
      'MP81',
      'ST11',
      'ST41',
      '1901',
      'ST48',
    ];
    for (const code of notProof) {
      assert.equal((await answered(failed(code), { isRepeat: true })).kind, 'unclear', code);
    }
    for (const code of ['ST54', 'CA10', 'ST24', 'ST45']) {
      assert.equal((await answered(failed(code), { isRepeat: true })).kind, 'refused', code);
    }
  });
});

describe('against the simulator', () => {
  test('each refusal has its category', async () => {
    const card = cancelOf(await paid('card'));
    const cases: readonly (readonly [string, Partial<Cancel>, string])[] = [
      ['ST57', { amountMinor: 10_001n }, 'over_balance'],
      ['CA10', { gatewayTid: 'STFP_PGCA' }, 'unknown_transaction'],
      ['ST56', { ordinal: 2, amountMinor: 1n }, 'other'],
    ];
    for (const [code, parts, category] of cases) {
      const outcome = await cancel.send(rig.call(), { ...card, ...parts });
      assert.deepEqual(outcome.kind === 'refused' && [outcome.code, outcome.category], [code, category]);
    }
    assert.equal((await cancel.send(rig.call(), card)).kind, 'confirmed');
    const again = await cancel.send(rig.call(), card);
    assert.deepEqual(again.kind === 'refused' && [again.code, again.category], ['CA12', 'already_cancelled']);
    const phone = cancelOf(await paid('phone'));
    const part = await cancel.send(rig.call(), { ...phone, amountMinor: 1n });
    assert.deepEqual(part.kind === 'refused' && [part.code, part.category], ['ST54', 'partial_not_supported']);
    clock.set('2024-04-01T00:00:00+09:00');
    const late = await cancel.send(rig.call(), phone);
    assert.deepEqual(late.kind === 'refused' && [late.code, late.category], ['MP81', 'window_passed']);
    const toAccount = await cancel.send(rig.call(), { ...phone, refundAccount });
    assert.deepEqual(toAccount.kind === 'refused' && toAccount.category, 'closed_hours');
    clock.set('2024-04-01T00:35:00+09:00');
    assert.equal((await cancel.send(rig.call(), { ...phone, refundAccount })).kind, 'accepted');
    const wrongKey = { ...rig.call().channel.credentials, aesKey: 'x'.repeat(32) };
    const unread = await cancel.send(rig.call({ credentials: wrongKey }), card);
    assert.deepEqual(unread.kind === 'refused' && [unread.code, unread.category], ['1902', 'bad_credentials']);
  });

  test('a mixed payment is cancelled in parts with their own splits', async () => {
    const card = await paid('card', { taxFreeMinor: 4_000n });
    const part = cancelOf(card, { paymentTaxFreeMinor: 4_000n });
    const first = { ...part, amountMinor: 6_000n, taxFreeMinor: 3_000n, vatMinor: 273n };
    assert.equal((await cancel.send(rig.call(), first)).kind, 'confirmed');
    const tooMuch = { ...part, amountMinor: 2_000n, taxFreeMinor: 2_000n, balanceBeforeMinor: 4_000n, ordinal: 2 };
    const refused = await cancel.send(rig.call(), tooMuch);
    assert.equal(refused.kind === 'refused' && refused.code, 'ST55');
    const second = {
      ...part,
      amountMinor: 4_000n,
      taxFreeMinor: 1_000n,
      vatMinor: 273n,
      balanceBeforeMinor: 4_000n,
      ordinal: 2,
    };
    assert.equal((await cancel.send(rig.call(), second)).kind, 'confirmed');
  });

  test('US dollars are cents, of cards only', async () => {
    const card = cancelOf(await paid('card', { currency: 'USD' }));
    const outcome = await cancel.send(rig.call(), { ...card, amountMinor: 2_550n });
    assert.equal(outcome.kind === 'confirmed' && outcome.result.amountMinor, 2_550n);
    const won = await cancel.send(rig.call(), {
      ...card,
      currency: 'KRW',
      ordinal: 2,
      balanceBeforeMinor: 7_450n,
    });
    assert.equal(won.kind === 'refused' && won.code, 'ST26');
  });

  test('a key-in approval is read with its card, and refused for its card', async () => {
    const outcome = await approve.send(rig.call(), keyInOf());
    assert.ok(outcome.kind === 'confirmed');
    const { card, approvedAt, approvalNumber } = outcome.result;
    assert.equal(card?.maskedNumber, '433012******1239');
    assert.match(card?.code ?? '', /^\d{3}$/);
    assert.equal(card?.installmentMonths, 3);
    assert.equal(approvedAt.getTime(), clock.now().getTime());
    assert.match(approvalNumber ?? '', /^\d{8}$/);
    for (const { number, code } of rig.sandbox.cards ?? []) {
      const refused = await approve.send(rig.call(), keyInOf(number));
      assert.equal(refused.kind === 'refused' && refused.code, code);
    }
  });

  test('refund accounts of the sandbox are refused with their codes', async () => {
    const vbank = cancelOf(await paid('vbank'));
    for (const { number, code } of rig.sandbox.refundAccounts ?? []) {
      const outcome = await cancel.send(rig.call(), {
        ...vbank,
        refundAccount: { ...refundAccount, accountNumber: number },
      });
      assert.deepEqual(outcome.kind === 'refused' && [outcome.code, outcome.category], [code, 'bad_refund_account']);
    }
    assert.equal((await cancel.send(rig.call(), { ...vbank, refundAccount })).kind, 'accepted');
  });

  test('a repeat of a revocation is answered by what the account is', async () => {
    const issued = await issue_vbank.send(rig.call(), issueOf());
    assert.ok(issued.kind === 'confirmed');
    const { gatewayTid, accountNumber } = issued.result;
    const request = { ...revocationOf(10_000n), gatewayTid, accountNumber };
    const call = rig.call();
    const first = await revoke_vbank.send(call, request);
    assert.ok(first.kind === 'confirmed' && first.result.gatewayTid);
    const repeat = await revoke_vbank.send({ ...call, isRepeat: true }, request);
    assert.deepEqual(repeat, { kind: 'confirmed', result: { gatewayTid: null, revokedAt: call.startedAt } });
    const another = await revoke_vbank.send(rig.call(), request);
    assert.equal(another.kind === 'refused' && another.category, 'already_cancelled');
  });

  test('the largest and the longest that Hecto takes arrive whole', async () => {
    const amountMinor = 999_999_999_999n;
    const issue = issueOf({
      amountMinor,
      orderName: `"주문": ${'상품 '.repeat(60)}`,
      holder: '환불상점'.repeat(20),
      fixedKey: '5621234567890',
      dueAt: new Date('2025-03-06T23:59:59+09:00'),
      buyer: { name: '남궁'.repeat(20), email: `${'x'.repeat(60)}@example.com`, tel: null },
    });
    const outcome = await issue_vbank.send(rig.call(), issue);
    assert.ok(outcome.kind === 'confirmed');
    assert.equal(outcome.result.accountNumber, '5621234567890');
    assert.equal(outcome.result.dueAt.getTime(), issue.dueAt.getTime());
    const late = await issue_vbank.send(rig.call(), issueOf({ dueAt: new Date('2025-03-07T00:00:00+09:00') }));
    assert.equal(late.kind === 'refused' && late.code, 'ST09');
  });
});
