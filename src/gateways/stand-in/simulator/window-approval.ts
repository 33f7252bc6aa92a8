import type { SimulatorContext, SimulatorDefinition } from '../../../simulators/definition.ts';
import { paymentByOrderId } from '../../../simulators/payments.ts';
import { storedAnswer } from '../../../simulators/stored-answers.ts';
import { notePayment } from '../../../simulators/subject.ts';
import { type AgreedWindow, authenticationOf, useAuthentication } from '../../../simulators/window-authentications.ts';
import { completeWindowPayment, payInWindow } from '../../../simulators/window-payment.ts';
import { parseJson } from '../wire/protocol.ts';
import {
  type ApprovedWindow,
  ApproveWindowMessage,
  type FoundWindow,
  InquireWindowMessage,
  type IssuedKeyState,
  windowPaths,
  windowPrefix,
  windowSecretOf,
} from '../wire/window.ts';
import { StandInRefusal } from './refusal.ts';
import { askedRoute, authenticateStandIn, keyedRoute, standInInternalError, standInRefusal } from './simulator.ts';
import { paymentState } from './view.ts';

/** The gateway's own definition, and beside its paths the one by which a merchant asks for what was agreed on in the window. */
export function withWindowApproval(definition: SimulatorDefinition): SimulatorDefinition {
  const isWindow = (path: string) => path.startsWith(windowPrefix);
  return {
    ...definition,
    routes: [
      ...definition.routes,
      keyedRoute({
        path: windowPaths.approve,
        operation: 'approve_window',
        schema: ApproveWindowMessage,
        carryOut: (message, context) => approve(definition, message, context),
      }),
      askedRoute(windowPaths.inquire, InquireWindowMessage, inquire),
    ],
    authenticate: (request, book) =>
      isWindow(request.path)
        ? authenticateStandIn(request, book, { secretOf: windowSecretOf })
        : definition.authenticate(request, book),
    unknownPath: (request) =>
      isWindow(request.path) ? standInRefusal('S404', null, 404) : definition.unknownPath(request),
    internalError: (path) => (isWindow(path) ? standInInternalError : definition.internalError(path)),
    refusal: (operation, code, message, path) =>
      isWindow(path) ? standInRefusal(code, message) : definition.refusal(operation, code, message, path),
  };
}

/** Order, method and amount must be those that the buyer has seen. */
function approve(
  definition: SimulatorDefinition,
  message: ApproveWindowMessage,
  context: SimulatorContext,
): ApprovedWindow {
  const { book, caller, now } = context;
  const authentication = authenticationOf(book, caller.mid, message.token, now);
  if (!authentication) throw new StandInRefusal('S801');
  const { agreed, isUsed } = authentication;
  if (isUsed || paymentByOrderId(book, caller.mid, message.orderId)) throw new StandInRefusal('S101');
  if (agreed.orderId !== message.orderId || agreed.payMethod !== message.payMethod) throw new StandInRefusal('S802');
  if (agreed.currency !== message.currency || agreed.amountMinor !== BigInt(message.amount)) {
    throw new StandInRefusal('S803');
  }
  // A key that is issued without a payment is about this order as well.
  notePayment(book, { ...agreed, card: null });
  const made = carryOut(definition, agreed, { ...context, mid: caller.mid });
  useAuthentication(book, message.token, now);
  return { resultCode: '0000', ...made };
}

function carryOut(
  definition: SimulatorDefinition,
  { customerUid, customerId = '', ...window }: AgreedWindow,
  context: SimulatorContext & { readonly mid: string },
): Omit<ApprovedWindow, 'resultCode'> {
  const { book } = context;
  if (customerUid === undefined) {
    const payment = payInWindow(definition, window, context);
    return { payment: paymentState(book, payment), noticeSecret: payment.noticeSecret, issuedKey: null };
  }
  if (!definition.issueKeyInWindow) throw new StandInRefusal('S802');
  const { issued, payment } = definition.issueKeyInWindow({ ...window, customerUid, customerId }, context);
  if (payment) completeWindowPayment(definition, payment, false, context);
  const issuedKey: IssuedKeyState = {
    key: issued.billingKey.key,
    boundTo: issued.billingKey.boundTo,
    transactionId: issued.gatewayTid,
    issuedAt: Math.floor(issued.issuedAt.getTime() / 1000),
    card: issued.card,
  };
  return {
    payment: payment && paymentState(book, payment),
    noticeSecret: payment?.noticeSecret ?? null,
    issuedKey,
  };
}

function inquire(
  { requestId, orderId }: { readonly requestId: string; readonly orderId: string },
  { book, caller }: SimulatorContext,
): FoundWindow {
  const stored = storedAnswer(book, { mid: caller.mid, scope: windowPaths.approve, key: requestId }, new Date(0));
  return {
    resultCode: '0000',
    request: stored ? (parseJson(stored.body) as FoundWindow['request']) : null,
    hasOrder: paymentByOrderId(book, caller.mid, orderId) !== undefined,
  };
}
