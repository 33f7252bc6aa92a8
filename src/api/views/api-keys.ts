import { Type } from 'typebox';
import type { KeysOfMerchant } from '../../core/merchants/merchants.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import type { Answer } from '../foundation/answer.ts';
import { OrNull, UnixTime } from './fields.ts';

/** A merchant's keys without their secrets, of which only hashes are kept. */
export const ApiKeysView = Type.Object({
  imp_key: Type.String(),
  changed_at: UnixTime,
  last_used_at: UnixTime,
  previous: OrNull(
    Type.Object(
      { until: UnixTime, last_used_at: UnixTime },
      { description: 'The secret before, as long as it is still taken.' },
    ),
  ),
  is_in_file: Type.Boolean({ description: 'Live mode: MERCHANTS_FILE says the keys.' }),
});

export const RotatedKeysView = Type.Object({
  imp_key: Type.String(),
  imp_secret: Type.String({ description: 'Shown now and never again.' }),
  previous_until: UnixTime,
});

export type ApiKeysAnswer = Answer<typeof ApiKeysView>;
export type RotatedKeysAnswer = Answer<typeof RotatedKeysView>;

export function viewApiKeys({ impKey, changedAt, usedAt, previous, isInFile }: KeysOfMerchant): ApiKeysAnswer {
  return {
    imp_key: impKey,
    changed_at: unixSeconds(changedAt),
    last_used_at: unixSeconds(usedAt),
    previous: previous && { until: unixSeconds(previous.until), last_used_at: unixSeconds(previous.usedAt) },
    is_in_file: isInFile,
  };
}
