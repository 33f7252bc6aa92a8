import { niceV2 } from '../../../src/gateways/nice_v2/module.ts';
import type { Clock } from '../../../src/platform/clock/clock.ts';
import { type Desk, openDesk } from '../kit/desk.ts';
import { sha256 } from '../nice/kit.ts';

/** Answers of NICE's new API about the payment of a desk, signed after the parts were replaced. */
export interface NiceV2Answers {
  readonly secretKey: string;
  payment(parts?: Readonly<Record<string, unknown>>): Record<string, unknown>;
  cancelledWhole(parts?: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** 2,000 were cancelled before (`earlier`), and 3,000 now (`ours`). */
  cancelledPart(parts?: Readonly<Record<string, unknown>>): Record<string, unknown>;
  receipt(parts: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

export const noon = '2024-03-06T12:00:00+09:00';
export const niceNoon = '2024-03-06T12:00:00.000+0900';
/** What every cancel has; one of these alone names neither an amount nor an account. */
export const fieldsOfCancel = ['ediDate', 'orderId', 'reason', 'returnCharSet', 'signData'];
export const receiptOrderId = 'imp_000000000001-r1';

export const cancelEntry = (id: string, amount: number, parts: Readonly<Record<string, unknown>> = {}) => ({
  tid: id,
  amount,
  cancelledAt: niceNoon,
  reason: '단순 변심',
  receiptUrl: `https://npg.nicepay.co.kr/issue?TID=${id}`,
  ...parts,
});

export const refusal = (resultCode: string) => ({ resultCode, resultMsg: '문구' });

/** A desk with answers about its payment; its calls have the key that they repeat. */
export async function openNiceV2Desk(clock: Clock): Promise<Desk & { readonly nice: NiceV2Answers }> {
  const call = { idempotencyKey: 'the-key-of-the-cancel', startedAt: new Date(noon) };
  const desk = await openDesk(niceV2, { clock, call });
  return { ...desk, nice: niceV2AnswersOf(desk) };
}

function niceV2AnswersOf({ rig, payment: { orderId, gatewayTid: tid } }: Desk): NiceV2Answers {
  const { secretKey = '' } = rig.call().channel.credentials;
  const payment: NiceV2Answers['payment'] = (parts = {}) => {
    const fields: Record<string, unknown> = {
      resultCode: '0000',
      resultMsg: '정상 처리되었습니다.',
      tid,
      cancelledTid: null,
      orderId,
      ediDate: niceNoon,
      status: 'paid',
      paidAt: '2024-03-06T11:00:00.000+0900',
      failedAt: '0',
      cancelledAt: '0',
      payMethod: 'card',
      amount: 10_000,
      balanceAmt: 10_000,
      card: { cardCode: '04', cardNum: '536112******1234', cardQuota: 3, cardType: 'check', acquCardCode: '01' },
      cancels: null,
      ...parts,
    };
    const signature = sha256(String(fields.tid), String(fields.amount), String(fields.ediDate), secretKey);
    return { signature, ...fields };
  };
  return {
    secretKey,
    payment,
    cancelledWhole: (parts = {}) =>
      payment({
        status: 'cancelled',
        balanceAmt: 0,
        cancelledAt: niceNoon,
        cancelledTid: tid,
        cancels: [cancelEntry(tid, 10_000)],
        ...parts,
      }),
    cancelledPart: (parts = {}) =>
      payment({
        status: 'partialCancelled',
        balanceAmt: 5000,
        cancelledTid: 'ours',
        cancels: [cancelEntry('earlier', 2000), cancelEntry('ours', 3000)],
        ...parts,
      }),
    receipt(parts) {
      const fields: Record<string, unknown> = {
        resultCode: '0000',
        tid: 'tid-of-the-receipt',
        orderId: receiptOrderId,
        ediDate: niceNoon,
        ...parts,
      };
      const signature = sha256(String(fields.tid), String(fields.orderId), String(fields.ediDate), secretKey);
      return { signature, ...fields };
    },
  };
}
