import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { confirmDelivery } from '../../core/deliveries/confirm-delivery.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { type DeliveryAddress, deliveryStatuses, deliveryTypes } from '../../port/delivery.ts';
import { BooleanField, ChoiceField, IntegerField, TextField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { DeliveryView } from '../views/delivery.ts';

const Seconds = IntegerField({ minimum: 0, maximum: 253_402_300_799, description: 'Seconds since 1970.' });
const ofPhysicalGoods = { maxLength: 40, description: 'Of physical goods.' } as const;

const DeliveryBody = Type.Object({
  imp_uid: TextField({ maxLength: 40 }),
  merchant_uid: TextField({ maxLength: 40 }),
  type: ChoiceField(deliveryTypes),
  status: ChoiceField(deliveryStatuses),
  estimated_delivery_datetime: Seconds,
  estimated_update_datetime: Seconds,
  refundable: BooleanField({ description: '`yes` or `no`; true and false are taken as well.' }),
  shipping_address_email: TextField({ maxLength: 50 }),
  reason: Type.Optional(TextField({ maxLength: 64 })),
  details: Type.Optional(TextField({ maxLength: 400 })),
  carrier_tracking_id: Type.Optional(TextField({ ...ofPhysicalGoods, maxLength: 64 })),
  carrier_type: Type.Optional(TextField({ ...ofPhysicalGoods, maxLength: 64 })),
  shipping_address_country: Type.Optional(TextField(ofPhysicalGoods)),
  shipping_address_city: Type.Optional(TextField(ofPhysicalGoods)),
  shipping_address_zip: Type.Optional(TextField(ofPhysicalGoods)),
  shipping_address_state: Type.Optional(TextField(ofPhysicalGoods)),
  shipping_address_street: Type.Optional(TextField(ofPhysicalGoods)),
  shipping_address_phone: Type.Optional(TextField(ofPhysicalGoods)),
  shipping_address_firstname: Type.Optional(TextField(ofPhysicalGoods)),
  shipping_address_lastname: Type.Optional(TextField(ofPhysicalGoods)),
});

export function paymentwallRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'POST',
    url: '/paymentwall/delivery',
    operationId: 'paymentwall_delivery',
    tag: 'paymentwall',
    summary: 'Tells Paymentwall of the delivery of what was paid for. The last word counts.',
    description:
      'Of payments at Paymentwall only, which settles physical goods after it. Its answer is passed on; a refusal comes with code -1.',
    body: DeliveryBody,
    response: DeliveryView,
    refusals: [
      'payment_not_found',
      'delivery_not_supported',
      'delivery_not_paid',
      'delivery_refused',
      'delivery_unclear',
      'gateway_unreachable',
      'database_unavailable',
    ],
    authenticate: true,
    example: {
      body: {
        imp_uid: 'imp_000000000030',
        merchant_uid: 'order-3',
        type: 'digital',
        status: 'delivered',
        estimated_delivery_datetime: 1_733_000_300,
        estimated_update_datetime: 1_733_000_300,
        refundable: 'no',
        shipping_address_email: 'buyer@example.com',
      },
    },
    async handler({ body, merchant }) {
      const answer = await confirmDelivery(services, merchant.id, services.requestDeadline(), {
        impUid: body.imp_uid,
        merchantUid: body.merchant_uid,
        type: body.type,
        status: body.status,
        estimatedDeliveryAt: new Date(body.estimated_delivery_datetime * 1000),
        estimatedUpdateAt: new Date(body.estimated_update_datetime * 1000),
        refundable: body.refundable,
        reason: body.reason || null,
        details: body.details || null,
        email: body.shipping_address_email,
        address: body.type === 'physical' ? readAddress(body) : null,
      });
      if (answer.kind === 'confirmed') return { success: 1 };
      const { code, message, notices } = answer;
      // That a refusal has a code other than 0 is inferred; what Paymentwall says is passed on either way.
      const failure = new Refusal('delivery_refused', { reason: message });
      return { status: 200, failure, response: { error_code: code, error: message, notices: [...notices] } };
    },
  });
}

/** Wanted of physical goods only. */
function readAddress(body: Static<typeof DeliveryBody>): DeliveryAddress {
  const wanted = (name: keyof Static<typeof DeliveryBody>): string => {
    const value = body[name];
    if (typeof value !== 'string' || value === '') throw new Refusal('parameter_missing', { name });
    return value;
  };
  return {
    trackingId: wanted('carrier_tracking_id'),
    carrier: wanted('carrier_type'),
    country: wanted('shipping_address_country'),
    city: wanted('shipping_address_city'),
    zip: wanted('shipping_address_zip'),
    state: wanted('shipping_address_state'),
    street: wanted('shipping_address_street'),
    phone: wanted('shipping_address_phone'),
    firstName: wanted('shipping_address_firstname'),
    lastName: wanted('shipping_address_lastname'),
  };
}
