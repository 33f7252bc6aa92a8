import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { kcp } from '../../../src/gateways/kcp/module.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { type KcpAnswer, kcpClientOf } from './kit.ts';

/** KCP's texts as the list has them: what the simulator says is compared with this, not with its own table. */
const texts: Readonly<Record<string, string>> = {
  '8012': '취소불가 - 상점관리자 문의',
  '8023': '기승인 취소된 거래',
  '8030': '부분취소 원거래 검색 오류',
  '8035': '부분취소 최소금액 미만',
  '8036': '부분취소 가능금액 초과',
  '8037': '부분취소 남은금액 불일치',
  '8040': '부분취소(환불) 진행중 거래, 전체취소 불가',
  '8078': '포맷에러(변경|부분취소 과세금액)',
  '8079': '포맷에러(변경|부분취소 비과세금액)',
  '8080': '포맷에러(변경|부분취소 부가세금액)',
  '8098': '변경요청(부분취소) 가능 과세/부가세 금액 초과',
  '8099': '변경요청(부분취소) 가능 비과세 금액 초과',
  '8133': '기취소된 신용카드 거래 취소요청',
  '8134': '거래취소 불가 상태',
  '8344': '취소 금액 불일치',
  '8381': '부분취소 가능 금액 불일치',
  '8382': '부분취소 가능 금액 초과',
  '8384': '부분취소 처리불가 거래유형',
  CCA9: '부분취소 거래, 전체취소 불가',
};

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(kcp, { clock });
const { rig, paid } = desk;
const client = kcpClientOf(rig);

async function refusedWith(answer: Promise<KcpAnswer>, code: string) {
  const { status, body } = await answer;
  assert.deepEqual([status, body.res_cd, body.res_msg], [200, code, texts[code]]);
  assert.equal(typeof body.res_en_msg, 'string');
}

const partial = (mod_mny: string, rem_mny: string, more: Record<string, unknown> = {}) => ({
  mod_type: 'STPC',
  mod_mny,
  rem_mny,
  ...more,
});

describe('who calls', () => {
  test('a signature over another text, with another key or in no form at all is refused', async () => {
    const { gatewayTid: tno } = await paid('card');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const text = Buffer.from(`${rig.mid}^${tno}^STSC`);
    const wrong = [
      sign('RSA-SHA256', text, privateKey).toString('base64'),
      createHash('sha256').update(text).digest('base64'),
      '',
    ];
    for (const kcp_sign_data of wrong) await refusedWith(client.cancel(tno, {}, { kcp_sign_data }), '8012');
    // What was signed is a full cancellation; what is asked for is another one.
    const signed = await client.inquire(tno, 'PACA');
    assert.equal(signed.body.res_cd, '0000');
    await refusedWith(client.cancel(tno, { mod_type: 'STSC', tno: '20240306999999' }), '8012');
  });

  test('another certificate, the certificate in many lines and an unknown site are refused', async () => {
    const { gatewayTid: tno } = await paid('card');
    const { certificate = '' } = rig.call().channel.credentials;
    const stranger = rig.sandbox.credentials('nobody').certificate ?? '';
    for (const kcp_cert_info of [stranger.replaceAll('\n', ''), certificate, '']) {
      await refusedWith(client.cancel(tno, {}, { kcp_cert_info }), '8012');
    }
    await refusedWith(client.cancel(tno, {}, { site_cd: 'T0000' }), '8012');
    const { transactions } = await rig.control.book({ mid: rig.mid });
    assert.ok(transactions.every(({ cancels }) => cancels.length === 0));
  });
});

describe('a full cancellation', () => {
  test('names the transaction and the time, and moves all there is', async () => {
    const { gatewayTid: tno, orderId } = await paid('card');
    assert.match(tno, /^20240306\d{6}$/);
    const { body } = await client.cancel(tno);
    assert.deepEqual([body.res_cd, body.tno, body.canc_time], ['0000', tno, '20240306120000']);
    assert.equal((await rig.control.book({ orderId })).transactions[0]?.cancelledMinor, 10_000n);
  });

  test('of what is cancelled already is refused in the words for its pay method', async () => {
    for (const [payMethod, code] of [
      ['card', '8133'],
      ['trans', '8023'],
      ['phone', '8023'],
    ] as const) {
      const { gatewayTid: tno } = await paid(payMethod);
      assert.equal((await client.cancel(tno)).body.res_cd, '0000');
      await refusedWith(client.cancel(tno), code);
    }
  });

  test('after a partial one is refused; the rest goes as another part', async () => {
    for (const [payMethod, code] of [
      ['card', 'CCA9'],
      ['trans', '8040'],
    ] as const) {
      const { gatewayTid: tno, orderId } = await paid(payMethod);
      await client.cancel(tno, partial('3000', '10000'));
      await refusedWith(client.cancel(tno), code);
      const rest = await client.cancel(tno, partial('7000', '7000'));
      assert.deepEqual([rest.body.res_cd, rest.body.rem_mny], ['0000', '0']);
      assert.equal((await rig.control.book({ orderId })).transactions[0]?.status, 'cancelled');
    }
  });

  test('of a telephone payment is refused from the next month in Seoul on', async () => {
    const { gatewayTid: tno } = await paid('phone');
    clock.set('2024-04-01T00:00:00+09:00');
    await refusedWith(client.cancel(tno), '8134');
    clock.set('2024-03-31T23:59:59+09:00');
    assert.equal((await client.cancel(tno)).body.res_cd, '0000');
    clock.set('2024-03-06T12:00:00+09:00');
  });

  test('of a virtual account is refused, deposited or not', async () => {
    const { gatewayTid: tno, orderId } = await desk.waiting('vbank');
    await refusedWith(client.cancel(tno), '8134');
    await rig.control.deposit({ orderId });
    await refusedWith(client.cancel(tno), '8134');
    await refusedWith(client.cancel(tno, partial('1000', '10000')), '8134');
  });
});

