import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
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
import type { RawNotice } from '../../../src/port/notices.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { openRig, type Rig } from '../kit/rig.ts';
import {
  cancelRequest,
  capabilitiesOf,
  confirmed,
  paidPayment,
  type Setting,
  waitingPayment,
} from '../kit/scenarios.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
let rig: Rig;
before(async () => {
  rig = await openRig(danalTpay, clock);
});
after(() => rig.close());
const at = (payMethod: 'card' | 'trans' | 'vbank'): Setting => ({
  gateway,
  rig,
  payMethod,
  capabilities: capabilitiesOf(gateway, payMethod),
});

/** A server that answers what it is told, and remembers what it was sent. */
const answers: { status: number; body: string | Buffer }[] = [];
const requests: { path: string; body: string }[] = [];
const fake = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    requests.push({ path: request.url ?? '', body });
    const answer = answers.shift() ?? { status: 500, body: '' };
    response.writeHead(answer.status).end(answer.body);
  });
});
let fakeUrl = '';
before(async () => {
  await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
  const address = fake.address();
  fakeUrl = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
});
after(() => {
  fake.closeAllConnections();
  fake.close();
});

const tid = '202403061100001234567890';
const wellKnown: Cancel = {
  orderId: 'imp_123456789012',
  gatewayTid: tid,
  payMethod: 'card',
  currency: 'KRW',
  paymentAmountMinor: 10_000n,
  paymentTaxFreeMinor: 0n,
  madeAt: new Date('2024-03-06T02:00:00Z'),
  accountNumber: null,
  amountMinor: 3000n,
  taxFreeMinor: 0n,
  vatMinor: 0n,
  balanceBeforeMinor: 10_000n,
  ordinal: 2,
  earlierTids: ['202403061130000000000000'],
  reason: '단순 변심',
  refundAccount: null,
  requester: null,
};
const all: Partial<Cancel> = { amountMinor: 10_000n };
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
  `DATA=${encodeURIComponent(sealData(fields, service, rig.call().channel.credentials))}`;
type CallParts = Partial<Pick<GatewayCall, 'isRepeat' | 'startedAt'>>;

async function cancelAnswered(body: string | Buffer, parts: Partial<Cancel> = {}, call: CallParts = {}, status = 200) {
  answers.push({ status, body });
  return gateway.operations.cancel.send(rig.call({ baseUrl: fakeUrl, ...call }), { ...wellKnown, ...parts });
}
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

  test('with a lower balance is confirmed too: somebody else has cancelled as well', async () => {
    assert.equal((await cancelAnswered(seal({ ...good, BALANCE: '2000' }))).kind, 'confirmed');
  });

  const doubtful: Readonly<Record<string, () => string | Buffer>> = {
    'of another payment': () => seal({ ...good, O_TID: '202403061100000000000000' }),
    'with another amount': () => seal({ ...good, AMOUNT: '2999' }),
    'with an amount that is none': () => seal({ ...good, AMOUNT: '3,000' }),
    'that leaves more than must be left': () => seal({ ...good, BALANCE: '10000' }),
    'without a balance': () => seal({ ...good, BALANCE: '' }),
    'with a cancellation that is known already': () => seal({ ...good, TID: '202403061130000000000000' }),
    'without an id of the cancellation': () => seal({ ...good, TID: '' }),
    'with a time that is none': () => seal({ ...good, TRANTIME: '250000' }),
    'that is a success in plain text': () => new URLSearchParams(good).toString(),
    'sealed with the key of another service': () => seal(good, transferService),
    'that is empty': () => '',
    'that is no form': () => '<html>OK</html>',
    'that is no text': () => Buffer.from([0, 255, 254, 128]),
  };
  for (const [name, body] of Object.entries(doubtful)) {
    test(`${name} is unclear`, async () => {
      assert.equal((await cancelAnswered(body())).kind, 'unclear');
    });
  }

  test('with any other status than 200 is unclear, whatever it says', async () => {
    for (const status of [201, 302, 400, 404, 500, 502]) {
      assert.equal((await cancelAnswered(seal(good), {}, {}, status)).kind, 'unclear');
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
      const payment = await paidPayment(at(payMethod));
      const part = cancelRequest(at(payMethod), payment, 4000n);
      assert.equal((await gateway.operations.cancel.inquire(rig.call(), part, clock.now())).kind, 'unknown');
      const first = confirmed(await gateway.operations.cancel.send(rig.call(), part));
      const rest = cancelRequest(at(payMethod), payment, 6000n, [first]);
      await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'lost_answer' });
      const call = rig.call();
      assert.equal((await gateway.operations.cancel.send(call, rest)).kind, 'unclear');
      assert.deepEqual(await gateway.operations.cancel.inquire(call, rest, clock.now()), {
        kind: 'ask_by_repeating',
      });
      assert.equal((await gateway.operations.cancel.send({ ...call, isRepeat: true }, rest)).kind, 'confirmed');
      const [transaction] = (await rig.control.book({ orderId: payment.orderId })).transactions;
      assert.deepEqual([transaction?.cancelledMinor, transaction?.cancels.length], [10_000n, 2]);
    }
  });
});

