import type { Static, TSchema } from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';
import { listBillingKeys } from '../../../simulators/billing-keys.ts';
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
import type { FaultOperation } from '../../../simulators/faults.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import { paymentByOrderId } from '../../../simulators/payments.ts';
import { explainSignature, type SignatureCheck, unknownMerchant } from '../../../simulators/signature-check.ts';
import { storeAnswer, storedAnswer } from '../../../simulators/stored-answers.ts';
import { isStandInCode, standInCodes } from '../wire/codes.ts';
import {
  AutopayKeyMessage,
  CancelMessage,
  ChargeKeyMessage,
  DeleteMemberMessage,
  InquireMessage,
  IssueAccountMessage,
  IssueBarcodeMessage,
  IssueKeyMessage,
  IssueReceiptMessage,
  isSignedStandIn,
  MemberMessage,
  PayFromWalletMessage,
  PreparationMessage,
  parseJson,
  ReadPointsMessage,
  RegisterShippingMessage,
  RevokeKeyMessage,
  RevokeMessage,
  RevokeReceiptMessage,
  SlipPartsMessage,
  type StandInCall,
  type StandInOperation,
  signatureHeader,
  standInPaths,
} from '../wire/protocol.ts';
import type { SimulatorStandIn } from './definition.ts';
import { registerShipping } from './escrow.ts';
import { chargeKey, issueKey, revokeKey } from './keys.ts';
import { cancelPayment, issueAccount, issueBarcode, revokeWaiting } from './payments.ts';
import { issueReceipt, receiptByOrderId, revokeReceipt } from './receipts.ts';
import { StandInRefusal } from './refusal.ts';
import { registerSlipParts } from './slips.ts';
import { billingKeyState, type Carried, doneAnswer, paymentState, receiptState } from './view.ts';
import {
  changePreparation,
  createPreparation,
  deleteAutopayKey,
  deleteMember,
  releaseBiometrics,
} from './wallets/members.ts';
import { payFromWallet, readPoints } from './wallets/payments.ts';

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
    route('register_shipping', RegisterShippingMessage, registerShipping),
    route('issue_key', IssueKeyMessage, issueKey),
    route('charge_key', ChargeKeyMessage, (message, context) => chargeKey(message, context, standIn)),
    route('revoke_key', RevokeKeyMessage, revokeKey),
    route('cancel', CancelMessage, (message, context) => cancelPayment(message, context, standIn)),
    ...(standIn.wallets === undefined
      ? []
      : [
          route('pay_from_wallet', PayFromWalletMessage, (message, context) =>
            payFromWallet(message, context, standIn),
          ),
          call('read_points', ReadPointsMessage, readPoints),
          call('create_preparation', PreparationMessage, createPreparation),
          call('change_preparation', PreparationMessage, changePreparation),
          call('delete_member', DeleteMemberMessage, deleteMember),
          call('delete_autopay_key', AutopayKeyMessage, deleteAutopayKey),
          call('release_biometrics', MemberMessage, releaseBiometrics),
        ]),
    ...(standIn.slipParts ? [call('register_slip_parts', SlipPartsMessage, registerSlipParts)] : []),
    askedRoute(standInPaths.inquire, InquireMessage, inquire),
  ];
}