describe('a partial cancellation', () => {
  test('answers its own number, its amount and what is left after it', async () => {
    const { gatewayTid: tno } = await paid('card');
    const [first, second] = [
      await client.cancel(tno, partial('3000', '10000')),
      await client.cancel(tno, partial('2000', '7000')),
    ];
    assert.deepEqual([first.body.mod_mny, first.body.rem_mny], ['3000', '7000']);
    assert.deepEqual([second.body.mod_mny, second.body.rem_mny], ['2000', '5000']);
    assert.notEqual(first.body.mod_pcan_seq_no, second.body.mod_pcan_seq_no);
    assert.match(String(first.body.mod_pcan_seq_no), /^\d{14}$/);
  });

  test('that comes twice fails the second time, since rem_mny is what was left before', async () => {
    const { gatewayTid: tno, orderId } = await paid('card');
    assert.equal((await client.cancel(tno, partial('3000', '10000'))).body.res_cd, '0000');
    await refusedWith(client.cancel(tno, partial('3000', '10000')), '8037');
    assert.equal((await rig.control.book({ orderId })).transactions[0]?.cancelledMinor, 3_000n);
    const transfer = await paid('trans');
    await client.cancel(transfer.gatewayTid, partial('3000', '10000'));
    await refusedWith(client.cancel(transfer.gatewayTid, partial('3000', '10000')), '8381');
  });

  test('of too much, of nothing, or with amounts that are none is refused', async () => {
    const { gatewayTid: tno } = await paid('card');
    await refusedWith(client.cancel(tno, partial('10001', '10000')), '8036');
    await refusedWith(client.cancel(tno, partial('0', '10000')), '8035');
    for (const mod_mny of ['-1', '1.5', '1e3', '', '1234567890123', ' 1', -1, 1.5, 1e21, true, null]) {
      await refusedWith(client.cancel(tno, { mod_type: 'STPC', mod_mny, rem_mny: '10000' }), '8344');
    }
    await refusedWith(client.cancel(tno, { mod_type: 'STPC', mod_mny: '1000' }), '8037');
    const phone = await paid('phone');
    await refusedWith(client.cancel(phone.gatewayTid, partial('1000', '10000')), '8384');
    await refusedWith(client.cancel(phone.gatewayTid, partial('10001', '10000')), '8382');
  });

  test('takes amounts as numbers, too', async () => {
    const { gatewayTid: tno, orderId } = await paid('card', { taxFreeMinor: 4_000n });
    const split = { tax_flag: 'TG03', mod_tax_mny: 1000, mod_free_mny: 2000, mod_vat_mny: 0 };
    const { body } = await client.cancel(tno, { mod_type: 'STPC', mod_mny: 3000, rem_mny: 10000, ...split });
    assert.deepEqual([body.res_cd, body.mod_mny, body.rem_mny], ['0000', '3000', '7000']);
    assert.equal((await rig.control.book({ orderId })).transactions[0]?.cancelledMinor, 3_000n);
  });

  test('of a payment that mixes needs a split that adds up and that is left', async () => {
    const { gatewayTid: tno, orderId } = await paid('card', { taxFreeMinor: 4_500n, vatMinor: 500n });
    const split = (tax: string, free: string, vat: string) => ({
      tax_flag: 'TG03',
      mod_tax_mny: tax,
      mod_free_mny: free,
      mod_vat_mny: vat,
    });
    await refusedWith(client.cancel(tno, partial('1000', '10000')), '8134');
    await refusedWith(
      client.cancel(tno, partial('1000', '10000', { ...split('1000', '0', '0'), tax_flag: 'X' })),
      '8134',
    );
    await refusedWith(client.cancel(tno, partial('1000', '10000', split('x', '0', '0'))), '8078');
    await refusedWith(client.cancel(tno, partial('1000', '10000', split('900', '', '100'))), '8079');
    await refusedWith(client.cancel(tno, partial('1000', '10000', split('900', '100', '-1'))), '8080');
    await refusedWith(client.cancel(tno, partial('1000', '10000', split('900', '0', '0'))), '8344');
    await refusedWith(client.cancel(tno, partial('4600', '10000', split('0', '4600', '0'))), '8099');
    await refusedWith(client.cancel(tno, partial('6000', '10000', split('5500', '0', '500'))), '8098');
    const done = await client.cancel(tno, partial('5500', '10000', split('1000', '4400', '100')));
    assert.equal(done.body.res_cd, '0000');
    await refusedWith(client.cancel(tno, partial('101', '4500', split('0', '101', '0'))), '8099');
    assert.equal((await rig.control.book({ orderId })).transactions[0]?.cancelledMinor, 5_500n);
  });
});

