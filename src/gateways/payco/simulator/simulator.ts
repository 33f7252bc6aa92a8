import { jsonAnswer, type SimulatorDefinition } from '../../../simulators/definition.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { paycoPaths } from '../wire/paths.ts';
import { cancelPayment, checkAvailability, payInWindow } from './payments.ts';
import { authenticate, paycoOperation, refusalAnswer } from './protocol.ts';

const definition: SimulatorDefinition = {
  provider: 'payco',
  schema: `create index if not exists merchants_seller_key on merchants (json_extract(credentials, '$.sellerKey'))`,
  authenticate,
  routes: [
    { method: 'POST', path: paycoPaths.cancel, operation: 'cancel', handle: paycoOperation(cancelPayment) },
    { method: 'POST', path: paycoPaths.check, operation: 'inquire', handle: paycoOperation(checkAvailability) },
  ],
  unknownPath: () => jsonAnswer(404, {}),
  internalError: () => jsonAnswer(500, {}),
  refusal: (_operation, code, message) => refusalAnswer(code ?? 'SIMULATED_REFUSAL', message),
  payInWindow,
};

export function createPaycoSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(definition, options);
}
