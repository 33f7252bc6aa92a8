import { jsonAnswer, type SimulatorDefinition } from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { type TossPayErrorCode, tossPayErrors } from '../wire/errors.ts';
import { tossPayPaths } from '../wire/paths.ts';
import { chargeKey, deleteKey, issueKeyInWindow, readKey } from './keys.ts';
import { payInWindow, readStatus, refundPayment } from './payments.ts';
import { authenticate, payOperation, refusalAnswer } from './protocol.ts';

/** For the fault `reject` without a code. */
const usualRefusals: Readonly<Partial<Record<FaultOperation, TossPayErrorCode>>> = {
  cancel: 'COMMON_REFUND_ERROR',
  charge_key: 'CARD_EXCEED_LIMIT',
  revoke_key: 'SIM02',
};

const definition: SimulatorDefinition = {
  provider: 'tosspay',
  schema: `create index if not exists merchants_api_key on merchants (json_extract(credentials, '$.apiKey'))`,
  authenticate,
  routes: [
    { method: 'POST', path: tossPayPaths.refund, operation: 'cancel', handle: payOperation(refundPayment) },
    { method: 'POST', path: tossPayPaths.status, operation: 'inquire', handle: payOperation(readStatus) },
    { method: 'POST', path: tossPayPaths.keyCharge, operation: 'charge_key', handle: payOperation(chargeKey) },
    { method: 'POST', path: tossPayPaths.keyDeletion, operation: 'revoke_key', handle: payOperation(deleteKey) },
    { method: 'POST', path: tossPayPaths.keyStatus, operation: 'inquire', handle: payOperation(readKey) },
  ],
  unknownPath: () => jsonAnswer(404, {}),
  internalError: () =>
    jsonAnswer(500, {
      code: -1,
      msg: tossPayErrors.COMMON_SYSTEM_ERROR.message,
      errorCode: 'COMMON_SYSTEM_ERROR',
    }),
  refusal: (operation, code, message) =>
    refusalAnswer(code ?? usualRefusals[operation] ?? 'COMMON_INVALID_PARAMETER', message),
  payInWindow,
  issueKeyInWindow,
};

export function createTossPaySimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withWindowApproval(definition), options);
}