test('what is not of the documented form is refused, and the length of the reason is looked at', async () => {
  const { gatewayTid: tno } = await paid('card');
  await refusedWith(client.cancel('2024030699999'), '8134');
  await refusedWith(client.cancel('20240306999999'), '8030');
  for (const mod_type of ['STE2', 'STHD', '']) await refusedWith(client.cancel(tno, { mod_type }), '8134');
  await refusedWith(client.cancel(tno, { mod_desc: '가'.repeat(34) }), '8134');
  for (const character of `,&;\n\\|'"<`) {
    await refusedWith(client.cancel(tno, { mod_desc: `단순${character}변심` }), '8134');
  }
  assert.equal((await client.cancel(tno, { mod_desc: '가'.repeat(33) })).body.res_cd, '0000');
});

describe('an inquiry', () => {
  test('tells what was paid, what is left and the state, by the fields of the pay method', async () => {
    const card = await paid('card');
    const approved = (await client.inquire(card.gatewayTid, 'PACA')).body;
    assert.deepEqual(
      [approved.order_no, approved.amount, approved.rem_mny, approved.stat_ca_cd, approved.app_time],
      [card.orderId, '10000', '10000', 'STSR', '20240306120000'],
    );
    assert.equal(approved.card_cd, 'CCLG');
    await client.cancel(card.gatewayTid, partial('4000', '10000'));
    const partly = (await client.inquire(card.gatewayTid, 'PACA')).body;
    assert.deepEqual([partly.rem_mny, partly.stat_ca_cd], ['6000', 'STPC']);
    const transfer = await paid('trans', { bankCode: '004' });
    await client.cancel(transfer.gatewayTid);
    const cancelled = (await client.inquire(transfer.gatewayTid, 'PABK')).body;
    assert.deepEqual([cancelled.bk_rem_mny, cancelled.stat_bk_cd, cancelled.bank_code], ['0', 'STSC', 'BK04']);
    const phone = await paid('phone');
    const telephone = (await client.inquire(phone.gatewayTid, 'PAMC')).body;
    assert.deepEqual([telephone.hp_rem_mny, telephone.stat_hp_cd], ['10000', 'STSR']);
  });

  test('of a virtual account tells whether its deposit is there', async () => {
    const { gatewayTid: tno, orderId } = await desk.waiting('vbank', { bankCode: '004' });
    const waiting = (await client.inquire(tno, 'PAVC')).body;
    assert.deepEqual(
      [waiting.res_cd, waiting.tno, waiting.order_no, waiting.pay_method, waiting.amount, waiting.bankcode],
      ['0000', tno, orderId, 'PAVC', '10000', 'BK04'],
    );
    assert.deepEqual([waiting.stat_ca_cd, waiting.app_time], ['STIR', undefined]);
    await rig.control.deposit({ orderId });
    const deposited = (await client.inquire(tno, 'PAVC')).body;
    assert.deepEqual(
      [deposited.stat_ca_cd, deposited.rem_mny, deposited.app_time],
      ['STSR', '10000', '20240306120000'],
    );
    await refusedWith(client.inquire((await paid('card')).gatewayTid, 'PAVC'), '8030');
  });

  test('for another pay method, another merchant’s payment or none finds nothing', async () => {
    const { gatewayTid: tno } = await paid('card');
    await refusedWith(client.inquire(tno, 'PABK'), '8030');
    await refusedWith(client.inquire('20240306999999', 'PACA'), '8030');
    await refusedWith(client.inquire(tno, 'PAXX'), '8134');
    const vbank = await desk.waiting('vbank');
    await refusedWith(client.inquire(vbank.gatewayTid, 'PACA'), '8030');
  });
});

describe('the payment window', () => {
  test('takes no other currency, no other pay method, no order id twice, and no bank that KCP does not have', async () => {
    const codes: unknown[] = [];
    const { orderId } = await paid('card');
    for (const parts of [
      { orderId },
      { currency: 'USD' },
      { payMethod: 'cultureland' },
      { payMethod: 'vbank', bankCode: '218' },
      { payMethod: 'vbank', dueAt: new Date('2024-03-06T12:00:00+09:00') },
      { orderId: 'x'.repeat(41) },
      { amountMinor: 10n ** 12n },
      { taxFreeMinor: 10_001n },
    ] as const) {
      const made = await desk.inWindow('card', parts);
      codes.push(made.kind === 'refused' && made.code);
    }
    assert.deepEqual(codes, [
      'DUPLICATE_ORDER_ID',
      'INVALID_AMOUNT',
      'UNSUPPORTED_PAY_METHOD',
      'INVALID_BANK',
      'INVALID_DUE_DATE',
      'INVALID_ORDER_ID',
      'INVALID_AMOUNT',
      'INVALID_AMOUNT',
    ]);
  });
});
