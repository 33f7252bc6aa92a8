import type { SimulatorDefinition } from '../../../simulators/definition.ts';
import { formOf } from '../../../simulators/request-fields.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { paths } from '../wire/paths.ts';
import { simulatorNotices } from './notices.ts';
import { payInWindow, query, refund } from './payments.ts';
import { authenticate, eximbayOperation, refusal, refusalAnswer } from './protocol.ts';

/** One path; `txntype` says what is asked for. */
const definition: SimulatorDefinition = {
  provider: 'eximbay',
  authenticate,
  routes: [
    {
      method: 'POST',
      path: paths.direct,
      operation: ({ request }) => (formOf(request).txntype === 'REFUND' ? 'cancel' : 'inquire'),
      handle: eximbayOperation((context, form) => {
        if (form.txntype === 'REFUND') return refund(context, form);
        if (form.txntype === 'QUERY') return query(context, form);
        throw refusal('SIM01');
      }),
    },
  ],
  unknownPath: () => refusalAnswer('SIM01', null, 404),
  internalError: () => refusalAnswer('SIM99', null, 500),
  refusal: (_operation, code, message) => refusalAnswer(code ?? 'SIM90', message),
  payInWindow,
  notices: simulatorNotices,
};

export function createEximbaySimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withWindowApproval(definition), options);
}
