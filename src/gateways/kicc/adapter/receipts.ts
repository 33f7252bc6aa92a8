import { createHash } from 'node:crypto';
import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import { amountNumber } from '../../../platform/money/currency.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { OperationAt } from '../../../port/operations.ts';
import type { Receipt, ReceiptIssue } from '../../../port/receipt.ts';
import { kiccDay } from '../wire/day.ts';
import { paths } from '../wire/paths.ts';
import { kiccText, lengthMax } from '../wire/text.ts';
import { type KiccAnswer, succeeded } from '../wire/wire.ts';
import { outcomeOf } from './answers.ts';
import { post, requestId } from './requests.ts';
import { type Read, settle } from './status.ts';

export const issueReceipt: OperationAt<'issue_receipt'> = {
  async send(call, request) {
    const body = receiptBody(call, request);
    if (!body) return { kind: 'never_sent', why: 'KICC issues no cash receipt for a resident number' };
    return outcomeOf(call, await post(call, paths.receipt, body), (answer) => {
      const receipt = receiptOf(call, request, answer);
      return receipt && { kind: 'confirmed', result: receipt };
    });
  },

  inquire(call, request, sentAt) {
    const read: Read<Receipt> = (answer) => {
      const receipt = receiptOf(call, request, answer);
      return receipt && { kind: 'done', result: receipt };
    };
    return settle(call, sentAt, read, { onlyToday: true });
  },
};

/**
 * The issue of a cash receipt by itself (단독 발행). KICC documents no signature for it: whoever knows the MID may ask. The
 * name of the outer field is KICC's, letter by letter.
 */
export function receiptBody(call: GatewayCall, request: ReceiptIssue): { directCashReceiptnfo: unknown } | undefined {
  const authType = authTypeOf(request);
  if (authType === undefined) return undefined;
  const { currency, amountMinor, taxFreeMinor, vatMinor } = request;
  const goodsName = kiccText(request.orderName, lengthMax.goodsName);
  const customerName = kiccText(request.buyer.name ?? '', lengthMax.customerName);
  return {
    directCashReceiptnfo: {
      mallId: call.channel.mid,
      shopTransactionId: requestId(call),
      shopReqDate: kiccDay(call.now),
      shopOrderNo: receiptOrderNumber(request.receiptOrderId),
      ...(goodsName && { goodsName }),
      amount: amountNumber(amountMinor, currency),
      serviceAmount: 0,
      vatAmount: amountNumber(vatMinor, currency),
      ...(customerName && { customerName }),
      issueType: request.type === 'company' ? '02' : '01',
      authType,
      authValue: request.identifier,
      subMallUsed: '0',
      ...(taxFreeMinor > 0n && {
        taxFlg: 'TG01',
        taxAmount: amountNumber(amountMinor - taxFreeMinor - vatMinor, currency),
        freeAmount: amountNumber(taxFreeMinor, currency),
      }),
    },
  };
}

/**
 * 03 telephone, 04 business number, 05 card of the tax office. Resident numbers have none. Where the kind is not said, the
 * number's own form decides.
 */
function authTypeOf({ identifierType, identifier, type }: ReceiptIssue): string | undefined {
  switch (identifierType) {
    case 'phone':
      return '03';
    case 'business':
      return '04';
    case 'taxcard':
      return '05';
    case 'person':
      return undefined;
    case null:
      if (/^01\d{8,9}$/.test(identifier)) return '03';
      return type === 'company' ? '04' : '05';
  }
}

export function receiptOrderNumber(receiptOrderId: string): string {
  if (receiptOrderId.length <= lengthMax.shopOrderNo) return receiptOrderId;
  return createHash('sha256').update(receiptOrderId).digest('hex').slice(0, lengthMax.shopOrderNo);
}

/** A receipt only when the answer is the one to this very request. */
function receiptOf(call: GatewayCall, request: ReceiptIssue, answer: KiccAnswer): Receipt | undefined {
  const issuedAt = readSeoulDigits(answer.transactionDate ?? '') ?? call.now;
  const isOurs =
    answer.resCd === succeeded &&
    answer.shopTransactionId === requestId(call) &&
    (answer.mallId ?? call.channel.mid) === call.channel.mid &&
    answer.shopOrderNo === receiptOrderNumber(request.receiptOrderId) &&
    answer.amount != null &&
    BigInt(answer.amount) === request.amountMinor;
  if (!isOurs || !answer.pgCno || !answer.approvalNo) return undefined;
  return { receiptTid: answer.pgCno, approvalNumber: answer.approvalNo, receiptUrl: null, issuedAt };
}
