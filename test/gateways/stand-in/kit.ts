import Type from 'typebox';
import type { GatewayModule } from '../../../src/gateways/module.ts';
import { createStandInNotices } from '../../../src/gateways/stand-in/adapter/notices.ts';
import { createStandIn, type StandIn } from '../../../src/gateways/stand-in/adapter/stand-in.ts';
import type { SimulatorStandIn } from '../../../src/gateways/stand-in/simulator/definition.ts';
import { standInSimulatorNotices } from '../../../src/gateways/stand-in/simulator/notices.ts';
import { standInInternalError, standInRefusal } from '../../../src/gateways/stand-in/simulator/simulator.ts';
import { withStandIn } from '../../../src/gateways/stand-in/simulator/with-stand-in.ts';
import type { Clock } from '../../../src/platform/clock/clock.ts';
import type { GatewayCall } from '../../../src/port/call.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import { createGatewayCodes } from '../../../src/port/codes.ts';
import type { Gateway } from '../../../src/port/gateway.ts';
import type { Inquiry } from '../../../src/port/operations.ts';
import type { Outcome } from '../../../src/port/outcome.ts';
import type { PayMethod, PaymentReference } from '../../../src/port/payment.ts';
import type { ReceiptIssue, ReceiptRevocation } from '../../../src/port/receipt.ts';
import type { Revocation } from '../../../src/port/revocation.ts';
import { type SimulatorDefinition, SimulatorRefusal } from '../../../src/simulators/definition.ts';
import { insertPayment } from '../../../src/simulators/payments.ts';
import { createSimulatorOf } from '../../../src/simulators/simulator.ts';
import { openRig, type Rig } from '../kit/rig.ts';

/**
 * A gateway of which every operation goes over the stand-in, and which has one rule of its own: it refuses everything
 * about an order whose name is `closed`, with the code C100. Payments of the window made as `booknlife` can only be
 * cancelled as a whole.
 */
export interface StandInRig extends Rig {
  readonly standIn: StandIn;
  at(parts?: Partial<Omit<GatewayCall, 'channel' | 'http'>> & Partial<GatewayCall['channel']>): GatewayCall;
  /** A payment of the window, paid. */
  paid(payMethod: PayMethod, parts?: { taxFreeMinor?: bigint; orderName?: string }): Promise<PaymentReference>;
  /** A virtual account that waits, or was paid. */
  account(parts?: { isPaid?: boolean; orderName?: string; fixedKey?: string }): Promise<PaymentReference>;
}

export const paidMinor = 10_000n;
const buyer = { name: '홍길동', email: null, tel: null } as const;
const secretOf = (credentials: Readonly<Record<string, string>>) => credentials.key ?? '';

export async function openStandInRig(options: { refundsAfterMs?: number; clock?: Clock } = {}): Promise<StandInRig> {
  const standIn = createStandIn({
    secretOf,
    categoryOf: (code) => (code === 'C100' ? 'closed_hours' : undefined),
  });
  const rig = await openRig(moduleOf(standIn, options.refundsAfterMs), options.clock);
  const at: StandInRig['at'] = (parts = {}) => {
    const { idempotencyKey, timeLimitMs, now, startedAt, isRepeat, noticeUrl, ...channel } = parts;
    const call = rig.call(channel);
    return {
      channel: call.channel,
      http: call.http,
      idempotencyKey: idempotencyKey ?? call.idempotencyKey,
      timeLimitMs: timeLimitMs ?? call.timeLimitMs,
      now: now ?? call.now,
      startedAt: startedAt ?? call.now,
      isRepeat: isRepeat ?? false,
      noticeUrl: noticeUrl ?? null,
    };
  };
  const account: StandInRig['account'] = async ({ isPaid = false, orderName = '생수', fixedKey } = {}) => {
    const orderId = rig.orderId();
    const { gatewayTid, accountNumber } = did(
      await standIn.issueVirtualAccount(
        at(),
        accountIssue(orderId, at().now, { orderName, fixedKey: fixedKey ?? null }),
      ),
    );
    if (isPaid) await rig.control.deposit({ orderId });
    return { ...reference(orderId, gatewayTid, 'vbank'), accountNumber };
  };
  const paid: StandInRig['paid'] = async (payMethod, { taxFreeMinor = 0n, orderName = '생수' } = {}) => {
    const orderId = rig.orderId();
    const made = await rig.control.createWindowPayment({
      mid: rig.mid,
      orderId,
      orderName,
      payMethod,
      currency: 'KRW',
      amountMinor: paidMinor,
      taxFreeMinor,
      vatMinor: 0n,
      buyer,
    });
    if (made.kind !== 'done') throw new Error(made.message);
    return reference(orderId, made.result.gatewayTid, payMethod);
  };
  return Object.assign(Object.create(rig) as Rig, { standIn, at, paid, account });
}

export function did<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'confirmed' || outcome.kind === 'accepted') return outcome.result;
  throw new Error(`not done: ${JSON.stringify(outcome)}`);
}

/** Code and category of a refusal, else what came instead. */
export function refusal(outcome: Outcome<unknown> | Inquiry): string {
  return outcome.kind === 'refused' ? `${outcome.code} ${outcome.category}` : outcome.kind;
}

