import type { SimulatorDefinition } from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { paths } from '../wire/paths.ts';
import { charge, issueKeyInWindow, removeKey } from './keys.ts';
import { kiccSimulatorNotices } from './notices.ts';
import { approveWindow, authenticateInWindow, payInWindow } from './payments.ts';
import { authenticate, failureAnswer } from './protocol.ts';
import { issueReceipt, receiptNumbers } from './receipts.ts';
import { kiccOperation } from './requests.ts';
import { operationOfRevise, reviseTransaction } from './revise.ts';
import { retrieveTransaction } from './status.ts';

/** For the fault `reject` without a code. To a question about a request KICC says no only when it does not know yet. */
const usualRefusals: Readonly<Partial<Record<FaultOperation, string>>> = {
  approve_window: 'Z402',
  inquire: 'VT00',
  charge_key: 'Z402',
};

const definition: SimulatorDefinition = {
  provider: 'kicc',
  routes: [
    {
      method: 'POST',
      path: paths.revise,
      operation: operationOfRevise,
      handle: kiccOperation('cancelReqDate', reviseTransaction),
    },
    {
      method: 'POST',
      path: paths.approve,
      operation: 'approve_window',
      handle: kiccOperation('approvalReqDate', approveWindow),
    },
    { method: 'POST', path: paths.charge, operation: 'charge_key', handle: charge },
    {
      method: 'POST',
      path: paths.removeKey,
      operation: 'revoke_key',
      handle: kiccOperation('removeReqDate', removeKey),
    },
    { method: 'POST', path: paths.status, operation: 'inquire', handle: retrieveTransaction },
    {
      method: 'POST',
      path: paths.receipt,
      operation: 'issue_receipt',
      handle: kiccOperation('shopReqDate', issueReceipt),
    },
  ],
  authenticate,
  // KICC gives no code under any other status than 200.
  unknownPath: () => ({ status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not Found' }),
  internalError: () => ({ status: 500, headers: { 'content-type': 'text/plain' }, body: 'Internal Server Error' }),
  refusal: (operation, code, message) => failureAnswer(code ?? usualRefusals[operation] ?? 'Z901', message),
  payInWindow,
  authenticateInWindow,
  issueKeyInWindow,
  receiptNumbers,
  notices: kiccSimulatorNotices,
};

export function createKiccSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withWindowApproval(definition), options);
}
