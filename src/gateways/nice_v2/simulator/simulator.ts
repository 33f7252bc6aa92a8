import type { ControlContext, SimulatorDefinition } from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { receiptNumbers } from '../../nice/simulator/book.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { withStandIn } from '../../stand-in/simulator/with-stand-in.ts';
import { niceV2Capabilities } from '../capabilities.ts';
import { isNiceV2ErrorCode, type NiceV2ErrorCode, niceV2Errors } from '../wire/errors.ts';
import { cancelPayment, operationOfCancel } from './cancel.ts';
import { chargeKey, issueKey, revokeKey } from './keys.ts';
import { approveWindow, authenticateInWindow, payInWindow, paymentOfOrder, paymentOfTid } from './payments.ts';
import { authenticate, type NiceV2Fields, NiceV2Refusal, niceV2Operation, refusalAnswer } from './protocol.ts';
import { cancelReceipt, issueReceipt, receiptOfTid } from './receipts.ts';
import { type Signing, webhookOf } from './view.ts';

/** What NICE most often says no with, for the fault `reject` without a code. */
const usualRefusals: Readonly<Partial<Record<FaultOperation, NiceV2ErrorCode>>> = {
  approve_window: 'F118',
  issue_key: 'A253',
  charge_key: 'F118',
  revoke_key: 'A125',
  revoke_vbank: '2014',
  cancel: '2003',
  issue_receipt: '7012',
  revoke_receipt: '7004',
  inquire: 'U107',
};

const byTid = (_fields: NiceV2Fields, { request }: { request: { params: Readonly<Record<string, string>> } }) => ({
  tid: request.params.tid ?? '',
});
const byTidAndAmount = (
  fields: NiceV2Fields,
  { request }: { request: { params: Readonly<Record<string, string>> } },
) => ({
  tid: request.params.tid ?? '',
  amount: String(fields.amount('amount')),
});
const byReceiptOrder = (fields: NiceV2Fields) => ({
  orderId: fields.text('orderId', 64),
  amount: String(fields.amount('amount')),
});
const byBid = (fields: NiceV2Fields, { request }: { request: { params: Readonly<Record<string, string>> } }) => ({
  orderId: fields.text('orderId', 64),
  bid: request.params.bid ?? '',
});
const issue = niceV2Operation(byReceiptOrder, issueReceipt);

const definition: SimulatorDefinition = {
  provider: 'nice_v2',
  escrow: niceV2Capabilities.escrow,
  schema: `create index if not exists merchants_client_key on merchants (json_extract(credentials, '$.clientKey'))`,
  authenticate,
  routes: [
    {
      method: 'GET',
      path: '/v1/payments/find/:orderId',
      operation: 'inquire',
      // The manual's formula has the TID here as well, which the caller may not know.
      handle: niceV2Operation(() => ({}), paymentOfOrder),
    },
    { method: 'GET', path: '/v1/payments/:tid', operation: 'inquire', handle: niceV2Operation(byTid, paymentOfTid) },
    {
      method: 'POST',
      path: '/v1/payments/:tid',
      operation: 'approve_window',
      handle: niceV2Operation(byTidAndAmount, approveWindow),
    },
    {
      method: 'POST',
      path: '/v1/payments/:tid/cancel',
      operation: operationOfCancel,
      handle: niceV2Operation(byTid, cancelPayment),
    },
    {
      method: 'POST',
      path: '/v1/subscribe/regist',
      operation: 'issue_key',
      handle: niceV2Operation((fields) => ({ orderId: fields.text('orderId', 64) }), issueKey),
    },
    {
      method: 'POST',
      path: '/v1/subscribe/:bid/payments',
      operation: 'charge_key',
      handle: niceV2Operation(byBid, chargeKey),
    },
    {
      method: 'POST',
      path: '/v1/subscribe/:bid/expire',
      operation: 'revoke_key',
      handle: niceV2Operation(byBid, revokeKey),
    },
    { method: 'POST', path: '/v1/receipt', operation: 'issue_receipt', handle: issue },
    // Some pages of the manual end it with a slash.
    { method: 'POST', path: '/v1/receipt/', operation: 'issue_receipt', handle: issue },
    { method: 'GET', path: '/v1/receipt/:tid', operation: 'inquire', handle: niceV2Operation(byTid, receiptOfTid) },
    {
      method: 'POST',
      path: '/v1/receipt/:tid/cancel',
      operation: 'revoke_receipt',
      handle: niceV2Operation(byTid, cancelReceipt),
    },
  ],
  unknownPath: ({ path }) =>
    /^\/v1\/(payments|receipt|subscribe)(\/|$)/.test(path)
      ? refusalAnswer(new NiceV2Refusal('U308'), 405)
      : refusalAnswer(new NiceV2Refusal('U320'), 404),
  internalError: () => refusalAnswer({ code: 'U501', message: niceV2Errors.U501.message }, 500),
  refusal(operation, code, message) {
    const named = code ?? usualRefusals[operation] ?? '2003';
    const known = isNiceV2ErrorCode(named) ? niceV2Errors[named].message : named;
    return refusalAnswer({ code: named, message: message ?? known });
  },
  payInWindow: (payment, context) => payInWindow(payment, context),
  authenticateInWindow,
  receiptNumbers,
  // How often NICE sends a webhook that is not answered with OK is not documented.
  notices: {
    deposit: (payment, context) => webhookOf(payment, signingFor(payment.mid, context)),
    isTaken: ({ status, body }) => status === 200 && body.includes('OK'),
    attemptsMax: 10,
  },
};

function signingFor(mid: string, { book, now, url }: ControlContext): Signing {
  return { book, now, url, secretKey: merchantByMid(book, mid)?.credentials.secretKey ?? '' };
}

export function createNiceV2Simulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(
    withWindowApproval(withStandIn(definition, { secretOf: ({ secretKey }) => secretKey ?? '' })),
    options,
  );
}
