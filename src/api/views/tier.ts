import { Type } from 'typebox';
import type { SubStore } from '../../core/merchants/sub-stores.ts';
import type { Answer } from '../foundation/answer.ts';

/** A sub-store. */
export const TierView = Type.Object({
  tier_code: Type.String(),
  tier_name: Type.String(),
});

export type TierAnswer = Answer<typeof TierView>;

export function viewTier({ tierCode, name }: SubStore): TierAnswer {
  return { tier_code: tierCode, tier_name: name };
}
