import type { SimulatorDefinition } from '../../../simulators/definition.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import type { SimulatorStandIn } from '../../stand-in/simulator/definition.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { withStandIn } from '../../stand-in/simulator/with-stand-in.ts';
import { welcomeCapabilities } from '../capabilities.ts';
import { virtualAccountBanks } from '../wire/codes.ts';
import { paths } from '../wire/paths.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { cancelFully, cancelPartly, operationOfCancel } from './cancel.ts';
import { chargeKey, deleteKey, issueKey, issueKeyUnverified } from './keys.ts';
import { welcomeSimulatorNotices } from './notices.ts';
import { approveByNumber, payInWindow } from './payments.ts';
import { authenticate, welcomeOperation } from './protocol.ts';
import { namedRefusal, refusalAnswer, welcomeRefusal, welcomeRefusals } from './refusals.ts';

const definition: SimulatorDefinition = {
  provider: 'welcome',
  escrow: welcomeCapabilities.escrow,
  routes: [
    { method: 'POST', path: paths.approve, operation: 'approve', handle: welcomeOperation(approveByNumber) },
    { method: 'POST', path: paths.issueKey, operation: 'issue_key', handle: welcomeOperation(issueKey) },
    {
      method: 'POST',
      path: paths.issueKeyUnverified,
      operation: 'issue_key',
      handle: welcomeOperation(issueKeyUnverified),
    },
    { method: 'POST', path: paths.chargeKey, operation: 'charge_key', handle: welcomeOperation(chargeKey) },
    { method: 'POST', path: paths.deleteKey, operation: 'revoke_key', handle: welcomeOperation(deleteKey) },
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
  return createSimulatorOf(withWindowApproval(withStandIn(definition, standIn)), options);
}
