import Type from 'typebox';
import type { GatewayModule } from '../../../src/gateways/module.ts';
import { createStandInNotices } from '../../../src/gateways/stand-in/adapter/notices.ts';
import { createStandIn } from '../../../src/gateways/stand-in/adapter/stand-in.ts';
import type { SimulatorStandIn } from '../../../src/gateways/stand-in/simulator/definition.ts';
import { standInSimulatorNotices } from '../../../src/gateways/stand-in/simulator/notices.ts';
import { standInInternalError, standInRefusal } from '../../../src/gateways/stand-in/simulator/simulator.ts';
import { withStandIn } from '../../../src/gateways/stand-in/simulator/with-stand-in.ts';
import type { Clock } from '../../../src/platform/clock/clock.ts';
import type { BarcodeIssue } from '../../../src/port/barcode.ts';
import type { PayMethodCapabilities } from '../../../src/port/capabilities.ts';
import { createGatewayCodes } from '../../../src/port/codes.ts';
import type { Gateway } from '../../../src/port/gateway.ts';
import type { Inquiry } from '../../../src/port/operations.ts';
import type { Outcome } from '../../../src/port/outcome.ts';
import type { PaymentReference } from '../../../src/port/payment.ts';
import type { Revocation } from '../../../src/port/revocation.ts';
import type { VirtualAccountIssue } from '../../../src/port/virtual-account.ts';
import { type SimulatorDefinition, SimulatorRefusal } from '../../../src/simulators/definition.ts';
import { insertPayment } from '../../../src/simulators/payments.ts';
import { createSimulatorOf } from '../../../src/simulators/simulator.ts';
import { type Desk, openDesk } from '../kit/desk.ts';
import { accountIssueOf, orderOf } from '../kit/payment-requests.ts';
import { paidMinor } from '../kit/scenarios.ts';

const secretOf = (credentials: Readonly<Record<string, string>>) => credentials.key ?? '';

/**
 * A gateway of which every operation goes over the stand-in, and which has one rule of its own: it refuses everything
 * about an order whose name is `closed`, with the code C100. Payments of the window made as `booknlife` can only be
 * cancelled as a whole.
 */
export function openStandInDesk(options: { refundsAfterMs?: number; clock?: Clock } = {}): Promise<Desk> {
  return openDesk(moduleOf(options.refundsAfterMs), options.clock ? { clock: options.clock } : {});
}

/** Code and category of a refusal, else what came instead. */
export function refusal(outcome: Outcome<unknown> | Inquiry): string {
  return outcome.kind === 'refused' ? `${outcome.code} ${outcome.category}` : outcome.kind;
}

/** Of an account that waits for a day. */
export function accountIssue(desk: Desk, parts: Partial<VirtualAccountIssue> = {}): VirtualAccountIssue {
  const dueAt = new Date(desk.rig.call().now.getTime() + 86_400_000);
  return accountIssueOf(desk.rig.orderId(), { dueAt, ...parts });
}

export function barcodeIssue(orderId: string, parts: Partial<BarcodeIssue> = {}): BarcodeIssue {
  return { ...orderOf(orderId, paidMinor), barcode: null, expiresAt: null, ...parts };
}

export function revocation(payment: PaymentReference): Revocation {
  return { ...payment, reason: '주문 취소', apiKey: null };
}

function ofMethod(operations: PayMethodCapabilities['operations']): PayMethodCapabilities {
  return {
    operations: { pay_in_window: 'undocumented', ...operations },
    partialCancel: true,
    cancelWindow: { kind: 'unlimited' },
    refundAccount: 'none',
    receiptOnCancel: 'left_alone',
  };
}

const escrowRules = { unshipped: true, shipped: false, confirmed: true, refused: true } as const;

function moduleOf(refundsAfterMs: number | undefined): GatewayModule {
  const standIn = createStandIn({
    secretOf,
    categoryOf: (code) => (code === 'C100' ? 'closed_hours' : undefined),
  });
  const gateway: Gateway = {
    provider: 'stand_in_test',
    capabilities: {
      payMethods: {
        card: ofMethod({ issue_key: 'undocumented' }),
        trans: ofMethod({ register_shipping: 'undocumented' }),
        booknlife: ofMethod({}),
        point: ofMethod({ pay_from_wallet: 'undocumented' }),
        vbank: { ...ofMethod({ issue_vbank: 'undocumented' }), refundAccount: 'required' },
        cvs: ofMethod({ issue_barcode: 'undocumented' }),
      },
      currencies: ['KRW'],
      reason: { max: 300, unit: 'characters' },
      lookup: 'by_order_id',
      escrow: { register: [], change: [], cancel: escrowRules },
      sources: [],
      sandboxTested: false,
      liveTested: false,
    },
    credentialsSchema: Type.Object({ key: Type.String() }),
    liveBaseUrl: undefined,
    codes: createGatewayCodes({ banks: [['088', '088']], cards: [] }),
    notices: createStandInNotices({ secretOf }),
    operations: standIn.operations,
    lookUp: standIn.lookUp,
  };
  const definition: SimulatorDefinition = {
    provider: gateway.provider,
    routes: [],
    escrow: gateway.capabilities.escrow,
    authenticate: () => standInRefusal('S404', null, 404),
    unknownPath: () => standInRefusal('S404', null, 404),
    internalError: () => standInInternalError,
    refusal: (_operation, code, message) => standInRefusal(code, message),
    notices: standInSimulatorNotices(secretOf),
    payInWindow(payment, { book, now }) {
      const inserted = insertPayment(book, {
        ...payment,
        card: null,
        tid: `tid-${payment.orderId}`,
        status: 'paid',
        requestedAt: now,
        dueAt: null,
        approvalNumber: '12345678',
        detail: payment.payMethod === 'booknlife' ? { isPartialCancelable: false } : {},
      });
      if (!inserted) throw new SimulatorRefusal('C200', '이미 사용된 주문번호입니다.');
      return inserted;
    },
  };
  const standInOptions: SimulatorStandIn = {
    secretOf,
    wallets: { points: 'point' },
    slipParts: true,
    refuse: (_operation, payment) =>
      payment.orderName === 'closed' ? new SimulatorRefusal('C100', '운영 시간이 아닙니다.') : undefined,
    ...(refundsAfterMs !== undefined && { refundsAfterMs }),
  };
  return {
    gateway,
    folder: 'stand-in',
    sandbox: async () => ({
      simulator: async () => (options) => createSimulatorOf(withStandIn(definition, standInOptions), options),
      mid: (seed) => `mid-${seed}`,
      credentials: (mid) => ({ key: `key of ${mid}` }),
      walletOf: (_payMethod, n) => ({
        acts: [],
        means: { kind: 'points', login: { user: n, password: 'pw' }, memberCode: null },
      }),
      sampleCall: () => '',
    }),
  };
}
