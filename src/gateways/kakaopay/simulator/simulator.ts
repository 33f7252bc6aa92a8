import { jsonAnswer, type SimulatorDefinition } from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { type KakaoErrorCode, kakaoErrors } from '../wire/errors.ts';
import { kakaoPaths } from '../wire/paths.ts';
import { chargeKey, deleteKey, issueKeyInWindow, readKey } from './keys.ts';
import { cancelPayment, payInWindow } from './payments.ts';
import { authenticate, errorAnswer, kakaoOperation } from './protocol.ts';
import { approve, authenticateInWindow, readOrder } from './window.ts';

/** For the fault `reject` without a code; of a cancellation it is a card company's. */
const usualRefusals: Readonly<Partial<Record<FaultOperation, KakaoErrorCode>>> = {
  approve_window: 'SIM05',
  inquire: '-798',
  charge_key: 'SIM03',
  revoke_key: 'SIM01',
};

const definition: SimulatorDefinition = {
  provider: 'kakaopay',
  schema: `create index if not exists merchants_secret_key on merchants (json_extract(credentials, '$.secretKey'))`,
  authenticate,
  routes: [
    { method: 'POST', path: kakaoPaths.cancel, operation: 'cancel', handle: kakaoOperation(cancelPayment) },
    { method: 'POST', path: kakaoPaths.approve, operation: 'approve_window', handle: kakaoOperation(approve) },
    { method: 'POST', path: kakaoPaths.order, operation: 'inquire', handle: kakaoOperation(readOrder) },
    { method: 'POST', path: kakaoPaths.keyCharge, operation: 'charge_key', handle: kakaoOperation(chargeKey) },
    { method: 'POST', path: kakaoPaths.keyDeletion, operation: 'revoke_key', handle: kakaoOperation(deleteKey) },
    { method: 'POST', path: kakaoPaths.keyStatus, operation: 'inquire', handle: kakaoOperation(readKey) },
  ],
  unknownPath: () => jsonAnswer(404, { error_code: 404, error_message: 'Not Found' }),
  internalError: () => jsonAnswer(500, { error_code: -781, error_message: kakaoErrors['-781'].message }),
  refusal: (operation, code, message) => errorAnswer(code ?? usualRefusals[operation] ?? '0022', message),
  payInWindow: (payment, context) => payInWindow(payment, context),
  authenticateInWindow,
  issueKeyInWindow,
};

export function createKakaoSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withWindowApproval(definition), options);
}
