import { Type } from 'typebox';
import type { BillingKeyRow } from '../../core/records/billing-key.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import type { Answer } from '../foundation/answer.ts';
import { TextOrNull } from './fields.ts';

/** A card that is registered under a `customer_uid`: each field present, in alphabetical order. Never the gateway's key. */
export const CustomerView = Type.Object({
  card_code: TextOrNull,
  card_issuer_code: TextOrNull,
  card_issuer_name: TextOrNull,
  card_name: Type.String({ description: 'Empty where the gateway does not tell it.' }),
  card_number: TextOrNull,
  card_publisher_code: TextOrNull,
  card_publisher_name: TextOrNull,
  card_type: Type.Union([Type.Integer(), Type.Null()], {
    description: '0 credit, 1 check; null where the gateway does not tell it.',
  }),
  customer_addr: TextOrNull,
  customer_email: TextOrNull,
  customer_id: TextOrNull,
  customer_name: TextOrNull,
  customer_postcode: TextOrNull,
  customer_tel: TextOrNull,
  customer_uid: Type.String(),
  inserted: Type.Integer({ description: 'Seconds since 1970.' }),
  pg_id: Type.String(),
  pg_provider: Type.String(),
  sandbox: Type.Boolean(),
  updated: Type.Integer({ description: 'Seconds since 1970: when its newest card was registered.' }),
});

export type CustomerAnswer = Answer<typeof CustomerView>;

export const CustomerListView = Type.Array(CustomerView);

export function viewCustomer(row: BillingKeyRow): CustomerAnswer {
  return {
    card_code: row.card_code,
    card_issuer_code: row.card_issuer_code,
    card_issuer_name: row.card_issuer_name,
    card_name: row.card_name ?? '',
    card_number: row.card_number,
    card_publisher_code: row.card_code,
    card_publisher_name: row.card_name,
    card_type: row.card_type,
    customer_addr: row.customer_addr,
    customer_email: row.customer_email,
    customer_id: row.customer_id,
    customer_name: row.customer_name,
    customer_postcode: row.customer_postcode,
    customer_tel: row.customer_tel,
    customer_uid: row.customer_uid,
    inserted: unixSeconds(row.inserted_at),
    pg_id: row.mid,
    pg_provider: row.provider,
    sandbox: row.sandbox,
    updated: unixSeconds(row.updated_at),
  };
}
