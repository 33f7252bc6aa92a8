import type { SimulatorContext, SimulatorDefinition } from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import type { InicisErrorCode } from '../wire/errors.ts';
import { issueVirtualAccount, payInWindow } from './accounts.ts';
import { refundV1, refundV2 } from './cancel.ts';
import { receiptNumbers } from './ids.ts';
import { inquireV1, inquireV2 } from './inquiry.ts';
import { inicisSimulatorNotices } from './notices.ts';
import { answerOfFault, authenticate, inicisOperation, readRequest, wrongAddress } from './protocol.ts';
import { issueReceipt } from './receipts.ts';

/** For the fault `reject` without a code. */
const usualRefusals: Readonly<Partial<Record<FaultOperation, InicisErrorCode>>> = {
  revoke_vbank: '500628',
  cancel: '500628',
  revoke_receipt: '500628',
  inquire: 'ERR205',
};

/** One address serves three operations in v1. */
function operationOfRefund({ request }: SimulatorContext): FaultOperation {
  const paymethod = readRequest(request)?.fields.paymethod;
  return paymethod === 'GVacct' ? 'revoke_vbank' : paymethod === 'Receipt' ? 'revoke_receipt' : 'cancel';
}

/** Both wire forms, whichever of the two modules asks: INICIS does not ask who wrote the request. */
function definitionOf(provider: string): SimulatorDefinition {
  const cancelV2 = (path: string) =>
    ({ method: 'POST', path, operation: 'cancel', handle: inicisOperation(refundV2) }) as const;
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
      { method: 'POST', path: '/api/v1/receipt', operation: 'issue_receipt', handle: inicisOperation(issueReceipt) },
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
    receiptNumbers,
    notices: inicisSimulatorNotices,
  };
}

export function createInicisSimulator(provider: string, options: SimulatorOptions): Simulator {
  return createSimulatorOf(definitionOf(provider), options);
}
