/** The gateway as the machine of all simulators runs it. Invented is what the files beside this one say. */

import { withWindowApproval } from '../../../../../src/gateways/stand-in/simulator/window-approval.ts';
import { jsonAnswer, type SimulatorDefinition } from '../../../../../src/simulators/definition.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../../../src/simulators/simulator.ts';
import { paths } from '../wire/paths.ts';
import { issueAccount } from './accounts.ts';
import { approveCard } from './approval.ts';
import { issueBarcode } from './barcodes.ts';
import { cancelPayment } from './cancel.ts';
import { simulatorNotices } from './notices.ts';
import { findPayment } from './payments.ts';
import { authenticate, errorAnswer, findRequest, movingOperation, readingOperation } from './protocol.ts';
import { issueReceipt, revokeReceipt } from './receipts.ts';
import { revokeWaiting } from './revocation.ts';
import { payInWindow } from './window.ts';

const definition: SimulatorDefinition = {
  provider: 'example_pay',
  authenticate,
  routes: [
    // if approve
    { method: 'POST', path: paths.approve, operation: 'approve', handle: movingOperation(approveCard) },
    // end
    // if issue_vbank
    { method: 'POST', path: paths.issueAccount, operation: 'issue_vbank', handle: movingOperation(issueAccount) },
    // end
    // if revoke_vbank
    {
      method: 'POST',
      path: paths.revokeAccount,
      operation: 'revoke_vbank',
      handle: movingOperation(revokeWaiting('vbank')),
    },
    // end
    // if cvs
    { method: 'POST', path: paths.issueBarcode, operation: 'issue_barcode', handle: movingOperation(issueBarcode) },
    // end
    // if revoke_barcode
    {
      method: 'POST',
      path: paths.revokeBarcode,
      operation: 'revoke_barcode',
      handle: movingOperation(revokeWaiting('cvs')),
    },
    // end
    // if receipts
    { method: 'POST', path: paths.issueReceipt, operation: 'issue_receipt', handle: movingOperation(issueReceipt) },
    // end
    // if revoke_receipt
    { method: 'POST', path: paths.revokeReceipt, operation: 'revoke_receipt', handle: movingOperation(revokeReceipt) },
    // end
    // if cancel
    { method: 'POST', path: paths.cancel, operation: 'cancel', handle: movingOperation(cancelPayment) },
    // end
    { method: 'POST', path: paths.findPayment, operation: 'inquire', handle: readingOperation(findPayment) },
    { method: 'POST', path: paths.findRequest, operation: 'inquire', handle: readingOperation(findRequest) },
  ],
  unknownPath: () => jsonAnswer(404, { code: 'E404', message: 'Not Found', result: null }),
  internalError: () => errorAnswer('E900'),
  refusal: (_operation, code, message) => errorAnswer(code ?? 'E503', message),
  // if window
  payInWindow,
  // end
  // if notices
  notices: simulatorNotices,
  // end
};

export function createExamplePaySimulator(options: SimulatorOptions): Simulator {
  // if window
  return createSimulatorOf(withWindowApproval(definition), options);
  // end
  // if without_window
  //| return createSimulatorOf(definition, options);
  // end
}
