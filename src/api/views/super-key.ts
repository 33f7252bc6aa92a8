import { Type } from 'typebox';
import type { IssuedInGroup } from '../../core/billing/issue-in-group.ts';
import type { BillingKeyRow } from '../../core/records/billing-key.ts';
import type { Answer } from '../foundation/answer.ts';
import { viewCustomer } from './customer.ts';
import { TextOrNull, WordOf } from './fields.ts';

/** A card that was registered through a group of channels. */
export const SuperKeyView = Type.Object({
  channelGroupId: Type.String(),
  customer_addr: TextOrNull,
  customer_email: TextOrNull,
  customer_id: TextOrNull,
  customer_name: TextOrNull,
  customer_postcode: TextOrNull,
  customer_tel: TextOrNull,
  customer_uid: Type.String(),
  failedChannels: Type.Array(
    Type.Object({
      message: Type.String(),
      pg_id: Type.String(),
      pg_provider: Type.String(),
      type: WordOf<'INVALID_REQUEST' | 'PG_PROVIDER'>({ description: '`INVALID_REQUEST`, `PG_PROVIDER`.' }),
    }),
    { description: 'Those that were tried before, and refused the card.' },
  ),
  succeededChannels: Type.Array(
    Type.Object({
      card_code: TextOrNull,
      card_name: Type.String(),
      card_number: TextOrNull,
      card_type: Type.Union([Type.Integer(), Type.Null()]),
      inserted: Type.Integer(),
      pg_id: Type.String(),
      pg_provider: Type.String(),
      updated: Type.Integer(),
    }),
    { description: 'The one that has registered the card.' },
  ),
});

export function viewSuperKey(
  groupId: string,
  row: BillingKeyRow,
  failed: IssuedInGroup['failed'],
): Answer<typeof SuperKeyView> {
  const key = viewCustomer(row);
  return {
    channelGroupId: groupId,
    customer_addr: key.customer_addr,
    customer_email: key.customer_email,
    customer_id: key.customer_id,
    customer_name: key.customer_name,
    customer_postcode: key.customer_postcode,
    customer_tel: key.customer_tel,
    customer_uid: key.customer_uid,
    failedChannels: failed.map(({ channel, refusal }) => ({
      message: refusal.message,
      pg_id: channel.mid,
      pg_provider: channel.provider,
      // A card that there is not is the caller's.
      type: refusal.errorCode === 'card_number_invalid' ? 'INVALID_REQUEST' : 'PG_PROVIDER',
    })),
    succeededChannels: [
      {
        card_code: key.card_code,
        card_name: key.card_name,
        card_number: key.card_number,
        card_type: key.card_type,
        inserted: key.inserted,
        pg_id: key.pg_id,
        pg_provider: key.pg_provider,
        updated: key.updated,
      },
    ],
  };
}
