import { unixSeconds } from '../../platform/clock/clock.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { supportOf } from '../../port/capabilities.ts';
import type { ShippedProduct, ShippingField, ShippingParty } from '../../port/escrow.ts';
import type { Channel } from '../merchants/channels.ts';
import { beginOperationsSql } from '../operations/begin-operation-sql.ts';
import { type Caller, type CarryOutParts, carryOut, shopsProgram } from '../operations/carry-out.ts';
import { encryptSecrets } from '../operations/context.ts';
import type { OperationReport } from '../operations/report.ts';
import { findPayment } from '../payments/find-payment.ts';
import type { Operation, ShippingDetails } from '../records/operation.ts';
import type { Payment } from '../records/payment.ts';
import { courierMeant } from './couriers.ts';
import { readEscrow } from './find-shipping.ts';

/** As the merchant wrote it. */
export interface ShippingRequest {
  readonly company: string | undefined;
  readonly invoice: string | undefined;
  readonly sentAt: Date | undefined;
  readonly receivingDay: string | undefined;
  readonly deliveryAddress: string | undefined;
  readonly sender: ShippingParty;
  readonly receiver: ShippingParty;
  readonly products: readonly ShippedProduct[];
  readonly sendsEmail: boolean;
}

/** The registration takes the payment's turn: it and a cancel never pass each other. */
const reserveSql = `
with taken as (
  update payments p set turn_of = $1, updated_at = $3
  where p.merchant_id = $4 and p.id = $2 and p.turn_of is null and p.escrow and p.status = 'paid'
    and (exists (select from escrows e where e.merchant_id = $4 and e.payment_id = p.id and e.status = 'shipped')) = $5::boolean
    and not exists (select from escrows e where e.merchant_id = $4 and e.payment_id = p.id and e.status <> 'shipped')
  returning p.*
)
${beginOperationsSql('taken', {
  id: '$1',
  merchant_id: 'merchant_id',
  channel_id: 'channel_id',
  payment_id: 'id',
  kind: `'register_shipping'`,
  amount_minor: '0',
  balance_before_minor: 'amount_minor - cancelled_minor - reserved_minor',
  reason: `'에스크로 배송등록'`,
  details: '$6::jsonb',
  secrets: '$7',
  requested_at: '$3',
  changed_by: '$10',
  changed_why: '$11',
  lease_of: '$8',
  lease_until: '$9',
})}
returning *`;

/** POST and PUT /escrows/logis/{imp_uid}. */
export function registerShipping(
  parts: CarryOutParts,
  caller: Caller,
  impUid: string,
  request: ShippingRequest,
  isChange: boolean,
): Promise<OperationReport> {
  const { asker = shopsProgram } = caller;
  return carryOut<ShippingDetails>(parts, caller, {
    find: () => findPayment(parts.database, caller.merchantId, impUid),
    decide: (payment, channel) => decideShipping(parts, payment, channel, request, isChange),
    async reserve(payment, shipping, operationId) {
      const { sender, receiver, deliveryAddress = null } = request;
      const [operation] = await parts.database.query<Operation>(reserveSql, [
        operationId,
        payment.id,
        parts.clocks.of(caller.merchantId).now(),
        payment.merchant_id,
        isChange,
        JSON.stringify({ shipping }),
        encryptSecrets(
          parts.encryption,
          { merchant_id: payment.merchant_id, id: operationId },
          { shipping: { sender, receiver, deliveryAddress } },
        ),
        parts.leases.owner,
        parts.leases.until(parts.leaseMs),
        asker.by,
        asker.why,
      ]);
      return operation;
    },
  });
}

/** The order of the checks is inferred: the gateway, the payment, what is given, what was registered. */
async function decideShipping(
  { database, clocks }: CarryOutParts,
  payment: Payment,
  channel: Channel,
  request: ShippingRequest,
  isChange: boolean,
): Promise<ShippingDetails> {
  const { capabilities } = channel.gateway;
  const wanted = isChange ? capabilities.escrow?.change : capabilities.escrow?.register;
  const support = supportOf(capabilities, payment.pay_method, 'register_shipping');
  const isLive = channel.access.mode === 'live';
  if (!wanted || (support === 'undocumented' && isLive)) throw new Refusal('escrow_not_supported');
  const isPaid = payment.status === 'paid' && payment.reserved_minor === 0n;
  if (!payment.escrow || !isPaid || support === 'unsupported') throw new Refusal('escrow_not_eligible');
  const { company, invoice, products } = request;
  if (!company) throw new Refusal('parameter_missing', { name: 'logis[company]' });
  if (!invoice) throw new Refusal('parameter_missing', { name: 'logis[invoice]' });
  for (const field of wanted) refuseMissing(field, request);
  const registered = await readEscrow(database, payment);
  if (registered && registered.status !== 'shipped') throw new Refusal('escrow_not_eligible');
  if (isChange && !registered) throw new Refusal('shipping_not_registered');
  if (!isChange && registered) throw new Refusal('shipping_registered_before');
  return {
    is_change: isChange,
    company: courierMeant(company),
    invoice,
    sent_at: unixSeconds(request.sentAt ?? clocks.of(payment.merchant_id).now()),
    receiving_day: request.receivingDay ?? null,
    sends_email: request.sendsEmail,
    announced_as: capabilities.escrow?.event ?? null,
    products: products.map(({ amountMinor, ...product }) => ({ ...product, amount_minor: Number(amountMinor) })),
  };
}

function refuseMissing(field: ShippingField, request: ShippingRequest): void {
  const missing = missingOf(field, request);
  if (missing !== undefined) throw new Refusal('parameter_missing', { name: missing });
}

/** The name of the parameter that is wanted and was not given. */
function missingOf(field: ShippingField, request: ShippingRequest): string | undefined {
  const ofBoth = (name: keyof ShippingParty, shown: string): string | undefined =>
    (['sender', 'receiver'] as const)
      .map((party) => (request[party][name] ? undefined : `${party}[${shown}]`))
      .find(Boolean);
  switch (field) {
    case 'sent_at':
      return request.sentAt ? undefined : 'logis[sent_at]';
    case 'receiving_at':
      return request.receivingDay ? undefined : 'logis[receiving_at]';
    case 'delivery_address':
      return request.deliveryAddress ? undefined : 'logis[address]';
    case 'relationship':
      return request.sender.relationship ? undefined : 'sender[relationship]';
    case 'party_name':
      return ofBoth('name', 'name');
    case 'party_tel':
      return ofBoth('tel', 'tel');
    case 'party_addr':
      return ofBoth('address', 'addr');
    case 'party_postcode':
      return ofBoth('postcode', 'postcode');
    case 'party_formed_address':
      return (
        ofBoth('addressLine1', 'formed_address][address_line_1') ??
        ofBoth('addressLine2', 'formed_address][address_line_2')
      );
    case 'products':
      return request.products.length > 0 ? undefined : 'products';
  }
}
