import { isLoopbackUrl } from '../platform/loopback.ts';
import { type Book, resetBook } from './book.ts';
import type { SimulatorBook } from './control.ts';
import { encodeMessage, validators } from './control-messages.ts';
import {
  type ControlContext,
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorDefinition,
  SimulatorRefusal,
} from './definition.ts';
import type { NewFault } from './faults.ts';
import { addFault, clearFaults, listFaults } from './kept-faults.ts';
import { problemOfLatency } from './latency.ts';
import type { Exchange } from './listener.ts';
import { magicOf } from './magic.ts';
import { silence } from './magic-strikes.ts';
import { merchantByMid, registerMerchant } from './merchants.ts';
import { happenedIn, midTime, nextDue, setMidClock } from './mid-clocks.ts';
import { listNotices, type NoticeSender } from './notices.ts';
import { gatewayPaymentOf } from './payment-view.ts';
import {
  type BookPayment,
  cancelsOf,
  expireDue,
  listPayments,
  paymentByOrderId,
  pendingCancels,
  recordDeposit,
} from './payments.ts';
import { listReceipts, receiptStatus } from './receipts.ts';
import { completeDueRefunds, completeRefund } from './refunds.ts';
import { issueWantedReceipt } from './wanted-receipt.ts';

export const controlPrefix = '/_simulator/';

interface ControlSite {
  readonly definition: SimulatorDefinition;
  readonly book: Book;
  readonly now: Date;
  readonly url: string;
  readonly notices: NoticeSender;
}

/** Malformed control messages: the caller is our own code or a person at a terminal, who is told what is wrong. */
class BadMessage extends Error {}

/** Serves the control protocol; see the README of this folder. */
export function answerControl(exchange: Exchange, site: ControlSite): SimulatorAnswer {
  // A web page may make a browser call this listener under another name; such a name is not a loopback one.
  if (!isLoopbackUrl(`http://${exchange.headers.host}/`) || exchange.headers.origin !== undefined) {
    return failure(403, 'FORBIDDEN', 'The control protocol is for this machine only.');
  }
  const route = routes[`${exchange.method} ${exchange.path.slice(controlPrefix.length)}`];
  if (!route) return failure(404, 'UNKNOWN_PATH', 'No such control operation.');
  try {
    const result = site.book.transaction(() => {
      expireDue(site.book, site.now);
      return route(exchange, site);
    });
    return { ...jsonAnswer(200, null), body: encodeMessage(result) };
  } catch (error) {
    if (error instanceof SimulatorRefusal) return failure(409, error.code, error.message);
    if (error instanceof BadMessage) return failure(400, 'MALFORMED', error.message);
    throw error;
  }
}

