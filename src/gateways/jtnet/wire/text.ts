import type { TextRule } from '../../../port/texts.ts';

/** `cancel_msg`. */
export const reasonRule: TextRule = { max: 100, unit: 'utf16_units' };
/** Names and addresses: no source gives their length. */
export const nameRule: TextRule = { max: 100, unit: 'utf16_units' };
