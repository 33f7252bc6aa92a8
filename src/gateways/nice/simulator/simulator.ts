import { jsonAnswer, type SimulatorDefinition } from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { isNiceErrorCode, type NiceErrorCode, niceErrors } from '../wire/errors.ts';
import { nicePaths } from '../wire/paths.ts';
import { receiptNumbers } from './book.ts';
import { cancelProcess, operationOfCancel } from './cancel.ts';
import { transactionStatus } from './inquiry.ts';
import { approveByNumber, chargeKey, issueKey, revokeKey } from './keys.ts';
import { niceSimulatorNotices } from './notices.ts';
import { issueAccount, payInWindow } from './payments.ts';
import { authenticate, niceOperation, plainAnswer } from './protocol.ts';
import { issueReceipt } from './receipts.ts';

/** What NICE most often says no with, for the fault `reject` without a code. */
const usualRefusals: Readonly<Partial<Record<FaultOperation, NiceErrorCode>>> = {
  approve: 'F118',
  issue_key: 'A253',
  charge_key: 'F118',
  revoke_key: 'A125',
  issue_vbank: '4117',
  revoke_vbank: '2003',
  cancel: '2003',
  issue_receipt: '7012',
  revoke_receipt: '2003',
  inquire: 'A251',
};

const inquire = niceOperation(['TID', 'MID', 'EdiDate'], transactionStatus);

const definition: SimulatorDefinition = {
  provider: 'nice',
  authenticate,
  routes: [
    {
      method: 'POST',
      path: nicePaths.cancel,
      operation: operationOfCancel,
      handle: niceOperation(['MID', 'CancelAmt', 'EdiDate'], cancelProcess),
    },
    {
      method: 'POST',
      path: nicePaths.issueAccount,
      operation: 'issue_vbank',
      handle: niceOperation(['MID', 'Amt', 'EdiDate', 'Moid'], issueAccount),
    },
    {
      method: 'POST',
      path: nicePaths.issueReceipt,
      operation: 'issue_receipt',
      handle: niceOperation(['MID', 'ReceiptAmt', 'EdiDate', 'Moid'], issueReceipt),
    },
    {
      method: 'POST',
      path: nicePaths.keyIn,
      operation: 'approve',
      handle: niceOperation(['MID', 'Amt', 'EdiDate', 'Moid'], approveByNumber),
    },
    {
      method: 'POST',
      path: nicePaths.issueKey,
      operation: 'issue_key',
      handle: niceOperation(['MID', 'EdiDate', 'Moid'], issueKey),
    },
    {
      method: 'POST',
      path: nicePaths.chargeKey,
      operation: 'charge_key',
      handle: niceOperation(['MID', 'EdiDate', 'Moid', 'Amt', 'BID'], chargeKey),
    },
    {
      method: 'POST',
      path: nicePaths.revokeKey,
      operation: 'revoke_key',
      handle: niceOperation(['MID', 'EdiDate', 'Moid', 'BID'], revokeKey),
    },
    { method: 'POST', path: nicePaths.status, operation: 'inquire', handle: inquire },
    // Some documents spell it so.
    { method: 'POST', path: '/webapi/inquiry/trans_status.jsp', operation: 'inquire', handle: inquire },
  ],
  unknownPath: () => jsonAnswer(404, { ResultCode: 'A112', ResultMsg: niceErrors.A112.message }),
  internalError: () => plainAnswer(500, '9002', niceErrors['9002'].message),
  refusal(operation, code, message) {
    const named = code ?? usualRefusals[operation] ?? '2003';
    return plainAnswer(200, named, message ?? (isNiceErrorCode(named) ? niceErrors[named].message : named));
  },
  payInWindow,
  receiptNumbers,
  notices: niceSimulatorNotices,
};

export function createNiceSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withWindowApproval(definition), options);
}
