import type { SimulatorDefinition } from '../../../simulators/definition.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { paths } from '../wire/paths.ts';
import { takeDelivery } from './deliveries.ts';
import { payInWindow, readCharge, refundCharge } from './payments.ts';
import { authenticate, brickOperation, deliveryErrorAnswer, errorAnswer } from './protocol.ts';

const definition: SimulatorDefinition = {
  provider: 'paymentwall',
  schema: `create index if not exists merchants_private_key on merchants (json_extract(credentials, '$.privateKey'))`,
  authenticate,
  routes: [
    { method: 'POST', path: `${paths.charge}/:id/refund`, operation: 'cancel', handle: brickOperation(refundCharge) },
    { method: 'GET', path: `${paths.charge}/:id`, operation: 'inquire', handle: brickOperation(readCharge) },
    { method: 'POST', path: paths.delivery, operation: 'change_order', handle: takeDelivery },
  ],
  unknownPath: () => errorAnswer('4004', null, 404),
  internalError: () => errorAnswer('1000', null, 500),
  refusal: (operation, code, message) =>
    operation === 'change_order'
      ? deliveryErrorAnswer(code ?? undefined, message)
      : errorAnswer(code ?? '3204', message),
  payInWindow,
};

export function createPaymentwallSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withWindowApproval(definition), options);
}