const routes: Readonly<Record<string, (exchange: Exchange, site: ControlSite) => unknown>> = {
  'PUT merchants'(exchange, { book }) {
    registerMerchant(book, read(exchange, validators.merchant));
    return {};
  },
  'POST window-payments'(exchange, site) {
    const body = read(exchange, validators.windowPayment);
    if (!site.definition.payInWindow) {
      throw new SimulatorRefusal('NO_PAYMENT_WINDOW', '결제창이 없는 PG사입니다.');
    }
    // What else goes wrong at a gateway is between it and the server; in its window a buyer only meets the refusal.
    if (magicOf('approve', BigInt(body.amountMinor), undefined)?.step.kind === 'reject') {
      throw new SimulatorRefusal('MAGIC_AMOUNT', '거절되도록 정해진 금액입니다.');
    }
    const context = contextOf(site, body.mid);
    const payment = site.definition.payInWindow(
      {
        ...body,
        amountMinor: BigInt(body.amountMinor),
        taxFreeMinor: BigInt(body.taxFreeMinor),
        vatMinor: BigInt(body.vatMinor),
        bankCode: body.bankCode ?? null,
        dueAt: body.dueAt === undefined ? null : readTime('dueAt', body.dueAt),
        cashReceiptIdentifier: body.cashReceiptIdentifier ?? null,
      },
      context,
    );
    // Cards give no cash receipts, and of an account the money is not there yet.
    if (payment.payMethod === 'trans' && site.definition.receiptNumbers) {
      issueWantedReceipt(payment, context, site.definition.receiptNumbers);
    }
    return gatewayPaymentOf(site.book, payment);
  },
  'POST deposits'(exchange, site) {
    const body = read(exchange, validators.deposit);
    return payWaiting(site, {
      kind: 'vbank',
      mid: body.mid ?? null,
      orderId: body.orderId,
      amountMinor: body.amountMinor === undefined ? null : BigInt(body.amountMinor),
      depositorName: body.depositorName ?? null,
    });
  },
  'POST barcode-payments'(exchange, site) {
    const body = read(exchange, validators.barcodePayment);
    return payWaiting(site, {
      kind: 'cvs',
      mid: body.mid ?? null,
      orderId: body.orderId,
      amountMinor: null,
      depositorName: null,
    });
  },
  'POST refund-results'(exchange, site) {
    const body = read(exchange, validators.refundResult);
    const payment = paymentByOrderId(site.book, body.mid ?? null, body.orderId);
    if (!payment) throw new SimulatorRefusal('UNKNOWN_PAYMENT', '해당 주문의 결제 내역이 없습니다.');
    const pending = pendingCancels(site.book, { tid: payment.tid });
    if (pending.length === 0) throw new SimulatorRefusal('NO_PENDING_REFUND', '진행 중인 환불이 없습니다.');
    for (const { mid, cancel } of pending) {
      completeRefund(site.definition, contextOf(site, mid), {
        cancelTid: cancel.cancelTid,
        succeeded: body.succeeded,
        failureCode: body.succeeded ? null : (body.code ?? null),
      });
    }
    const [changed] = listPayments(site.book, payment.mid, payment.orderId);
    return changed && gatewayPaymentOf(site.book, changed);
  },
  'PUT notice-url'(exchange, site) {
    site.notices.setUrl(read(exchange, validators.noticeUrl).url);
    return {};
  },
  'GET notices': (exchange, { book }) => listNotices(book, exchange.query.get('mid'), exchange.query.get('orderId')),
  'POST notices/resend'(exchange, { book, notices }) {
    const body = read(exchange, validators.resend);
    const found = listNotices(book, body.mid ?? null, body.orderId);
    if (found.length === 0) throw new SimulatorRefusal('NO_NOTICE', '해당 주문의 통보 내역이 없습니다.');
    for (const { id } of found) notices.sendAgain(id);
    return { count: found.length };
  },
  'POST faults': (exchange, { book }) => addFault(book, readFault(exchange)),
  'GET faults': (exchange, { book }) => listFaults(book, exchange.query.get('mid')),
  'DELETE faults': (exchange, { book }) => ({
    count: clearFaults(book, exchange.query.get('mid'), exchange.query.get('id')),
  }),
  'PUT clock'(exchange, site) {
    const { mid, at, since } = read(exchange, validators.clock);
    const { book } = site;
    setMidClock(book, mid, at === undefined ? null : readTime('at', at));
    const now = midTime(book, mid, site.now);
    expireDue(book, site.now);
    completeDueRefunds(site.definition, { book, now: site.now }, (of) => contextOf(site, of));
    // Those of a simulator that was killed before it had sent them.
    for (const notice of listNotices(book, mid, null)) {
      if (!notice.isTaken && notice.attempts === 0) site.notices.sendAgain(notice.id);
    }
    return {
      nextAt: nextDue(book, mid, now),
      happened: since === undefined ? [] : happenedIn(book, mid, readTime('since', since), now),
    };
  },
  'PUT silence'(exchange, { book }) {
    const { mid, orderId } = read(exchange, validators.silence);
    silence(book, mid, orderId);
    return {};
  },
  'GET book': (exchange, { book }) => bookOf(book, exchange.query.get('mid'), exchange.query.get('orderId')),
  'POST reset'(exchange, { book }) {
    resetBook(book, read(exchange, validators.reset).mid ?? null);
    return {};
  },
};

/**
 * A deposit, or money at the counter. Banks and shops refuse these, not an API of the gateway, so there are no codes of
 * the gateway to copy: the codes here are the simulators' own.
 */
function payWaiting(
  site: ControlSite,
  deposit: {
    kind: 'vbank' | 'cvs';
    mid: string | null;
    orderId: string;
    amountMinor: bigint | null;
    depositorName: string | null;
  },
): unknown {
  const payment = paymentByOrderId(site.book, deposit.mid, deposit.orderId);
  if (!payment || payment.payMethod !== deposit.kind) {
    throw new SimulatorRefusal('UNKNOWN_PAYMENT', '해당 주문의 입금 대기 내역이 없습니다.');
  }
  const refused = refusalOfDeposit(payment, deposit.amountMinor ?? payment.amountMinor);
  if (refused) throw refused;
  const context = contextOf(site, payment.mid);
  const paid = recordDeposit(site.book, {
    mid: payment.mid,
    orderId: payment.orderId,
    amountMinor: payment.amountMinor,
    depositorName: deposit.depositorName ?? payment.accountHolder,
    now: context.now,
  });
  if (!paid) throw new Error('a waiting payment could not be paid');
  if (site.definition.receiptNumbers) issueWantedReceipt(paid, context, site.definition.receiptNumbers);
  if (site.definition.notices) context.notify(paid.orderId, site.definition.notices.deposit(paid, context));
  return gatewayPaymentOf(site.book, paid);
}

