import type { SimulatorAnswer, SimulatorContext, SimulatorDefinition } from '../../../simulators/definition.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { withStandIn } from '../../stand-in/simulator/with-stand-in.ts';
import { kiwoomCapabilities } from '../capabilities.ts';
import { accountRevocation } from '../wire/codes.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { paths } from '../wire/wire.ts';
import { cancel, ready } from './cancel.ts';
import { kiwoomSimulatorNotices } from './notices.ts';
import { payInWindow } from './payments.ts';
import { authenticate, kiwoomOperation, refusalAnswer, takeToken, tokensSchema } from './protocol.ts';

const definition: SimulatorDefinition = {
  provider: 'daou',
  escrow: kiwoomCapabilities.escrow,
  schema: tokensSchema,
  ownTables: ['cancel_tokens'],
  authenticate,
  routes: [
    // Moves nothing, so that no fault of a cancel hits it.
    { method: 'POST', path: paths.ready, operation: null, handle: kiwoomOperation(ready) },
    {
      method: 'POST',
      path: '/pay/cancel/:payMethod',
      operation: ({ request }) => (request.params.payMethod === accountRevocation ? 'revoke_vbank' : 'cancel'),
      handle: serveCancel,
    },
  ],
  unknownPath: () => htmlAnswer(404, 'Not Found'),
  internalError: () => htmlAnswer(500, 'Internal Server Error'),
  refusal: (_operation, code, message) =>
    message === null ? refusalAnswer(code ?? '9204') : refusalAnswer(code ?? '9204', message),
  payInWindow,
  notices: kiwoomSimulatorNotices,
};

/** The token is used up even where the cancel is refused, so it is taken outside of what a refusal takes back. */
function serveCancel(context: SimulatorContext): SimulatorAnswer {
  const payMethod = context.request.params.payMethod ?? '';
  const refused = takeToken(context, payMethod);
  if (refused) return refusalAnswer(refused);
  return kiwoomOperation(cancel)(context);
}

function htmlAnswer(status: number, title: string): SimulatorAnswer {
  return {
    status,
    headers: { 'content-type': 'text/html;charset=EUC-KR' },
    body: `<html><head><title>${title}</title></head><body>${status}</body></html>`,
  };
}

export function createKiwoomSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withWindowApproval(withStandIn(definition, { secretOf: standInSecretOf })), options);
}
