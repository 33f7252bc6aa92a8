import { jsonAnswer, type SimulatorDefinition } from '../../../simulators/definition.ts';
import { formOf } from '../../../simulators/request-fields.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { gatewayPath, services } from '../wire/protocol.ts';
import { payInWindow, queryRefund, queryTrade, refund } from './payments.ts';
import { alipayOperation, authenticate, refusal, refusalAnswer } from './protocol.ts';
import { refundPace, refunds } from './settings.ts';

/** One path; `service` says what is asked for. */
const definition: SimulatorDefinition = {
  provider: 'alipay',
  settings: [refunds, refundPace],
  authenticate,
  routes: [
    {
      method: 'POST',
      path: gatewayPath,
      operation: ({ request }) => (formOf(request).service === services.refund ? 'cancel' : 'inquire'),
      handle: alipayOperation((context, form) => {
        switch (form.service) {
          case services.refund:
            return refund(context, form);
          case services.refundQuery:
            return queryRefund(context, form);
          case services.tradeQuery:
            return queryTrade(context, form);
          default:
            throw refusal('ILLEGAL_SERVICE');
        }
      }),
    },
  ],
  unknownPath: () => jsonAnswer(404, {}),
  internalError: () => jsonAnswer(500, {}),
  refusal: (_operation, code) => refusalAnswer(code ?? 'SIMULATED_REFUSAL'),
  payInWindow,
};

export function createAlipaySimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withWindowApproval(definition), options);
}
