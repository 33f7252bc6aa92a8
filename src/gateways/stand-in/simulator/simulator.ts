import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Book } from '../../../simulators/book.ts';
import {
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorCaller,
  type SimulatorContext,
  SimulatorRefusal,
  type SimulatorRequest,
  type SimulatorRoute,
} from '../../../simulators/definition.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import { paymentByOrderId } from '../../../simulators/payments.ts';
import { storeAnswer, storedAnswer } from '../../../simulators/stored-answers.ts';
import { isStandInCode, standInCodes } from '../wire/codes.ts';
import {
  CancelMessage,
  InquireMessage,
  IssueAccountMessage,
  IssueBarcodeMessage,
  IssueReceiptMessage,
  isSignedStandIn,
  parseJson,
  RevokeMessage,
  RevokeReceiptMessage,
  type StandInOperation,
  signatureHeader,
  standInPaths,
} from '../wire/protocol.ts';
import type { SimulatorStandIn } from './definition.ts';
import { cancelPayment, issueAccount, issueBarcode, revokeWaiting, StandInRefusal } from './payments.ts';
import { issueReceipt, receiptByOrderId, revokeReceipt } from './receipts.ts';
import { type Carried, doneAnswer, paymentState, receiptState } from './view.ts';

/**
 * The routes of the stand-in, for a gateway's simulator that has them beside its own. Each has its operation, so that
 * the sandbox's faults hit it; all of them work on the gateway's own book.
 */
export function standInRoutes(standIn: SimulatorStandIn): SimulatorRoute[] {
  return [
    route('issue_vbank', IssueAccountMessage, (message, context) => issueAccount(message, context, standIn)),
    route('revoke_vbank', RevokeMessage, (message, context) => revokeWaiting('vbank', message, context, standIn)),
    route('issue_barcode', IssueBarcodeMessage, (message, context) => issueBarcode(message, context, standIn)),
    route('revoke_barcode', RevokeMessage, (message, context) => revokeWaiting('cvs', message, context, standIn)),
    route('issue_receipt', IssueReceiptMessage, (message, context) => issueReceipt(message, context, standIn)),
    route('revoke_receipt', RevokeReceiptMessage, (message, context) => revokeReceipt(message, context, standIn)),
    route('cancel', CancelMessage, (message, context) => cancelPayment(message, context, standIn)),
    { method: 'POST', path: standInPaths.inquire, operation: 'inquire', handle: inquire },
  ];
}

/** Who calls, by the MID in the message and the signature over it. */
export function authenticateStandIn(
  request: SimulatorRequest,
  book: Book,
  standIn: SimulatorStandIn,
): SimulatorCaller | SimulatorAnswer {
  const mid = (readJson(request) as { mid?: unknown } | null | undefined)?.mid;
  const merchant = typeof mid === 'string' ? merchantByMid(book, mid) : undefined;
  if (!merchant) return standInRefusal('S401', null, 401);
  const secret = standIn.secretOf(merchant.credentials);
  const isSigned = isSignedStandIn(secret, request.path, request.body, request.headers[signatureHeader] ?? '');
  return isSigned ? merchant : standInRefusal('S401', null, 401);
}

/**
 * A refusal in the stand-in's form: of a stand-in path that meets the fault `reject` (without a code: S503), and of one
 * that does not exist (S404, HTTP 404).
 */
export function standInRefusal(code: string | null, message: string | null, status = 200): SimulatorAnswer {
  const named = code ?? 'S503';
  const known = isStandInCode(named) ? standInCodes[named].message : named;
  return jsonAnswer(status, { resultCode: named, resultMessage: message ?? known });
}

/** For the fault `http_500`, and for a defect. */
export const standInInternalError: SimulatorAnswer = standInRefusal('S500', null, 500);

/** A request id that was seen before gets the first answer, a refusal too. */
function route<S extends TSchema>(
  operation: StandInOperation,
  schema: S,
  carryOut: (message: Static<S>, context: SimulatorContext) => Carried,
): SimulatorRoute {
  const validator = Compile(schema);
  return {
    method: 'POST',
    path: standInPaths[operation],
    operation,
    handle(context) {
      const { book, caller, now } = context;
      const message = readJson(context.request);
      if (!validator.Check(message)) return standInRefusal('S400', null);
      const key = answerKey(caller.mid, operation, (message as { requestId: string }).requestId);
      const stored = storedAnswer(book, key, new Date(0));
      if (stored) return { ...jsonAnswer(stored.status, null), body: stored.body };
      const answer = answerOf(book, () => carryOut(message as Static<S>, context));
      storeAnswer(book, key, { status: answer.status, body: answer.body as string }, now);
      return answer;
    },
  };
}

/** What was begun and then refused is taken back. */
function answerOf(book: Book, carryOut: () => Carried): SimulatorAnswer {
  try {
    return jsonAnswer(200, doneAnswer(book, book.undoable(carryOut)));
  } catch (error) {
    if (error instanceof StandInRefusal) return standInRefusal(error.code, null);
    if (error instanceof SimulatorRefusal) return standInRefusal(error.code, error.message);
    throw error;
  }
}

const inquireMessage = Compile(InquireMessage);

function inquire({ request, book, caller }: SimulatorContext): SimulatorAnswer {
  const message = readJson(request);
  if (!inquireMessage.Check(message)) return standInRefusal('S400', null);
  const { operation, requestId, orderId, receiptOrderId } = message;
  const stored =
    operation === null || requestId === null
      ? undefined
      : storedAnswer(book, answerKey(caller.mid, operation, requestId), new Date(0));
  const payment = paymentByOrderId(book, caller.mid, orderId);
  const receipt = receiptOrderId === null ? undefined : receiptByOrderId(book, caller.mid, receiptOrderId);
  return jsonAnswer(200, {
    resultCode: '0000',
    request: stored ? parseJson(stored.body) : null,
    payment: payment ? paymentState(book, payment) : null,
    receipt: receipt ? receiptState(book, receipt) : null,
  });
}

function answerKey(mid: string, operation: StandInOperation, requestId: string) {
  return { mid, scope: standInPaths[operation], key: requestId };
}

function readJson(request: SimulatorRequest): unknown {
  return parseJson(request.body.toString('utf8'));
}
