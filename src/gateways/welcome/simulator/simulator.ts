import type { SimulatorDefinition } from '../../../simulators/definition.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import type { SimulatorStandIn } from '../../stand-in/simulator/definition.ts';
import { withStandIn } from '../../stand-in/simulator/with-stand-in.ts';
import { virtualAccountBanks } from '../wire/codes.ts';
import { paths } from '../wire/paths.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { cancelFully, cancelPartly, operationOfCancel } from './cancel.ts';
import { welcomeSimulatorNotices } from './notices.ts';
import { approveByKey, payInWindow } from './payments.ts';
import { authenticate, welcomeOperation } from './protocol.ts';
import { namedRefusal, refusalAnswer, welcomeRefusal, welcomeRefusals } from './refusals.ts';

const definition: SimulatorDefinition = {
  provider: 'welcome',
  routes: [
    { method: 'POST', path: paths.approve, operation: 'approve', handle: welcomeOperation(approveByKey) },
    { method: 'POST', path: paths.cancel, operation: operationOfCancel, handle: welcomeOperation(cancelFully) },
    { method: 'POST', path: paths.repay, operation: operationOfCancel, handle: welcomeOperation(cancelPartly) },
  ],
  authenticate,
  unknownPath: () => refusalAnswer('SIM01', welcomeRefusals.SIM01, 404),
  internalError: () => refusalAnswer('SIM99', welcomeRefusals.SIM99, 500),
  refusal: (_operation, code, message) => namedRefusal(code, message),
  payInWindow,
  notices: welcomeSimulatorNotices,
};

const standIn: SimulatorStandIn = {
  secretOf: standInSecretOf,
  refuse: (operation, { bankCode }) =>
    operation === 'issue_vbank' && !virtualAccountBanks.includes(bankCode ?? '') ? welcomeRefusal('SIM23') : undefined,
};

export function createWelcomeSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withStandIn(definition, standIn), options);
}
