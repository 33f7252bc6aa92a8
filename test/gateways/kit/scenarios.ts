import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { GatewayCall } from '../../../src/port/call.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import type { PayMethodCapabilities } from '../../../src/port/capabilities.ts';
import { supportOf } from '../../../src/port/capabilities.ts';
import type { Gateway } from '../../../src/port/gateway.ts';
import { operationAt } from '../../../src/port/gateway.ts';
import type { GatewayOperation, Inquiry } from '../../../src/port/operations.ts';
import type { Outcome } from '../../../src/port/outcome.ts';
import type { PayMethod, PaymentReference } from '../../../src/port/payment.ts';
import type { Receipt, ReceiptRevocation } from '../../../src/port/receipt.ts';
import type { ControlResult, SimulatorBook, WindowPaymentRequest } from '../../../src/simulators/control.ts';
import { accountIssueOf, orderOf, receiptIssueOf, receiptRevocationOf } from './payment-requests.ts';
import type { Rig } from './rig.ts';

/** An operation that is ready to be sent, and how to find out from the book how often it was carried out. */
export interface Scenario {
  run(call: GatewayCall): Promise<Outcome<unknown>>;
  inquire(call: GatewayCall, sentAt: Date): Promise<Inquiry>;
  timesDone(): Promise<number>;
}

/** A gateway on its rig, with one of its pay methods. */
export interface Setting {
  readonly gateway: Gateway;
  readonly rig: Rig;
  readonly payMethod: PayMethod;
  readonly capabilities: PayMethodCapabilities;
}

export const paidMinor = 10_000n;
const partMinor = 3_000n;
const bankCandidates = ['088', '004', '020', '011'];

export function bankOf(gateway: Gateway): string {
  const bank = bankCandidates.find((code) => gateway.codes.bankCode(code) !== undefined);
  assert.ok(bank, 'the gateway knows none of the large banks');
  return bank;
}

function inAWeek({ rig }: Setting): Date {
  return new Date(rig.call().now.getTime() + 7 * 24 * 3600_000);
}

export async function bookOf({ rig }: Setting, orderId: string): Promise<SimulatorBook> {
  return rig.control.book({ mid: rig.mid, orderId });
}

export function confirmed<T>(outcome: Outcome<T>): T {
  assert.ok(outcome.kind === 'confirmed' || outcome.kind === 'accepted', `not done: ${inspect(outcome)}`);
  return outcome.result;
}

function done<T>(result: ControlResult<T>): T {
  assert.ok(result.kind === 'done', `refused: ${inspect(result)}`);
  return result.result;
}

/** How a payment is named at the gateway: what the server knows of it from its own book. */
export type BookedPayment = PaymentReference & { readonly gatewayTid: string; readonly noticeSecret: string | null };

function booked(
  { rig, payMethod }: Setting,
  orderId: string,
  found: { readonly gatewayTid: string; readonly accountNumber?: string | null; readonly noticeSecret?: string | null },
): BookedPayment {
  return {
    orderId,
    gatewayTid: found.gatewayTid,
    payMethod,
    currency: 'KRW',
    paymentAmountMinor: paidMinor,
    madeAt: rig.call().now,
    accountNumber: found.accountNumber ?? null,
    noticeSecret: found.noticeSecret ?? null,
  };
}

/** What differs in the window from an ordinary payment; a payment that is not made there can't differ. */
export type WindowParts = Partial<WindowPaymentRequest>;

/** A payment that waits for its money: a virtual account, or a barcode. */
export async function waitingPayment(setting: Setting, parts?: WindowParts): Promise<BookedPayment> {
  const { gateway, rig, payMethod } = setting;
  const operation = payMethod === 'cvs' ? 'issue_barcode' : 'issue_vbank';
  if (parts || supportOf(gateway.capabilities, payMethod, operation) === 'unsupported') {
    return paymentInWindow(setting, parts);
  }
  const orderId = rig.orderId();
  const issued = confirmed(await issueScenario(setting, operation, orderId).run(rig.call()));
  return booked(setting, orderId, issued as { gatewayTid: string });
}

/** A payment as the window makes it. */
export function windowRequest({ gateway, rig, payMethod }: Setting, parts: WindowParts = {}): WindowPaymentRequest {
  const bank = payMethod === 'vbank' ? { bankCode: bankOf(gateway) } : {};
  return { ...orderOf(rig.orderId(), paidMinor), mid: rig.mid, payMethod, ...bank, ...parts };
}