describe('on the wire', () => {
  const sent = (service: DanalService) => {
    const { path, body } = requests.at(-1) ?? { path: '', body: '' };
    const { CPID, DATA = '' } = decodeEucKrForm(body);
    return { path, CPID, fields: { ...openData(DATA, service, rig.call().channel.credentials) } };
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
  async function deposited(): Promise<{ raw: RawNotice; payment: Awaited<ReturnType<typeof waitingPayment>> }> {
    const payment = await waitingPayment(at('vbank'));
    await rig.control.deposit({ orderId: payment.orderId, depositorName: '김입금' });
    const raw = rig.notices.at(-1);
    assert.ok(raw);
    return { raw, payment };
  }
  const keys = () => ({ mid: rig.mid, credentials: rig.call().channel.credentials, noticeSecret: null });

  test('tells of the payment, the amount, the account, who paid and when', async () => {
    const { raw, payment } = await deposited();
    assert.deepEqual(gateway.notices.open(raw, keys()), {
      kind: 'notice',
      trust: 'authentic',
      orderId: payment.orderId,
      gatewayTid: payment.gatewayTid,
      event: {
        kind: 'deposit',
        amountMinor: 10_000n,
        accountNumber: payment.accountNumber,
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
    assert.equal(gateway.notices.open(raw, keys()).kind, 'notice');
    for (const path of ['', 'somebody']) assert.equal(gateway.notices.identify({ ...raw, path }), undefined);
  });

  test('of another merchant is not believed, whatever it is sealed with', async () => {
    const { raw } = await deposited();
    const stranger = danalTpay.sandboxCredentials('A000000000');
    assert.equal(gateway.notices.open(raw, { ...keys(), credentials: stranger }).kind, 'forged');
    assert.equal(gateway.notices.open(raw, { ...keys(), mid: 'A000000000' }).kind, 'forged');
  });

  test('that reports no success is nothing to do', () => {
    const fields = { CPID: rig.mid, TID: tid, ORDERID: 'imp_1', AMOUNT: '1', RETURNCODE: '1105' };
    const sealed = sealData(fields, virtualAccountService, rig.call().channel.credentials);
    const raw = {
      path: '',
      headers: {},
      query: new URLSearchParams(),
      body: Buffer.from(`DATA=${encodeURIComponent(sealed)}`),
    };
    const opened = gateway.notices.open(raw, keys());
    assert.equal(opened.kind === 'notice' && opened.event.kind, 'nothing_to_do');
  });

  test('is answered OK, FAIL or nothing, and only nothing makes Danal send it again', () => {
    const bodies = (['taken', 'refused', 'later'] as const).map((taken) => gateway.notices.answer(taken).body);
    assert.deepEqual(bodies, ['OK', 'FAIL', '']);
  });
});
