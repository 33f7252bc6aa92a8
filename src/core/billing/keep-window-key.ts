import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import type { IssuedBillingKey } from '../../port/billing-key.ts';
import type { PayMethod } from '../../port/payment.ts';
import type { Channel } from '../merchants/channels.ts';
import { type BillingKeyRow, type CustomerColumns, encryptBillingKey } from '../records/billing-key.ts';
import { keyRow } from './issue-key.ts';

/**
 * A key that the buyer has had issued in the gateway's own window, and that this server only learns of: there is no operation of
 * ours that could be lost. It replaces an older one of the same name, as one that is issued by the API does; `undefined`: an
 * operation has the turn of that one.
 */
export async function keepWindowKey(
  parts: { readonly database: Database; readonly encryption: Encryption; readonly clocks: MerchantClocks },
  channel: Channel,
  window: {
    readonly customerUid: string;
    readonly customerId: string;
    /** What the window was opened for, and what payments by the key are. */
    readonly payMethod: PayMethod;
    readonly issued: IssuedBillingKey;
    readonly customer: CustomerColumns;
    readonly at: Date;
  },
): Promise<BillingKeyRow | undefined> {
  const { customerUid, customerId, payMethod, issued, customer, at } = window;
  const named = await keyRow(parts, channel.merchantId, customerUid, channel);
  const [row] = await parts.database.query<BillingKeyRow>(
    `update billing_keys k set
       channel_id = $3, provider = $4, mid = $5, sandbox = $6, gateway_key = $7, generation = k.generation + 1,
       customer_id = $8, card_code = $9, card_name = $10, card_issuer_code = $11, card_issuer_name = $12, card_number = $13,
       card_type = $14, customer_name = $15, customer_tel = $16, customer_email = $17, customer_addr = $18,
       customer_postcode = $19, inserted_at = case when k.gateway_key is null then $20 else k.inserted_at end,
       updated_at = $20, deleted_at = null, pay_method = $21
     where k.merchant_id = $1 and k.id = $2 and k.turn_of is null
     returning *`,
    [
      channel.merchantId,
      named.id,
      channel.id,
      channel.provider,
      channel.mid,
      channel.access.mode === 'test',
      encryptBillingKey(parts.encryption, named, issued.billingKey),
      customerId,
      issued.card?.code ?? null,
      issued.card?.name ?? null,
      issued.card?.issuerCode ?? null,
      issued.card?.issuerName ?? null,
      issued.card?.maskedNumber ?? null,
      issued.card?.type ?? null,
      customer.customer_name,
      customer.customer_tel,
      customer.customer_email,
      customer.customer_addr,
      customer.customer_postcode,
      at,
      payMethod,
    ],
  );
  return row;
}