async function paymentInWindow(setting: Setting, parts?: WindowParts): Promise<BookedPayment> {
  const request = windowRequest(setting, parts);
  const { gatewayTid, virtualAccount } = done(await setting.rig.control.createWindowPayment(request));
  return {
    ...booked(setting, request.orderId, { ...virtualAccount, gatewayTid }),
    currency: request.currency,
    paymentAmountMinor: request.amountMinor,
  };
}

export async function paidPayment(setting: Setting, parts?: WindowParts): Promise<BookedPayment> {
  const { rig, payMethod, capabilities } = setting;
  if (payMethod === 'vbank') {
    const waiting = await waitingPayment(setting, parts);
    done(await rig.control.deposit({ orderId: waiting.orderId }));
    return waiting;
  }
  if (payMethod === 'cvs') {
    const waiting = await waitingPayment(setting, parts);
    done(await rig.control.payBarcode({ orderId: waiting.orderId }));
    return waiting;
  }
  if (parts || capabilities.operations.pay_in_window) return paymentInWindow(setting, parts);
  const orderId = rig.orderId();
  const approval = confirmed(await approvalScenario(setting, orderId).run(rig.call())) as { gatewayTid: string };
  return booked(setting, orderId, approval);
}

/** `partial_cancel`: a cancel that leaves something. */
export type TestedOperation = GatewayOperation | 'partial_cancel';

export async function scenarioOf(setting: Setting, operation: TestedOperation): Promise<Scenario> {
  switch (operation) {
    case 'approve':
      return approvalScenario(setting, setting.rig.orderId());
    case 'issue_vbank':
    case 'issue_barcode':
      return issueScenario(setting, operation, setting.rig.orderId());
    case 'revoke_vbank':
    case 'revoke_barcode':
      return revocationScenario(setting, operation, await waitingPayment(setting));
    case 'cancel':
      return cancelScenario(setting, await paidPayment(setting), paidMinor);
    case 'partial_cancel':
      return cancelScenario(setting, await paidPayment(setting), partMinor);
    case 'issue_receipt':
      return receiptScenario(setting, await paidPayment(setting));
    case 'revoke_receipt':
      return receiptRevocationScenario(setting, await paidPayment(setting));
  }
}

/** Before the gateway has answered, its id of the payment is not known. */
function unnamed(setting: Setting, orderId: string): PaymentReference {
  return { ...booked(setting, orderId, { gatewayTid: '' }), gatewayTid: null };
}

/** What a caller hands over as `pg_api_key`. */
function apiKeyOf({ rig }: Setting, call: GatewayCall): string | null {
  return rig.sandbox.apiKeyOf?.(call.channel.credentials) ?? null;
}

function approvalScenario(setting: Setting, orderId: string): Scenario {
  const approve = operationAt(setting.gateway, 'approve');
  return {
    run: (call) =>
      approve.send(call, {
        ...orderOf(orderId, paidMinor),
        card: {
          number: '4330123412341239',
          expiryYear: '49',
          expiryMonth: '12',
          birthOrBusinessNumber: '900101',
          passwordFirstTwo: '12',
          cvc: '123',
        },
        installmentMonths: 0,
        interestFreeByMerchant: false,
        useCardPoint: false,
      }),
    inquire: (call, sentAt) => approve.inquire(call, unnamed(setting, orderId), sentAt),
    timesDone: async () => (await bookOf(setting, orderId)).transactions.length,
  };
}

function issueScenario(setting: Setting, operation: 'issue_vbank' | 'issue_barcode', orderId: string): Scenario {
  const { gateway } = setting;
  return {
    run: (call) =>
      operation === 'issue_vbank'
        ? operationAt(gateway, 'issue_vbank').send(
            call,
            accountIssueOf(orderId, {
              bankCode: bankOf(gateway),
              dueAt: inAWeek(setting),
              apiKey: apiKeyOf(setting, call),
            }),
          )
        : operationAt(gateway, 'issue_barcode').send(call, {
            ...orderOf(orderId, paidMinor),
            barcode: null,
            expiresAt: inAWeek(setting),
          }),
    inquire: (call, sentAt) => operationAt(gateway, operation).inquire(call, unnamed(setting, orderId), sentAt),
    timesDone: async () => (await bookOf(setting, orderId)).transactions.length,
  };
}

