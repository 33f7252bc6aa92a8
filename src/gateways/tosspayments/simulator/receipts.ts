import { newReceiptNumber } from '../../../simulators/approval-numbers.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import { settingOf } from '../../../simulators/merchants.ts';
import {
  insertReceipt,
  listReceipts,
  maskIdentifier,
  receiptByTid,
  recordReceiptRevocation,
  revocationsOf,
} from '../../../simulators/receipts.ts';
import { apiVersion } from './api-version.ts';
import { newReceiptKey } from './payments.ts';
import { bodyOf, TossRefusal } from './protocol.ts';
import { receiptOfVersion14, receiptView, revocationView } from './view.ts';

/** POST /v1/cash-receipts. Toss does not look at the kind of identifier, whose field has another name before 2022-07-27. */
export function issueReceipt(context: SimulatorContext): unknown {
  const body = bodyOf(context);
  const version = settingOf(context.book, context.caller.mid, apiVersion);
  const identifierName = version === '1.4' ? 'registrationNumber' : 'customerIdentityNumber';
  const type = body.text('type', 10, /^(소득공제|지출증빙)$/);
  const amountMinor = body.amount('amount');
  const taxFreeMinor = body.amountOrZero('taxFreeAmount');
  if (taxFreeMinor > amountMinor) throw new TossRefusal('INVALID_REQUEST');
  const receipt = insertReceipt(context.book, {
    receiptTid: newReceiptKey(),
    mid: context.caller.mid,
    orderId: body.orderId(),
    paymentTid: null,
    orderName: body.text('orderName', 100),
    type: type === '지출증빙' ? 'company' : 'person',
    identifier: maskIdentifier(body.text(identifierName, 30, /^\d+$/)),
    amountMinor,
    taxFreeMinor,
    approvalNumber: newReceiptNumber(),
    issuedAt: context.now,
  });
  if (!receipt) throw new TossRefusal('DUPLICATED_ORDER_ID');
  return version === '1.4' ? receiptOfVersion14(receipt, [], context.url) : receiptView(receipt, context.url);
}

/** POST /v1/cash-receipts/{receiptKey}/cancel */
export function cancelReceipt(context: SimulatorContext): unknown {
  const { book, caller, request, now, url } = context;
  const receipt = receiptByTid(book, caller.mid, request.params.receiptKey ?? '');
  if (!receipt) throw new TossRefusal('NOT_FOUND_CASH_RECEIPT');
  if (receipt.balanceMinor === 0n) throw new TossRefusal('ALREADY_CANCELED_CASH_RECEIPT');
  const amountMinor =
    (request.body.length === 0 ? null : bodyOf(context).optionalAmount('amount')) ?? receipt.balanceMinor;
  const revoked = recordReceiptRevocation(book, {
    receiptTid: receipt.receiptTid,
    revocationTid: newReceiptKey(),
    amountMinor,
    taxFreeMinor: 0n,
    approvalNumber: newReceiptNumber(),
    now,
  });
  if (!revoked) throw new TossRefusal('NOT_CANCELABLE_CASH_RECEIPT_AMOUNT');
  return settingOf(book, caller.mid, apiVersion) === '1.4'
    ? receiptOfVersion14(receipt, [revoked], url)
    : revocationView(receipt, revoked, url);
}

/**
 * GET /v1/cash-receipts?requestDate=YYYY-MM-DD&cursor&limit: what was issued and cancelled on one day in Seoul. That there is no
 * list where both are one object is inferred.
 */
export function receiptsOfDay(context: SimulatorContext): unknown {
  const { book, caller, request, url } = context;
  if (settingOf(book, caller.mid, apiVersion) === '1.4') throw new TossRefusal('NOT_FOUND');
  const day = request.query.get('requestDate') ?? '';
  const limit = Number(request.query.get('limit') ?? 100);
  const cursor = Number(request.query.get('cursor') ?? 0);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !(limit >= 1 && limit <= 10_000) || !(cursor >= 0)) {
    throw new TossRefusal('INVALID_REQUEST');
  }
  const entries = listReceipts(book, caller.mid)
    .flatMap((receipt) => [
      receiptView(receipt, url),
      ...revocationsOf(book, receipt.receiptTid).map((revocation) => revocationView(receipt, revocation, url)),
    ])
    .filter((entry) => String(entry.requestedAt).startsWith(day))
    .sort((a, b) => String(a.requestedAt).localeCompare(String(b.requestedAt)));
  const page = entries.slice(cursor, cursor + limit);
  return { hasNext: cursor + limit < entries.length, lastCursor: cursor + page.length, data: page };
}
