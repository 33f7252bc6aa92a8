import { Refusal } from '../../platform/errors/refusal.ts';
import type { BillingKeyReference } from '../../port/billing-key.ts';
import type { OperationContext } from '../operations/context.ts';
import { endingParameters, endOperationsSql, ownEndingParameters } from '../operations/end-operation-sql.ts';
import { confirmedResult } from '../operations/ending.ts';
import { type OperationKind, required } from '../operations/kind.ts';
import { type BillingKeyRow, encryptBillingKey } from '../records/billing-key.ts';
import { billingKeyOf } from '../records/subject.ts';

const own = ownEndingParameters;

/** What a confirmed issue makes of the columns of `billing_keys k`, of the ended operation `e` and its channel `c`. */
const whenIssued: Readonly<Record<string, string>> = {
  channel_id: 'c.id',
  provider: 'c.provider',
  mid: 'c.mid',
  sandbox: `c.mode = 'test'`,
  // Whatever the name stood for before.
  pay_method: `'card'`,
  gateway_key: `$${own}`,
  generation: 'k.generation + 1',
  customer_id: `e.details ->> 'customer_id'`,
  card_code: `$${own + 1}`,
  card_name: `$${own + 2}`,
  card_issuer_code: `$${own + 3}`,
  card_issuer_name: `$${own + 4}`,
  card_number: `coalesce($${own + 5}, e.details ->> 'card_number')`,
  card_type: `$${own + 6}`,
  customer_name: `e.details -> 'customer' ->> 'customer_name'`,
  customer_tel: `e.details -> 'customer' ->> 'customer_tel'`,
  customer_email: `e.details -> 'customer' ->> 'customer_email'`,
  customer_addr: `e.details -> 'customer' ->> 'customer_addr'`,
  customer_postcode: `e.details -> 'customer' ->> 'customer_postcode'`,
  inserted_at: 'case when k.gateway_key is null then e.settled_at else k.inserted_at end',
  updated_at: 'e.settled_at',
  deleted_at: 'null',
};

/** A key that was not issued leaves everything as it was: an older key of the same name goes on. */
const settleSql = `
with ${endOperationsSql('issue_key')},
booked as (
  update billing_keys k set
    ${Object.entries(whenIssued)
      .map(([column, value]) => `${column} = case when e.state = 'confirmed' then ${value} else k.${column} end`)
      .join(',\n    ')},
    turn_of = case when k.turn_of = e.id then null else k.turn_of end
  from ended e join channels c on c.id = e.channel_id
  where k.merchant_id = e.merchant_id and k.id = e.billing_key_id
  returning k.*, e.state as operation_state, e.details ->> 'issued_with' as issued_with
),
named as (
  update payments p set customer_uid = b.customer_uid, customer_uid_usage = 'issue', updated_at = b.updated_at
  from booked b
  where b.operation_state = 'confirmed' and p.merchant_id = b.merchant_id and p.imp_uid = b.issued_with
)
select * from booked`;

/** A card is registered under a name. Its number lives only as long as the request that brought it. */
export const issueKeyKind: OperationKind<'issue_key'> = Object.freeze({
  name: 'issue_key',
  isRepeatable: true,
  repeatsWithCardOnly: true,
  endsUnanswered: true,
  refusal: 'billing_key_issue_refused',
  doubt: 'outcome_in_doubt',
  requestOf: (context) => ({ ...keyReferenceOf(context), card: required(context.card, 'card of an issue') }),
  askedOf: keyReferenceOf,
  // It never stays in doubt, and what a person could tell is a secret that nobody should have to type.
  resultByPerson: () => {
    throw new Refusal('doubt_not_open', { state: 'in_doubt' });
  },
  createSettle:
    ({ database, encryption, leases }) =>
    async (ending) => {
      const issued = confirmedResult(ending);
      const [row] = await database.query<BillingKeyRow>(settleSql, [
        ...endingParameters([ending], leases),
        issued
          ? encryptBillingKey(encryption, { merchant_id: ending.merchantId, id: ending.turnRowId }, issued.billingKey)
          : null,
        issued?.card?.code ?? null,
        issued?.card?.name ?? null,
        issued?.card?.issuerCode ?? null,
        issued?.card?.issuerName ?? null,
        issued?.card?.maskedNumber ?? null,
        issued?.card?.type ?? null,
      ]);
      return row;
    },
} satisfies OperationKind<'issue_key'>);

/** How a registration is named at the gateway. */
export function keyReferenceOf({ operation, subject }: OperationContext): BillingKeyReference {
  const row = billingKeyOf(subject);
  const { customer, customer_id } = operation.details;
  return {
    orderId: `key_${operation.id}`,
    customerUid: row.customer_uid,
    customerId: customer_id ?? row.customer_id ?? row.customer_uid,
    customer: {
      name: customer?.customer_name ?? null,
      email: customer?.customer_email ?? null,
      tel: customer?.customer_tel ?? null,
    },
  };
}
