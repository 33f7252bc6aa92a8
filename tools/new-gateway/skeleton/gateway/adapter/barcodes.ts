// if cvs
/** INVENTED: the fields with which barcodes are issued and revoked. */

import { readTime, seoulLocal } from '../../../../../src/platform/clock/seoul-time.ts';
import type { Barcode, BarcodeIssue } from '../../../../../src/port/barcode.ts';
import type { OperationAt } from '../../../../../src/port/operations.ts';
import { readBarcodeAnswer } from '../wire/barcodes.ts';
import { paths } from '../wire/paths.ts';
import { carryOut, inquireByKey } from './exchange.ts';
import { orderFields } from './order.ts';
import { revocationAt } from './revocation.ts';

export const issueBarcode: OperationAt<'issue_barcode'> = {
  send: (call, request) =>
    carryOut(call, paths.issueBarcode, barcodeFields(request), (result) => {
      const issued = barcodeOf(result, request.orderId, request.amountMinor);
      return request.barcode === null || request.barcode === issued?.barcode ? issued : undefined;
    }),
  inquire: (call, { orderId, paymentAmountMinor }) =>
    inquireByKey(call, paths.issueBarcode, (result) => barcodeOf(result, orderId, paymentAmountMinor)),
};

function barcodeFields(request: BarcodeIssue): Record<string, unknown> {
  const { barcode, expiresAt } = request;
  return {
    ...orderFields({ ...request, taxFreeMinor: 0n, vatMinor: 0n }),
    barcode,
    dueAt: expiresAt && seoulLocal(expiresAt),
  };
}

function barcodeOf(result: unknown, orderId: string, amountMinor: bigint): Barcode | undefined {
  const answer = readBarcodeAnswer(result);
  const [expiresAt, issuedAt] = [answer?.dueAt, answer?.issuedAt].map((time) => readTime(time ?? ''));
  const isOurs = answer?.orderId === orderId && BigInt(answer.amount) === amountMinor;
  if (!isOurs || !expiresAt || !issuedAt) return undefined;
  return { gatewayTid: answer.transactionId, barcode: answer.barcode, expiresAt, issuedAt };
}
// if revoke_barcode

export const revokeBarcode = revocationAt(paths.revokeBarcode);
// end
// end
