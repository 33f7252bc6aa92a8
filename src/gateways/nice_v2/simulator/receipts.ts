import type { SimulatorContext } from '../../../simulators/definition.ts';
import {
  type BookReceipt,
  insertReceipt,
  maskIdentifier,
  receiptByTid,
  recordReceiptRevocation,
  revocationsOf,
} from '../../../simulators/receipts.ts';
import { isNumberUsed, isReceiptYearOver, keepNumber, receiptNumbers } from '../../nice/simulator/book.ts';
import { niceSignature } from '../../nice/wire/signature.ts';
import { ediDateOf } from '../wire/edi-date.ts';
import { type NiceV2Fields, NiceV2Refusal } from './protocol.ts';

/** POST /v1/receipt */
export function issueReceipt(fields: NiceV2Fields, context: SimulatorContext): Record<string, unknown> {
  const { book, caller, now } = context;
  const orderId = fields.text('orderId', 64);
  const amountMinor = fields.amount('amount');
  const orderName = fields.text('goodsName', 40);
  const type = fields.text('receiptType', 20);
  const identifier = fields.text('receiptNo', 20);
  const taxFreeMinor = readSplit(fields, 'amount', amountMinor);
  for (const [name, bytes] of [
    ['buyerName', 30],
    ['buyerTel', 40],
    ['buyerEmail', 60],
  ] as const) {
    fields.optionalText(name, bytes);
  }
  if (amountMinor === 0n) throw new NiceV2Refusal('U127');
  if (type !== 'individual' && type !== 'company') throw new NiceV2Refusal('7002');
  if (!(type === 'company' ? /^\d{10}$/ : /^\d{10,11}$/).test(identifier)) throw new NiceV2Refusal('7012');
  if (isNumberUsed(book, caller.mid, orderId)) throw new NiceV2Refusal('U112');
  const { tid, approvalNumber } = receiptNumbers(caller.mid, context);
  const receipt = insertReceipt(book, {
    receiptTid: tid,
    mid: caller.mid,
    orderId,
    paymentTid: null,
    orderName,
    type: type === 'company' ? 'company' : 'person',
    identifier: maskIdentifier(identifier),
    amountMinor,
    taxFreeMinor,
    approvalNumber,
    issuedAt: now,
  });
  if (!receipt) throw new NiceV2Refusal('U112');
  return {
    ...signed(receipt.receiptTid, orderId, context),
    approvedAt: ediDateOf(now),
    approveNo: receipt.approvalNumber,
  };
}

/** POST /v1/receipt/{tid}/cancel */
export function cancelReceipt(fields: NiceV2Fields, context: SimulatorContext): Record<string, unknown> {
  const { book, caller, now, request } = context;
  const receipt = receiptOf(context, 'U122');
  const orderId = fields.text('orderId', 64);
  fields.text('reason', 100);
  const asked = fields.optionalAmount('cancelAmt');
  if (asked === 0n) throw new NiceV2Refusal('2010');
  const taxFreeMinor = asked === null ? 0n : readSplit(fields, 'cancelAmt', asked);
  if (isNumberUsed(book, caller.mid, orderId)) throw new NiceV2Refusal('U112');
  if (receipt.balanceMinor === 0n) throw new NiceV2Refusal('2013');
  if (isReceiptYearOver(receipt, now)) throw new NiceV2Refusal('2016');
  const amountMinor = asked ?? receipt.balanceMinor;
  const { tid, approvalNumber } = receiptNumbers(caller.mid, context);
  const revoked = recordReceiptRevocation(book, {
    receiptTid: receipt.receiptTid,
    revocationTid: tid,
    amountMinor,
    taxFreeMinor,
    approvalNumber,
    now,
  });
  if (!revoked) throw new NiceV2Refusal('U123');
  keepNumber(book, caller.mid, orderId, now);
  const left = receiptByTid(book, caller.mid, request.params.tid ?? '')?.balanceMinor ?? 0n;
  return {
    ...signed(revoked.revocationTid, orderId, context),
    cancelAmt: Number(amountMinor),
    balanceAmt: Number(left),
    cancelledAt: ediDateOf(now),
    approveNo: revoked.approvalNumber,
  };
}

/**
 * GET /v1/receipt/{tid}. NICE's manual gives the fields of a cancel for it; that they are those of the last one, and that a
 * receipt without any has `0`, is inferred.
 */
export function receiptOfTid(_fields: NiceV2Fields, context: SimulatorContext): Record<string, unknown> {
  const receipt = receiptOf(context, 'U107');
  const last = revocationsOf(context.book, receipt.receiptTid).at(-1);
  return {
    ...signed(last?.revocationTid ?? receipt.receiptTid, receipt.orderId, context),
    cancelAmt: Number(last?.amountMinor ?? 0n),
    balanceAmt: Number(receipt.balanceMinor),
    cancelledAt: last ? ediDateOf(last.revokedAt) : '0',
    approveNo: last?.approvalNumber ?? receipt.approvalNumber,
  };
}

function receiptOf({ book, caller, request }: SimulatorContext, otherwise: 'U107' | 'U122'): BookReceipt {
  const receipt = receiptByTid(book, caller.mid, request.params.tid ?? '');
  if (!receipt) throw new NiceV2Refusal(otherwise);
  return receipt;
}

/** The four parts of an amount, all wanted; the answer is the tax-free one. */
function readSplit(fields: NiceV2Fields, name: string, amountMinor: bigint): bigint {
  const taxFreeMinor = fields.amount('taxFreeAmt');
  const sum = fields.amount('supplyAmt') + fields.amount('goodsVat') + fields.amount('serviceAmt') + taxFreeMinor;
  if (sum !== amountMinor) throw new NiceV2Refusal('P013', name, String(amountMinor));
  return taxFreeMinor;
}

function signed(tid: string, orderId: string, { caller, now }: SimulatorContext): Record<string, unknown> {
  const ediDate = ediDateOf(now);
  return {
    resultCode: '0000',
    resultMsg: '정상 처리되었습니다.',
    tid,
    orderId,
    ediDate,
    signature: niceSignature(tid, orderId, ediDate, caller.credentials.secretKey ?? ''),
  };
}
