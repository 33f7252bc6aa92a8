import type { SimulatorDefinition } from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { withStandIn } from '../../stand-in/simulator/with-stand-in.ts';
import { kcpCapabilities } from '../capabilities.ts';
import type { KcpErrorCode } from '../wire/errors.ts';
import { paths } from '../wire/paths.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { cancelPayment } from './cancel.ts';
import { inquire } from './inquiry.ts';
import { issueKeyInWindow, operationOfPayment, payment } from './keys.ts';
import { kcpSimulatorNotices } from './notices.ts';
import { payInWindow } from './payments.ts';
import { authenticate, kcpOperation, refusalAnswer } from './protocol.ts';

/** What KCP most often says no with, for the fault `reject` without a code. */
const usualRefusals: Readonly<Partial<Record<FaultOperation, KcpErrorCode>>> = {
  approve: 'SM05',
  charge_key: 'SM05',
  revoke_key: 'SM06',
  inquire: '8012',
};

/** Refunds of virtual accounts are paid out on the next banking day; here: a day later. */
const refundsAfterMs = 24 * 3600_000;

const definition: SimulatorDefinition = {
  provider: 'kcp',
  escrow: kcpCapabilities.escrow,
  routes: [
    { method: 'POST', path: paths.cancel, operation: 'cancel', handle: kcpOperation(cancelPayment) },
    { method: 'POST', path: paths.payment, operation: operationOfPayment, handle: payment },
    { method: 'POST', path: paths.inquiry, operation: 'inquire', handle: kcpOperation(inquire) },
  ],
  authenticate,
  unknownPath: () => ({ status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not Found' }),
  internalError: () => ({ status: 500, headers: { 'content-type': 'text/plain' }, body: 'Internal Server Error' }),
  refusal: (operation, code, message) => refusalAnswer(code ?? usualRefusals[operation] ?? 'CCC0', message),
  payInWindow,
  issueKeyInWindow,
  notices: kcpSimulatorNotices,
};

export function createKcpSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(
    withWindowApproval(
      withStandIn(definition, { secretOf: standInSecretOf, refundsAfterMs, wallets: { points: 'point' } }),
    ),
    options,
  );
}
