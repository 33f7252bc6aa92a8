import { jsonAnswer, type SimulatorDefinition } from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { paycoPaths } from '../wire/paths.ts';
import { chargeKey, deleteKey, issueKeyInWindow, readKey } from './keys.ts';
import { orderStatusSchema } from './order-status.ts';
import { cancelPayment, checkAvailability, payInWindow, updateOrderStatus } from './payments.ts';
import { authenticate, type PaycoRefusalCode, paycoOperation, refusalAnswer } from './protocol.ts';

/** For the fault `reject` without a code. */
const usualRefusals: Readonly<Partial<Record<FaultOperation, PaycoRefusalCode>>> = {
  charge_key: 'SIMULATED_DECLINED',
  revoke_key: 'SIMULATED_NO_KEY',
};

const definition: SimulatorDefinition = {
  provider: 'payco',
  schema: `create index if not exists merchants_seller_key on merchants (json_extract(credentials, '$.sellerKey'));
${orderStatusSchema}`,
  ownTables: ['payco_orders'],
  authenticate,
  routes: [
    { method: 'POST', path: paycoPaths.cancel, operation: 'cancel', handle: paycoOperation(cancelPayment) },
    { method: 'POST', path: paycoPaths.check, operation: 'inquire', handle: paycoOperation(checkAvailability) },
    { method: 'POST', path: paycoPaths.keyCharge, operation: 'charge_key', handle: paycoOperation(chargeKey) },
    { method: 'POST', path: paycoPaths.keyDeletion, operation: 'revoke_key', handle: paycoOperation(deleteKey) },
    { method: 'POST', path: paycoPaths.keyInfo, operation: 'inquire', handle: paycoOperation(readKey) },
    {
      method: 'POST',
      path: paycoPaths.orderStatus,
      operation: 'change_order',
      handle: paycoOperation(updateOrderStatus),
    },
  ],
  unknownPath: () => jsonAnswer(404, {}),
  internalError: () => jsonAnswer(500, {}),
  refusal: (operation, code, message) =>
    refusalAnswer(code ?? String(usualRefusals[operation] ?? 'SIMULATED_REFUSAL'), message),
  payInWindow,
  issueKeyInWindow,
};

export function createPaycoSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withWindowApproval(definition), options);
}
