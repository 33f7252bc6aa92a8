import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { PayMethodCapabilities } from '../../src/gateways/capabilities.ts';
import { supportOf } from '../../src/gateways/capabilities.ts';
import type {
  Cancel,
  Gateway,
  GatewayCall,
  GatewayOperation,
  Inquiry,
  Outcome,
  PayMethod,
  Question,
  Receipt,
} from '../../src/gateways/gateway.ts';
import type { ControlResult, SimulatorBook } from '../../src/gateways/simulator/control.ts';
import type { Rig } from './rig.ts';

/** An operation that is ready to be sent, and how to find out from the book how often it was carried out. */
export interface Scenario {
  run(call: GatewayCall): Promise<Outcome<unknown>>;
  question(sentAt: Date): Question;
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
const buyer = { name: '홍길동', email: 'buyer@example.com', tel: '010-1234-5678' } as const;
const bankCandidates = ['088', '004', '020', '011'];

function orderOf(orderId: string) {
  return {
    orderId,
    orderName: '생수 외 1건',
    currency: 'KRW',
    amountMinor: paidMinor,
    taxFreeMinor: 0n,
    vatMinor: 0n,
    buyer,
  };
}

export function bankOf(gateway: Gateway): string {
  const bank = bankCandidates.find((code) => gateway.bankCode(code) !== undefined);
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

/** A payment that waits for its money: a virtual account, or a barcode. */
export async function waitingPayment(setting: Setting): Promise<{ orderId: string; gatewayTid: string }> {
  const { gateway, rig, payMethod } = setting;
  const orderId = rig.orderId();
  const operation = payMethod === 'cvs' ? 'issue_barcode' : 'issue_vbank';
  const result =
    supportOf(gateway.capabilities, payMethod, operation) === 'unsupported'
      ? done(await rig.control.createWindowPayment(windowPayment(setting, orderId)))
      : (confirmed(await issueScenario(setting, operation, orderId).run(rig.call())) as { gatewayTid: string });
  return { orderId, gatewayTid: result.gatewayTid };
}

function windowPayment(setting: Setting, orderId: string) {
  const { buyer: payer, ...order } = orderOf(orderId);
  const bank = setting.payMethod === 'vbank' ? { bankCode: bankOf(setting.gateway) } : {};
  return { ...order, buyer: payer, mid: setting.rig.mid, payMethod: setting.payMethod, ...bank };
}

export async function paidPayment(setting: Setting): Promise<{ orderId: string; gatewayTid: string }> {
  const { rig, payMethod, capabilities } = setting;
  if (payMethod === 'vbank') {
    const waiting = await waitingPayment(setting);
    done(await rig.control.deposit({ orderId: waiting.orderId }));
    return waiting;
  }
  if (payMethod === 'cvs') {
    const waiting = await waitingPayment(setting);
    done(await rig.control.payBarcode({ orderId: waiting.orderId }));
    return waiting;
  }
  const orderId = rig.orderId();
  if (capabilities.operations.pay_in_window) {
    const payment = done(await rig.control.createWindowPayment(windowPayment(setting, orderId)));
    return { orderId, gatewayTid: payment.gatewayTid };
  }
  const approval = confirmed(await approvalScenario(setting, orderId).run(rig.call())) as { gatewayTid: string };
  return { orderId, gatewayTid: approval.gatewayTid };
}

export async function scenarioOf(setting: Setting, operation: GatewayOperation): Promise<Scenario> {
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
    case 'issue_receipt':
      return receiptScenario(setting, await paidPayment(setting));
    case 'revoke_receipt':
      return receiptRevocationScenario(setting, await paidPayment(setting));
  }
}

function approvalScenario(setting: Setting, orderId: string): Scenario {
  return {
    run: (call) =>
      method(setting.gateway.approveByKey)(call, {
        ...orderOf(orderId),
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
    question: () => ({ operation: 'approve', orderId, amountMinor: paidMinor }),
    timesDone: async () => (await bookOf(setting, orderId)).transactions.length,
  };
}

function issueScenario(setting: Setting, operation: 'issue_vbank' | 'issue_barcode', orderId: string): Scenario {
  const { gateway } = setting;
  return {
    run: (call) =>
      operation === 'issue_vbank'
        ? method(gateway.issueVirtualAccount)(call, {
            ...orderOf(orderId),
            bankCode: bankOf(gateway),
            dueAt: inAWeek(setting),
            holder: '환불상점',
            fixedKey: null,
            apiKey: null,
          })
        : method(gateway.issueBarcode)(call, { ...orderOf(orderId), barcode: null, expiresAt: inAWeek(setting) }),
    question: () => ({ operation, orderId, amountMinor: paidMinor }),
    timesDone: async () => (await bookOf(setting, orderId)).transactions.length,
  };
}

export function revocationScenario(
  setting: Setting,
  operation: 'revoke_vbank' | 'revoke_barcode',
  payment: { orderId: string; gatewayTid: string },
): Scenario {
  const { gateway } = setting;
  const request = { ...payment, amountMinor: paidMinor, currency: 'KRW', reason: '주문 취소', apiKey: null };
  return {
    run: (call) =>
      method(operation === 'revoke_vbank' ? gateway.revokeVirtualAccount : gateway.revokeBarcode)(call, request),
    question: (sentAt) => ({ operation, request, sentAt }),
    timesDone: async () => {
      const { transactions } = await bookOf(setting, payment.orderId);
      return transactions.filter(({ status }) => status === 'revoked').length;
    },
  };
}

export function cancelRequest(
  setting: Setting,
  payment: { orderId: string; gatewayTid: string },
  amountMinor: bigint,
  earlier: readonly { gatewayTid: string; amountMinor: bigint }[] = [],
): Cancel {
  const needsAccount = setting.capabilities.refundAccount !== 'none';
  return {
    ...payment,
    payMethod: setting.payMethod,
    currency: 'KRW',
    paymentAmountMinor: paidMinor,
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
  payment: { orderId: string; gatewayTid: string },
  amountMinor: bigint,
  earlier: readonly { gatewayTid: string; amountMinor: bigint }[] = [],
): Scenario {
  const request = cancelRequest(setting, payment, amountMinor, earlier);
  return {
    run: (call) => method(setting.gateway.cancel)(call, request),
    question: (sentAt) => ({ operation: 'cancel', request, sentAt }),
    timesDone: async () => {
      const [transaction] = (await bookOf(setting, payment.orderId)).transactions;
      return (transaction?.cancels.length ?? 0) - earlier.length;
    },
  };
}

function receiptScenario(setting: Setting, payment: { orderId: string; gatewayTid: string }): Scenario {
  const request = {
    payment,
    payMethod: setting.payMethod,
    receiptOrderId: `rcpt_${payment.orderId}`,
    orderName: '생수 외 1건',
    currency: 'KRW',
    amountMinor: paidMinor,
    taxFreeMinor: 0n,
    vatMinor: 0n,
    type: 'person',
    identifier: '01012345678',
    identifierType: 'phone',
    buyer,
  } as const;
  return {
    run: (call) => method(setting.gateway.issueReceipt)(call, request),
    question: (sentAt) => ({ operation: 'issue_receipt', request, sentAt }),
    timesDone: async () => {
      const { receipts } = await setting.rig.control.book({ mid: setting.rig.mid });
      return receipts.filter(({ orderId }) => orderId === request.receiptOrderId).length;
    },
  };
}

async function receiptRevocationScenario(
  setting: Setting,
  payment: { orderId: string; gatewayTid: string },
): Promise<Scenario> {
  const issue = receiptScenario(setting, payment);
  const { receiptTid } = confirmed(await issue.run(setting.rig.call())) as Receipt;
  const request = {
    payment,
    receiptTid,
    receiptOrderId: `rcpt_${payment.orderId}`,
    earlierTids: [],
    currency: 'KRW',
    amountMinor: paidMinor,
    balanceBeforeMinor: paidMinor,
    reason: '주문 취소',
  };
  return {
    run: (call) => method(setting.gateway.revokeReceipt)(call, request),
    question: (sentAt) => ({ operation: 'revoke_receipt', request, sentAt }),
    timesDone: async () => {
      const { receipts } = await setting.rig.control.book({ mid: setting.rig.mid });
      return receipts.filter((receipt) => receipt.receiptTid === receiptTid && receipt.status === 'revoked').length;
    },
  };
}

export async function inquire(setting: Setting, scenario: Scenario): Promise<Inquiry> {
  const call = setting.rig.call();
  return setting.gateway.inquire(call, scenario.question(call.now));
}

function method<T>(operation: T | undefined): T {
  assert.ok(operation, 'the gateway says that it has this operation, and has no function for it');
  return operation;
}

export function capabilitiesOf(gateway: Gateway, payMethod: PayMethod): PayMethodCapabilities {
  const capabilities = gateway.capabilities.payMethods[payMethod];
  assert.ok(capabilities);
  return capabilities;
}
