import type { SimulatorContext, SimulatorDefinition } from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { withStandIn } from '../../stand-in/simulator/with-stand-in.ts';
import { inicisCapabilitiesOf } from '../capabilities.ts';
import type { InicisErrorCode } from '../wire/errors.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { issueVirtualAccount, payInWindow } from './accounts.ts';
import { isRevocationOfReceipt, refundV1, refundV2 } from './cancel.ts';
import { receiptNumbers } from './ids.ts';
import { inquireV1, inquireV2 } from './inquiry.ts';
import { chargeKey, issueKeyInWindow, operationOfBilling, registerCard } from './keys.ts';
import { inicisSimulatorNotices } from './notices.ts';
import { answerOfFault, authenticate, inicisOperation, readRequest, wrongAddress } from './protocol.ts';
import { issueReceipt } from './receipts.ts';

/** For the fault `reject` without a code. */
const usualRefusals: Readonly<Partial<Record<FaultOperation, InicisErrorCode>>> = {
  issue_key: 'SIM02',
  charge_key: 'SIM04',
  revoke_vbank: '500628',
  cancel: '500628',
  revoke_receipt: '500628',
  inquire: 'ERR205',
};

/** One address serves three operations in v1, and two in v2. */
function operationOfRefund(context: SimulatorContext): FaultOperation {
  if (isRevocationOfReceipt(context)) return 'revoke_receipt';
  const read = readRequest(context.request);
  const paymethod = read?.version === 'v1' ? read.fields.paymethod : undefined;
  return paymethod === 'GVacct' ? 'revoke_vbank' : paymethod === 'Receipt' ? 'revoke_receipt' : 'cancel';
}

/** Both wire forms, whichever of the two modules asks: INICIS does not ask who wrote the request. */
function definitionOf(provider: string): SimulatorDefinition {
  const cancelV2 = (path: string) =>
    ({ method: 'POST', path, operation: operationOfRefund, handle: inicisOperation(refundV2) }) as const;
  return {
    provider,
    authenticate,
    routes: [
      { method: 'POST', path: '/api/v1/refund', operation: operationOfRefund, handle: inicisOperation(refundV1) },
      {
        method: 'POST',
        path: '/api/v1/formpay',
        operation: 'issue_vbank',
        handle: inicisOperation(issueVirtualAccount),
      },
      {
        method: 'POST',
        path: '/api/v1/billing',
        operation: operationOfBilling,
        handle: inicisOperation((context) =>
          operationOfBilling(context) === 'issue_key' ? registerCard(context) : chargeKey(context),
        ),
      },
      { method: 'POST', path: '/v2/pg/billing', operation: 'charge_key', handle: inicisOperation(chargeKey) },
      { method: 'POST', path: '/api/v1/receipt', operation: 'issue_receipt', handle: inicisOperation(issueReceipt) },
      { method: 'POST', path: '/v2/pg/receipt', operation: 'issue_receipt', handle: inicisOperation(issueReceipt) },
      { method: 'POST', path: '/api/v1/extra', operation: 'inquire', handle: inicisOperation(inquireV1) },
      cancelV2('/v2/pg/refund'),
      cancelV2('/v2/pg/partialRefund'),
      cancelV2('/v2/pg/refund/vacct'),
      cancelV2('/v2/pg/partialRefund/vacct'),
      { method: 'POST', path: '/v2/pg/inquiry', operation: 'inquire', handle: inicisOperation(inquireV2) },
    ],
    unknownPath: () => wrongAddress,
    internalError: () => ({ ...wrongAddress, status: 500 }),
    refusal: (operation, code, message) => answerOfFault(code ?? usualRefusals[operation] ?? 'ERR012', message),
    payInWindow,
    issueKeyInWindow,
    receiptNumbers,
    notices: inicisSimulatorNotices,
    escrow: inicisCapabilitiesOf(provider).escrow,
  };
}

export function createInicisSimulator(provider: string, options: SimulatorOptions): Simulator {
  const standIn = { secretOf: standInSecretOf, ...(provider === 'html5_inicis' && ({ slipParts: true } as const)) };
  return createSimulatorOf(withWindowApproval(withStandIn(definitionOf(provider), standIn)), options);
}
