import { endingParameters } from '../operations/end-operation-sql.ts';
import { confirmedResult } from '../operations/ending.ts';
import type { Settle, SettlementParts } from '../operations/kind.ts';
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

/**
 * The real server shows a declined charge of a key with the gateway's code, as `[8035]한도초과`. The key's own mask was made of the
 * number, and stays. That a schedule's charge failed is the only failure that a webhook tells of.
 */
export const settleChargeSql = settleMakingSql('charge_key', {
  status: 'paid',
  event: 'paid',
  whenConfirmed: whenConfirmed((gateways) => `coalesce(p.card_number, ${gateways})`),
  announcesFailure: `b.customer_uid_usage = 'payment.scheduled'`,
  failReason: `'[' || e.gateway_code || ']' || e.gateway_message`,
});

/** Of a card behind a wallet only the gateway knows. */
export const settleWalletPaymentSql = settleMakingSql('pay_from_wallet', {
  status: 'paid',
  event: 'paid',
  whenConfirmed: whenConfirmed((gateways) => gateways),
});

export function createApprovalSettle<K extends 'approve' | 'charge_key' | 'pay_from_wallet'>(
  sql: string,
): (parts: SettlementParts) => Settle<K> {
  return ({ database, leases }) =>
    async (ending) => {
      const approval = confirmedResult<'approve' | 'charge_key' | 'pay_from_wallet'>(ending);
      const values = [
        ...endingParameters([ending], leases.now()),
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
      ];
      // Planning it takes longer than carrying it out.
      const [payment] = await database.query<Payment>(sql, values, `settle_${ending.kind}`);
      return payment;
    };
}
