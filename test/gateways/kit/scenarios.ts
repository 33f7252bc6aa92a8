import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { CardData } from '../../../src/port/approval.ts';
import type { BillingKey, BillingKeyIssue, BillingKeyReference, KeyCharge } from '../../../src/port/billing-key.ts';
import type { GatewayCall } from '../../../src/port/call.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import type { PayMethodCapabilities } from '../../../src/port/capabilities.ts';
import { supportOf } from '../../../src/port/capabilities.ts';
import type { ShippingRegistration } from '../../../src/port/escrow.ts';
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

/** Won, or what a gateway abroad takes first. */
export function currencyOf({ capabilities: { currencies } }: Gateway): string {
  return currencies.includes('KRW') ? 'KRW' : (currencies[0] ?? 'KRW');
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
  { gateway, rig, payMethod }: Setting,
  orderId: string,
  found: { readonly gatewayTid: string; readonly accountNumber?: string | null; readonly noticeSecret?: string | null },
): BookedPayment {
  return {
    orderId,
    gatewayTid: found.gatewayTid,
    payMethod,
    currency: currencyOf(gateway),
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
  const order = { ...orderOf(rig.orderId(), paidMinor), currency: currencyOf(gateway) };
  return { ...order, mid: rig.mid, payMethod, ...bank, ...parts };
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
  const making = capabilities.operations.pay_from_wallet
    ? await walletScenario(setting, orderId)
    : approvalScenario(setting, orderId);
  const approval = confirmed(await making.run(rig.call())) as { gatewayTid: string };
  return booked(setting, orderId, approval);
}

/** `partial_cancel`: a cancel that leaves something. */
export type TestedOperation = GatewayOperation | 'partial_cancel';

export async function scenarioOf(setting: Setting, operation: TestedOperation): Promise<Scenario> {
  switch (operation) {
    case 'approve':
      return approvalScenario(setting, setting.rig.orderId());
    case 'approve_window':
      return windowScenario(setting);
    case 'pay_from_wallet':
      return walletScenario(setting, setting.rig.orderId());
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
    case 'register_shipping':
      return shippingScenario(setting, await paidPayment(setting, { isEscrow: true }));
    case 'issue_key':
      return keyIssueScenario(setting);
    case 'charge_key':
      return chargeScenario(setting, await registeredKey(setting));
    case 'revoke_key':
      return keyRevocationScenario(setting, await registeredKey(setting));
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

export const testCard: CardData = {
  number: '4330123412341239',
  expiryYear: '49',
  expiryMonth: '12',
  birthOrBusinessNumber: '900101',
  passwordFirstTwo: '12',
  cvc: '123',
};

/** As the server names a registration. */
export function keyIssueOf(setting: Setting): BillingKeyIssue {
  const orderId = setting.rig.orderId().replace('imp', 'key');
  const { buyer: customer } = orderOf(orderId, paidMinor);
  return { orderId, customerUid: 'card of the customer', customerId: `customer-${orderId}`, customer, card: testCard };
}

export interface RegisteredKey extends BillingKeyReference {
  readonly billingKey: BillingKey;
}

/** A card that the gateway has a key for: by its API where it has one for that, else by its window. */
export async function registeredKey(setting: Setting, card: CardData = testCard): Promise<RegisteredKey> {
  const { rig, gateway, payMethod } = setting;
  const issue = { ...keyIssueOf(setting), card };
  if (supportOf(gateway.capabilities, payMethod, 'issue_key') !== 'unsupported') {
    const { billingKey } = confirmed(await operationAt(gateway, 'issue_key').send(rig.call(), issue));
    return { ...issue, billingKey };
  }
  const { issued } = done(
    await rig.control.issueKeyInWindow({
      // A telephone's key comes with its first payment only.
      ...windowRequest(setting, payMethod === 'phone' ? {} : { amountMinor: 0n }),
      customerUid: issue.customerUid,
      customerId: issue.customerId,
    }),
  );
  return { ...issue, billingKey: issued.billingKey };
}

function keyIssueScenario(setting: Setting): Scenario {
  const request = keyIssueOf(setting);
  const operation = operationAt(setting.gateway, 'issue_key');
  return {
    run: (call) => operation.send(call, request),
    inquire: (call, sentAt) => operation.inquire(call, request, sentAt),
    timesDone: async () => {
      // A gateway that knows no order of a registration has its customer instead.
      const books = [request.orderId, request.customerId].map((orderId) => bookOf(setting, orderId));
      return (await Promise.all(books)).flatMap(({ billingKeys }) => billingKeys).length;
    },
  };
}

export function chargeOf(orderId: string, billingKey: BillingKey, parts: Partial<KeyCharge> = {}): KeyCharge {
  return {
    ...orderOf(orderId, paidMinor),
    billingKey,
    installmentMonths: 0,
    interestFreeByMerchant: false,
    useCardPoint: false,
    productType: null,
    ...parts,
  };
}

function chargeScenario(setting: Setting, { billingKey }: RegisteredKey): Scenario {
  const orderId = setting.rig.orderId();
  const operation = operationAt(setting.gateway, 'charge_key');
  return {
    run: (call) => operation.send(call, chargeOf(orderId, billingKey)),
    inquire: (call, sentAt) => operation.inquire(call, { ...unnamed(setting, orderId), billingKey }, sentAt),
    timesDone: async () => (await bookOf(setting, orderId)).transactions.length,
  };
}

function keyRevocationScenario(setting: Setting, key: RegisteredKey): Scenario {
  const request = { ...key, reason: '해지', requester: null };
  const operation = operationAt(setting.gateway, 'revoke_key');
  return {
    run: (call) => operation.send(call, request),
    inquire: (call, sentAt) => operation.inquire(call, request, sentAt),
    timesDone: async () => {
      const { billingKeys } = await setting.rig.control.book({ mid: setting.rig.mid });
      return billingKeys.filter(({ key, isRemoved }) => key === request.billingKey.key && isRemoved).length;
    },
  };
}

function approvalScenario(setting: Setting, orderId: string): Scenario {
  const approve = operationAt(setting.gateway, 'approve');
  return {
    run: (call) =>
      approve.send(call, {
        ...orderOf(orderId, paidMinor),
        card: testCard,
        installmentMonths: 0,
        interestFreeByMerchant: false,
        useCardPoint: false,
        productType: null,
      }),
    inquire: (call, sentAt) => approve.inquire(call, unnamed(setting, orderId), sentAt),
    timesDone: async () => (await bookOf(setting, orderId)).transactions.length,
  };
}

/** The buyer has agreed in the window. */
export async function windowScenario(setting: Setting): Promise<Scenario> {
  const { rig, payMethod } = setting;
  const agreed = windowRequest(setting);
  const { gatewayTid: token } = done(await rig.control.authenticateInWindow(agreed));
  const { send, inquire } = operationAt(setting.gateway, 'approve_window');
  const request = { ...agreed, payMethod, token, issuesKey: false };
  return {
    run: (call) => send(call, request),
    inquire: (call, sentAt) => inquire(call, { ...unnamed(setting, agreed.orderId), token, issuesKey: false }, sentAt),
    timesDone: async () => (await bookOf(setting, agreed.orderId)).transactions.length,
  };
}

async function walletScenario(setting: Setting, orderId: string): Promise<Scenario> {
  const { rig, payMethod } = setting;
  const wallet = rig.sandbox.walletOf?.(payMethod, orderId);
  assert.ok(wallet, 'the sandbox of the gateway has no wallet');
  for (const { act, fields } of wallet.acts) done(await rig.control.act({ mid: rig.mid, name: act, message: fields }));
  const { send, inquire } = operationAt(setting.gateway, 'pay_from_wallet');
  return {
    run: (call) => send(call, { ...orderOf(orderId, paidMinor), means: wallet.means }),
    inquire: (call, sentAt) => inquire(call, unnamed(setting, orderId), sentAt),
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
  reason = '주문 취소',
): Scenario {
  const { gateway, rig } = setting;
  const requestOf = (call: GatewayCall) => ({ ...payment, reason, apiKey: apiKeyOf(setting, call) });
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
    escrow: null,
    requester: null,
  };
}

export function cancelScenario(
  setting: Setting,
  payment: BookedPayment,
  amountMinor: bigint,
  earlier: readonly { gatewayTid: string; amountMinor: bigint }[] = [],
  reason = '단순 변심',
): Scenario & { reasons(): Promise<readonly string[]> } {
  const request = { ...cancelRequest(setting, payment, amountMinor, earlier), reason };
  const operation = operationAt(setting.gateway, 'cancel');
  return {
    /** As they reached the gateway. */
    reasons: async () => {
      const [transaction] = (await bookOf(setting, payment.orderId)).transactions;
      return transaction?.cancels.map((cancel) => cancel.reason) ?? [];
    },
    run: (call) => operation.send(call, request),
    inquire: (call, sentAt) => operation.inquire(call, request, sentAt),
    timesDone: async () => {
      const [transaction] = (await bookOf(setting, payment.orderId)).transactions;
      return (transaction?.cancels.length ?? 0) - earlier.length;
    },
  };
}

const party = {
  name: '홍길동',
  tel: '010-1234-5678',
  address: '서울',
  addressLine1: '서울',
  addressLine2: '1층',
  postcode: '04500',
  relationship: '본인',
};

export function shippingScenario(setting: Setting, payment: BookedPayment): Scenario {
  const request: ShippingRegistration = {
    payment,
    isChange: false,
    company: 'CJGLS',
    invoice: '680000000001',
    sentAt: setting.rig.call().now,
    receivingDay: null,
    deliveryAddress: null,
    sender: party,
    receiver: party,
    products: [],
    sendsEmail: true,
  };
  const operation = operationAt(setting.gateway, 'register_shipping');
  return {
    run: (call) => operation.send(call, request),
    inquire: (call, sentAt) => operation.inquire(call, request, sentAt),
    timesDone: async () => {
      const { escrows } = await bookOf(setting, payment.orderId);
      return escrows.filter(({ status, invoice }) => status === 'shipped' && invoice === request.invoice).length;
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
      const { receipts } = await bookOf(setting, request.receiptOrderId);
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
      const { receipts } = await bookOf(setting, request.receiptOrderId);
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
