import { randomBytes } from 'node:crypto';
import { isLoopbackUrl } from '../platform/loopback.ts';
import { listBillingKeys } from './billing-keys.ts';
import { type Book, resetBook } from './book.ts';
import type { SimulatorBook } from './control.ts';
import { encodeMessage, validators, type WindowPaymentBody } from './control-messages.ts';
import {
  type ControlContext,
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorDefinition,
  SimulatorRefusal,
  type WindowPayment,
} from './definition.ts';
import { decideEscrow, listEscrows } from './escrow.ts';
import type { NewFault } from './faults.ts';
import { addFault, clearFaults, listFaults } from './kept-faults.ts';
import { problemOfLatency } from './latency.ts';
import type { Exchange } from './listener.ts';
import { magicOf } from './magic.ts';
import { silence } from './magic-strikes.ts';
import { changeSettings, merchantByMid, registerMerchant } from './merchants.ts';
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
import { problemOfSettings } from './settings.ts';
import { issueWantedReceipt } from './wanted-receipt.ts';
import { keepAuthentication } from './window-authentications.ts';
import { payInWindow, refuseEscrow } from './window-payment.ts';

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
  'PUT merchant-list'(exchange, { book }) {
    for (const merchant of read(exchange, validators.merchants).merchants) registerMerchant(book, merchant);
    return {};
  },
  'PUT merchant-settings'(exchange, { book, definition }) {
    const { mid, settings } = read(exchange, validators.merchantSettings);
    const problem = problemOfSettings(settings, definition.settings ?? []);
    if (problem !== undefined) throw new BadMessage(problem);
    if (!changeSettings(book, mid, settings)) throw unknownMerchant();
    return {};
  },
  'POST window-payments'(exchange, site) {
    const wanted = readWindowPayment(exchange);
    refuseMagic(wanted);
    return gatewayPaymentOf(site.book, payInWindow(site.definition, wanted, contextOf(site, wanted.mid)));
  },
  'POST window-keys'(exchange, site) {
    if (!site.definition.issueKeyInWindow) throw noKeyWindow();
    const { customerUid, customerId, ...body } = read(exchange, validators.windowKey);
    const wanted = { ...windowPaymentOf(body), customerUid, customerId };
    refuseMagic(wanted);
    const { issued, payment } = site.definition.issueKeyInWindow(wanted, contextOf(site, wanted.mid));
    return { issued, payment: payment && gatewayPaymentOf(site.book, payment) };
  },
  'POST window-authentications'(exchange, site) {
    const { definition } = site;
    const { customerUid, customerId = '', ...body } = read(exchange, validators.windowAuthentication);
    const wanted = windowPaymentOf(body);
    const context = contextOf(site, wanted.mid);
    if (customerUid !== undefined) {
      if (!definition.issueKeyInWindow) throw noKeyWindow();
      return keepAuthentication({ ...wanted, customerUid, customerId }, context);
    }
    if (!definition.payInWindow) throw new SimulatorRefusal('NO_PAYMENT_WINDOW', '결제창이 없는 PG사입니다.');
    refuseEscrow(definition, wanted);
    return definition.authenticateInWindow?.(wanted, context) ?? keepAuthentication(wanted, context);
  },
  'POST window-certifications'(exchange, site) {
    const { mid, orderId, person } = read(exchange, validators.windowCertification);
    return certificationsOf(site).certifyInWindow(orderId, person, contextOf(site, mid));
  },
  'POST app-confirmations'(exchange, site) {
    const { mid, orderId } = read(exchange, validators.appConfirmation);
    certificationsOf(site).confirmInApp(orderId, contextOf(site, mid));
    return {};
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
  'POST escrow-decisions'(exchange, site) {
    const { mid, orderId, status, reason } = read(exchange, validators.escrowDecision);
    const payment = paymentByOrderId(site.book, mid ?? null, orderId);
    const decided = payment && decideEscrow(site.book, payment, status, reason ?? null);
    if (!decided) throw new SimulatorRefusal('NOT_POSSIBLE', '에스크로 상태를 변경할 수 없는 결제입니다.');
    const context = contextOf(site, payment.mid);
    const notice = site.definition.notices?.escrowChanged?.(payment, decided, context);
    if (notice) context.notify(payment.orderId, notice);
    return decided;
  },
  'POST acts'(exchange, site) {
    const { name, mid, message } = read(exchange, validators.act);
    const { acts = {} } = site.definition;
    const act = Object.hasOwn(acts, name) ? acts[name] : undefined;
    if (!act) throw new BadMessage('This gateway knows nothing of the kind.');
    return act(message, { mid: mid ?? null, book: site.book, contextOf: (of) => contextOf(site, of) });
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
  'GET book'(exchange, { book, definition }) {
    const asked = [exchange.query.get('mid'), exchange.query.get('orderId')] as const;
    return {
      ...bookOf(book, ...asked),
      certifications: definition.certifications?.list(book, ...asked) ?? [],
      escrows: listEscrows(book, ...asked),
    };
  },
  'POST reset'(exchange, { book, definition }) {
    resetBook(book, read(exchange, validators.reset).mid ?? null, definition.ownTables);
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
  const { notices } = site.definition;
  if (notices?.deposit) context.notify(paid.orderId, notices.deposit(paid, context));
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

function certificationsOf({ definition }: ControlSite): NonNullable<SimulatorDefinition['certifications']> {
  const { certifications } = definition;
  if (!certifications) throw new SimulatorRefusal('NO_CERTIFICATIONS', '본인인증을 제공하지 않는 PG사입니다.');
  return certifications;
}

function bookOf(
  book: Book,
  mid: string | null,
  orderId: string | null,
): Omit<SimulatorBook, 'certifications' | 'escrows'> {
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
    billingKeys: listBillingKeys(book, mid)
      .filter((key) => orderId === null || key.orderId === orderId)
      .map(({ key, orderId: of, card, removedAt }) => ({
        key,
        orderId: of,
        maskedNumber: card.maskedNumber,
        isRemoved: removedAt !== null,
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
      reason: cancel.reason,
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
  if (!merchantByMid(site.book, mid)) throw unknownMerchant();
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

function unknownMerchant(): SimulatorRefusal {
  return new SimulatorRefusal('UNKNOWN_MERCHANT', '등록되지 않은 상점입니다.');
}

function readWindowPayment(exchange: Exchange): WindowPayment {
  return windowPaymentOf(read(exchange, validators.windowPayment));
}

/** What else goes wrong at a gateway is between it and the server; where nothing is asked for later, a buyer meets the refusal at once. */
function refuseMagic({ amountMinor }: WindowPayment): void {
  if (magicOf('approve', amountMinor, undefined)?.step.kind !== 'reject') return;
  throw new SimulatorRefusal('MAGIC_AMOUNT', '거절되도록 정해진 금액입니다.');
}

function noKeyWindow(): SimulatorRefusal {
  return new SimulatorRefusal('NO_KEY_WINDOW', '결제창에서 빌링키를 발급하지 않는 PG사입니다.');
}

function windowPaymentOf(body: WindowPaymentBody): WindowPayment {
  return {
    ...body,
    orderId: body.orderId ?? `order-${randomBytes(8).toString('hex')}`,
    amountMinor: BigInt(body.amountMinor),
    taxFreeMinor: BigInt(body.taxFreeMinor),
    vatMinor: BigInt(body.vatMinor),
    bankCode: body.bankCode ?? null,
    dueAt: body.dueAt === undefined ? null : readTime('dueAt', body.dueAt),
    cashReceiptIdentifier: body.cashReceiptIdentifier ?? null,
    terms: body.terms ?? null,
    card: body.card ?? null,
    isEscrow: body.isEscrow ?? false,
  };
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