/** Who calls, by the MID in the message and the signature over it. */
export function authenticateStandIn(
  request: SimulatorRequest,
  book: Book,
  standIn: SimulatorStandIn,
): SimulatorCaller | SimulatorAnswer {
  const mid = (readJson(request) as { mid?: unknown } | null | undefined)?.mid;
  const named = typeof mid === 'string' ? mid : '';
  const merchant = merchantByMid(book, named);
  const refuse = (why: string) => ({ ...standInRefusal('S401', null, 401), why });
  if (!merchant) return refuse(unknownMerchant('mid', named));
  const secret = standIn.secretOf(merchant.credentials);
  const signature = request.headers[signatureHeader] ?? '';
  if (isSignedStandIn(secret, request.path, request.body, signature)) return merchant;
  const check: SignatureCheck = {
    name: signatureHeader,
    given: signature,
    inputs: [
      { name: 'secret', value: secret, shown: 'secret' },
      { name: 'path', value: request.path },
      { name: 'body', value: request.body.toString('utf8'), shown: 'hidden' },
    ],
    fits: ([key = '', path = '', body = ''], given) => isSignedStandIn(key, path, body, given),
  };
  return refuse(explainSignature(book, merchant.mid, check));
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

function route<S extends TSchema>(
  operation: StandInOperation,
  schema: S,
  carryOut: (message: Static<S>, context: SimulatorContext) => Carried,
): SimulatorRoute {
  return keyedRoute({
    path: standInPaths[operation],
    operation,
    schema,
    carryOut: (message, context) => doneAnswer(context.book, carryOut(message, context)),
  });
}

/** A request id that was seen before gets the first answer, a refusal too. What was begun and then refused is taken back. */
export function keyedRoute<S extends TSchema>(definition: {
  readonly path: string;
  readonly operation: FaultOperation;
  /** With the `requestId` among its fields. */
  readonly schema: S;
  carryOut(message: Static<S>, context: SimulatorContext): object;
}): SimulatorRoute {
  const { path, operation, schema, carryOut } = definition;
  return {
    method: 'POST',
    path,
    operation,
    handle(context) {
      const { book, caller, now } = context;
      const message = readJson(context.request);
      if (!validatorOf(schema).Check(message)) return standInRefusal('S400', null);
      const key = { mid: caller.mid, scope: path, key: (message as { requestId: string }).requestId };
      const stored = storedAnswer(book, key, new Date(0));
      if (stored) return { ...jsonAnswer(stored.status, null), body: stored.body };
      const answer = answerOf(book, () => carryOut(message as Static<S>, context));
      storeAnswer(book, key, { status: answer.status, body: answer.body as string }, now);
      return answer;
    },
  };
}

/** A question, or what may be asked for twice, with its value for an answer. */
function call<S extends TSchema>(
  what: StandInCall,
  schema: S,
  carryOut: (message: Static<S>, context: SimulatorContext) => unknown,
): SimulatorRoute {
  return askedRoute(standInPaths[what], schema, (message, context) => ({
    resultCode: '0000',
    value: carryOut(message, context),
  }));
}

/** A question, or what may be asked for twice: nothing of it is kept for a repeat. Faults of inquiries hit it. */
export function askedRoute<S extends TSchema>(
  path: string,
  schema: S,
  answer: (message: Static<S>, context: SimulatorContext) => object,
): SimulatorRoute {
  return {
    method: 'POST',
    path,
    operation: 'inquire',
    handle(context) {
      const message = readJson(context.request);
      if (!validatorOf(schema).Check(message)) return standInRefusal('S400', null);
      return answerOf(context.book, () => answer(message as Static<S>, context));
    },
  };
}

function answerOf(book: Book, carryOut: () => object): SimulatorAnswer {
  try {
    return jsonAnswer(200, book.undoable(carryOut));
  } catch (error) {
    if (error instanceof StandInRefusal) return standInRefusal(error.code, null);
    if (error instanceof SimulatorRefusal) return standInRefusal(error.code, error.message);
    throw error;
  }
}

function inquire(message: Static<typeof InquireMessage>, { book, caller }: SimulatorContext): object {
  const { operation, requestId, orderId, receiptOrderId } = message;
  const stored =
    operation === null || requestId === null
      ? undefined
      : storedAnswer(book, { mid: caller.mid, scope: standInPaths[operation], key: requestId }, new Date(0));
  const payment = orderId === null ? undefined : paymentByOrderId(book, caller.mid, orderId);
  const receipt = receiptOrderId === null ? undefined : receiptByOrderId(book, caller.mid, receiptOrderId);
  const key = listBillingKeys(book, caller.mid).find((each) => each.orderId === orderId);
  return {
    resultCode: '0000',
    request: stored ? parseJson(stored.body) : null,
    payment: payment ? paymentState(book, payment) : null,
    receipt: receipt ? receiptState(book, receipt) : null,
    billingKey: key ? billingKeyState(key) : null,
  };
}

function readJson(request: SimulatorRequest): unknown {
  return parseJson(request.body.toString('utf8'));
}
