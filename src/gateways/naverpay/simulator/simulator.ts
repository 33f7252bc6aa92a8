import {
  jsonAnswer,
  type SimulatorContext,
  type SimulatorDefinition,
  type SimulatorRoute,
} from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { type NaverResultCode, naverResults } from '../wire/codes.ts';
import { approvalPath, keyPath, keyPaths, servicePath, servicePaths, timePath } from '../wire/paths.ts';
import { readHistoryOfTime } from './history-of-time.ts';
import { approveCharge, expireKey, issueKeyInWindow, OrderTaken, reservationSchema, reserveCharge } from './keys.ts';
import { applyPayment, authenticateInWindow, cancelPayment, payInWindow, readHistory } from './payments.ts';
import { authenticate, formOf, naverOperation, replayed, resultAnswer } from './protocol.ts';
import { cashAmount, confirmPurchase, creditPoints, serviceSchema } from './services.ts';

const cancelPath = '/:partnerId/naverpay/payments/v1/cancel';

function serviceRoute(
  service: keyof typeof servicePaths,
  operation: FaultOperation,
  work: (context: SimulatorContext) => unknown,
): SimulatorRoute {
  return {
    method: 'POST',
    path: `/:partnerId${servicePaths[service]}`,
    operation,
    handle:
      operation === 'inquire'
        ? naverOperation(work)
        : replayed(naverOperation(work), (mid) => servicePath(mid, service)),
  };
}

function keyRoute(
  use: keyof typeof keyPaths,
  operation: FaultOperation | null,
  work: (context: SimulatorContext) => unknown,
): SimulatorRoute {
  const handle = replayed(naverOperation(work), (mid) => keyPath(mid, use));
  return {
    method: 'POST',
    path: `/:partnerId${keyPaths[use]}`,
    operation,
    handle: (context) => {
      try {
        return handle(context);
      } catch (error) {
        if (!(error instanceof OrderTaken)) throw error;
        const failure = jsonAnswer(500, { code: 'Fail', message: naverResults.Fail.message });
        return { ...failure, why: 'the simulator has one payment per order' };
      }
    },
  };
}

/** For the fault `reject` without a code. */
const usualRefusals: Readonly<Partial<Record<FaultOperation, NaverResultCode>>> = {
  approve_window: 'Fail',
  inquire: 'MaintenanceOngoing',
  charge_key: 'Fail',
  revoke_key: 'Fail',
};

const definition: SimulatorDefinition = {
  provider: 'naverpay',
  schema: `create index if not exists merchants_client_id on merchants (json_extract(credentials, '$.clientId'));
${serviceSchema}
${reservationSchema}`,
  ownTables: ['naver_services', 'naver_reservations'],
  authenticate,
  // One cancellation of a payment at a time.
  running: {
    keyOf: (request, { mid }) => {
      const paymentId = request.path.endsWith('/v1/cancel') ? formOf(request).get('paymentId') : null;
      return paymentId && JSON.stringify([mid, paymentId]);
    },
    answer: resultAnswer('AlreadyOnGoing'),
  },
  routes: [
    { method: 'POST', path: cancelPath, operation: 'cancel', handle: replayed(naverOperation(cancelPayment)) },
    {
      method: 'POST',
      path: '/:partnerId/naverpay/payments/v2.2/list/history/:paymentId',
      operation: 'inquire',
      handle: naverOperation(readHistory),
    },
    {
      method: 'POST',
      path: `/:partnerId${timePath}`,
      operation: 'inquire',
      handle: naverOperation(readHistoryOfTime),
    },
    {
      method: 'POST',
      path: `/:partnerId${approvalPath}`,
      operation: 'approve_window',
      handle: replayed(naverOperation(applyPayment), (mid) => `/${mid}${approvalPath}`),
    },
    // A reservation moves nothing: faults of a charge are meant for its approval.
    keyRoute('reserve', null, reserveCharge),
    keyRoute('approve', 'charge_key', approveCharge),
    keyRoute('expire', 'revoke_key', expireKey),
    serviceRoute('creditPoints', 'change_order', creditPoints),
    serviceRoute('confirmPurchase', 'change_order', confirmPurchase),
    serviceRoute('cashAmount', 'inquire', cashAmount),
  ],
  unknownPath: () => jsonAnswer(404, { code: 'Fail', message: naverResults.Fail.message }),
  internalError: () => jsonAnswer(500, { code: 'Fail', message: naverResults.Fail.message }),
  refusal: (operation, code, message) =>
    resultAnswer(code ?? usualRefusals[operation] ?? 'CancelDeadlineExpired', undefined, message),
  payInWindow: (payment, context) => payInWindow(payment, context),
  authenticateInWindow,
  issueKeyInWindow,
};

export function createNaverSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withWindowApproval(definition), options);
}
