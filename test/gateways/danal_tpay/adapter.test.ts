import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { danalGateway as gateway } from '../../../src/gateways/danal_tpay/adapter/adapter.ts';
import { danalTpay } from '../../../src/gateways/danal_tpay/module.ts';
import {
  cardService,
  type DanalService,
  transferService,
  virtualAccountService,
} from '../../../src/gateways/danal_tpay/wire/services.ts';
import { openData, sealData } from '../../../src/gateways/danal_tpay/wire/wire.ts';
import { decodeEucKrForm, encodeEucKr } from '../../../src/platform/charset/euc-kr.ts';
import type { GatewayCall } from '../../../src/port/call.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { noticeKeysOf, rawNotice } from '../kit/raw-notice.ts';
import { confirmed } from '../kit/scenarios.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const tid = '202403061100001234567890';
const desk = await openDesk(danalTpay, { clock, payment: { orderId: 'imp_123456789012', gatewayTid: tid } });
const { rig, server, payment, cancelOf } = desk;
const { cancel } = gateway.operations;
const { credentials } = rig.call().channel;

const part = desk.partOf(payment, { ordinal: 2, earlierTids: ['202403061130000000000000'] });
const all = { amountMinor: 10_000n };
const good = {
  RETURNCODE: '0000',
  RETURNMSG: '성공',
  O_TID: tid,
  TID: '202403061200000987654321',
  AMOUNT: '3000',
  TRANDATE: '20240306',
  TRANTIME: '120000',
  BALANCE: '7000',
};

const seal = (fields: Record<string, string>, service: DanalService = cardService) =>
  `DATA=${encodeURIComponent(sealData(fields, service, credentials))}`;
type CallParts = Partial<Pick<GatewayCall, 'isRepeat' | 'startedAt'>> & { readonly status?: number };

const cancelAnswered = (body: string | Buffer, parts: Partial<Cancel> = {}, call: CallParts = {}) =>
  desk.answered(body, { request: { ...part, ...parts }, ...call });
const refusedWith = (code: string, message: string, parts: Partial<Cancel> = {}, call: CallParts = {}) =>
  cancelAnswered(seal({ RETURNCODE: code, RETURNMSG: message }), parts, call);

describe('an answer to a cancellation', () => {
  test('that is sealed, about this payment and amount, and leaves what must be left, is confirmed', async () => {
    assert.deepEqual(await cancelAnswered(seal(good)), {
      kind: 'confirmed',
      result: {
        gatewayTid: good.TID,
        amountMinor: 3000n,
        cancelledAt: new Date('2024-03-06T03:00:00Z'),
        receiptUrl: null,
      },
    });
  });

  test('may have its time in one field, or in two, or in both forms', async () => {
    const { TRANDATE, TRANTIME, ...timeless } = good;
    const cancelledAt = async (times: Record<string, string>) => {
      const outcome = await cancelAnswered(seal({ ...timeless, ...times }));
      return outcome.kind === 'confirmed' ? outcome.result.cancelledAt.toISOString() : outcome.kind;
    };
    assert.equal(await cancelledAt({ CANCELDATETIME: '20240306123000' }), '2024-03-06T03:30:00.000Z');
    assert.equal(await cancelledAt({ CANCELDATETIME: '2024-03-06 12:30:00' }), '2024-03-06T03:30:00.000Z');
    const both = { TRANDATE, TRANTIME, CANCELDATETIME: '20240306123000' };
    assert.equal(await cancelledAt(both), '2024-03-06T03:30:00.000Z');
    assert.equal(await cancelledAt({ ...both, CANCELDATETIME: '' }), '2024-03-06T03:00:00.000Z');
    assert.equal(await cancelledAt({ ...both, CANCELDATETIME: '20240306' }), '2024-03-06T03:00:00.000Z');
    for (const CANCELDATETIME of ['', '20240230120000', 'yesterday']) {
      assert.equal(await cancelledAt({ CANCELDATETIME }), 'unclear');
    }
  });

  test('with a lower balance is confirmed too: somebody else has cancelled as well', async () => {
    assert.equal((await cancelAnswered(seal({ ...good, BALANCE: '2000' }))).kind, 'confirmed');
  });

  const doubtful: Readonly<Record<string, string | Buffer>> = {
    'of another payment': seal({ ...good, O_TID: '202403061100000000000000' }),
    'with another amount': seal({ ...good, AMOUNT: '2999' }),
    'with an amount that is none': seal({ ...good, AMOUNT: '3,000' }),
    'that leaves more than must be left': seal({ ...good, BALANCE: '10000' }),
    'without a balance': seal({ ...good, BALANCE: '' }),
    'with a cancellation that is known already': seal({ ...good, TID: '202403061130000000000000' }),
    'without an id of the cancellation': seal({ ...good, TID: '' }),
    'with a time that is none': seal({ ...good, TRANTIME: '250000' }),
    'that is a success in plain text': new URLSearchParams(good).toString(),
    'sealed with the key of another service': seal(good, transferService),
    'that is empty': '',
    'that is no form': '<html>OK</html>',
    'that is no text': Buffer.from([0, 255, 254, 128]),
  };
  for (const [name, body] of Object.entries(doubtful)) {
    test(`${name} is unclear`, async () => {
      assert.equal((await cancelAnswered(body)).kind, 'unclear');
    });
  }

  test('with any other status than 200 is unclear, whatever it says', async () => {
    for (const status of [201, 302, 400, 404, 500, 502]) {
      assert.equal((await cancelAnswered(seal(good), {}, { status })).kind, 'unclear');
    }
  });

  test('with a code of Danal is refused, with the code, the text and our category, sealed or not', async () => {
    const categories = {
      '1115': 'already_cancelled',
      '3121': 'already_cancelled',
      '1128': 'over_balance',
      '1123': 'window_passed',
      '1144': 'partial_not_supported',
      '1130': 'contract_missing',
      '3250': 'unknown_transaction',
      '1120': 'temporarily_unavailable',
      '1109': 'bad_credentials',
      '2188': 'partial_not_supported',
      '9999': 'other',
    };
    for (const [code, category] of Object.entries(categories)) {
      const expected = { kind: 'refused', code, message: '문구', category };
      assert.deepEqual(await refusedWith(code, '문구'), expected);
      const plain = encodeEucKr(`RETURNCODE=${code}&RETURNMSG=문구`);
      assert.deepEqual(await cancelAnswered(plain), expected);
    }
  });

  test('is read by the codes of its own service', async () => {
    const body = seal({ RETURNCODE: '1117', RETURNMSG: '취소 금액이 초과되었습니다.' }, transferService);
    const outcome = await cancelAnswered(body, { payMethod: 'trans' });
    assert.equal(outcome.kind === 'refused' && outcome.category, 'over_balance');
    const duplicate = seal({ RETURNCODE: '1103', RETURNMSG: '중복 거래 요청입니다.' }, transferService);
    assert.equal((await cancelAnswered(duplicate, { payMethod: 'trans' })).kind, 'unclear');
  });

  test('with an unknown code whose text speaks of an answer that did not come is unclear', async () => {
    for (const text of ['카드사 응답 지연', '처리 중입니다.', 'TIMEOUT']) {
      assert.equal((await refusedWith('7777', text)).kind, 'unclear', text);
    }
  });
});

