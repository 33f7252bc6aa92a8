import { decryptSecrets } from '../operations/context.ts';
import { endingParameters, ownEndingParameters } from '../operations/end-operation-sql.ts';
import { confirmedResult, type Ending } from '../operations/ending.ts';
import type { Settle, SettlementParts } from '../operations/kind.ts';
import { encryptBillingKey } from '../records/billing-key.ts';
import type { Operation } from '../records/operation.ts';
import type { Payment } from '../records/payment.ts';
import { settleMakingSql } from './settle-making.ts';

type Parameter = (position: number) => string;

/** `cardNumber`: of the gateway's mask, and of ours in `payments p`. */
const whenConfirmed = (cardNumber: (gateways: string) => string) => (parameter: Parameter) =>
  `pg_tid = coalesce(e.gateway_tid, p.pg_tid),
    receipt_url = coalesce(e.receipt_url, p.receipt_url), apply_num = ${parameter(0)}, paid_at = ${parameter(1)},
    card_code = coalesce(${parameter(2)}, p.card_code), card_name = coalesce(${parameter(3)}, p.card_name),
    card_issuer_code = coalesce(${parameter(4)}, p.card_issuer_code),
    card_issuer_name = coalesce(${parameter(5)}, p.card_issuer_name), card_number = ${cardNumber(parameter(6))},
    card_quota = coalesce(${parameter(7)}, p.card_quota), card_type = coalesce(${parameter(8)}, p.card_type),
    bank_code = ${parameter(9)}, bank_name = ${parameter(10)}`;

/** What a payment by card becomes, whether by its number or by a key. */
export const settleApproveSql = settleMakingSql('approve', {
  status: 'paid',
  event: 'paid',
  whenConfirmed: whenConfirmed((gateways) => `coalesce(${gateways}, p.card_number)`),
});

const parameterAt = (position: number) => `$${ownEndingParameters + position}`;
/** After those of every payment by card. */
const parametersOfApproval = 11;
const [followUpId, leaseOf, leaseUntil, earlierKey] = ([0, 1, 2, 3] as const).map((at) =>
  parameterAt(parametersOfApproval + at),
) as [`$${number}`, `$${number}`, `$${number}`, `$${number}`];

/** Columns that a registration has changed. */
const keyColumns = [
  ...[
    'channel_id',
    'provider',
    'mid',
    'sandbox',
    'pay_method',
    'customer_id',
    'card_code',
    'card_name',
    'card_issuer_code',
  ],
  ...[
    'card_issuer_name',
    'card_number',
    'card_type',
    'customer_name',
    'customer_tel',
    'customer_email',
    'customer_addr',
  ],
  ...['customer_postcode', 'inserted_at', 'updated_at', 'deleted_at'],
] as const;

/**
 * A key that was registered for the request that checks it, and whose check was refused or never sent, is not kept: the name has what
 * it had before, if anything.
 */
const forgetUncheckedKeySql = `,
unchecked as (
  select b.merchant_id, b.customer_uid, b.updated_at, (b.details #>> '{checks_key,generation}')::integer as generation,
    nullif(b.details #> '{checks_key,earlier}', 'null') as earlier
  from booked b
  where b.operation_state in ('refused', 'unsent') and b.details #>> '{checks_key,is_new}' = 'true'
),
forgotten as (
  update billing_keys k set
    gateway_key = ${earlierKey}::bytea,
    generation = k.generation + 1,
    ${keyColumns
      .map((column) => {
        const without = column === 'deleted_at' ? 'u.updated_at' : `k.${column}`;
        return `${column} = case when u.earlier is null then ${without} else r.${column} end`;
      })
      .join(',\n    ')}
  from unchecked u cross join lateral jsonb_populate_record(null::billing_keys, coalesce(u.earlier, '{}')) r
  where k.merchant_id = u.merchant_id and k.customer_uid = u.customer_uid and k.generation = u.generation
)`;

/**
 * The real server shows a declined charge of a key with the gateway's code, as `[8035]한도초과`. The key's own mask was made of the
 * number, and stays. That a schedule's charge failed is the only failure that a webhook tells of.
 */
const settleChargeSql = settleMakingSql('charge_key', {
  status: 'paid',
  event: 'paid',
  whenConfirmed: whenConfirmed((gateways) => `coalesce(p.card_number, ${gateways})`),
  announcesFailure: `b.customer_uid_usage = 'payment.scheduled'`,
  failReason: `'[' || e.gateway_code || ']' || e.gateway_message`,
  givenBack: {
    id: `case when e.details ? 'checks_key' then ${followUpId}::text end`,
    leaseOf: `${leaseOf}`,
    leaseUntil: leaseUntil,
  },
  also: forgetUncheckedKeySql,
});

/** Long enough for the request that settled a check to give it back; then recovery takes over. */
const followUpLeaseMs = 60_000;

/** A check's end gives back what was charged, and brings back what its key has replaced. */
export const createChargeSettle: (parts: SettlementParts) => Settle<'charge_key'> = (parts) => {
  const { database, encryption, leases } = parts;

  /** Only what was refused brings back a key: it is among the secrets of the operation. */
  async function earlierKeyOf({ outcome, merchantId, operationId }: Ending<'charge_key'>): Promise<Buffer | null> {
    if (outcome.kind !== 'refused' && outcome.kind !== 'never_sent') return null;
    const [found] = await database.query<Operation & { key_id: bigint }>(
      `select o.*, k.id as key_id from operations o
       join payments p on p.merchant_id = o.merchant_id and p.id = o.payment_id
       join billing_keys k on k.merchant_id = p.merchant_id and k.customer_uid = p.customer_uid
       where o.merchant_id = $1 and o.id = $2 and o.details ? 'checks_key'`,
      [merchantId, operationId],
    );
    const earlier = found && decryptSecrets(encryption, found).earlierBillingKey;
    return earlier ? encryptBillingKey(encryption, { merchant_id: merchantId, id: found.key_id }, earlier) : null;
  }

  return createApprovalSettle<'charge_key'>(settleChargeSql, async (ending) => [
    ending.followUpId,
    leases.owner,
    leases.until(followUpLeaseMs),
    await earlierKeyOf(ending),
  ])(parts);
};

/** Of a card behind a wallet only the gateway knows. */
export const settleWalletPaymentSql = settleMakingSql('pay_from_wallet', {
  status: 'paid',
  event: 'paid',
  whenConfirmed: whenConfirmed((gateways) => gateways),
});

export function createApprovalSettle<K extends 'approve' | 'charge_key' | 'pay_from_wallet'>(
  sql: string,
  more: (ending: Ending<K>) => Promise<readonly unknown[]> = async () => [],
): (parts: SettlementParts) => Settle<K> {
  return ({ database, leases }) =>
    async (ending) => {
      const approval = confirmedResult<'approve' | 'charge_key' | 'pay_from_wallet'>(ending);
      const values = [
        ...endingParameters([ending], leases),
        approval?.approvalNumber ?? null,
        approval?.approvedAt ?? null,
        approval?.card?.code ?? null,
        approval?.card?.name ?? null,
        approval?.card?.issuerCode ?? null,
        approval?.card?.issuerName ?? null,
        approval?.card?.maskedNumber ?? null,
        approval?.card?.installmentMonths ?? null,
        approval?.card?.type ?? null,
        approval?.bank?.code ?? null,
        approval?.bank?.name ?? null,
        ...(await more(ending)),
      ];
      // Planning it takes longer than carrying it out.
      const [payment] = await database.query<Payment>(sql, values, `settle_${ending.kind}`);
      return payment;
    };
}