function refusalOfDeposit(payment: BookPayment, amountMinor: bigint): SimulatorRefusal | undefined {
  switch (payment.status) {
    case 'revoked':
      return new SimulatorRefusal('ALREADY_REVOKED', '말소되어 입금할 수 없습니다.');
    case 'expired':
      return new SimulatorRefusal('EXPIRED', '입금 기한이 지나 입금할 수 없습니다.');
    case 'waiting_for_deposit':
      if (amountMinor === payment.amountMinor) return undefined;
      return new SimulatorRefusal('WRONG_AMOUNT', '입금 금액이 결제 금액과 다릅니다.');
    default:
      return new SimulatorRefusal('ALREADY_PAID', '이미 입금된 결제입니다.');
  }
}

function bookOf(book: Book, mid: string | null, orderId: string | null): SimulatorBook {
  const payments = listPayments(book, mid, orderId);
  const receipts = listReceipts(book, mid).filter(
    (receipt) => orderId === null || belongsTo(receipt, orderId, payments),
  );
  return {
    transactions: payments.map((payment) => ({
      mid: payment.mid,
      orderId: payment.orderId,
      gatewayTid: payment.tid,
      payMethod: payment.payMethod,
      currency: payment.currency,
      amountMinor: payment.amountMinor,
      ...cancelsInBook(book, payment.tid),
      status: payment.status,
    })),
    receipts: receipts.map((receipt) => ({
      receiptTid: receipt.receiptTid,
      orderId: receipt.orderId,
      amountMinor: receipt.amountMinor,
      balanceMinor: receipt.balanceMinor,
      status: receiptStatus(receipt),
    })),
  };
}

/** What is taken counts, paid out or not; a refund that could not be paid out is no cancel. */
function cancelsInBook(book: Book, tid: string) {
  const cancels = cancelsOf(book, tid).filter(({ state }) => state !== 'failed');
  return {
    cancelledMinor: cancels.reduce((sum, cancel) => sum + cancel.amountMinor, 0n),
    cancels: cancels.map((cancel) => ({
      id: cancel.cancelTid,
      amountMinor: cancel.amountMinor,
      at: cancel.cancelledAt,
      isPaidOut: cancel.state === 'done',
    })),
  };
}

/** The server gives a receipt an order id of its own, which begins with its payment's (`imp_…-r1`); nothing else links them. */
function belongsTo(
  receipt: { readonly orderId: string; readonly paymentTid: string | null },
  orderId: string,
  payments: readonly BookPayment[],
): boolean {
  const isOfOrder = receipt.orderId === orderId || receipt.orderId.startsWith(`${orderId}-r`);
  return isOfOrder || payments.some((payment) => payment.tid === receipt.paymentTid);
}

function contextOf(site: ControlSite, mid: string): ControlContext {
  if (!merchantByMid(site.book, mid)) throw new SimulatorRefusal('UNKNOWN_MERCHANT', '등록되지 않은 상점입니다.');
  const now = midTime(site.book, mid, site.now);
  return {
    mid,
    book: site.book,
    now,
    url: site.url,
    notify: (orderId, message) => site.notices.add({ mid, orderId, message, now }),
  };
}

function read<T>(
  exchange: Exchange,
  validator: { Check(value: unknown): value is T; Errors(value: unknown): { instancePath: string; message: string }[] },
): T {
  let value: unknown;
  try {
    value = exchange.body.length === 0 ? {} : JSON.parse(exchange.body.toString('utf8'));
  } catch {
    throw new BadMessage('The body is not JSON.');
  }
  if (validator.Check(value)) return value;
  const [first] = validator.Errors(value);
  throw new BadMessage(first ? `${first.instancePath || 'the body'} ${first.message}` : 'The body is malformed.');
}

function readFault(exchange: Exchange): NewFault {
  const { amountFromMinor, amountToMinor, ...fault } = read(exchange, validators.fault);
  for (const { latency } of [fault, ...(fault.script ?? [])]) {
    const problem = latency && problemOfLatency(latency);
    if (problem !== undefined) throw new BadMessage(problem);
  }
  return {
    ...fault,
    ...(amountFromMinor === undefined ? {} : { amountFromMinor: BigInt(amountFromMinor) }),
    ...(amountToMinor === undefined ? {} : { amountToMinor: BigInt(amountToMinor) }),
  };
}

function readTime(name: string, value: string): Date {
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) throw new BadMessage(`${name} is not a time`);
  return time;
}

function failure(status: number, code: string, message: string): SimulatorAnswer {
  return jsonAnswer(status, { code, message });
}