describe('a repeat', () => {
  const startedAt = new Date('2024-03-06T02:59:00Z');

  test('of a cancel of all that is left is confirmed when Danal says that it has been done', async () => {
    for (const code of ['1115', '3121']) {
      assert.deepEqual(await refusedWith(code, '이미 취소된 거래건 입니다.', all, { isRepeat: true, startedAt }), {
        kind: 'confirmed',
        result: { gatewayTid: tid, amountMinor: 10_000n, cancelledAt: startedAt, receiptUrl: null },
      });
    }
    const first = await refusedWith('1115', '이미 취소된 거래건 입니다.', all);
    assert.equal(first.kind === 'refused' && first.category, 'already_cancelled');
  });

  test('that is refused for a reason that the first request may have made is unclear', async () => {
    const repeat = { isRepeat: true, startedAt };
    assert.equal((await refusedWith('1115', '이미 취소된 거래건 입니다.', {}, repeat)).kind, 'unclear');
    assert.equal((await refusedWith('1128', '부분취소 가능 금액 초과 오류입니다.', all, repeat)).kind, 'unclear');
    assert.equal((await refusedWith('1123', '취소 가능기간이 만료되었습니다.', all, repeat)).kind, 'refused');
  });

  test('is what settles a lost answer to a cancel of all that is left, and never that of a part', async () => {
    for (const payMethod of ['card', 'trans'] as const) {
      const paid = await desk.paid(payMethod);
      const some = cancelOf(paid, { amountMinor: 4000n });
      assert.equal((await cancel.inquire(rig.call(), some, clock.now())).kind, 'unknown');
      const first = confirmed(await cancel.send(rig.call(), some));
      const rest = cancelOf(paid, {
        amountMinor: 6000n,
        balanceBeforeMinor: 6000n,
        ordinal: 2,
        earlierTids: [first.gatewayTid],
      });
      await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'lost_answer' });
      const call = rig.call();
      assert.equal((await cancel.send(call, rest)).kind, 'unclear');
      assert.deepEqual(await cancel.inquire(call, rest, clock.now()), { kind: 'ask_by_repeating' });
      assert.equal((await cancel.send({ ...call, isRepeat: true }, rest)).kind, 'confirmed');
      const [transaction] = (await rig.control.book({ orderId: paid.orderId })).transactions;
      assert.deepEqual([transaction?.cancelledMinor, transaction?.cancels.length], [10_000n, 2]);
    }
  });
});

