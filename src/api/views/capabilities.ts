import { Type } from 'typebox';
import {
  type Capabilities,
  type PayMethodCapabilities,
  supportOf,
  type UndecidableOperation,
} from '../../port/capabilities.ts';
import type { Gateway } from '../../port/gateway.ts';
import { gatewayOperations } from '../../port/operations.ts';
import type { PayMethod } from '../../port/payment.ts';
import type { Answer } from '../foundation/answer.ts';
import { OrNull, WordOf } from './fields.ts';

/** The columns of the capability table. `pay_in_window` is the buyer's, all others are calls of ours. */
export const capabilityOperations = ['pay_in_window', ...gatewayOperations] as const;
const Support = Type.Enum(['supported', 'unsupported', 'undocumented']);

const PayMethodView = Type.Object({
  pay_method: WordOf<PayMethod>(),
  operations: Type.Object(
    Object.fromEntries(capabilityOperations.map((operation) => [operation, Support])) as Record<
      (typeof capabilityOperations)[number],
      typeof Support
    >,
  ),
  partial_cancel: Type.Boolean(),
  partial_cancels_max: OrNull(Type.Integer({ description: 'Most partial cancels of one payment.' })),
  cancel_window: Type.Object(
    {
      kind: Type.Enum(['unlimited', 'days', 'months', 'same_month']),
      length: OrNull(Type.Integer({ description: 'Of days or months.' })),
    },
    { description: 'How long after payment the gateway takes a cancel.' },
  ),
  closed_hours: OrNull(
    Type.Object(
      { from: Type.String(), until: Type.String() },
      { description: 'Hours of the day in Seoul (HH:MM) in which no cancel is taken.' },
    ),
  ),
  refund_account: Type.Enum(['none', 'optional', 'required', 'required_with_tel']),
  receipt_on_cancel: Type.Enum(['revoked_by_gateway', 'revoked_by_us', 'left_alone']),
  undecidable: Type.Array(WordOf<UndecidableOperation>(), {
    description: 'Operations whose lost answer may stay open for a person.',
  }),
  note: OrNull(Type.String()),
});

/** What one gateway can do. */
export const GatewayView = Type.Object({
  pg_provider: Type.String(),
  live_mode: Type.Boolean({ description: 'False: the wire protocol is not public, and only the sandbox has it.' }),
  sandbox_tested: Type.Boolean({ description: "The conformance suite runs against the gateway's simulator." }),
  live_tested: Type.Boolean({ description: 'Seen to work against the real gateway.' }),
  currencies: Type.Array(Type.String()),
  lookup: Type.Enum(['by_order_id', 'by_transaction_id', 'none']),
  reason_length_max: Type.Integer(),
  vbank_codes: OrNull(
    Type.Array(Type.String(), { description: 'Banks that issue virtual accounts, where they are listed.' }),
  ),
  notice_senders: Type.Array(Type.String(), { description: 'Addresses that the gateway sends its notices from.' }),
  sources: Type.Array(Type.String(), { description: 'Where the protocol facts come from.' }),
  pay_methods: Type.Array(PayMethodView),
});

export const CapabilitiesView = Type.Object({ gateways: Type.Array(GatewayView) });

export type PayMethodAnswer = Answer<typeof PayMethodView>;
export type GatewayAnswer = Answer<typeof GatewayView>;
export type CapabilitiesAnswer = Answer<typeof CapabilitiesView>;

export function viewCapabilities(gateways: readonly Gateway[]): CapabilitiesAnswer {
  return { gateways: gateways.map(viewGateway) };
}

export function viewGateway({ provider, capabilities, liveBaseUrl }: Gateway): GatewayAnswer {
  return {
    pg_provider: provider,
    live_mode: liveBaseUrl !== undefined,
    sandbox_tested: capabilities.sandboxTested,
    live_tested: capabilities.liveTested,
    currencies: capabilities.currencies,
    lookup: capabilities.lookup,
    reason_length_max: capabilities.reasonLengthMax,
    vbank_codes: capabilities.virtualAccountBanks ?? null,
    notice_senders: capabilities.noticeSenders ?? [],
    sources: capabilities.sources,
    pay_methods: Object.entries(capabilities.payMethods).map(([payMethod, limits]) =>
      viewPayMethod(capabilities, payMethod as PayMethod, limits),
    ),
  };
}

function viewPayMethod(
  capabilities: Capabilities,
  payMethod: PayMethod,
  limits: PayMethodCapabilities,
): PayMethodAnswer {
  const { cancelWindow, closedHours } = limits;
  const support = capabilityOperations.map((operation) => [operation, supportOf(capabilities, payMethod, operation)]);
  return {
    pay_method: payMethod,
    operations: Object.fromEntries(support) as PayMethodAnswer['operations'],
    partial_cancel: limits.partialCancel,
    partial_cancels_max: limits.partialCancelsMax ?? null,
    cancel_window: { kind: cancelWindow.kind, length: lengthOf(cancelWindow) },
    closed_hours: closedHours ? { from: closedHours.from, until: closedHours.until } : null,
    refund_account: limits.refundAccount,
    receipt_on_cancel: limits.receiptOnCancel,
    undecidable: limits.undecidable ?? [],
    note: limits.note ?? null,
  };
}

function lengthOf(window: PayMethodCapabilities['cancelWindow']): number | null {
  switch (window.kind) {
    case 'days':
      return window.days;
    case 'months':
      return window.months;
    default:
      return null;
  }
}
