import { jsonAnswer, type SimulatorDefinition } from '../../../simulators/definition.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { naverResults } from '../wire/codes.ts';
import { cancelPayment, payInWindow, readHistory } from './payments.ts';
import { authenticate, formOf, naverOperation, replayed, resultAnswer } from './protocol.ts';

const cancelPath = '/:partnerId/naverpay/payments/v1/cancel';

const definition: SimulatorDefinition = {
  provider: 'naverpay',
  schema: `create index if not exists merchants_client_id on merchants (json_extract(credentials, '$.clientId'))`,
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
  ],
  unknownPath: () => jsonAnswer(404, { code: 'Fail', message: naverResults.Fail.message }),
  internalError: () => jsonAnswer(500, { code: 'Fail', message: naverResults.Fail.message }),
  refusal: (operation, code, message) =>
    resultAnswer(
      code ?? (operation === 'inquire' ? 'MaintenanceOngoing' : 'CancelDeadlineExpired'),
      undefined,
      message,
    ),
  payInWindow,
};

export function createNaverSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(definition, options);
}
