import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { findShipping, readEscrow } from '../../core/escrow/find-shipping.ts';
import { registerShipping, type ShippingRequest } from '../../core/escrow/register-shipping.ts';
import { registerShippingKind } from '../../core/escrow/register-shipping-kind.ts';
import type { Member } from '../../core/members/member.ts';
import type { Merchant } from '../../core/merchants/merchants.ts';
import { paymentOfReport } from '../../core/operations/report.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { ErrorCode } from '../../platform/errors/registry.ts';
import { readPositiveAmount } from '../../platform/money/amount-parameter.ts';
import { isKnownCurrency } from '../../platform/money/currency.ts';
import type { ShippingParty } from '../../port/escrow.ts';
import { AmountField, BooleanField, IntegerField, TelephoneField, TextField } from '../foundation/fields.ts';
import { askerOf } from '../foundation/member-entrance.ts';
import { defineRoute } from '../foundation/route.ts';
import { ShippingView, viewShipping } from '../views/shipping.ts';

const ImpUid = Type.Object({ imp_uid: Type.String() });
const standIn = 'shippings of escrow payments in the books of the gateways, and what their buyers decide';

const Party = Type.Object({
  name: Type.Optional(TextField({ maxLength: 100 })),
  tel: Type.Optional(TelephoneField({ maxLength: 30 })),
  addr: Type.Optional(TextField({ maxLength: 300 })),
  postcode: Type.Optional(TextField({ maxLength: 20 })),
  formed_address: Type.Optional(
    Type.Object({
      address_line_1: Type.Optional(TextField({ maxLength: 300 })),
      address_line_2: Type.Optional(TextField({ maxLength: 300 })),
    }),
  ),
});
const Product = Type.Object({
  id: TextField({ maxLength: 100 }),
  name: TextField({ maxLength: 300 }),
  amount: AmountField(),
  code: Type.Optional(TextField({ maxLength: 100 })),
  currency: Type.Optional(TextField({ maxLength: 3 })),
  quantity: Type.Optional(IntegerField({ minimum: 1, maximum: 1_000_000 })),
  tag: Type.Optional(TextField({ maxLength: 100 })),
});
const Shipping = Type.Object({
  sender: Type.Optional(
    Type.Object({ ...Party.properties, relationship: Type.Optional(TextField({ maxLength: 50 })) }),
  ),
  receiver: Type.Optional(Party),
  logis: Type.Object({
    company: Type.Optional(
      TextField({
        maxLength: 20,
        description: "i'mport's code of the courier; one that it does not have counts as ETC.",
      }),
    ),
    invoice: Type.Optional(TextField({ maxLength: 50 })),
    sent_at: Type.Optional(
      IntegerField({ minimum: 0, maximum: 253_402_300_799, description: 'Seconds since 1970; wanted but at daou.' }),
    ),
    receiving_at: Type.Optional(TextField({ maxLength: 8, description: 'YYYYMMDD; at daou.' })),
    address: Type.Optional(TextField({ maxLength: 300, description: 'Where it goes; at daou.' })),
  }),
  products: Type.Optional(Type.Array(Product, { description: 'At welcome.' })),
});

const refusals = [
  'payment_not_found',
  'escrow_not_supported',
  'escrow_not_eligible',
  'shipping_refused',
  'amount_invalid',
  'currency_not_supported',
  'cancellation_busy',
  'cancellation_blocked_by_doubt',
  'outcome_in_doubt',
  'gateway_unreachable',
  'database_unavailable',
] as const satisfies readonly ErrorCode[];

const example = {
  sender: { name: '가게', tel: '02-000-0000', addr: '서울', postcode: '04500' },
  receiver: { name: '홍길동', tel: '010-0000-0000', addr: '부산', postcode: '48000' },
  logis: { company: 'CJGLS', invoice: '680000000001', sent_at: 1_733_000_300 },
};

