import type { ShippingRegistration } from '../../port/escrow.ts';
import type { OperationContext } from '../operations/context.ts';
import { endingParameters, endOperationsSql, ownEndingParameters as own } from '../operations/end-operation-sql.ts';
import { confirmedResult } from '../operations/ending.ts';
import { type OperationKind, required } from '../operations/kind.ts';
import { referenceTo } from '../payments/order.ts';
import { escrowStatusNumbers } from '../records/escrow.ts';
import type { Payment } from '../records/payment.ts';
import { paymentOf } from '../records/subject.ts';

/** A confirmed registration is in our book, and is told of where i'mport tells of it; a change only takes the place of the last one. */
const settleSql = `
with ${endOperationsSql('register_shipping')},
shipped as (
  insert into escrows (merchant_id, payment_id, company, invoice, sent_at, applied_at, changed_at)
  select e.merchant_id, e.payment_id, e.details -> 'shipping' ->> 'company', e.details -> 'shipping' ->> 'invoice',
    to_timestamp((e.details -> 'shipping' ->> 'sent_at')::bigint), $${own}::timestamptz, e.settled_at
  from ended e where e.state = 'confirmed'
  on conflict (merchant_id, payment_id) do update set
    company = excluded.company, invoice = excluded.invoice, sent_at = excluded.sent_at, applied_at = excluded.applied_at
),
booked as (
  update payments p set turn_of = case when p.turn_of = e.id then null else p.turn_of end, updated_at = e.settled_at
  from ended e
  where p.merchant_id = e.merchant_id and p.id = e.payment_id
  returning p.*, e.state as operation_state, e.details -> 'shipping' ->> 'announced_as' as announced_as,
    (e.details -> 'shipping' ->> 'is_change')::boolean as is_change
),
announced as (
  insert into outbox (merchant_id, payment_id, event, body, created_at)
  select b.merchant_id, b.id, 'escrow_changed', jsonb_build_object(
    'event', b.announced_as, 'imp_uid', b.imp_uid, 'merchant_uid', b.merchant_uid, 'status', b.status,
    'extra', jsonb_build_object('escrow_status', '${escrowStatusNumbers.shipped}',
      'changed_at', floor(extract(epoch from b.updated_at))::bigint)), b.updated_at
  from booked b where b.operation_state = 'confirmed' and not b.is_change and b.announced_as is not null
)
select * from booked`;

/** The goods of an escrow payment are on their way, or what was told of them is put right. */
export const registerShippingKind: OperationKind<'register_shipping'> = Object.freeze({
  name: 'register_shipping',
  isRepeatable: true,
  refusal: 'shipping_refused',
  doubt: 'outcome_in_doubt',
  requestOf: registrationOf,
  askedOf: registrationOf,
  resultByPerson: (_context, _found, now) => ({ registeredAt: now }),
  createSettle:
    ({ database, leases }) =>
    async (ending) => {
      const [payment] = await database.query<Payment>(settleSql, [
        ...endingParameters([ending], leases),
        confirmedResult(ending)?.registeredAt ?? null,
      ]);
      return payment;
    },
} satisfies OperationKind<'register_shipping'>);

function registrationOf({ operation, subject, secrets }: OperationContext): ShippingRegistration {
  const payment = paymentOf(subject);
  const details = required(operation.details.shipping, 'shipping of a registration');
  const { sender, receiver, deliveryAddress } = required(secrets.shipping, 'sender and receiver of a shipping');
  return {
    payment: { ...referenceTo(payment), gatewayTid: required(payment.pg_tid, 'pg_tid of an escrow payment') },
    isChange: details.is_change,
    company: details.company,
    invoice: details.invoice,
    sentAt: new Date(details.sent_at * 1000),
    receivingDay: details.receiving_day,
    deliveryAddress,
    sender,
    receiver,
    products: details.products.map(({ amount_minor, ...product }) => ({
      ...product,
      amountMinor: BigInt(amount_minor),
    })),
    sendsEmail: details.sends_email,
  };
}
