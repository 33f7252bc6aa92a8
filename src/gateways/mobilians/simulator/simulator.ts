import type { SimulatorDefinition } from '../../../simulators/definition.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { withStandIn } from '../../stand-in/simulator/with-stand-in.ts';
import { paths } from '../wire/paths.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { cancelPayment } from './cancel.ts';
import { chargeKey, issueKeyInWindow } from './keys.ts';
import { simulatorNotices } from './notices.ts';
import { payInWindow } from './payments.ts';
import { authenticate } from './protocol.ts';
import { refusalAnswer } from './refusals.ts';

const definition: SimulatorDefinition = {
  provider: 'mobilians',
  authenticate,
  routes: [
    { method: 'POST', path: paths.cancel, operation: 'cancel', handle: cancelPayment },
    { method: 'POST', path: paths.approval, operation: 'charge_key', handle: chargeKey },
  ],
  unknownPath: () => refusalAnswer('SIM01', null, 404),
  internalError: () => refusalAnswer('SIM99', null, 500),
  refusal: (_operation, code, message) => refusalAnswer(code ?? 'SIM90', message),
  payInWindow,
  issueKeyInWindow,
  notices: simulatorNotices,
};

export function createMobiliansSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withWindowApproval(withStandIn(definition, { secretOf: standInSecretOf })), options);
}
