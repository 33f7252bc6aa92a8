import { jsonAnswer, type SimulatorDefinition } from '../../../simulators/definition.ts';
import { type CreateSimulator, createSimulatorOf } from '../../../simulators/simulator.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { paths } from '../wire/paths.ts';
import { paypalSimulatorNotices } from './notices.ts';
import {
  authenticateInWindow,
  captureOrder,
  payInWindow,
  readCapture,
  readOrder,
  readRefund,
  refundCapture,
  requestIdOf,
} from './payments.ts';
import { authenticate, errorAnswer, issueToken, paypalOperation } from './protocol.ts';
import { refunds } from './settings.ts';

const get = (path: string, handle: typeof readCapture) =>
  ({ method: 'GET', path, operation: 'inquire', handle: paypalOperation(handle) }) as const;

function definitionOf(provider: string): SimulatorDefinition {
  return {
    provider,
    schema: `create index if not exists merchants_client_id on merchants (json_extract(credentials, '$.clientId'));
      create index if not exists payments_paypal_order on payments (mid, json_extract(detail, '$.paypalOrder'))`,
    settings: [refunds],
    authenticate,
    running: {
      keyOf: (request, { mid }) => {
        const key = requestIdOf(request);
        return key && JSON.stringify([mid, request.path, key]);
      },
      answer: errorAnswer('PREVIOUS_REQUEST_IN_PROGRESS', null, 409),
    },
    routes: [
      { method: 'POST', path: paths.token, operation: null, handle: issueToken },
      {
        method: 'POST',
        path: '/v2/payments/captures/:id/refund',
        operation: 'cancel',
        handle: paypalOperation(refundCapture),
      },
      {
        method: 'POST',
        path: '/v2/checkout/orders/:id/capture',
        operation: 'approve_window',
        handle: paypalOperation(captureOrder),
      },
      get('/v2/payments/captures/:id', readCapture),
      get('/v2/payments/refunds/:id', readRefund),
      get('/v2/checkout/orders/:id', readOrder),
    ],
    unknownPath: () => jsonAnswer(404, { name: 'RESOURCE_NOT_FOUND', message: 'RESOURCE_NOT_FOUND' }),
    internalError: () => jsonAnswer(500, { name: 'INTERNAL_SERVER_ERROR', message: 'INTERNAL_SERVER_ERROR' }),
    refusal: (operation, code, message) =>
      errorAnswer(code ?? (operation === 'approve_window' ? 'INSTRUMENT_DECLINED' : 'REFUND_NOT_ALLOWED'), message),
    payInWindow: (payment, context) => payInWindow(payment, context),
    authenticateInWindow,
    notices: paypalSimulatorNotices,
  };
}

export function paypalSimulator(provider: string): CreateSimulator {
  return (options) => createSimulatorOf(withWindowApproval(definitionOf(provider)), options);
}
