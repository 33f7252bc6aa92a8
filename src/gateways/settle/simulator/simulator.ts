import type { SimulatorDefinition } from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { withStandIn } from '../../stand-in/simulator/with-stand-in.ts';
import { paths } from '../wire/paths.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { depositForTest, operationOfAccount, serveAccount } from './accounts.ts';
import { cancelPayment, refundPayment } from './cancel.ts';
import { inquire } from './inquiry.ts';
import { deleteKey, issueKey, issueKeyInWindow, operationOfPayment, payByCard } from './keys.ts';
import { hectoSimulatorNotices } from './notices.ts';
import { payInWindow, receiptNumbers } from './payments.ts';
import { authenticate, failure, hectoOperation } from './protocol.ts';

/** What Hecto most often says no with, for the fault `reject` without a code. */
const usualRefusals: Readonly<Partial<Record<FaultOperation, string>>> = {
  approve: 'CA82',
  issue_vbank: 'ST44',
  revoke_vbank: 'ST45',
  issue_key: 'CA58',
  charge_key: 'CA82',
  revoke_key: 'ST06',
  cancel: 'ST45',
  inquire: 'ST41',
};

const inquiry = hectoOperation({ methods: [], bizTypes: [], ver: '0A1M' }, inquire);

const definition: SimulatorDefinition = {
  provider: 'settle',
  authenticate,
  routes: [
    {
      method: 'POST',
      path: paths.approve,
      operation: operationOfPayment,
      handle: hectoOperation({ methods: ['CA'], bizTypes: ['B0'] }, payByCard),
    },
    {
      method: 'POST',
      path: paths.issueKey,
      operation: 'issue_key',
      handle: hectoOperation({ methods: ['CA'], bizTypes: ['A4'] }, issueKey),
    },
    {
      method: 'POST',
      path: paths.deleteKey,
      operation: 'revoke_key',
      handle: hectoOperation({ methods: ['CA'], bizTypes: ['A1'] }, deleteKey),
    },
    {
      method: 'POST',
      path: paths.account,
      operation: operationOfAccount,
      handle: hectoOperation({ methods: ['VA'], bizTypes: ['A0', 'A1', 'A2'] }, serveAccount),
    },
    {
      method: 'POST',
      path: paths.cancel,
      operation: 'cancel',
      handle: hectoOperation({ methods: ['CA', 'RA', 'MP', 'CP', 'CG', 'SG', 'BG'], bizTypes: ['C0'] }, cancelPayment),
    },
    {
      method: 'POST',
      path: paths.refund,
      operation: 'cancel',
      handle: hectoOperation({ methods: ['VA', 'MP'], bizTypes: ['C0', 'C1'] }, refundPayment),
    },
    { method: 'POST', path: paths.inquire, operation: 'inquire', handle: inquiry },
    // The path that Hecto's newer site prints for the same inquiry.
    { method: 'POST', path: '/spay/APITrdStatInq.do', operation: 'inquire', handle: inquiry },
    { method: 'GET', path: '/spay/APIVBankTest.do', operation: null, handle: depositForTest },
  ],
  unknownPath: () => ({ status: 404, headers: { 'content-type': 'text/html; charset=UTF-8' }, body: '' }),
  internalError: () => ({ ...failure('9999', undefined), status: 500 }),
  refusal(operation, code, message) {
    const named = code ?? usualRefusals[operation] ?? 'ST19';
    return message === null ? failure(named, undefined) : failure(named, undefined, {}, message);
  },
  payInWindow,
  issueKeyInWindow,
  receiptNumbers,
  notices: hectoSimulatorNotices,
};

export function createHectoSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withWindowApproval(withStandIn(definition, { secretOf: standInSecretOf })), options);
}
