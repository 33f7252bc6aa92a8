import { jsonAnswer, type SimulatorDefinition } from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { isTossErrorCode, type TossErrorCode, tossErrors } from '../wire/errors.ts';
import { apiVersion } from './api-version.ts';
import { cancelPayment, operationOfCancel } from './cancel.ts';
import { authenticateInWindow, confirmPayment, sessionsSchema } from './confirm.ts';
import { chargeKey, deleteKey, issueKeyInWindow, registerCard } from './keys.ts';
import { tossSimulatorNotices } from './notices.ts';
import {
  approveByKey,
  issueVirtualAccount,
  payInWindow,
  paymentOfKey,
  paymentOfOrder,
  receiptNumbers,
} from './payments.ts';
import { answerKeyOf, authenticate, errorAnswer, tossOperation } from './protocol.ts';
import { cancelReceipt, issueReceipt, receiptsOfDay } from './receipts.ts';
import { listTransactions } from './transactions.ts';

/** What Toss most often says no with, for the fault `reject` without a code. */
const usualRefusals: Readonly<Partial<Record<FaultOperation, TossErrorCode>>> = {
  approve: 'INVALID_REJECT_CARD',
  approve_window: 'INVALID_REJECT_CARD',
  issue_key: 'INVALID_CARD_NUMBER',
  charge_key: 'INVALID_REJECT_CARD',
  revoke_key: 'INVALID_REQUEST',
  issue_vbank: 'PROVIDER_ERROR',
  revoke_vbank: 'NOT_CANCELABLE_PAYMENT',
  cancel: 'NOT_CANCELABLE_PAYMENT',
  issue_receipt: 'PROVIDER_ERROR',
  revoke_receipt: 'PROVIDER_ERROR',
  inquire: 'FORBIDDEN_REQUEST',
};

const definition: SimulatorDefinition = {
  provider: 'tosspayments',
  schema: `create index if not exists merchants_secret_key on merchants (json_extract(credentials, '$.secretKey'));
    ${sessionsSchema}`,
  ownTables: ['window_sessions'],
  settings: [apiVersion],
  authenticate,
  running: {
    keyOf(request, caller) {
      const key = answerKeyOf(request, caller);
      return key && JSON.stringify([key.mid, key.scope, key.key]);
    },
    answer: errorAnswer('IDEMPOTENT_REQUEST_PROCESSING'),
  },
  routes: [
    {
      method: 'POST',
      path: '/v1/payments/confirm',
      operation: 'approve_window',
      handle: tossOperation(confirmPayment),
    },
    { method: 'POST', path: '/v1/payments/key-in', operation: 'approve', handle: tossOperation(approveByKey) },
    {
      method: 'POST',
      path: '/v1/virtual-accounts',
      operation: 'issue_vbank',
      handle: tossOperation(issueVirtualAccount),
    },
    {
      method: 'GET',
      path: '/v1/payments/orders/:orderId',
      operation: 'inquire',
      handle: tossOperation(paymentOfOrder),
    },
    { method: 'GET', path: '/v1/payments/:paymentKey', operation: 'inquire', handle: tossOperation(paymentOfKey) },
    {
      method: 'POST',
      path: '/v1/payments/:paymentKey/cancel',
      operation: operationOfCancel,
      handle: tossOperation(cancelPayment),
    },
    { method: 'POST', path: '/v1/cash-receipts', operation: 'issue_receipt', handle: tossOperation(issueReceipt) },
    { method: 'GET', path: '/v1/cash-receipts', operation: 'inquire', handle: tossOperation(receiptsOfDay) },
    {
      method: 'POST',
      path: '/v1/cash-receipts/:receiptKey/cancel',
      operation: 'revoke_receipt',
      handle: tossOperation(cancelReceipt),
    },
    {
      method: 'POST',
      path: '/v1/billing/authorizations/card',
      operation: 'issue_key',
      handle: tossOperation(registerCard),
    },
    { method: 'POST', path: '/v1/billing/:billingKey', operation: 'charge_key', handle: tossOperation(chargeKey) },
    { method: 'DELETE', path: '/v1/billing/:billingKey', operation: 'revoke_key', handle: deleteKey },
    { method: 'GET', path: '/v1/transactions', operation: 'inquire', handle: tossOperation(listTransactions) },
  ],
  unknownPath: () => errorAnswer('NOT_FOUND'),
  internalError: () => errorAnswer('FAILED_INTERNAL_SYSTEM_PROCESSING'),
  refusal(operation, code, message) {
    const named = code ?? usualRefusals[operation] ?? 'INVALID_REQUEST';
    const known = isTossErrorCode(named) ? tossErrors[named] : undefined;
    return jsonAnswer(known?.status ?? 400, { code: named, message: message ?? known?.message ?? named, data: null });
  },
  payInWindow,
  issueKeyInWindow,
  authenticateInWindow,
  receiptNumbers,
  notices: tossSimulatorNotices,
};

export function createTossSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withWindowApproval(definition), options);
}
