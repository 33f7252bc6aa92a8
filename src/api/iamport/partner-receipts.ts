import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { askOnce } from '../../core/payments/ask-once.ts';
import { findPayment } from '../../core/payments/find-payment.ts';
import { referenceTo } from '../../core/payments/order.ts';
import { cancellableMinor } from '../../core/records/payment.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { readOrderAmounts } from '../../platform/money/order-amounts.ts';
import type { SlipPart } from '../../port/wallet.ts';
import { AmountField, DigitsField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { TextOrNull } from '../views/fields.ts';

const PartnerFields = Type.Object({
  business_registration_number: DigitsField({ digitsMax: 20, description: 'Ten digits, usually `123-45-67890`.' }),
  company_name: Type.String({ maxLength: 100 }),
  amount: AmountField(),
  tax_free: Type.Optional(AmountField({ description: 'Default 0.' })),
  vat_amount: Type.Optional(AmountField({ description: 'Default: an eleventh of the taxed part.' })),
});

/** Sub-merchants of a payment, as the buyer's slip shows them. */
export function partnerReceiptRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'POST',
    url: '/partners/receipts/:imp_uid',
    operationId: 'partner',
    tag: 'partners',
    standIn: 'the parts of a slip in the book of the simulator of KG INICIS, which wants their sum to be right',
    summary: "Registers the sub-merchants of a payment for the buyer's slip; a later registration replaces it.",
    description:
      'Their amounts add up to the amount of the whole payment, also where it was cancelled in part. It moves no money, and may be asked for again.',
    params: Type.Object({ imp_uid: Type.String() }),
    body: Type.Object({ data: Type.Array(PartnerFields) }),
    response: Type.Object({ receipt_url: TextOrNull }),
    refusals: [
      'payment_not_found',
      'partner_receipt_not_supported',
      'partner_receipt_not_paid',
      'partner_receipt_refused',
      'not_supported_by_gateway',
      'amount_invalid',
      'tax_free_exceeds_amount',
      'gateway_unclear',
    ],
    authenticate: true,
    example: {
      body: {
        data: [
          { business_registration_number: '123-45-67890', company_name: '가게1', amount: 6000 },
          { business_registration_number: '234-56-78901', company_name: '가게2', amount: 4000 },
        ],
      },
    },
    async handler({ params, body, merchant }) {
      if (body.data.length === 0) throw new Refusal('parameter_missing', { name: 'data' });
      const payment = await findPayment(services.database, merchant.id, params.imp_uid);
      const channel = await services.channels.byId(payment.channel_id);
      const { slipParts } = channel.gateway;
      if (!slipParts) throw new Refusal('partner_receipt_not_supported', { provider: channel.provider });
      const isPaid = payment.status === 'paid' || payment.status === 'cancelled';
      if (!isPaid || cancellableMinor(payment) === 0n || payment.pg_tid === null) {
        throw new Refusal('partner_receipt_not_paid');
      }
      const reference = { ...referenceTo(payment), gatewayTid: payment.pg_tid };
      const parts = body.data.map((part) => readPart(part, payment.currency));
      const answer = await askOnce(
        services,
        channel,
        services.requestDeadline(),
        'partner_receipts',
        slipParts,
        (slips, call) => slips.register(call, reference, parts),
      );
      if ('no' in answer) throw new Refusal('partner_receipt_refused', { reason: answer.no.message });
      return { receipt_url: payment.receipt_url };
    },
  });
}

function readPart(
  part: {
    readonly business_registration_number: string;
    readonly company_name: string;
    readonly amount: unknown;
    readonly tax_free?: unknown;
    readonly vat_amount?: unknown;
  },
  currency: string,
): SlipPart {
  const businessNumber = part.business_registration_number.replaceAll(/\D/g, '');
  if (businessNumber.length !== 10) {
    throw new Refusal('parameter_invalid', { name: 'business_registration_number', expected: '123-45-67890' });
  }
  const amounts = readOrderAmounts({ amount: part.amount, taxFree: part.tax_free, vat: part.vat_amount }, currency);
  return {
    businessNumber,
    companyName: part.company_name,
    amountMinor: amounts.amount_minor,
    taxFreeMinor: amounts.tax_free_minor,
    vatMinor: amounts.vat_minor,
  };
}
