import { randomBytes, randomInt } from 'node:crypto';
import type { Book } from '../simulator/book.ts';
import {
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorContext,
  type SimulatorDefinition,
  type SimulatorRequest,
} from '../simulator/definition.ts';
import { merchantByMid, type SimulatorMerchant } from '../simulator/merchants.ts';
import { type BookPayment, insertPayment, paymentByOrderId, recordRevocation } from '../simulator/payments.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../simulator/simulator.ts';
import { storeAnswer, storedAnswer } from '../simulator/stored-answers.ts';
import {
  InquireMessage,
  IssueMessage,
  isSigned,
  RevokeMessage,
  type StandInCode,
  signatureHeader,
  standInCodes,
  standInPaths,
} from './protocol.ts';

/** How long a barcode waits without `expired_at`: the contract's default is not public. */
const waitsMs = 7 * 24 * 3600_000;

const definition: SimulatorDefinition = {
  provider: 'galaxia',
  routes: [
    { method: 'POST', path: standInPaths.issue, operation: 'issue_barcode', handle: once(issue) },
    { method: 'POST', path: standInPaths.revoke, operation: 'revoke_barcode', handle: once(revoke) },
    { method: 'POST', path: standInPaths.inquire, operation: 'inquire', handle: inquire },
  ],
  authenticate(request, book) {
    const merchant = merchantOf(request, book);
    const signature = request.headers[signatureHeader] ?? '';
    const isKnown = merchant && isSigned(merchant.credentials.secretKey ?? '', request.path, request.body, signature);
    return isKnown ? merchant : refuse('S401', 401);
  },
  unknownPath: () => refuse('S400', 404),
  internalError: refuse('S503', 500),
  refusal(_operation, code, message) {
    const named = code ?? 'S503';
    const known = Object.hasOwn(standInCodes, named) ? standInCodes[named as StandInCode].message : named;
    return jsonAnswer(200, { resultCode: named, resultMessage: message ?? known });
  },
};

export function createGalaxiaSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(definition, options);
}

function issue(context: SimulatorContext): SimulatorAnswer {
  const message = readJson(context.request);
  if (!IssueMessage.Check(message)) return refuse('S400');
  const { book, caller, now } = context;
  const dueAt = message.expiresAt === null ? new Date(now.getTime() + waitsMs) : new Date(message.expiresAt * 1000);
  if (dueAt <= now) return refuse('S103');
  if (paymentByOrderId(book, caller.mid, message.orderId)) return refuse('S101');
  const payment = insertPayment(book, {
    mid: caller.mid,
    orderId: message.orderId,
    tid: `gsim${randomBytes(12).toString('hex')}`,
    orderName: message.orderName,
    payMethod: 'cvs',
    currency: 'KRW',
    amountMinor: BigInt(message.amount),
    taxFreeMinor: 0n,
    vatMinor: 0n,
    status: 'waiting_for_deposit',
    requestedAt: now,
    dueAt,
    approvalNumber: null,
    receiptUrl: null,
    card: null,
    bankCode: null,
    accountNumber: null,
    accountHolder: null,
    barcode: message.barcode ?? `88${randomInt(10 ** 11, 10 ** 12)}${randomInt(1000, 10_000)}`,
    noticeSecret: null,
    detail: {},
  });
  return payment ? stateAnswer(payment) : refuse('S102');
}

function revoke({ request, book, caller, now }: SimulatorContext): SimulatorAnswer {
  const message = readJson(request);
  if (!RevokeMessage.Check(message)) return refuse('S400');
  const payment = paymentByOrderId(book, caller.mid, message.orderId);
  switch (payment?.status) {
    case undefined:
      return refuse('S404');
    case 'revoked':
      return refuse('S201');
    case 'expired':
      return refuse('S203');
    case 'waiting_for_deposit':
      break;
    default:
      return refuse('S202');
  }
  const revocationTid = `gsimr${randomBytes(12).toString('hex')}`;
  const revoked = payment && recordRevocation(book, { tid: payment.tid, revocationTid, reason: message.reason, now });
  return revoked ? stateAnswer(revoked) : refuse('S202');
}

function inquire({ request, book, caller }: SimulatorContext): SimulatorAnswer {
  const message = readJson(request);
  if (!InquireMessage.Check(message)) return refuse('S400');
  const payment = paymentByOrderId(book, caller.mid, message.orderId);
  return payment ? stateAnswer(payment) : refuse('S404');
}

/** A request id that was seen before gets the first answer. */
function once(handle: (context: SimulatorContext) => SimulatorAnswer): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => {
    const { request, caller, book, now } = context;
    const requestId = (readJson(request) as { requestId?: unknown } | null | undefined)?.requestId;
    if (typeof requestId !== 'string') return refuse('S400');
    const key = { mid: caller.mid, scope: request.path, key: requestId };
    const stored = storedAnswer(book, key, new Date(0));
    if (stored) return { ...jsonAnswer(stored.status, null), body: stored.body };
    const answer = handle(context);
    storeAnswer(book, key, { status: answer.status, body: answer.body as string }, now);
    return answer;
  };
}

function stateAnswer(payment: BookPayment): SimulatorAnswer {
  const state = { waiting_for_deposit: 'waiting', revoked: 'revoked', expired: 'expired' } as const;
  return jsonAnswer(200, {
    resultCode: '0000',
    orderId: payment.orderId,
    transactionId: payment.tid,
    barcode: payment.barcode,
    amount: Number(payment.amountMinor),
    state: payment.status in state ? state[payment.status as keyof typeof state] : 'paid',
    issuedAt: seconds(payment.requestedAt),
    expiresAt: payment.dueAt && seconds(payment.dueAt),
    paidAt: payment.paidAt && seconds(payment.paidAt),
    revokedAt: payment.revokedAt && seconds(payment.revokedAt),
    revocationId: payment.revocationTid,
  });
}

function refuse(code: StandInCode, status = 200): SimulatorAnswer {
  return jsonAnswer(status, { resultCode: code, resultMessage: standInCodes[code].message });
}

function merchantOf(request: SimulatorRequest, book: Book): SimulatorMerchant | undefined {
  const mid = (readJson(request) as { mid?: unknown } | null | undefined)?.mid;
  return typeof mid === 'string' ? merchantByMid(book, mid) : undefined;
}

function readJson(request: SimulatorRequest): unknown {
  try {
    return JSON.parse(request.body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
