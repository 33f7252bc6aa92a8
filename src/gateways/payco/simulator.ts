import { jsonAnswer, type SimulatorDefinition } from '../simulator/definition.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../simulator/simulator.ts';
import { paycoPaths } from './requests.ts';
import { cancelPayment, checkAvailability, payInWindow } from './simulator-payments.ts';
import { authenticate, paycoOperation, refusalAnswer } from './simulator-protocol.ts';

const definition: SimulatorDefinition = {
  provider: 'payco',
  schema: `create index if not exists merchants_seller_key on merchants (json_extract(credentials, '$.sellerKey'))`,
  authenticate,
  routes: [
    { method: 'POST', path: paycoPaths.cancel, operation: 'cancel', handle: paycoOperation(cancelPayment) },
    { method: 'POST', path: paycoPaths.check, operation: 'inquire', handle: paycoOperation(checkAvailability) },
  ],
  unknownPath: () => jsonAnswer(404, {}),
  internalError: jsonAnswer(500, {}),
  refusal: (_operation, code, message) => refusalAnswer(code ?? 'SIMULATED_REFUSAL', message),
  payInWindow,
};

export function createPaycoSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(definition, options);
}