export function reference(orderId: string, gatewayTid: string | null, payMethod: PayMethod): PaymentReference {
  return {
    orderId,
    gatewayTid,
    payMethod,
    currency: 'KRW',
    paymentAmountMinor: paidMinor,
    madeAt: new Date(),
    accountNumber: null,
  };
}

export function accountIssue(
  orderId: string,
  now: Date,
  parts: { orderName?: string; fixedKey?: string | null; bankCode?: string; dueAt?: Date } = {},
) {
  return {
    orderId,
    orderName: '생수',
    currency: 'KRW',
    amountMinor: paidMinor,
    taxFreeMinor: 0n,
    vatMinor: 0n,
    bankCode: '088',
    dueAt: new Date(now.getTime() + 86_400_000),
    holder: '환불상점',
    fixedKey: null,
    buyer,
    apiKey: null,
    ...parts,
  };
}

export function barcodeIssue(orderId: string, parts: { barcode?: string | null; expiresAt?: Date | null } = {}) {
  return {
    orderId,
    orderName: '생수',
    currency: 'KRW',
    amountMinor: paidMinor,
    barcode: null,
    expiresAt: null,
    buyer,
    ...parts,
  };
}

export function revocation(payment: PaymentReference): Revocation {
  return { ...payment, reason: '주문 취소', apiKey: null };
}

export const refundAccount = { holder: '홍길동', bankCode: '004', accountNumber: '110123456789', tel: null } as const;

export function cancelOf(payment: PaymentReference, parts: Partial<Cancel> = {}): Cancel {
  return {
    ...payment,
    gatewayTid: payment.gatewayTid ?? '',
    amountMinor: paidMinor,
    taxFreeMinor: 0n,
    vatMinor: 0n,
    balanceBeforeMinor: paidMinor,
    ordinal: 1,
    earlierTids: [],
    reason: '단순 변심',
    paymentTaxFreeMinor: 0n,
    refundAccount: payment.payMethod === 'vbank' ? refundAccount : null,
    requester: null,
    ...parts,
  };
}

export function receiptIssue(payment: PaymentReference): ReceiptIssue {
  return {
    payment,
    receiptOrderId: `${payment.orderId}-r1`,
    orderName: '생수',
    currency: 'KRW',
    amountMinor: paidMinor,
    taxFreeMinor: 0n,
    vatMinor: 0n,
    type: 'person',
    identifier: '01012345678',
    identifierType: 'phone',
    buyer,
  };
}

export function receiptRevocation(
  payment: PaymentReference,
  receiptTid: string,
  parts: Partial<ReceiptRevocation> = {},
): ReceiptRevocation {
  return {
    payment,
    receiptTid,
    receiptOrderId: `${payment.orderId}-r1`,
    earlierTids: [],
    currency: 'KRW',
    amountMinor: paidMinor,
    balanceBeforeMinor: paidMinor,
    reason: '주문 취소',
    ...parts,
  };
}

function moduleOf(standIn: StandIn, refundsAfterMs: number | undefined): GatewayModule {
  const gateway: Gateway = {
    provider: 'stand_in_test',
    capabilities: {
      payMethods: {},
      currencies: ['KRW'],
      reasonLengthMax: 300,
      lookup: 'by_order_id',
      sources: [],
      sandboxTested: false,
      liveTested: false,
    },
    credentialsSchema: Type.Object({ key: Type.String() }),
    liveBaseUrl: undefined,
    codes: createGatewayCodes({ banks: [], cards: [] }),
    notices: createStandInNotices({ secretOf }),
    inquire: standIn.inquire,
    lookUp: standIn.lookUp,
  };
  const definition: SimulatorDefinition = {
    provider: gateway.provider,
    routes: [],
    authenticate: () => standInRefusal('S404', null, 404),
    unknownPath: () => standInRefusal('S404', null, 404),
    internalError: () => standInInternalError,
    refusal: (_operation, code, message) => standInRefusal(code, message),
    notices: standInSimulatorNotices(secretOf),
    payInWindow(payment, { book, now }) {
      const inserted = insertPayment(book, {
        ...payment,
        tid: `tid-${payment.orderId}`,
        status: 'paid',
        requestedAt: now,
        dueAt: null,
        approvalNumber: '12345678',
        receiptUrl: null,
        card: null,
        accountNumber: null,
        accountHolder: null,
        barcode: null,
        noticeSecret: null,
        detail: payment.payMethod === 'booknlife' ? { isPartialCancelable: false } : {},
      });
      if (!inserted) throw new SimulatorRefusal('C200', '이미 사용된 주문번호입니다.');
      return inserted;
    },
  };
  const standInOptions: SimulatorStandIn = {
    secretOf,
    refuse: (_operation, payment) =>
      payment.orderName === 'closed' ? new SimulatorRefusal('C100', '운영 시간이 아닙니다.') : undefined,
    ...(refundsAfterMs !== undefined && { refundsAfterMs }),
  };
  return {
    gateway,
    folder: 'stand-in',
    createSimulator: (options) => createSimulatorOf(withStandIn(definition, standInOptions), options),
    sandboxMid: (seed) => `mid-${seed}`,
    sandboxCredentials: (mid) => ({ key: `key of ${mid}` }),
    sampleCall: () => '',
  };
}
