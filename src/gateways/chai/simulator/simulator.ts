import { jsonAnswer, type SimulatorDefinition } from '../../../simulators/definition.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { cancelPayment, payInWindow, readPayment } from './payments.ts';
import { authenticate, chaiOperation, refusalAnswer, replayed } from './protocol.ts';

const definition: SimulatorDefinition = {
  provider: 'chai',
  schema: `create index if not exists merchants_private_key on merchants (json_extract(credentials, '$.privateKey'));
create index if not exists merchants_public_key on merchants (json_extract(credentials, '$.publicKey'));`,
  authenticate,
  routes: [
    {
      method: 'POST',
      path: '/v1/payment/:paymentId/cancel',
      operation: 'cancel',
      handle: replayed(chaiOperation(cancelPayment)),
    },
    { method: 'GET', path: '/v1/payment/:paymentId', operation: 'inquire', handle: chaiOperation(readPayment) },
  ],
  unknownPath: () => jsonAnswer(404, {}),
  internalError: () => jsonAnswer(500, {}),
  refusal: (_operation, code, message) => refusalAnswer(code ?? 'SIMULATED_REFUSAL', message),
  payInWindow,
};

export function createChaiSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withWindowApproval(definition), options);
}