export function escrowRoutes(app: FastifyInstance, services: Services): void {
  const register = async (
    asked: { readonly merchant: Merchant; readonly member: Member | undefined },
    impUid: string,
    body: Static<typeof Shipping> & { readonly send_email?: boolean },
    isChange: boolean,
  ) => {
    const caller = {
      merchantId: asked.merchant.id,
      idempotencyId: null,
      deadline: services.requestDeadline(),
      asker: asked.member && askerOf(asked.member),
    };
    const report = await registerShipping(services, caller, impUid, readShipping(body), isChange);
    const row = await readEscrow(services.database, paymentOfReport(report, registerShippingKind));
    if (!row) throw new Refusal('shipping_not_registered');
    return viewShipping(row);
  };

  defineRoute(app, {
    method: 'POST',
    url: '/escrows/logis/:imp_uid',
    operationId: 'escrow_logis_save',
    tag: 'escrow.logis',
    standIn,
    summary: 'Registers the shipping of an escrow payment, so that its buyer can be asked whether the goods came.',
    description:
      'Which parts are wanted depends on the gateway (docs/gateways.md). How gateways are told is not public: it works in a sandbox only.',
    params: ImpUid,
    body: Type.Object({
      ...Shipping.properties,
      send_email: Type.Optional(BooleanField({ description: 'Default true: the buyer is written to (nice_v2).' })),
    }),
    response: ShippingView,
    refusals: [...refusals, 'shipping_registered_before'],
    authenticate: true,
    permission: 'refund',
    example: { body: example },
    handler: ({ params, body, ...asked }) => register(asked, params.imp_uid, body, false),
  });

  defineRoute(app, {
    method: 'PUT',
    url: '/escrows/logis/:imp_uid',
    operationId: 'escrow_logis_edit',
    tag: 'escrow.logis',
    standIn,
    summary: 'Changes what was registered, until the buyer has decided.',
    params: ImpUid,
    body: Shipping,
    response: ShippingView,
    refusals: [...refusals, 'shipping_not_registered'],
    authenticate: true,
    permission: 'refund',
    example: { body: example },
    handler: ({ params, body, ...asked }) => register(asked, params.imp_uid, body, true),
  });

  defineRoute(app, {
    method: 'GET',
    url: '/escrows/logis/:imp_uid',
    operationId: 'escrow_logis_get',
    tag: 'escrow.logis',
    standIn,
    neverAnswers: { 500: 'it is read from our own book, and no gateway is asked' },
    summary: 'What is registered of the shipping; also after a cancel.',
    params: ImpUid,
    response: ShippingView,
    refusals: ['payment_not_found', 'escrow_not_supported', 'shipping_not_registered'],
    authenticate: true,
    handler: async ({ params, merchant }) => viewShipping(await findShipping(services, merchant.id, params.imp_uid)),
  });
}

function readShipping(body: Static<typeof Shipping> & { readonly send_email?: boolean }): ShippingRequest {
  const { logis, products = [] } = body;
  const receivingDay = logis.receiving_at || undefined;
  if (receivingDay !== undefined && !/^\d{8}$/.test(receivingDay)) {
    throw new Refusal('parameter_invalid', { name: 'logis[receiving_at]', expected: 'YYYYMMDD' });
  }
  return {
    company: logis.company?.trim() || undefined,
    invoice: logis.invoice?.trim() || undefined,
    sentAt: logis.sent_at === undefined ? undefined : new Date(logis.sent_at * 1000),
    receivingDay,
    deliveryAddress: logis.address?.trim() || undefined,
    sender: readParty(body.sender ?? {}),
    receiver: readParty(body.receiver ?? {}),
    products: products.map(readProduct),
    sendsEmail: body.send_email ?? true,
  };
}

function readProduct(product: Static<typeof Product>): ShippingRequest['products'][number] {
  const currency = product.currency || 'KRW';
  if (!isKnownCurrency(currency)) throw new Refusal('currency_not_supported', { currency });
  return {
    id: product.id,
    name: product.name,
    amountMinor: readPositiveAmount('products[amount]', product.amount, currency),
    code: product.code || null,
    currency,
    quantity: product.quantity ?? 1,
    tag: product.tag || null,
  };
}

function readParty(party: Static<typeof Party> & { readonly relationship?: string }): ShippingParty {
  return {
    name: party.name?.trim() || null,
    tel: party.tel?.trim() || null,
    address: party.addr?.trim() || null,
    addressLine1: party.formed_address?.address_line_1?.trim() || null,
    addressLine2: party.formed_address?.address_line_2?.trim() || null,
    postcode: party.postcode?.trim() || null,
    relationship: party.relationship?.trim() || null,
  };
}
