import { Type } from 'typebox';
import {
  type Capabilities,
  type ExternalReceiptCapabilities,
  type ExternalReceiptField,
  type OrderOption,
  type PayMethodCapabilities,
  supportOf,
  type UndecidableOperation,
} from '../../port/capabilities.ts';
import type { EscrowPhase, ShippingField } from '../../port/escrow.ts';
import type { Gateway } from '../../port/gateway.ts';
import { type GatewayOperation, gatewayOperations } from '../../port/operations.ts';
import type { PayMethod } from '../../port/payment.ts';
import { koreanCharactersMax } from '../../port/texts.ts';
import type { Answer } from '../foundation/answer.ts';
import { OrNull, WordOf } from './fields.ts';

/** The columns of the capability table. What is done `in_window` is the buyer's, all others are calls of ours. */
export const capabilityOperations = ['pay_in_window', 'issue_key_in_window', ...gatewayOperations] as const;
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
  accepted_refund: Type.Enum(['cancelled', 'pending'], {
    description: 'How a refund is shown that the gateway has taken and pays out later.',
  }),
  receipt_on_cancel: Type.Enum(['revoked_by_gateway', 'revoked_by_us', 'left_alone']),
  undecidable: Type.Array(WordOf<UndecidableOperation>(), {
    description: 'Operations whose lost answer may stay open for a person.',
  }),
  without_instalments: Type.Array(WordOf<GatewayOperation>(), {
    description: 'Operations that charge at once: a card_quota of two months or more is refused.',
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
  reason_length_max: Type.Integer({
    description: 'Korean characters of a cancel reason that reach the gateway; 0: its requests have no reason.',
  }),
  vbank_codes: OrNull(
    Type.Array(Type.String(), { description: 'Banks that issue virtual accounts, where they are listed.' }),
  ),
  banks: Type.Array(
    Type.Object({
      code: Type.String({ description: "KFTC's, as payments show it." }),
      other_codes: Type.Array(Type.String(), { description: "The gateway's own, taken as well." }),
    }),
    { description: 'Banks that the gateway knows, for refund_bank and vbank_code.' },
  ),
  order_options: Type.Array(WordOf<OrderOption>(), {
    description: 'What an order may ask of it besides amounts; other gateways refuse these.',
  }),
  external_receipts: OrNull(
    Type.Object(
      {
        issue: Support,
        revoke: Support,
        required: Type.Array(WordOf<ExternalReceiptField>(), { description: 'What has to be given besides.' }),
        identifier_types: OrNull(Type.Array(Type.String(), { description: 'Where not all are taken.' })),
        plain_order_numbers: Type.Boolean({ description: 'merchant_uid has letters and digits only.' }),
      },
      { description: 'Cash receipts for money that never went through the gateway.' },
    ),
  ),
  notice_senders: Type.Array(Type.String(), { description: 'Addresses that the gateway sends its notices from.' }),
  sources: Type.Array(Type.String(), { description: 'Where the protocol facts come from.' }),
  pay_methods: Type.Array(PayMethodView),
  escrow: OrNull(
    Type.Object(
      {
        register: Type.Array(WordOf<ShippingField>(), { description: 'What a registration of shipping has to have.' }),
        change: OrNull(Type.Array(WordOf<ShippingField>(), { description: 'Null: it can not be changed.' })),
        cancel: Type.Array(WordOf<EscrowPhase>(), { description: 'When the merchant may cancel, as a whole.' }),
        event: OrNull(Type.String({ description: 'The webhook that tells of changes.' })),
      },
      { description: 'Of a gateway that offers escrow, for the pay methods with `register_shipping`.' },
    ),
  ),
  certifications: OrNull(
    Type.Object(
      { by_request: Support, in_window: Support, methods: Type.Array(WordOf<'sms' | 'app'>()) },
      { description: 'Of a provider that certifies persons.' },
    ),
  ),
});

export const CapabilitiesView = Type.Object({ gateways: Type.Array(GatewayView) });

export type PayMethodAnswer = Answer<typeof PayMethodView>;
export type GatewayAnswer = Answer<typeof GatewayView>;
export type CapabilitiesAnswer = Answer<typeof CapabilitiesView>;

export function viewCapabilities(gateways: readonly Gateway[]): CapabilitiesAnswer {
  return { gateways: gateways.map(viewGateway) };
}

export function viewGateway({ provider, capabilities, codes, liveBaseUrl, certifications }: Gateway): GatewayAnswer {
  const { escrow } = capabilities;
  return {
    pg_provider: provider,
    live_mode: liveBaseUrl !== undefined,
    sandbox_tested: capabilities.sandboxTested,
    live_tested: capabilities.liveTested,
    currencies: capabilities.currencies,
    lookup: capabilities.lookup,
    reason_length_max: capabilities.reason ? koreanCharactersMax(capabilities.reason) : 0,
    vbank_codes: capabilities.virtualAccountBanks ?? null,
    banks: codes.banks.map(({ kftcCode, otherCodes }) => ({ code: kftcCode, other_codes: otherCodes })),
    order_options: capabilities.orderOptions ?? [],
    external_receipts: viewExternalReceipts(capabilities.externalReceipts),
    notice_senders: capabilities.noticeSenders ?? [],
    sources: capabilities.sources,
    pay_methods: Object.entries(capabilities.payMethods).map(([payMethod, limits]) =>
      viewPayMethod(capabilities, payMethod as PayMethod, limits),
    ),
    escrow: escrow
      ? {
          register: escrow.register,
          change: escrow.change,
          cancel: (Object.keys(escrow.cancel) as EscrowPhase[]).filter((phase) => escrow.cancel[phase]),
          event: escrow.event ?? null,
        }
      : null,
    certifications: certifications
      ? {
          by_request: certifications.byRequest,
          in_window: certifications.inWindow,
          methods: certifications.methods,
        }
      : null,
  };
}

function viewExternalReceipts(receipts: ExternalReceiptCapabilities | undefined): GatewayAnswer['external_receipts'] {
  if (!receipts) return null;
  const { issue, revoke, required = [], identifierTypes, plainOrderNumbers = false } = receipts;
  return { issue, revoke, required, identifier_types: identifierTypes ?? null, plain_order_numbers: plainOrderNumbers };
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
    accepted_refund: limits.acceptedRefund ?? 'cancelled',
    receipt_on_cancel: limits.receiptOnCancel,
    undecidable: limits.undecidable ?? [],
    without_instalments: limits.withoutInstalments ?? [],
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