export function revocationScenario(
  setting: Setting,
  operation: 'revoke_vbank' | 'revoke_barcode',
  payment: BookedPayment,
): Scenario {
  const { gateway, rig } = setting;
  const requestOf = (call: GatewayCall) => ({ ...payment, reason: '주문 취소', apiKey: apiKeyOf(setting, call) });
  const revoke = operationAt(gateway, operation);
  return {
    run: (call) => revoke.send(call, requestOf(call)),
    inquire: (call, sentAt) => revoke.inquire(call, requestOf(rig.call()), sentAt),
    timesDone: async () => {
      const { transactions } = await bookOf(setting, payment.orderId);
      return transactions.filter(({ status }) => status === 'revoked').length;
    },
  };
}

export function cancelRequest(
  setting: Setting,
  payment: BookedPayment,
  amountMinor: bigint,
  earlier: readonly { gatewayTid: string; amountMinor: bigint }[] = [],
): Cancel {
  const needsAccount = setting.capabilities.refundAccount.startsWith('required');
  return {
    ...payment,
    paymentTaxFreeMinor: 0n,
    amountMinor,
    taxFreeMinor: 0n,
    vatMinor: 0n,
    balanceBeforeMinor: earlier.reduce((left, cancel) => left - cancel.amountMinor, paidMinor),
    ordinal: earlier.length + 1,
    earlierTids: earlier.map((cancel) => cancel.gatewayTid),
    reason: '단순 변심',
    refundAccount: needsAccount
      ? { holder: '홍길동', bankCode: bankOf(setting.gateway), accountNumber: '110123456789', tel: '01012345678' }
      : null,
    requester: null,
  };
}

export function cancelScenario(
  setting: Setting,
  payment: BookedPayment,
  amountMinor: bigint,
  earlier: readonly { gatewayTid: string; amountMinor: bigint }[] = [],
): Scenario {
  const request = cancelRequest(setting, payment, amountMinor, earlier);
  const operation = operationAt(setting.gateway, 'cancel');
  return {
    run: (call) => operation.send(call, request),
    inquire: (call, sentAt) => operation.inquire(call, request, sentAt),
    timesDone: async () => {
      const [transaction] = (await bookOf(setting, payment.orderId)).transactions;
      return (transaction?.cancels.length ?? 0) - earlier.length;
    },
  };
}

function receiptScenario(setting: Setting, payment: BookedPayment): Scenario {
  const request = receiptIssueOf(payment);
  const operation = operationAt(setting.gateway, 'issue_receipt');
  return {
    run: (call) => operation.send(call, request),
    inquire: (call, sentAt) => operation.inquire(call, request, sentAt),
    timesDone: async () => {
      const { receipts } = await setting.rig.control.book({ mid: setting.rig.mid });
      return receipts.filter(({ orderId }) => orderId === request.receiptOrderId).length;
    },
  };
}

/** Of a receipt that is issued for it. */
export async function receiptRevocationRequest(setting: Setting, payment: BookedPayment): Promise<ReceiptRevocation> {
  const issue = receiptScenario(setting, payment);
  const { receiptTid } = confirmed(await issue.run(setting.rig.call())) as Receipt;
  return receiptRevocationOf(receiptIssueOf(payment), receiptTid);
}

async function receiptRevocationScenario(setting: Setting, payment: BookedPayment): Promise<Scenario> {
  const request = await receiptRevocationRequest(setting, payment);
  const { receiptTid } = request;
  const operation = operationAt(setting.gateway, 'revoke_receipt');
  return {
    run: (call) => operation.send(call, request),
    inquire: (call, sentAt) => operation.inquire(call, request, sentAt),
    timesDone: async () => {
      const { receipts } = await setting.rig.control.book({ mid: setting.rig.mid });
      return receipts.filter((receipt) => receipt.receiptTid === receiptTid && receipt.status === 'revoked').length;
    },
  };
}

/** Asks as the server does: with the key and the start of the operation that is asked about. */
export async function inquire(setting: Setting, scenario: Scenario, call: GatewayCall): Promise<Inquiry> {
  return scenario.inquire({ ...call, now: setting.rig.call().now }, call.startedAt);
}

export function capabilitiesOf(gateway: Gateway, payMethod: PayMethod): PayMethodCapabilities {
  const capabilities = gateway.capabilities.payMethods[payMethod];
  assert.ok(capabilities);
  return capabilities;
}
