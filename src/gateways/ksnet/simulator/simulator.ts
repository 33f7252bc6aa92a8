import type { SimulatorDefinition } from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { standInSimulatorNotices } from '../../stand-in/simulator/notices.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { withStandIn } from '../../stand-in/simulator/with-stand-in.ts';
import { ksnetCapabilities } from '../capabilities.ts';
import { ksnetErrors } from '../wire/errors.ts';
import { paths } from '../wire/paths.ts';
import { apiKeyOf } from '../wire/stand-in.ts';
import { cancelPayment } from './cancel.ts';
import { chargeKey, issueKey } from './keys.ts';
import { approveByNumber, payInWindow } from './payments.ts';
import { authenticate, envelopeAnswer, failureAnswer, ksnetOperation } from './protocol.ts';
import { ksnetStandIn } from './stand-in.ts';

/** What KSNET most often says no with, for the fault `reject` without a code. */
const usualRefusals: Readonly<Partial<Record<FaultOperation, string>>> = {
  approve: '8326',
  issue_key: '8037',
  charge_key: '8326',
};

const definition: SimulatorDefinition = {
  provider: 'ksnet',
  escrow: ksnetCapabilities.escrow,
  schema: `create index if not exists merchants_api_key on merchants (json_extract(credentials, '$.apiKey'))`,
  authenticate,
  routes: [
    { method: 'POST', path: paths.approve, operation: 'approve', handle: ksnetOperation(approveByNumber) },
    { method: 'POST', path: paths.issueKey, operation: 'issue_key', handle: ksnetOperation(issueKey) },
    { method: 'POST', path: paths.chargeKey, operation: 'charge_key', handle: ksnetOperation(chargeKey) },
    { method: 'POST', path: paths.cardCancel, operation: 'cancel', handle: ksnetOperation(cancelPayment('card')) },
    { method: 'POST', path: paths.transferCancel, operation: 'cancel', handle: ksnetOperation(cancelPayment('trans')) },
  ],
  unknownPath: () => envelopeAnswer('A0403', null),
  internalError: () => envelopeAnswer('A0500', null),
  refusal(operation, code, message) {
    const named = code ?? usualRefusals[operation] ?? 'P10G';
    const known = ksnetErrors.filter((error) => error.code === named).at(-1);
    return failureAnswer({ respCode: named, respMessage: message ?? known?.message ?? named });
  },
  payInWindow,
  notices: standInSimulatorNotices(apiKeyOf),
};

export function createKsnetSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withWindowApproval(withStandIn(definition, ksnetStandIn)), options);
}
