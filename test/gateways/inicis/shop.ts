import assert from 'node:assert/strict';
import type { PayMethod } from '../../../src/port/payment.ts';
import type { Rig } from '../kit/rig.ts';
import type { InicisAnswer, InicisClient } from './client.ts';

/** INICIS's codes and texts as published: what the simulator says is compared with this, not with its own table. */
export const publishedErrors: Readonly<Record<string, string>> = {
  '500626': '기 취소 거래',
  '500622': '취소불가 가맹점',
  '500624': '부분취소 원거래 취소불가',
  '500625': '부분취소 일반취소불가',
  '500627': '매입후취소 불가능 가맹점',
  '500628': '취소불가능 거래',
  '500667': '취소 기한 초과',
  '500714': '취소기한이 초과 되었습니다.',
  '500685': '에스크로 거래는 에스크로 모듈을 통해 취소해야합니다.',
  '500699': '부분취소 가능한 지불수단 아님',
  '500700': '부분취소대상 원거래번호(TID)가 아닙니다',
  '500702': '복합지불 부분취소 불가',
  '500705': '부분취소 가능 횟수 초과',
  '500706': '부분취소 잔액 오류',
  '500707': '부분취소 불가 카드사',
  '500412': '부분취소 불가 가맹점',
  '500127': '부분취소 처리 실패(중복요청여부확인요망)',
  '500263': '취소 TID 정보 불일치',
  '500621': '타가맹점거래 취소 불가',
  '500749': '부분취소로 전체금액 취소는 불가능합니다.',
  '500826': '취소 요청 금액이 잔액보다 큼',
  '500906': '[취소한도초과] 취소금액입금하여 한도증액요청',
  '500959': '간편결제 부분취소 불가 거래',
  '11C9': '해당 카드는 부분취소가 불가능한 카드입니다. 직접 환불하여 주시기 바랍니다.',
  '120025': '이미 취소 된 거래임',
  '1225': '이미 취소 된 거래임',
  '120022': '거래취소불가(기매입된 거래)',
  '120061': '취소기한 경과로 취소 불가',
  ERR205: 'hashData 불일치',
};

export interface Paid {
  readonly tid: string;
  readonly orderId: string;
}

/** The buyer has paid in the window, or been given an account there. */
export async function payAtInicis(rig: Rig, payMethod: PayMethod, parts: Record<string, unknown> = {}): Promise<Paid> {
  const orderId = rig.orderId();
  const made = await rig.control.createWindowPayment({
    mid: rig.mid,
    orderId,
    orderName: '생수',
    payMethod,
    currency: 'KRW',
    amountMinor: 10_000n,
    taxFreeMinor: 0n,
    vatMinor: 0n,
    buyer: { name: '홍길동', email: null, tel: null },
    ...parts,
  });
  assert.ok(made.kind === 'done');
  return { tid: made.result.gatewayTid, orderId };
}

export async function payAccountAtInicis(rig: Rig): Promise<Paid> {
  const paid = await payAtInicis(rig, 'vbank');
  const deposited = await rig.control.deposit({ orderId: paid.orderId });
  assert.equal(deposited.kind, 'done');
  return paid;
}

export const refundAccountOf = (inicis: InicisClient) => ({
  refundAcctNum: inicis.encrypt('110123456789'),
  refundBankCode: '88',
  refundAcctName: '홍길동',
});
/** The fields of a partial cancel. */
export const part = (tid: string, price: number, confirmPrice: number) => ({
  tid,
  msg: '단순 변심',
  price: String(price),
  confirmPrice: String(confirmPrice),
  currency: 'WON',
});

export async function succeeds(answer: Promise<InicisAnswer>, resultCode = '00'): Promise<InicisAnswer['body']> {
  const { status, body } = await answer;
  assert.deepEqual([status, body.resultCode], [200, resultCode], JSON.stringify(body));
  return body;
}

/** A code with a detail stands behind the plain `01`. */
export async function refusedWith(answer: Promise<InicisAnswer>, code: string): Promise<InicisAnswer['body']> {
  const { status, body } = await answer;
  const expected = /^(\d{4,}|11C9)$/.test(code) ? ['01', code] : [code, ''];
  assert.deepEqual([status, body.resultCode, body.detailResultCode], [200, ...expected], JSON.stringify(body));
  if (code in publishedErrors) assert.equal(body.resultMsg, publishedErrors[code]);
  return body;
}

export async function cancelledMinorOf(rig: Rig, orderId: string): Promise<bigint | undefined> {
  return (await rig.control.book({ orderId })).transactions[0]?.cancelledMinor;
}
