import type { SimulatorDefinition } from '../../../simulators/definition.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { standInSimulatorNotices } from '../../stand-in/simulator/notices.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { withStandIn } from '../../stand-in/simulator/with-stand-in.ts';
import { paths } from '../wire/paths.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { approveByKey, cancelPayment, payInWindow } from './payments.ts';
import { authenticate, refusalAnswer, tpayOperation } from './protocol.ts';

const definition: SimulatorDefinition = {
  provider: 'jtnet',
  schema: `create index if not exists merchants_api_key on merchants (json_extract(credentials, '$.apiKey'))`,
  authenticate,
  routes: [
    { method: 'POST', path: paths.approve, operation: 'approve', handle: tpayOperation(approveByKey) },
    { method: 'POST', path: paths.cancel, operation: 'cancel', handle: tpayOperation(cancelPayment) },
  ],
  unknownPath: () => refusalAnswer('SIM01', null, 404),
  internalError: () => refusalAnswer('SIM99', null, 500),
  refusal: (_operation, code, message) => refusalAnswer(code ?? 'SIM90', message),
  payInWindow,
  notices: standInSimulatorNotices(standInSecretOf),
};

export function createJtnetSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withWindowApproval(withStandIn(definition, { secretOf: standInSecretOf })), options);
}