describe('on the wire', () => {
  const sent = (service: DanalService) => {
    const { path, body } = server.last();
    const { CPID, DATA = '' } = decodeEucKrForm(body);
    return { path, CPID, fields: { ...openData(DATA, service, credentials) } };
  };

  test('a cancel of a part says so, with its amount and a reason that fits', async () => {
    await cancelAnswered(seal(good), { reason: `반품 & "교환", ${'가'.repeat(300)}`, requester: 'customer' });
    const { path, CPID, fields } = sent(cardService);
    assert.deepEqual([path, CPID], ['/credit/', rig.mid]);
    const { CANCELDESC = '', ...others } = fields;
    assert.deepEqual(others, {
      TID: tid,
      AMOUNT: '3000',
      CANCELTYPE: 'P',
      CANCELREQUESTER: 'customer',
      TXTYPE: 'CANCEL',
      SERVICETYPE: 'DANALCARD',
    });
    assert.match(CANCELDESC, /^반품 +교환 +가+$/);
    assert.ok(encodeEucKr(CANCELDESC).length <= 255);
  });

  test('only a cancel of the whole payment is a full one; what is left of it is cancelled as a part', async () => {
    await cancelAnswered(seal({ ...good, AMOUNT: '10000', BALANCE: '0' }), all);
    assert.equal(sent(cardService).fields.CANCELTYPE, 'C');
    assert.equal(sent(cardService).fields.CANCELREQUESTER, 'CP_CS_PERSON');
    await cancelAnswered(seal({ ...good, BALANCE: '0' }), { balanceBeforeMinor: 3000n });
    assert.equal(sent(cardService).fields.CANCELTYPE, 'P');
  });

  test('a transfer goes to its own service, under its own key', async () => {
    await cancelAnswered(seal(good, transferService), { payMethod: 'trans' });
    const { path, fields } = sent(transferService);
    assert.deepEqual([path, fields.SERVICETYPE], ['/bank/', 'WIRETRANSFER']);
  });
});

describe('a deposit notice', () => {
  async function deposited() {
    const account = await desk.waiting('vbank');
    await rig.control.deposit({ orderId: account.orderId, depositorName: '김입금' });
    const raw = rig.notices.at(-1);
    assert.ok(raw);
    return { raw, account };
  }
  const keys = noticeKeysOf(rig);

  test('tells of the payment, the amount, the account, who paid and when', async () => {
    const { raw, account } = await deposited();
    assert.deepEqual(gateway.notices.open(raw, keys), {
      kind: 'notice',
      trust: 'authentic',
      orderId: account.orderId,
      gatewayTid: account.gatewayTid,
      event: {
        kind: 'deposit',
        amountMinor: 10_000n,
        accountNumber: account.accountNumber,
        depositorName: '김입금',
        depositedAt: clock.now(),
        depositTid: null,
      },
    });
  });

  test('is the merchant’s whom the address names; Danal’s own notice has DATA alone', async () => {
    const { raw } = await deposited();
    assert.deepEqual([...new URLSearchParams(raw.body.toString()).keys()], ['DATA']);
    assert.deepEqual(gateway.notices.identify(raw), { mid: rig.mid, orderId: null, gatewayTid: null });
    assert.equal(gateway.notices.open(raw, keys).kind, 'notice');
    for (const path of ['', 'somebody']) assert.equal(gateway.notices.identify({ ...raw, path }), undefined);
  });

  test('of another merchant is not believed, whatever it is sealed with', async () => {
    const { raw } = await deposited();
    const stranger = rig.sandbox.credentials('A000000000');
    assert.equal(gateway.notices.open(raw, { ...keys, credentials: stranger }).kind, 'forged');
    assert.equal(gateway.notices.open(raw, { ...keys, mid: 'A000000000' }).kind, 'forged');
  });

  test('that reports no success is nothing to do', () => {
    const fields = { CPID: rig.mid, TID: tid, ORDERID: 'imp_1', AMOUNT: '1', RETURNCODE: '1105' };
    const sealed = sealData(fields, virtualAccountService, credentials);
    const raw = rawNotice(`DATA=${encodeURIComponent(sealed)}`);
    const opened = gateway.notices.open(raw, keys);
    assert.equal(opened.kind === 'notice' && opened.event.kind, 'nothing_to_do');
  });

  test('is answered OK, FAIL or nothing, and only nothing makes Danal send it again', () => {
    const bodies = (['taken', 'refused', 'later'] as const).map((taken) => gateway.notices.answer(taken).body);
    assert.deepEqual(bodies, ['OK', 'FAIL', '']);
  });
});
